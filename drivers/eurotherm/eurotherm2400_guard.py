"""Whether the controller can be left alone with its programme: its end, and what it does after a failure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bench.core.limits import Limits
from bench.core.programme import TemperatureProgramme
from drivers.eurotherm import eurotherm2400_registers as known
from drivers.eurotherm.registers import Register, Registers

COLD_degC = 25.0
"""A set-point up to this cannot heat a furnace that stands in a room."""

Values = Mapping[Register, float]

ASKED = (
    known.MODE,
    known.MANUAL,
    known.UNITS,
    known.SELECTED_SETPOINT,
    known.REMOTE,
    known.SETPOINT_1,
    known.SETPOINT_1_HIGH,
    known.SENSOR_BREAK_ACTION,
    known.SENSOR_BREAK_OUTPUT,
    known.POWER_FAIL_RECOVERY,
    known.HOLDBACK_DISABLED,
    known.ALARM_1_TYPE,
    known.ALARM_1,
)
"""Registers that have to be read for a judgement."""


def read(registers: Registers) -> Values:
    """All of them, now."""
    return {one: registers.get(one) for one in ASKED}


def objections(
    values: Values, programme: TemperatureProgramme, limits: Limits, *, may_ramp_back: bool
) -> Iterator[str]:
    """Everything that speaks against leaving it alone, for a person; nothing if it may be.

    `may_ramp_back`: the lab accepts that after a power cut, however long, it heats up again.
    """
    if values[known.MODE] != known.NORMAL_MODE:
        yield f"it is in mode {values[known.MODE]:g} instead of normal operation"
    if values[known.MANUAL]:
        yield "it is in manual: press A/MAN"
    if values[known.UNITS] != known.CELSIUS:
        yield "it does not work in degrees Celsius (configuration: inst, unit)"
    if programme.end != "reset":
        yield "the programme stays hot at its end instead of resetting"
    yield from _after_the_end(values)
    if values[known.SENSOR_BREAK_ACTION] != known.GO_TO_SET_VALUE or values[known.SENSOR_BREAK_OUTPUT] > 0:
        yield "with a broken thermocouple it would go on heating (sensor-break output not 0 %, or hold)"
    recovery = values[known.POWER_FAIL_RECOVERY]
    if recovery != known.RECOVERY_RESET and not (may_ramp_back and recovery == known.RECOVERY_RAMP_BACK):
        does = known.RECOVERIES.get(int(recovery), f"does what {recovery:g} stands for")
        yield f"after a power cut, however long, it {does} (configuration: PROG, Pwr.F; rSEt is safe)"
    if programme.holdback.kind != "none" and values[known.HOLDBACK_DISABLED]:
        yield "the programme's holdback is switched off"
    if programme.peak_degC > values[known.SETPOINT_1_HIGH]:
        yield f"its set-point limit is {values[known.SETPOINT_1_HIGH]:g} degC, below the programme's peak"
    allowed = limits.tightest("temperature")
    if allowed is not None and programme.peak_degC > allowed[1]:
        yield f"its peak of {programme.peak_degC:g} degC is above the station's limit of {allowed[1]:g} degC"


def _after_the_end(values: Values) -> Iterator[str]:
    if values[known.SELECTED_SETPOINT] or values[known.REMOTE]:
        yield "after a reset another set-point than SP1 would count"
    elif values[known.SETPOINT_1] > COLD_degC:
        yield f"after a reset it would heat to its set-point of {values[known.SETPOINT_1]:g} degC"


def warm(values: Values, output_percent: float) -> Iterator[str]:
    """Everything that speaks against its being cold for good, in reset."""
    if values[known.MODE] != known.NORMAL_MODE:
        yield f"it is in mode {values[known.MODE]:g} instead of normal operation"
    if output_percent > 0:
        yield f"its output is {output_percent:g} %"
    yield from _after_the_end(values)


def described(values: Values, programme: TemperatureProgramme) -> dict[str, str]:
    """The limits that the controller enforces by itself, for the record."""
    holdback = programme.holdback
    alarm = (
        f"full-scale high at {values[known.ALARM_1]:g} degC"
        if values[known.ALARM_1_TYPE] == known.FULL_SCALE_HIGH
        else "no over-temperature alarm on alarm 1"
    )
    return {
        "programme": programme.fingerprint,
        "peak": f"{programme.peak_degC:g} degC",
        "end": f"{programme.end}, then {values[known.SETPOINT_1]:g} degC",
        "holdback": "none" if holdback.kind == "none" else f"{holdback.kind}, {holdback.band_K:g} K",
        "sensor break": f"output {values[known.SENSOR_BREAK_OUTPUT]:g} %",
        "power cut": known.RECOVERIES.get(int(values[known.POWER_FAIL_RECOVERY]), "unknown"),
        "alarm": alarm,
    }
