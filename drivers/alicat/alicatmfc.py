"""Alicat MC and MCS mass flow controllers, by their ASCII lines.

After the Alicat Serial Communications Primer and the MC series manual (polling, AS, AVE); the loop variable's
register 122 after a public driver. Units A to Z may share a line.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from bench.core.errors import CommunicationError, InstrumentError, ReadBackError
from bench.core.limits import Limit
from bench.core.readings import Reading
from bench.core.roles import FlowController, FlowStatus, Identity, SafeReport
from drivers import flow_safe
from drivers.alicat.alicatmfc_options import NAMES, Options, problems
from drivers.alicat.frame import HELD, OVER_RANGE, Frame, firmware, frame, register
from drivers.base import Driver
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults
from drivers.link import QUIET_S, Link
from drivers.replies import ReplyShapeError
from drivers.safe_state import urgent
from drivers.shared_line import SharedLine
from drivers.typed_pymeasure import Adapter

LOOP_VARIABLE, MASS_FLOW = 122, 37
"""What it controls, and the number of mass flow; it can also control a pressure."""
_SILENCE_BYTES = 3.5


class AlicatMFC(Driver):
    """One unit. Plays the role FlowController.

    Options: see drivers.alicat.alicatmfc_options. The set-point is written only where it differs, then read
    back.
    """

    connection: ClassVar = ConnectionDefaults(
        read_termination="\r", write_termination="\r", timeout_s=1.0, baud_rate=19200
    )
    identity_pattern: ClassVar = r"ALICAT,mass flow controller,"
    limit_units: ClassVar = {"flow": "cm^3/min"}
    model_limits: ClassVar = {"flow": Limit(0.0, 5e6, "cm^3/min", "MC series")}
    has_output: ClassVar = True
    option_names: ClassVar = CONNECTION_OPTIONS | NAMES
    address_option: ClassVar = "unit"
    shared_line: ClassVar = SharedLine(
        "Alicat's lines", lambda line: max(_SILENCE_BYTES * 10 / line.baud_rate, 2e-3)
    )

    def __init__(self, adapter: Adapter, **settings: Any) -> None:
        super().__init__(adapter, **settings)
        self._setup = Options.of(self._options, instrument=self.name)

    @classmethod
    def option_problems(cls, options: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        """What is wrong with the options: which, what, and what to write instead."""
        return problems(options)

    def identity(self) -> Identity:
        """Firmware (VE), and that it controls a mass flow (register 122); no serial number is asked for."""
        unit = self._setup.unit
        with self._link.lock:
            version = self._link.ask(f"{unit}VE", firmware(unit))
            controls = self._link.ask(f"{unit}R{LOOP_VARIABLE}", register(unit, LOOP_VARIABLE))
        model = "mass flow controller" if controls == MASS_FLOW else f"controller of variable {controls}"
        return Identity("Alicat", model, "", version, f"ALICAT,{model},,{version}")

    def read_settings(self) -> dict[str, Any]:
        """What decides about the flow, by name, as displayed."""
        seen = self._poll(self._link)
        return {
            "gas": seen.gas,
            "set-point / displayed": seen.setpoint,
            "status words": " ".join(sorted(seen.status)),
            "sccm at 0 degC in one displayed": self._setup.sccm,
        }

    def read_setting(self, name: str) -> Any:
        """One of them, now."""
        settings = self.read_settings()
        if name not in settings:
            raise InstrumentError(f"there is no such setting: {name!r}", instrument=self.name)
        return settings[name]

    def flow_status(self) -> FlowStatus:
        """One poll. The flow has no value, and `overload`, where it is beyond the range (MOV).

        Raises InstrumentError if the station does not say what the display's numbers are.
        """
        sccm = self._sccm()
        seen = self._poll(self._link)
        over = OVER_RANGE in seen.status
        return FlowStatus(
            flow=Reading(
                value=None if over else seen.mass_flow * sccm,
                unit="sccm",
                time=self._link.clock.now(),
                overload=over,
                raw=seen.raw,
            ),
            setpoint_sccm=seen.setpoint * sccm,
            gas=seen.gas,
            held=HELD in seen.status,
        )

    def set_flow(self, sccm: float) -> None:
        """Control to this flow; read back. The gas that it is set to is not changed.

        Raises LimitError before anything is sent, and ReadBackError: beyond the full scale, in local, or with
        a ramp that has not arrived yet.
        """
        shown = sccm / self._sccm()
        self._check_limit("flow", sccm)
        self._control_to(self._link, shown)

    def make_safe(self) -> SafeReport:
        """An inert gas goes on flowing as it is set; any other is shut off: see drivers.flow_safe.

        A set flow of inert gas that does not come, or a held valve, raises SafeStateError.
        """
        with urgent(self._link) as link:
            return flow_safe.make_safe(
                self.name, link.clock, lambda: _seen(self._poll(link)), lambda: self._control_to(link, 0.0)
            )

    def output_is_on(self) -> bool:
        """Whether it is set to let gas flow."""
        return self._poll(self._link).setpoint > 0

    # ---- inside

    def _poll(self, link: Link) -> Frame:
        return link.ask(self._setup.unit, frame(self._setup.unit))

    def _control_to(self, link: Link, shown: float) -> None:
        """AS, sent once; a lost reply leaves open what happened, and the poll tells."""
        unit = self._setup.unit
        with link.lock:
            before = self._poll(link)
            if abs(before.setpoint - shown) <= before.digit / 2:
                return
            link.write(f"{unit}S{_plain(shown, before.digit)}")
            try:
                frame(unit)(link.read())
            except (CommunicationError, ReplyShapeError):
                link.clear(pause_s=QUIET_S)
            held = self._poll(link)
        if abs(held.setpoint - shown) > held.digit * 0.51:
            raise ReadBackError(
                f"the set-point was set to {shown!r} but reads back as {held.setpoint!r} (as displayed)",
                instrument=self.name,
                state=f"it controls {held.gas} to {held.setpoint!r}, and {held.mass_flow!r} flows",
                remedy="look at its full scale, whether its set-point comes from the serial line, and "
                "whether it ramps set-points",
            )

    def _sccm(self) -> float:
        if self._setup.sccm is None:
            raise InstrumentError(
                "what its displayed numbers stand for is not said, and its lines do not tell",
                instrument=self.name,
                state="nothing was changed",
                remedy='set the options flow_unit ("sccm" or "slpm") and standard_temperature_degC to what '
                "its display shows",
            )
        return self._setup.sccm


def _seen(shown: Frame) -> flow_safe.Seen:
    over = OVER_RANGE in shown.status
    flow = None if over else shown.mass_flow
    return flow_safe.Seen(shown.gas, flow, shown.setpoint, HELD in shown.status, shown.digit, "displayed")


def _plain(shown: float, digit: float) -> str:
    """Two places more than are displayed, and no exponent."""
    return format(Decimal(repr(round(shown, 2 - round(math.log10(digit))))), "f")


if TYPE_CHECKING:

    def _plays_its_role(controller: AlicatMFC) -> FlowController:
        return controller
