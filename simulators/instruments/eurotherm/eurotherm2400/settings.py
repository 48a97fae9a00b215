"""What the controller keeps in its EEPROM: as shipped where a source says so, else set up for a furnace."""

from __future__ import annotations

from dataclasses import dataclass, field

RAMP_BACK, RESET, CONTINUE = 0, 1, 2
"""Power-fail recovery (register 518)."""
GO_TO_SET_VALUE, HOLD_OUTPUT = 0, 1
"""Sensor-break action (register 553)."""
NORMAL, STANDBY, CONFIGURATION = 0, 1, 2
"""Instrument mode (register 199)."""


@dataclass(slots=True)
class Settings:
    """Temperatures in degC, powers in percent, times in seconds; choices by their Modbus numbers."""

    sp1: float = 20.0
    sp2: float = 0.0
    selected_sp: int = 0
    sp_high: float = 1200.0
    sp_low: float = 0.0
    rate_limit: float = 0.0
    rate_limit_units: int = 1
    remote_sp: float = 0.0
    remote: int = 0
    proportional_band: float = 60.0
    integral_s: float = 300.0
    derivative_s: float = 60.0
    power_high: float = 100.0
    power_low: float = 0.0
    cycle_s: float = 1.0
    sensor_break_power: float = 0.0
    sensor_break_action: int = GO_TO_SET_VALUE
    loop_break_s: float = 0.0
    alarm_setpoints: list[float] = field(default_factory=lambda: [0.0] * 4)
    alarm_types: list[int] = field(default_factory=lambda: [0] * 4)
    alarm_latching: list[int] = field(default_factory=lambda: [0] * 4)
    alarm_hysteresis: list[float] = field(default_factory=lambda: [1.0] * 4)
    range_low: float = -200.0
    range_high: float = 1372.0
    decimals: int = 1
    units: int = 0
    resolution: int = 0
    servo: int = 0
    power_fail: int = RESET
    holdback_disabled: int = 0
    ignore_unwritable: int = 0
    comms_delay: int = 0
    program: int = 1
