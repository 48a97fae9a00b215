"""Eurotherm 2400 series (2408, 2416, 2404) temperature controllers with a programmer, by Modbus RTU.

After HA026230 issue 3 ("2000 Series Communications") and the 2408/2416 handbooks.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from bench.core.errors import InstrumentError
from bench.core.limits import Limit
from bench.core.programme import Ramp, TemperatureProgramme
from bench.core.readings import Reading
from bench.core.roles import GuardReport, Identity, ProgrammerStatus, SafeReport, TemperatureProgrammer
from drivers.base import Driver
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults
from drivers.eurotherm import eurotherm2400_commands as commands
from drivers.eurotherm import eurotherm2400_guard as guard
from drivers.eurotherm import eurotherm2400_programme as store
from drivers.eurotherm import eurotherm2400_registers as known
from drivers.eurotherm import eurotherm2400_safe as safe
from drivers.eurotherm.eurotherm2400_identity import identified
from drivers.eurotherm.eurotherm2400_options import NAMES, Options, problems
from drivers.eurotherm.eurotherm2400_status import read_status
from drivers.eurotherm.registers import Registers
from drivers.modbus_line import MODBUS_RTU
from drivers.round_trips import named
from drivers.safe_state import bring_to_safe, urgent
from drivers.typed_pymeasure import Adapter

_log = logging.getLogger(__name__)

ZERO_CELSIUS_K = 273.15
_SOURCE = "2400 series"
_SENSOR_BREAK = 0x20


class Eurotherm2400(Driver):
    """One unit. Plays the roles TemperatureProgrammer and Thermometer.

    The programme lives in the controller and ends there: nothing here streams set-points, and closing the
    connection leaves it running. Options: see drivers.eurotherm.eurotherm2400_options. A parameter is written
    only where it differs. Configuration-level settings are never written: what is wrong there is said.
    """

    connection: ClassVar = ConnectionDefaults(timeout_s=1.0, baud_rate=9600, data_bits=8, parity="none")
    identity_pattern: ClassVar = r"EUROTHERM,24(?:04|08|16),"
    limit_units: ClassVar = {"temperature": "degC", "rate": "K/min"}
    model_limits: ClassVar = {
        "temperature": Limit(-200.0, 1372.0, "degC", _SOURCE),
        "rate": Limit(0.01, 999.9, "K/min", _SOURCE),
    }
    has_output: ClassVar = True
    option_names: ClassVar = CONNECTION_OPTIONS | NAMES
    address_option: ClassVar = "unit"
    shared_line: ClassVar = MODBUS_RTU

    def __init__(self, adapter: Adapter, **settings: Any) -> None:
        super().__init__(adapter, **settings)
        self._setup = Options.of(self._options, instrument=self.name)
        self._registers = Registers(self._link, self._setup.unit)

    @classmethod
    def option_problems(cls, options: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        """What is wrong with the options: which, what, and what to write instead."""
        return problems(options)

    # ---- who it is, and how it stands

    def identity(self) -> Identity:
        """Registers 122 and 107 (5.4): series, size and firmware; there is no serial number to read."""
        with self._link.lock:
            code, version = self._registers.get(known.IDENTIFIER), self._registers.get(known.FIRMWARE)
        return identified(int(code), int(version))

    def _prepare(self) -> None:
        state = commands.state(self._registers)
        if state != "reset":
            _log.warning("%s: the programmer is in %s, found so and left so", self.name, state)

    def read_settings(self) -> dict[str, Any]:
        """What decides about control, limits and failures, by name."""
        with self._link.lock:
            return {one.name: self._registers.get(one) for one in known.RECORDED}

    def read_setting(self, name: str) -> Any:
        """One of them, now."""
        return self._registers.get(named(name, known.RECORDED, self.name))

    def temperature(self) -> Reading:
        """The process value in kelvin; None and `overload` with a broken thermocouple.

        The controller then drives its process value to the end of the range, which is no temperature.
        """
        with self._link.lock:
            broken = bool(self._registers.fast_status() & _SENSOR_BREAK)
            celsius = self._registers.get(known.PROCESS_VALUE)
            time = self._link.clock.now()
        value = None if broken else celsius + ZERO_CELSIUS_K
        return Reading(value=value, unit="K", time=time, overload=broken, raw=repr(celsius))

    def programmer_status(self) -> ProgrammerStatus:
        """What the programmer does now, read in one transaction; changes nothing."""
        with self._link.lock:
            return read_status(self._registers, self._link.clock)

    # ---- the programme

    def load_programme(self, programme: TemperatureProgramme) -> str:
        """Write it where it differs, select it, read all of it back; returns the fingerprint of what is held.

        That is of the programme in single precision, as `read_programme` returns it. Set-point 1, to which
        the controller goes after a reset, is made cold. Only in reset. Raises LimitError, ProgrammeError (it
        does not fit), InstrumentError, ReadBackError.
        """
        for one in programme.segments:
            if isinstance(one, Ramp):
                self._check_limit("temperature", one.target_degC)
                self._check_limit("rate", one.rate_K_per_min)
        with self._link.lock:
            commands.require(self._link, self._registers, "loaded", "reset")
            registers = self._registers
            registers.put(known.SETPOINT_1, safe.cold(registers))
            registers.put(known.SELECTED_SETPOINT, 0)
            registers.put(known.REMOTE, 0)
            store.write(registers, self._setup.program, programme, self.name)
            registers.put(known.PROGRAM, self._setup.program)
        return store.as_programmed(programme).fingerprint

    def read_programme(self) -> TemperatureProgramme:
        """The one that runs, or in reset the one that would.

        Raises InstrumentError for a program that only the front panel could have made.
        """
        with self._link.lock:
            running = self._registers.get(known.PROGRAM_STATUS) != known.RESET
            number = store.WORKING_COPY if running else int(self._registers.get(known.PROGRAM))
            return store.read(self._registers, number, self.name)

    def run_programme(self, fingerprint: str) -> None:
        """Start it, and confirm that it runs.

        Nothing is started, and InstrumentError lists every reason, if the controller holds another programme
        or would not be safe on its own: see drivers.eurotherm.eurotherm2400_guard.
        """
        with self._link.lock:
            commands.require(self._link, self._registers, "started", "reset")
            programme = self.read_programme()
            reasons = self._objections(guard.read(self._registers), programme)
            if programme.fingerprint != fingerprint:
                reasons.insert(0, f"it holds another programme: {programme.as_json()}")
            if self._registers.fast_status() & _SENSOR_BREAK:
                reasons.append("its thermocouple is broken")
            if reasons:
                raise InstrumentError(
                    f"the programme is not started: {'; '.join(reasons)}",
                    instrument=self.name,
                    state="the programmer is in reset",
                    remedy="put that right on the front panel or load the programme again",
                )
            refusal = commands.send(self._registers, known.RUN)
        commands.confirm(self._link, self._registers, refusal, "run", "holdback")

    def hold_programme(self) -> None:
        """Stop its clock; confirmed. The furnace stays at the present set-point."""
        with self._link.lock:
            commands.require(self._link, self._registers, "held", "run", "holdback", "hold")
            refusal = commands.send(self._registers, known.HOLD)
        commands.confirm(self._link, self._registers, refusal, "hold")

    def resume_programme(self) -> None:
        """Let a held programme go on; confirmed."""
        with self._link.lock:
            commands.require(self._link, self._registers, "resumed", "hold")
            refusal = commands.send(self._registers, known.RUN)
        commands.confirm(self._link, self._registers, refusal, "run", "holdback")

    def reset_programme(self) -> None:
        """End it; confirmed. The controller then controls to set-point 1."""
        refusal = commands.send(self._registers, known.RESET)
        commands.confirm(self._link, self._registers, refusal, "reset")

    def acknowledge_alarms(self) -> None:
        """Register 274 (5.4): also clears the flag of a power failure."""
        refusal = self._registers.send(known.ACKNOWLEDGE, 1)
        if refusal is not None:
            raise refusal

    # ---- safety

    def make_safe(self) -> SafeReport:
        """Set-point 1 cold and selected, programme reset, output 0 % as the controller says.

        If the output does not come down by itself, the controller is put into manual at 0 % and stays there.
        What it cannot do is in the report: open the contactor, cool, or see a welded relay.
        """
        with urgent(self._link) as link:
            registers = Registers(link, self._setup.unit)
            return bring_to_safe(
                self.name,
                safe.steps(link, registers),
                lambda: safe.verify(registers),
                remedy=safe.REMEDY,
            )

    def output_is_on(self) -> bool:
        """Whether the controller heats at this moment."""
        return self._registers.get(known.WORKING_OUTPUT) > 0

    def guard_report(self) -> GuardReport:
        """Whether the running programme may be left to the controller alone, all of it read back now.

        Verified too in reset, with no output and a set-point that cannot heat: so it is after the programme's
        end. Not verified in hold (it would stay hot for ever), at an end that dwells, or for any reason that
        would keep `run_programme` from starting it.
        """
        with self._link.lock:
            status = self.programmer_status()
            programme = self.read_programme()
            values = guard.read(self._registers)
        if status.state == "reset":
            reasons = list(guard.warm(values, status.output_percent))
        else:
            reasons = self._objections(values, programme)
        if status.state not in ("run", "holdback", "reset"):
            reasons.append(f"the programmer is in state {status.state}")
        if status.sensor_break:
            reasons.append("its thermocouple is broken")
        limits = guard.described(values, programme)
        if reasons:
            limits["not to be relied on"] = "; ".join(reasons)
        return GuardReport(self.name, verified=not reasons, limits=limits)

    # ---- inside

    def _objections(self, values: guard.Values, programme: TemperatureProgramme) -> list[str]:
        may = self._setup.may_ramp_back
        return list(guard.objections(values, programme, self._limits, may_ramp_back=may))


if TYPE_CHECKING:

    def _plays_its_role(controller: Eurotherm2400) -> TemperatureProgrammer:
        return controller
