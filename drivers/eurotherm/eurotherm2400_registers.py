"""The registers of the 2400 series that the driver uses (HA026230 issue 3, 5.3, 5.4, 5.5, 5.7)."""

from __future__ import annotations

from bench.core.roles import ProgrammerState
from drivers.eurotherm.registers import Register

PROCESS_VALUE = Register("process value / degC", 1)
OUTPUT = Register("output / %", 3)
WORKING_OUTPUT = Register("working output / %", 4)
WORKING_SETPOINT = Register("working set-point / degC", 5)
PROPORTIONAL_BAND = Register("proportional band / K", 6)
INTEGRAL_TIME = Register("integral time / s", 8, "duration")
DERIVATIVE_TIME = Register("derivative time / s", 9, "duration")
ALARM_1 = Register("alarm 1 / degC", 13)
SELECTED_SETPOINT = Register("selected set-point", 15, "word")
PROGRAM = Register("selected program", 22, "word")
PROGRAM_STATUS = Register("program status", 23, "word")
SETPOINT_1 = Register("set-point 1 / degC", 24)
OUTPUT_HIGH = Register("output limit / %", 30)
SENSOR_BREAK_OUTPUT = Register("sensor-break output / %", 34)
SETPOINT_RATE_LIMIT = Register("set-point rate limit", 35)
LOOP_BREAK_TIME = Register("loop-break time / s", 83, "duration")
SETPOINT_1_HIGH = Register("set-point limit high / degC", 111)
SETPOINT_1_LOW = Register("set-point limit low / degC", 112)
FIRMWARE = Register("firmware", 107, "word")
IDENTIFIER = Register("identifier", 122, "word")
MODE = Register("instrument mode", 199, "word")
"""Only read, ever: what is written there may spoil the calibration."""
SEGMENTS = Register("segments", 211, "word")
POWER_FAILED = Register("power failed", 259, "word")
MANUAL = Register("manual", 273, "word")
ACKNOWLEDGE = Register("acknowledge alarms", 274, "word")
REMOTE = Register("remote set-point", 276, "word")
HOLDBACK_DISABLED = Register("holdback disabled", 278, "word")
UNITS = Register("units", 516, "word")
POWER_FAIL_RECOVERY = Register("power-fail recovery", 518, "word")
SERVO = Register("servo", 520, "word")
ALARM_1_TYPE = Register("alarm 1 type", 536, "word")
SENSOR_BREAK_ACTION = Register("sensor-break action", 553, "word")

RECORDED = (
    PROPORTIONAL_BAND,
    INTEGRAL_TIME,
    DERIVATIVE_TIME,
    ALARM_1_TYPE,
    ALARM_1,
    SELECTED_SETPOINT,
    SETPOINT_1,
    SETPOINT_1_LOW,
    SETPOINT_1_HIGH,
    SETPOINT_RATE_LIMIT,
    OUTPUT_HIGH,
    SENSOR_BREAK_ACTION,
    SENSOR_BREAK_OUTPUT,
    LOOP_BREAK_TIME,
    POWER_FAIL_RECOVERY,
    SERVO,
    UNITS,
    MODE,
    MANUAL,
    REMOTE,
    HOLDBACK_DISABLED,
    PROGRAM,
    PROGRAM_STATUS,
)
"""What belongs in a run's record."""

RESET, RUN, HOLD = 1, 2, 4
STATES: dict[int, ProgrammerState] = {1: "reset", 2: "run", 4: "hold", 8: "holdback", 16: "complete"}
"""Program status by its number; the 2400's, which differ from those of the 3200 series."""
CELSIUS, NORMAL_MODE, FULL_SCALE_HIGH, GO_TO_SET_VALUE = 0, 0, 2, 0
RECOVERIES = {0: "ramps back to where it was", 1: "resets", 2: "continues as if nothing had been"}
"""What the programme does after a power cut, by register 518."""
RECOVERY_RAMP_BACK, RECOVERY_RESET = 0, 1
