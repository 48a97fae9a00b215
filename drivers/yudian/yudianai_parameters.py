"""The parameters of the current generation (V8, V9) that the driver uses (V9.3, chapter 4).

The old generation (V7) has the same codes for other things: run or stop here is a segment's time there.
"""

from __future__ import annotations

from bench.core.roles import ProgrammerState
from drivers.yudian.parameters import Parameter

SETPOINT = Parameter("set-point / degC", 0x00, "temperature")
HIGH_ALARM = Parameter("high alarm / degC", 0x01, "temperature")
LOW_ALARM = Parameter("low alarm / degC", 0x02, "temperature")
DEVIATION_HIGH = Parameter("deviation high alarm / K", 0x03, "temperature")
DEVIATION_LOW = Parameter("deviation low alarm / K", 0x04, "temperature")
CONTROL = Parameter("control mode", 0x06)
PROPORTIONAL_BAND = Parameter("proportional band / K", 0x07, "temperature")
INTEGRAL_TIME = Parameter("integral time / s", 0x08)
DERIVATIVE_TIME = Parameter("derivative time / s", 0x09, "tenth")
CYCLE = Parameter("control cycle / s", 0x0A, "tenth")
INPUT = Parameter("input specification", 0x0B)
INPUT_SHIFT = Parameter("input shift / K", 0x10, "temperature")
OUTPUT_LOW = Parameter("output low limit / %", 0x12)
OUTPUT_HIGH = Parameter("output high limit / %", 0x13)
MODEL = Parameter("model word", 0x15)
AUTOMATIC = Parameter("manual/automatic", 0x18)
MANUAL_OUTPUT = Parameter("manual output / %", 0x1A)
RUN = Parameter("run/stop/hold", 0x1B)
AUTOTUNE = Parameter("autotune", 0x1D)
SETPOINT_LOW = Parameter("set-point low limit / degC", 0x1E, "temperature")
SETPOINT_HIGH = Parameter("set-point high limit / degC", 0x1F, "temperature")
UNIT = Parameter("unit and mains frequency", 0x20)
ACTION = Parameter("direct/reverse action", 0x22)
RATE_UP = Parameter("set-point rate limit up", 0x2A, "temperature")
SEGMENTS = Parameter("number of segments", 0x2B)
POWER_ON = Parameter("power-on behaviour", 0x2C)
PROGRAM_MODE = Parameter("program mode PAF", 0x2D)
STEP = Parameter("program step", 0x2E)
ELAPSED = Parameter("time in the step", 0x2F, "tenth")
FAILURE_OUTPUT = Parameter("failure output / %", 0x35)
RATE_DOWN = Parameter("set-point rate limit down", 0x38, "temperature")
WORKING_STATE = Parameter("working state", 0x4D)

RECORDED = (
    SETPOINT,
    HIGH_ALARM,
    LOW_ALARM,
    DEVIATION_HIGH,
    DEVIATION_LOW,
    CONTROL,
    PROPORTIONAL_BAND,
    INTEGRAL_TIME,
    DERIVATIVE_TIME,
    CYCLE,
    INPUT,
    INPUT_SHIFT,
    OUTPUT_LOW,
    OUTPUT_HIGH,
    AUTOMATIC,
    RUN,
    AUTOTUNE,
    SETPOINT_LOW,
    SETPOINT_HIGH,
    UNIT,
    ACTION,
    RATE_UP,
    RATE_DOWN,
    SEGMENTS,
    POWER_ON,
    PROGRAM_MODE,
    STEP,
    FAILURE_OUTPUT,
)
"""What belongs in a run's record."""

RUNNING, STOPPED, HELD = 0, 1, 2
STATES: dict[int, ProgrammerState] = {RUNNING: "run", STOPPED: "reset", HELD: "hold"}
"""Bits 0 and 1 of the working state; a stopped programme is what others call reset."""
TUNING, MANUAL = 0x04, 0x08
"""Further bits of the working state."""
OVER_RANGE = 0x10
"""orAL in the flags of every reply: a broken thermocouple."""
ALARMS = 4
"""Bits 0 to 3 of those flags: high, low, deviation high, deviation low."""


def segment(number: int) -> tuple[Parameter, Parameter]:
    """Temperature and time of program segment `number`, counted from 1: 50H and 51H for the first."""
    code = 0x50 + 2 * (number - 1)
    return Parameter(f"SP{number}", code, "temperature"), Parameter(f"t{number}", code + 1)
