"""The closed loop of a Lake Shore 475: its analog output programs a magnet supply, so that the field is held.

CMODE, CPARAM and CSETP, with the limits that another driver checks (spynwave's for the 475). A PI controller
in the gaussmeter does the work, so the field is held without the PC, and stays when the PC is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.core.errors import InstrumentError, Problem, ReadBackError
from bench.core.limits import Limit
from bench.core.roles import SafeReport
from drivers import replies
from drivers.lakeshore import gaussmeter_settings as commands
from drivers.link import Link
from drivers.replies import ReplyShapeError
from drivers.safe_state import Step, bring_to_safe, urgent
from drivers.settings import Setting, exact, get, number, put

ZERO_T = 0.02
"""Less than this counts as no field for a change of sign, and for switching the loop off: more than any
remanence, and a few amperes of a magnet of some 10 mT/A (our choice)."""
LOOK_S = 0.5
SPARE_S = 10.0
OPTIONS: Mapping[str, tuple[float, Limit]] = {
    "control_p": (1.0, Limit(0.01, 1000.0, "", "model 475")),
    "control_i": (0.1, Limit(1e-4, 1000.0, "", "model 475")),
    "control_ramp_T_per_min": (1.0, Limit(1e-3, 1e3, "T/min", "model 475")),
    "control_slope_V_per_min": (10.0, Limit(0.01, 1000.0, "V/min", "model 475")),
    "control_settled_T": (5e-4, Limit(1e-9, 1.0, "T", "the driver")),
}
"""By option of the station: the default, and what may be given."""


def _four(reply: str) -> tuple[float, ...]:
    return tuple(replies.number(one) for one in replies.fields(4)(reply))


def _same(asked: tuple[float, ...], held: tuple[float, ...], _: float) -> bool:
    return all(abs(a - b) <= 1e-3 * abs(a) for a, b in zip(asked, held, strict=True))


MODE: Setting[bool] = Setting(
    "field_control", "CMODE", replies.on_off, lambda on: str(int(on)), lambda asked, held, _: asked == held
)
PARAMETERS: Setting[tuple[float, ...]] = Setting(
    "field_control_p_i_ramp_slope", "CPARAM", _four, lambda values: ",".join(map(exact, values)), _same
)
SETPOINT = number("field_setpoint_T", "CSETP", tolerance=5e-6)


def problems(options: Mapping[str, Any], instrument: str) -> list[Problem]:
    """What is wrong with these options."""
    return [
        Problem(
            f"instruments.{instrument}.options.{key}",
            f"{options[key]!r} cannot be used",
            f"{limit.low:g} to {limit.high:g} {limit.unit}",
        )
        for key, (_, limit) in OPTIONS.items()
        if key in options and not (isinstance(options[key], int | float) and limit.allows(options[key]))
    ]


class FieldControl:
    """The loop of one gaussmeter behind `link`, with the options of the station."""

    def __init__(self, link: Link, options: Mapping[str, Any]) -> None:
        self._link = link
        values = {key: float(options.get(key, default)) for key, (default, _) in OPTIONS.items()}
        self._parameters = tuple(
            values[key]
            for key in ("control_p", "control_i", "control_ramp_T_per_min", "control_slope_V_per_min")
        )
        self.ramp_T_per_s = values["control_ramp_T_per_min"] / 60
        self.settled_T = values["control_settled_T"]

    def go_to(self, field_T: float) -> None:
        """Begin to go to this field. The unit has to be tesla, and is asked: a set-point is in *its* unit.

        Raises InstrumentError for a change of sign that does not start at zero, ReadBackError.
        """
        with self._link.lock:
            self._require_tesla()
            if not get(self._link, MODE):
                put(self._link, PARAMETERS, self._parameters)
                put(self._link, SETPOINT, 0.0)
                put(self._link, MODE, True)
            elif not _same(self._parameters, get(self._link, PARAMETERS), 0.0):
                raise ReadBackError(
                    "the control parameters are not what was set",
                    instrument=self._link.name,
                    state="the set-point is as it was",
                    remedy="leave the front panel alone; make it safe, then go on",
                )
            self._require_through_zero(field_T)
            put(self._link, SETPOINT, field_T)

    def is_moving(self) -> bool:
        """Whether the measured field is further from the set-point than `control_settled_T`."""
        with self._link.lock:
            self._require_tesla()
            if not get(self._link, MODE):
                return False
            return abs(_field_T(self._link) - get(self._link, SETPOINT)) > self.settled_T

    def _require_tesla(self) -> None:
        unit = get(self._link, commands.UNIT)
        if unit != commands.TESLA:
            raise InstrumentError(
                f"it works in {commands.UNIT_NAMES.get(unit, unit)}, tesla was set",
                instrument=self._link.name,
                state="nothing was sent, the set-point is as it was",
                remedy="leave the front panel alone; configure again (measure_field)",
            )

    def _require_through_zero(self, field_T: float) -> None:
        held_T, present_T = get(self._link, SETPOINT), _field_T(self._link)
        if field_T * held_T < 0 or (field_T * present_T < 0 and abs(present_T) > ZERO_T):
            raise InstrumentError(
                f"from {held_T:g} T ({present_T:.4g} T measured) to {field_T:g} T changes the sign",
                instrument=self._link.name,
                state="nothing was sent, the set-point is as it was",
                remedy="set 0 first, wait until it no longer ramps, then the other sign",
            )


def make_safe(link: Link, *, within_s: float) -> SafeReport:
    """Set-point zero, wait until the field is nearly gone, loop off; verified. Raises SafeStateError.

    The loop ramps down first, because what the output does when it is switched off under current is not
    documented. After `within_s` it is switched off all the same.
    """
    with urgent(link) as port:
        steps: list[Step] = [
            ("clear", port.clear),
            ("ramp down", lambda: _ramp_down(port, within_s)),
            ("loop off", lambda: port.write(f"{MODE.command} 0")),
        ]
        return bring_to_safe(link.name, steps, lambda: _verify(port))


def _ramp_down(link: Link, within_s: float) -> None:
    if not get(link, MODE):
        return
    link.write(f"{SETPOINT.command} 0")
    unit = get(link, commands.UNIT)
    per_T = {2: 1.0, 1: 1e4, 3: 1e4, 4: 795774.7}.get(unit, 1.0)
    until = link.clock.now() + within_s
    while abs(_field_T(link)) / per_T > ZERO_T and link.clock.now() < until:
        link.clock.sleep(LOOK_S)


def _verify(link: Link) -> tuple[bool, str]:
    on = get(link, MODE)
    return not on, f"field control {'ON' if on else 'off'}"


def _field_T(link: Link) -> float:
    return link.ask("RDGFIELD?", _number_or_overload)


def _number_or_overload(reply: str) -> float:
    try:
        return replies.number(reply)
    except ReplyShapeError:
        if reply.strip().lstrip("+-").upper() == "OL":
            return float("inf")
        raise
