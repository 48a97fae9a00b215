"""Alicat MC and MCS mass flow controllers, by their ASCII lines.

After the Alicat Serial Communications Primer and the MC series manual (polling, AS, AVE); the loop variable's
register 122 after a public driver. Units A to Z may share a line.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from bench.core.clock import Clock, ClockLock
from bench.core.errors import CommunicationError, InstrumentError, ReadBackError, SafeStateError
from bench.core.limits import Limit
from bench.core.readings import Reading
from bench.core.roles import FlowController, FlowStatus, Identity, SafeReport
from drivers import shared_line
from drivers.alicat.alicatmfc_options import NAMES, Options, problems
from drivers.alicat.frame import HELD, OVER_RANGE, Frame, firmware, frame, register
from drivers.base import Driver
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults
from drivers.link import QUIET_S, Link
from drivers.replies import ReplyShapeError
from drivers.safe_state import urgent
from drivers.typed_pymeasure import Adapter

LOOP_VARIABLE, MASS_FLOW = 122, 37
"""What it controls, and the number of mass flow; it can also control a pressure."""
INERT = frozenset({"Ar", "N2", "He", "Ne", "Kr", "Xe"})
"""Gases that protect a charge: making safe leaves them flowing."""
ENOUGH = 0.8
"""Of the set-point: less is a purge that does not purge."""
PATIENCE_S, POLL_S, LITTLE = 10.0, 0.5, 0.05
"""How long a flow may take to fall to how much of itself when it is shut off."""
_SILENCE_BYTES = 3.5
_REMEDY = "look at bottle, regulator and valve; do not open a vessel that is hot"


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

    def __init__(self, adapter: Adapter, **settings: Any) -> None:
        super().__init__(adapter, **settings)
        self._setup = Options.of(self._options, instrument=self.name)

    @classmethod
    def option_problems(cls, options: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        """What is wrong with the options: which, what, and what to write instead."""
        return problems(options)

    @classmethod
    def _reached(
        cls,
        resource: str,
        line: ConnectionDefaults,
        visa_library: object,
        *,
        name: str,
        clock: Clock,
        lock: ClockLock | None,
    ) -> tuple[Adapter, ClockLock | None]:
        member = shared_line.reach(
            resource,
            line,
            visa_library,
            speaks="Alicat's lines",
            quiet_s=max(_SILENCE_BYTES * 10 / line.baud_rate, 2e-3),
            instrument=name,
            clock=clock,
        )
        return member, lock if lock is not None else member.lock

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
        """An inert gas goes on flowing as it is set; any other is shut off. Verified by a poll.

        The gas keeps air from a hot charge, so that shutting it off is what must not happen when everything
        else is being switched off. Nothing is opened either. A set flow of inert gas that does not come
        (below 80 % of it), or a held valve, is raised as SafeStateError: the charge is not protected.
        """
        with urgent(self._link) as link:
            try:
                seen = self._poll(link)
                if seen.gas not in INERT:
                    seen = self._shut_off(link, seen)
            except InstrumentError as error:
                raise self._unsafe(f"could not be read back ({error.what})") from error
        if seen.gas not in INERT:
            return SafeReport(
                self.name, verified=True, state=f"{seen.gas} shut off: set-point {seen.setpoint:g}"
            )
        told = f"{seen.gas} at {seen.mass_flow:g} of {seen.setpoint:g} as displayed, left as it was"
        if HELD in seen.status and seen.setpoint > 0:
            raise self._unsafe(f"{told}; its valve is held by hand")
        if OVER_RANGE not in seen.status and seen.setpoint > 0 and seen.mass_flow < ENOUGH * seen.setpoint:
            raise self._unsafe(f"{told}: too little flows")
        return SafeReport(self.name, verified=True, state=told)

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

    def _shut_off(self, link: Link, before: Frame) -> Frame:
        """Set-point 0; what it measures when little flows any more. Raises InstrumentError if it goes on."""
        self._control_to(link, 0.0)
        until = link.clock.now() + PATIENCE_S
        while (seen := self._poll(link)).mass_flow > max(LITTLE * before.mass_flow, 2 * before.digit):
            if link.clock.now() >= until:
                raise InstrumentError(f"{seen.gas} still flows, {seen.mass_flow:g} as displayed")
            link.clock.sleep(POLL_S)
        return seen

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

    def _unsafe(self, what: str) -> SafeStateError:
        return SafeStateError(
            "the gas could not be shown to be safe",
            instrument=self.name,
            step="make_safe",
            state=what,
            remedy=_REMEDY,
        )


def _plain(shown: float, digit: float) -> str:
    """Two places more than are displayed, and no exponent."""
    return format(Decimal(repr(round(shown, 2 - round(math.log10(digit))))), "f")


if TYPE_CHECKING:

    def _plays_its_role(controller: AlicatMFC) -> FlowController:
        return controller
