"""Yudian AI-516P, 518P, 526P, 716P, 719P temperature controllers of the current generation, by AIBUS.

After Yudian's protocol description V9.3 (August 2024), which V8 shares. Units of the old generation, V7, have
the same codes for other things: they are told by their model word (15H) and refused.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from bench.core.errors import IdentityError, InstrumentError
from bench.core.limits import Limit
from bench.core.programme import Ramp, TemperatureProgramme
from bench.core.readings import Reading
from bench.core.roles import GuardReport, Identity, ProgrammerStatus, SafeReport, TemperatureProgrammer
from drivers import aibus, programmer_commands
from drivers.base import Driver
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults
from drivers.round_trips import named
from drivers.safe_state import bring_to_safe, urgent
from drivers.shared_line import SharedLine
from drivers.typed_pymeasure import Adapter
from drivers.yudian import yudianai_guard as guard
from drivers.yudian import yudianai_parameters as known
from drivers.yudian import yudianai_programme as store
from drivers.yudian import yudianai_safe as safe
from drivers.yudian import yudianai_status as status
from drivers.yudian.parameters import Parameters
from drivers.yudian.yudianai_identity import identified
from drivers.yudian.yudianai_options import NAMES, Options, problems

_log = logging.getLogger(__name__)

ZERO_CELSIUS_K = 273.15
_SOURCE = "AI series"


class YudianAI(Driver):
    """One unit. Plays the roles TemperatureProgrammer and Thermometer.

    The programme lives in the controller and stops there: nothing here streams set-points, and closing the
    connection leaves it running. Options: see drivers.yudian.yudianai_options. A parameter is written only
    where it differs. How the unit is set up (PAF, PonP, Ero and the like) is never written but to make it
    safe: what is wrong there is said.
    """

    connection: ClassVar = ConnectionDefaults(timeout_s=1.0, baud_rate=9600, data_bits=8, parity="none")
    identity_pattern: ClassVar = r"YUDIAN,AI-(?:516|518|526|716|719)P,"
    limit_units: ClassVar = {"temperature": "degC", "rate": "K/min"}
    model_limits: ClassVar = {
        "temperature": Limit(-200.0, 1372.0, "degC", _SOURCE),
        "rate": Limit(0.01, 999.9, "K/min", _SOURCE),
    }
    has_output: ClassVar = True
    option_names: ClassVar = CONNECTION_OPTIONS | NAMES
    address_option: ClassVar = "unit"
    shared_line: ClassVar = SharedLine(
        "AIBUS", lambda line: aibus.silence_s(line.baud_rate), framing=aibus.Replies
    )

    def __init__(self, adapter: Adapter, **settings: Any) -> None:
        super().__init__(adapter, **settings)
        self._setup = Options.of(self._options, instrument=self.name)
        self._parameters = Parameters(
            self._link, self._setup.unit, before_writing=self._require_current_generation
        )
        self._matched = False

    @classmethod
    def option_problems(cls, options: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        """What is wrong with the options: which, what, and what to write instead."""
        return problems(options)

    # ---- who it is, and how it stands

    def identity(self) -> Identity:
        """Parameter 15H (note 7): the model; neither serial number nor firmware can be read."""
        return identified(self._parameters.ask(known.MODEL.code).value)

    def _prepare(self) -> None:
        self._matched = True
        state = self._state()
        if state != "reset":
            _log.warning("%s: the programmer is in %s, found so and left so", self.name, state)

    def read_settings(self) -> dict[str, Any]:
        """What decides about control, limits and failures, by name; None for what this unit does not have."""
        with self._link.lock:
            decimals, _ = self._parameters.point()
            return {one.name: self._parameters.get(one, decimals) for one in known.RECORDED}

    def read_setting(self, name: str) -> Any:
        """One of them, now."""
        return self._parameters.get(named(name, known.RECORDED, self.name))

    def temperature(self) -> Reading:
        """The measured value in kelvin; None and `overload` with a broken thermocouple (orAL).

        One exchange brings it together with its decimal point, which a front panel can move.
        """
        with self._link.lock:
            decimals, answer = self._parameters.point()
            time = self._link.clock.now()
        broken = bool(answer.flags & known.OVER_RANGE)
        value = None if broken else answer.process / 10**decimals + ZERO_CELSIUS_K
        return Reading(value=value, unit="K", time=time, overload=broken, raw=str(answer.process))

    def programmer_status(self) -> ProgrammerStatus:
        """What the programmer does now, read in one transaction; changes nothing.

        Raises InstrumentError while something runs whose times cannot be told. A power cut leaves no flag:
        `power_failed` is always False, and so is `loop_break`.
        """
        step_min = self._setup.told_step_min(self.name)
        with self._link.lock:
            return status.read_status(
                self._parameters, self._link.clock, step_min=step_min, instrument=self.name
            )

    # ---- the programme

    def load_programme(self, programme: TemperatureProgramme) -> str:
        """Write it where it differs, read all of it back; returns the fingerprint of what is held.

        That is of the programme in the unit's own counts, as `read_programme` returns it: a ramp that does
        not fit them is slower, never faster. Only when stopped. Raises LimitError, ProgrammeError (with a
        holdback, say, or an end that dwells), InstrumentError, ReadBackError.
        """
        for one in programme.segments:
            if isinstance(one, Ramp):
                self._check_limit("temperature", one.target_degC)
                self._check_limit("rate", one.rate_K_per_min)
        with self._link.lock:
            programmer_commands.require(self._link, self._state, "loaded", "reset")
            form = self._form()
            wanted = store.vertices(programme, form)
            store.write(self._parameters, wanted, form, self.name)
        return store.programme(wanted, form).fingerprint

    def read_programme(self) -> TemperatureProgramme:
        """The one that runs, or that would.

        Raises InstrumentError for a program that only the front panel could have made.
        """
        with self._link.lock:
            form = self._form()
            return store.programme(store.read_counts(self._parameters, form, self.name), form)

    def run_programme(self, fingerprint: str) -> None:
        """Start it from its first set-point, and confirm that it runs.

        Nothing is started, and InstrumentError lists every reason, if the controller holds another programme
        or would not be safe on its own: see drivers.yudian.yudianai_guard.
        """
        with self._link.lock:
            programmer_commands.require(self._link, self._state, "started", "reset")
            programme = self.read_programme()
            reasons = guard.against_a_start(self._parameters, programme, self._limits, fingerprint)
            if reasons:
                raise InstrumentError(
                    f"the programme is not started: {'; '.join(reasons)}",
                    instrument=self.name,
                    state="the programmer is stopped",
                    remedy="put that right on the front panel or load the programme again",
                )
            self._parameters.send(known.RUN, known.RUNNING)
        programmer_commands.confirm(self._link, self._state, "run")

    def hold_programme(self) -> None:
        """Stop its clock; confirmed. The furnace stays at the present set-point."""
        with self._link.lock:
            programmer_commands.require(self._link, self._state, "held", "run", "hold")
            self._parameters.send(known.RUN, known.HELD)
        programmer_commands.confirm(self._link, self._state, "hold")

    def resume_programme(self) -> None:
        """Let a held programme go on; confirmed."""
        with self._link.lock:
            programmer_commands.require(self._link, self._state, "resumed", "hold")
            self._parameters.send(known.RUN, known.RUNNING)
        programmer_commands.confirm(self._link, self._state, "run")

    def reset_programme(self) -> None:
        """End it; confirmed. A stopped controller does not control."""
        with self._link.lock:
            self._parameters.send(known.RUN, known.STOPPED)
        programmer_commands.confirm(self._link, self._state, "reset")

    def acknowledge_alarms(self) -> None:
        """Nothing to do, and nothing is sent: its alarms are not latched."""

    # ---- safety

    def make_safe(self) -> SafeReport:
        """Programme stopped, output 0 % as the controller says.

        If the output does not come down by itself, the controller is put into manual at 0 % and stays there.
        Nothing is written to a unit that is not of the current generation. What it cannot do is in the
        report: open the contactor, cool, or see a welded relay.
        """
        with urgent(self._link) as link:
            parameters = Parameters(link, self._setup.unit)
            if not self._matched:
                safe.require_current(parameters, self.name)
            return bring_to_safe(
                self.name, safe.steps(link, parameters), lambda: safe.verify(parameters), remedy=safe.REMEDY
            )

    def output_is_on(self) -> bool:
        """Whether the controller heats at this moment."""
        return self._parameters.ask(known.WORKING_STATE.code).output_percent > 0

    def guard_report(self) -> GuardReport:
        """Whether the running programme may be left to the controller alone, all of it read back now.

        Not verified in hold (it would stay hot for ever), or for any reason that would keep `run_programme`
        from starting it.
        """
        with self._link.lock:
            answer = self._parameters.ask(known.WORKING_STATE.code)
            programme = self.read_programme()
            values = guard.read(self._parameters)
        reasons = list(guard.objections(values, programme, self._limits))
        if status.state_of(answer) != "run":
            reasons.append(f"the programmer is in state {status.state_of(answer)}")
        if answer.flags & known.OVER_RANGE:
            reasons.append("its thermocouple is broken")
        limits = guard.described(values, programme)
        if reasons:
            limits["not to be relied on"] = "; ".join(reasons)
        return GuardReport(self.name, verified=not reasons, limits=limits)

    # ---- inside

    def _require_current_generation(self) -> None:
        """Before a write, if `connect` has not told yet: the same codes mean other things in an old unit."""
        if self._matched:
            return
        identity = self.identity()
        if not re.match(self.identity_pattern, identity.raw):
            raise IdentityError(
                f"{identity.raw!r} answers where a {type(self).__name__} is expected",
                instrument=self.name,
                state="nothing was written to it",
                remedy="correct the resource, the unit or the driver in the station file",
            )
        self._matched = True

    def _state(self) -> str:
        return status.state(self._parameters)

    def _form(self) -> store.Form:
        decimals, _ = self._parameters.point()
        return store.Form(decimals, self._setup.told_step_min(self.name))


if TYPE_CHECKING:

    def _plays_its_role(controller: YudianAI) -> TemperatureProgrammer:
        return controller
