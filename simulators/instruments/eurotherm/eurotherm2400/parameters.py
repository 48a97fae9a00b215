"""The parameter table: what is simulated of HA026230 issue 3, sections 5.3, 5.4 and 5.7."""

from __future__ import annotations

from collections.abc import Callable

from simulators.instruments.eurotherm.eurotherm2400.alarms import TYPES
from simulators.instruments.eurotherm.eurotherm2400.controller import Controller
from simulators.instruments.eurotherm.eurotherm2400.programme_store import attribute
from simulators.instruments.eurotherm.eurotherm2400.settings import CONFIGURATION
from simulators.instruments.eurotherm.eurotherm2400.values import Kind, Parameter
from simulators.wire.modbus_rtu.unit import ILLEGAL_VALUE, ExceptionReply

CONTROLLER_VERSION, IDENTIFIER, MODE = 107, 122, 199


def table(
    controller: Controller, *, identity: int, version: int, now: Callable[[], float]
) -> dict[int, Parameter]:
    """By register number. `identity` and `version` as registers 122 and 107 show them."""
    return {
        **_live(controller),
        **_programmer(controller),
        **_operating(controller),
        **_alarms(controller),
        **_configuration(controller),
        CONTROLLER_VERSION: Parameter("word", lambda: version),
        IDENTIFIER: Parameter("word", lambda: identity),
        MODE: Parameter(
            "word",
            lambda: controller.mode,
            lambda mode: controller.set_mode(int(mode), now()),
            retained=False,
        ),
    }


def _live(it: Controller) -> dict[int, Parameter]:
    loop = it.loop

    def set_output(percent: float) -> None:
        if not loop.manual:
            raise ExceptionReply(ILLEGAL_VALUE)
        loop.output = max(it.settings.power_low, min(it.settings.power_high, percent))

    return {
        1: Parameter("float", lambda: it.pv),
        2: Parameter("float", lambda: it.selected_setpoint, _within_limits(it, it.select_setpoint)),
        3: Parameter("float", lambda: loop.output, set_output, 0, 100, retained=False),
        4: Parameter("float", lambda: loop.output),
        5: Parameter("float", lambda: it.working_setpoint),
        39: Parameter("float", lambda: it.pv - it.working_setpoint),
        74: Parameter("word", lambda: it.fast_status),
        75: Parameter("word", lambda: it.summary_status),
        258: Parameter("word", lambda: loop.sensor_break),
        259: Parameter("word", lambda: it.power_failed),
        263: Parameter("word", lambda: loop.loop_break),
        273: Parameter("word", lambda: loop.manual, lambda on: loop.set_manual(bool(on)), 0, 1),
        274: Parameter("word", lambda: 0, lambda on: _acknowledge(it, bool(on)), 0, 1, retained=False),
    }


def _acknowledge(it: Controller, on: bool) -> None:
    if on:
        it.alarms.acknowledge()
        it.power_failed = False


def _programmer(it: Controller) -> dict[int, Parameter]:
    one = it.programmer

    def select(number: float) -> None:
        if one.state != "reset":
            raise ExceptionReply(ILLEGAL_VALUE)
        it.settings.program = int(number)

    return {
        22: Parameter("word", lambda: it.settings.program, select, 1, it.store.programs),
        23: Parameter("word", lambda: one.code, lambda code: it.command(int(code)), 1, 16, retained=False),
        29: Parameter("word", lambda: one.segment_kind),
        36: Parameter("time", lambda: one.segment_left_s),
        56: Parameter("word", lambda: one.segment),
        58: Parameter("time", lambda: one.program_left_s),
        59: Parameter("word", lambda: one.cycles_left),
        160: Parameter("float", lambda: one.target),
        161: Parameter("float", lambda: one.rate),
        163: Parameter("float", lambda: one.setpoint),
        211: Parameter("word", lambda: it.store.segments),
        278: _kept(it, "holdback_disabled", "word", 0, 1),
    }


def _operating(it: Controller) -> dict[int, Parameter]:
    low, high = it.settings.range_low, it.settings.range_high
    return {
        6: _kept(it, "proportional_band", "float", 0.1, 9999.9),
        8: _kept(it, "integral_s", "time", 0, 9999),
        9: _kept(it, "derivative_s", "time", 0, 9999),
        10: _kept(it, "cycle_s", "float", 0.1, 999.9),
        15: _kept(it, "selected_sp", "word", 0, 1),
        24: _setpoint(it, "sp1"),
        25: _setpoint(it, "sp2"),
        26: Parameter(
            "float",
            lambda: it.settings.remote_sp,
            lambda value: setattr(it.settings, "remote_sp", value),
            low,
            high,
            retained=False,
        ),
        30: _kept(it, "power_high", "float", 0, 100),
        31: _kept(it, "power_low", "float", 0, 100),
        34: _kept(it, "sensor_break_power", "float", 0, 100),
        35: _kept(it, "rate_limit", "float", 0, 999.9),
        83: _kept(it, "loop_break_s", "time", 0, 9999),
        111: _kept(it, "sp_high", "float", low, high),
        112: _kept(it, "sp_low", "float", low, high),
        220: _kept(it, "ignore_unwritable", "word", 0, 1),
        276: _kept(it, "remote", "word", 0, 1),
    }


def _setpoint(it: Controller, name: str) -> Parameter:
    return Parameter(
        "float",
        lambda: float(getattr(it.settings, name)),
        _within_limits(it, lambda value: setattr(it.settings, name, value)),
    )


def _within_limits(it: Controller, write: Callable[[float], None]) -> Callable[[float], None]:
    """Between the set-point limits as they are when it is written."""

    def checked(value: float) -> None:
        if not it.settings.sp_low <= value <= it.settings.sp_high:
            raise ExceptionReply(ILLEGAL_VALUE)
        write(value)

    return checked


def _alarms(it: Controller) -> dict[int, Parameter]:
    settings = it.settings
    found: dict[int, Parameter] = {}
    for number, (setpoint, hysteresis) in enumerate(((13, 47), (14, 68), (81, 69), (82, 71))):
        found[setpoint] = _number(settings.alarm_setpoints, number)
        found[hysteresis] = _number(settings.alarm_hysteresis, number)
        found[536 + number] = _choice(settings.alarm_types, number, TYPES)
        found[540 + number] = _choice(settings.alarm_latching, number, frozenset({0, 1}))
    return found


def _number(values: list[float], place: int) -> Parameter:
    return Parameter(
        "float", lambda: values[place], lambda value: values.__setitem__(place, value), -9999, 9999
    )


def _choice(values: list[int], place: int, allowed: frozenset[int]) -> Parameter:
    def write(value: float) -> None:
        if value not in allowed:
            raise ExceptionReply(ILLEGAL_VALUE)
        values[place] = int(value)

    return Parameter("word", lambda: values[place], write, configuration=True)


def _configuration(it: Controller) -> dict[int, Parameter]:
    return {
        11: _fixed(it, "range_low", "float", -200, 1372),
        12: _fixed(it, "range_high", "float", -200, 1372),
        516: _fixed(it, "units", "word", 0, 0),
        517: Parameter("word", lambda: it.store.programs),
        518: _fixed(it, "power_fail", "word", 0, 2),
        520: _fixed(it, "servo", "word", 0, 1),
        523: _fixed(it, "comms_delay", "word", 0, 1),
        525: _fixed(it, "decimals", "word", 0, 2),
        531: _fixed(it, "rate_limit_units", "word", 0, 2),
        553: _fixed(it, "sensor_break_action", "word", 0, 1),
        12550: _fixed(it, "resolution", "word", 0, 1),
    }


def _kept(it: Controller, name: str, kind: Kind, low: float, high: float) -> Parameter:
    return attribute(it.settings, name, kind, low, high)


def _fixed(it: Controller, name: str, kind: Kind, low: float, high: float) -> Parameter:
    return attribute(it.settings, name, kind, low, high, configuration=True)


def refused(parameter: Parameter, mode: int) -> bool:
    """Whether a write to it is refused whatever the value."""
    return parameter.write is None or (parameter.configuration and mode != CONFIGURATION)
