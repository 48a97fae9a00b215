"""One look at the programmer, in as few requests as the register map allows."""

from __future__ import annotations

from bench.core.clock import Clock
from bench.core.roles import ProgrammerStatus
from drivers.eurotherm import eurotherm2400_registers as known
from drivers.eurotherm.registers import Registers, value_of

_PROGRAM, _STATUS, _SEGMENT_LEFT, _SEGMENT, _PROGRAM_LEFT = 22, 23, 36, 56, 58
_MANUAL, _SENSOR_BREAK, _LOOP_BREAK = 0x10, 0x20, 0x40


def read_status(registers: Registers, clock: Clock) -> ProgrammerStatus:
    """Registers 1 to 5 (home list), 22 to 58 (run list), the status byte, and the power-failed flag.

    Bits of the status byte: HA026230 issue 3, p. 27 (function 7) and p. 50 (register 74).

    The IEEE area throughout: in the low one the ten hours that are left would not fit.
    """
    home = registers.pairs(known.PROCESS_VALUE.number, 5)
    flags = registers.fast_status()
    run = registers.pairs(_PROGRAM, _PROGRAM_LEFT - _PROGRAM + 1)
    power_failed = bool(registers.get(known.POWER_FAILED))
    broken = bool(flags & _SENSOR_BREAK)
    return ProgrammerStatus(
        time=clock.now(),
        state=known.STATES.get(run[_STATUS - _PROGRAM][0], "unknown"),
        temperature_degC=None if broken else value_of("number", home[0]),
        setpoint_degC=value_of("number", home[4]),
        output_percent=value_of("number", home[3]),
        segment=run[_SEGMENT - _PROGRAM][0],
        segment_left_s=value_of("duration", run[_SEGMENT_LEFT - _PROGRAM]),
        programme_left_s=value_of("duration", run[_PROGRAM_LEFT - _PROGRAM]),
        manual=bool(flags & _MANUAL),
        sensor_break=broken,
        loop_break=bool(flags & _LOOP_BREAK),
        power_failed=power_failed,
        alarms=tuple(number for number in range(1, 5) if flags >> (number - 1) & 1),
    )
