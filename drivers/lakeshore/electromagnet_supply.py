"""The Lake Shore 643 and 648 as field sources: ramps in time, read-back, flow interlocks left alone.

The current changes by ramping only. A change of sign starts at zero. What guards itself: the supply clips
every setting to LIMIT, which the driver sets to the station's limits and reads back, and its own flow and
temperature interlocks, which no driver here ever switches off.
"""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from bench.core.errors import ConfigError, InstrumentError, LimitError, Problem, ReadBackError
from bench.core.readings import Reading
from drivers import replies
from drivers.base import Driver
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults
from drivers.error_queue import ErrorQueue
from drivers.lakeshore import electromagnet_settings as commands
from drivers.lakeshore.electromagnet_safe import SPARE_S, ZERO_A
from drivers.lakeshore.electromagnet_settings import Status
from drivers.lakeshore.event_register import EVENT_REGISTER

_log = logging.getLogger(__name__)
DEFAULT_RATE_A_PER_S = 1.0
LINE = ConnectionDefaults(
    read_termination="\r\n",
    write_termination="\r\n",
    timeout_s=3.0,
    baud_rate=57600,
    data_bits=7,
    parity="odd",
)
"""Of the USB port (648 manual); GPIB has the same terminators."""


class LakeShoreElectromagnetSupply(Driver):
    """Configuring and ramping; a model adds its name and its size.

    Options: `field_per_current_T_per_A`, the nominal constant of the magnet (what a field is asked for by);
    `ramp_rate_A_per_s` (1 A/s); `program`, where the current comes from: "internal", or "external" or "sum"
    with a gaussmeter's control output plugged in, which then is the field source.
    """

    connection: ClassVar = LINE
    limit_units: ClassVar = {"current": "A", "ramp rate": "A/s"}
    option_names: ClassVar = CONNECTION_OPTIONS | {
        "field_per_current_T_per_A",
        "ramp_rate_A_per_s",
        "program",
    }
    error_queue: ClassVar[ErrorQueue | None] = EVENT_REGISTER
    event_query: ClassVar = EVENT_REGISTER.query
    readable: ClassVar = commands.READABLE

    # What the driver has set and seen; None: not yet, because the current was not zero.
    _limit: tuple[float, float] | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        problems = self._problems()
        if problems:
            raise ConfigError(problems)
        self._rate_A_per_s = float(self._options.get("ramp_rate_A_per_s", DEFAULT_RATE_A_PER_S))
        self._program = commands.PROGRAMS[self._options.get("program", "internal")]

    def _problems(self) -> list[Problem]:
        place = f"instruments.{self.name}"
        found = []
        if self.load == "cell":
            found.append(
                Problem(f"{place}.load", 'a magnet supply does not drive a "cell"', 'load = "passive"')
            )
        for key in ("field_per_current_T_per_A", "ramp_rate_A_per_s"):
            value = self._options.get(key, 1.0)
            if not (isinstance(value, int | float) and value > 0):
                found.append(Problem(f"{place}.options.{key}", f"{value!r} cannot be used", "more than zero"))
        if self._options.get("program", "internal") not in commands.PROGRAMS:
            given = self._options["program"]
            remedy = '"internal", "external" or "sum"'
            found.append(Problem(f"{place}.options.program", f"{given!r} cannot be used", remedy))
        return found

    # ---- connecting

    def _prepare(self) -> None:
        """At rest: limits, ramp rate and program as the station says. With a current, nothing is touched."""
        self._check_limit("ramp rate", self._rate_A_per_s)
        self._limit = None
        if self._at_rest():
            self._set_up()
        else:
            _log.warning("%s: a current flows, found so and left so; make_safe ramps it down", self.name)
        for setting in (commands.INTERNAL_WATER, commands.MAGNET_WATER):
            if self._get(setting) == commands.WATER_DISABLED:
                _log.warning("%s: %s is disabled at its front panel", self.name, setting.name)

    def _set_up(self) -> None:
        with self._link.lock:
            self._put(commands.CURRENT, 0.0)
            self._put(commands.LIMIT, (self._largest_A(), self._limits_of("ramp rate")[1]))
            self._put(commands.RATE, self._rate_A_per_s)
            self._put(commands.SEGMENTS, False)
            self._put(commands.PROGRAM, self._program)
            self._limit = self._get(commands.LIMIT)

    # ---- the current

    def set_current(self, current_A: float) -> None:
        """Begin to ramp to this current and return at once.

        Raises LimitError before anything is sent; InstrumentError for a change of sign that does not start at
        zero, for a fault, or where a gaussmeter programs the supply; ReadBackError, also where limits or rate
        are not what was set.
        """
        self._check_limit("current", current_A)
        with self._link.lock:
            status = self.status()
            self._require_own_program(current_A)
            self._require_through_zero(current_A, status)
            if self._limit is None:
                self._require_rest(status)
                self._set_up()
            self._check_panel()
            self._put(commands.CURRENT, current_A)

    def magnet_current(self) -> Reading:
        """The measured current (RDGI?); `in_compliance` where voltage or power limits it."""
        status = self._status()
        time = self._link.clock.now()
        value = status.measured_A
        return Reading(value=value, unit="A", time=time, in_compliance=status.limited, raw=repr(value))

    def magnet_voltage(self) -> Reading:
        """The voltage at the terminals (RDGV?), resistive and inductive."""
        value = self._link.ask(commands.VOLTAGE_QUERY, replies.number)
        return Reading(value=value, unit="V", time=self._link.clock.now(), raw=repr(value))

    def status(self) -> Status:
        """The present state (OPST?, ERST?). Raises InstrumentError naming every fault."""
        status = self._status()
        if status.faults:
            raise InstrumentError(
                f"the supply reports: {', '.join(status.faults)}",
                instrument=self.name,
                state=f"{status.measured_A:.4g} A flow; the supply protects itself",
                remedy="look for water, temperature and mains; its interlocks are not to be switched off",
            )
        return status

    def is_ramping(self) -> bool:
        """Ask. Raises InstrumentError for a fault, or where voltage or power limits the current."""
        status = self.status()
        if status.limited:
            raise InstrumentError(
                "the supply is at its voltage or power limit, so the current is not what was set",
                instrument=self.name,
                state=f"{status.measured_A:.4g} A flow",
                remedy="ask for less current or a slower ramp; look at the coil's connections",
            )
        return not status.ramp_done

    # ---- the field

    def set_field(self, field_T: float) -> None:
        """Begin to ramp to the current that is nominally this field; as `set_current`."""
        self.set_current(field_T / self._field_per_current())

    def largest_field_T(self) -> float:
        """What the largest allowed current is nominally."""
        return self._largest_A() * self._field_per_current()

    # ---- safety

    @property
    def safe_within_s(self) -> float:
        """make_safe may take so long: the longest ramp there can be."""
        return self._largest_A() / self._rate_A_per_s + 4 * SPARE_S

    def output_is_on(self) -> bool:
        """Whether a current flows or is asked for."""
        return self._get(commands.CURRENT) != 0 or not self._at_rest()

    # ---- inside

    def _status(self) -> Status:
        return self._link.ask(commands.STATUS_QUERY, commands.status)

    def _at_rest(self) -> bool:
        return abs(self._status().measured_A) <= ZERO_A

    def _limits_of(self, quantity: str) -> tuple[float, float]:
        found = self._limits.tightest(quantity)
        assert found is not None, "the model has a limit for it"
        return found

    def _largest_A(self) -> float:
        return self._limits_of("current")[1]

    def _field_per_current(self) -> float:
        constant = self._options.get("field_per_current_T_per_A")
        if constant is None:
            raise InstrumentError(
                "the station does not say what field a current makes",
                instrument=self.name,
                state="nothing was sent",
                remedy="give the option field_per_current_T_per_A, such as 0.012",
            )
        return float(constant)

    def _require_through_zero(self, current_A: float, status: Status) -> None:
        held_A = self._get(commands.CURRENT)
        if current_A * held_A < 0 or (current_A * status.measured_A < 0 and abs(status.measured_A) > ZERO_A):
            raise InstrumentError(
                f"from {held_A:g} A to {current_A:g} A changes the sign: a reversal goes through zero",
                instrument=self.name,
                state=f"nothing was sent, {status.measured_A:.4g} A flow",
                remedy="set 0 first, wait until it no longer ramps, then the other sign",
            )

    def _require_own_program(self, current_A: float) -> None:
        if self._program != commands.PROGRAMS["internal"] and current_A:
            raise LimitError(
                "a gaussmeter programs this supply: the field is set there",
                instrument=self.name,
                state="nothing was sent",
                remedy='set the field on the gaussmeter, or give the option program = "internal"',
            )

    def _require_rest(self, status: Status) -> None:
        if abs(status.measured_A) > ZERO_A:
            raise InstrumentError(
                f"{status.measured_A:.4g} A flow that this driver has not set",
                instrument=self.name,
                state="nothing was sent",
                remedy="make it safe first: it ramps down",
            )

    def _check_panel(self) -> None:
        limit, rate = self._get(commands.LIMIT), self._get(commands.RATE)
        program = self._get(commands.PROGRAM)
        same_rate = abs(rate - self._rate_A_per_s) <= commands.RATE.tolerance * (1 + 1e-9)
        if limit == self._limit and same_rate and program == self._program:
            return
        self._limit = None
        raise ReadBackError(
            f"limits {limit}, rate {rate} A/s and program {program} are not what was set",
            instrument=self.name,
            state="nothing was sent",
            remedy="leave the front panel alone; ramp to zero, then go on",
        )
