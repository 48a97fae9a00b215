"""One channel of a Proterial ROD-4 operator, the box that up to four mass flow controllers hang on.

Commands after pymeasure 0.16's driver: STX, a 0 and the channel, three letters, CR; what is set is answered
with "OK". No manual was at hand. Unlike there, what is set is checked against limits instead of cut to a
range, and read back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from bench.core.errors import CommunicationError, ConfigError, InstrumentError, Problem, ReadBackError
from bench.core.limits import Limit
from bench.core.readings import Reading
from bench.core.roles import FlowController, FlowStatus, Identity, SafeReport
from drivers import flow_safe, replies
from drivers.base import Driver
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults
from drivers.link import QUIET_S, Link
from drivers.replies import ReplyShapeError
from drivers.safe_state import urgent
from drivers.shared_line import SharedLine
from drivers.typed_pymeasure import Adapter

T = TypeVar("T")

CHANNELS = (1, 2, 3, 4)
VALVE_MODES = {0: "flow", 1: "close", 2: "open"}
STEP_PERCENT = 0.1
"""A set-point has one decimal."""


class ProterialROD4(Driver):
    """One channel. Plays the role FlowController.

    Options: `channel` (1 to 4), and `gas`, which the box does not know ("Ar"): without it the gas of a status
    is "", and making safe cannot tell what to do. The range that the box is set to is taken as in sccm.
    """

    connection: ClassVar = ConnectionDefaults(read_termination="\r", write_termination="\r", timeout_s=1.0)
    identity_pattern: ClassVar = r"PROTERIAL,ROD-4,"
    limit_units: ClassVar = {"flow": "cm^3/min"}
    model_limits: ClassVar = {"flow": Limit(0.0, 200e3, "cm^3/min", "ROD-4")}
    has_output: ClassVar = True
    option_names: ClassVar = CONNECTION_OPTIONS | {"channel", "gas"}
    address_option: ClassVar = "channel"
    shared_line: ClassVar = SharedLine("ROD-4")

    def __init__(self, adapter: Adapter, **settings: Any) -> None:
        super().__init__(adapter, **settings)
        found = [
            Problem(f"instruments.{self.name}.options.{option}", what, remedy)
            for option, what, remedy in self.option_problems(self._options)
        ]
        if found:
            raise ConfigError(found)
        self._channel: int = self._options.get("channel", 1)
        self._gas: str = self._options.get("gas", "")

    @classmethod
    def option_problems(cls, options: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        """What is wrong with the options: which, what, and what to write instead."""
        channel = options.get("channel", 1)
        if isinstance(channel, bool) or channel not in CHANNELS:
            yield "channel", f"{channel!r} cannot be used", "a whole number from 1 to 4"
        gas = options.get("gas", "")
        if not isinstance(gas, str):
            yield "gas", f"{gas!r} cannot be used", 'the formula of what flows, such as "Ar"'

    def identity(self) -> Identity:
        """RVN: version and serial number, with a tab between them."""
        version, serial = self._ask(self._link, "RVN", _two_fields)
        return Identity("Proterial", "ROD-4", serial, version, f"PROTERIAL,ROD-4,{serial},{version}")

    def read_settings(self) -> dict[str, Any]:
        """Range, valve mode, set-point and ramp of this channel."""
        with self._link.lock:
            return {
                "range / sccm": self._ask(self._link, "RFK", _positive),
                "valve mode": VALVE_MODES[self._ask(self._link, "RVM", _mode)],
                "set-point / %": self._ask(self._link, "RFD", replies.number),
                "ramp time / s": self._ask(self._link, "RRT", replies.number),
                "gas, declared": self._gas,
            }

    def read_setting(self, name: str) -> Any:
        """One of them, now."""
        settings = self.read_settings()
        if name not in settings:
            raise InstrumentError(f"there is no such setting: {name!r}", instrument=self.name)
        return settings[name]

    def flow_status(self) -> FlowStatus:
        """Flow and set-point in per cent of the range, and the range, in one transaction.

        `held`: the valve is not in flow control, but closed or wide open.
        """
        with self._link.lock:
            percent = self._ask(self._link, "RFX", replies.number)
            time = self._link.clock.now()
            setpoint = self._ask(self._link, "RFD", replies.number)
            sccm = self._ask(self._link, "RFK", _positive) / 100
            mode = self._ask(self._link, "RVM", _mode)
        return FlowStatus(
            flow=Reading(percent * sccm, "sccm", time, range=100 * sccm, raw=repr(percent)),
            setpoint_sccm=setpoint * sccm,
            gas=self._gas,
            held=VALVE_MODES[mode] != "flow",
        )

    def set_flow(self, sccm: float) -> None:
        """Control to this flow, to a tenth of a per cent of the range; read back.

        Raises LimitError (station, and the channel's range) before anything is set, InstrumentError if the
        valve is not in flow control, ReadBackError.
        """
        self._check_limit("flow", sccm)
        with self._link.lock:
            scale = self._ask(self._link, "RFK", _positive)
            self._limits.also({"flow": Limit(0.0, scale, "cm^3/min", "channel's range")}).check(
                "flow", sccm, instrument=self.name
            )
            mode = VALVE_MODES[self._ask(self._link, "RVM", _mode)]
            if mode != "flow" and sccm > 0:
                raise InstrumentError(
                    f"its valve is set to {mode}, so that nothing controls a flow",
                    instrument=self.name,
                    state="the set-point is as it was",
                    remedy="set the valve to flow control on the box",
                )
            self._control_to(self._link, 100 * sccm / scale)

    def make_safe(self) -> SafeReport:
        """An inert gas goes on flowing as it is set; any other is shut off: see drivers.flow_safe."""
        with urgent(self._link) as link:
            return flow_safe.make_safe(
                self.name, link.clock, lambda: self._seen(link), lambda: self._control_to(link, 0.0)
            )

    def output_is_on(self) -> bool:
        """Whether it is set to let gas flow."""
        return self._ask(self._link, "RFD", replies.number) > 0

    # ---- inside

    def _ask(self, link: Link, command: str, parse: Callable[[str], T]) -> T:
        return link.ask(f"\x020{self._channel}{command}", parse)

    def _seen(self, link: Link) -> flow_safe.Seen:
        with link.lock:
            flow = self._ask(link, "RFX", replies.number)
            setpoint = self._ask(link, "RFD", replies.number)
            held = VALVE_MODES[self._ask(link, "RVM", _mode)] != "flow"
        return flow_safe.Seen(self._gas, flow, setpoint, held, STEP_PERCENT, "% of range")

    def _control_to(self, link: Link, percent: float) -> None:
        """SFD, sent once where it differs; a lost "OK" leaves open what happened, and RFD tells."""
        wanted = round(percent, 1)
        with link.lock:
            if self._ask(link, "RFD", replies.number) == wanted:
                return
            link.write(f"\x020{self._channel}SFD{wanted!r}")
            try:
                _ok(link.read())
            except (CommunicationError, ReplyShapeError):
                link.clear(pause_s=QUIET_S)
            held = self._ask(link, "RFD", replies.number)
        if held != wanted:
            raise ReadBackError(
                f"the set-point was set to {wanted!r} % but reads back as {held!r} %",
                instrument=self.name,
                state=f"its set-point is {held!r} %",
                remedy="look at the box: its keys, and where its set-points come from",
            )


def _two_fields(reply: str) -> tuple[str, str]:
    version, tab, serial = reply.partition("\t")
    if not tab or not version.strip() or not serial.strip():
        raise ReplyShapeError(f"{reply!r} is not a version and a serial number")
    return version.strip(), serial.strip()


def _positive(reply: str) -> float:
    value = replies.number(reply)
    if value <= 0:
        raise ReplyShapeError(f"{reply!r} is no range")
    return value


def _mode(reply: str) -> int:
    value = replies.integer(reply)
    if value not in VALVE_MODES:
        raise ReplyShapeError(f"{reply!r} is no valve mode")
    return value


def _ok(reply: str) -> None:
    if reply.strip() != "OK":
        raise ReplyShapeError(f"{reply!r} came where OK was expected")


if TYPE_CHECKING:

    def _plays_its_role(channel: ProterialROD4) -> FlowController:
        return channel
