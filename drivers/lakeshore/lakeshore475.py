"""Lake Shore 475 DSP gaussmeter: a field meter, and a field source where its output programs a supply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from bench.core.errors import ConfigError, LimitError, Problem
from bench.core.limits import Limit
from bench.core.roles import FieldMeter, FieldSource, SafeReport
from drivers.lakeshore import field_control
from drivers.lakeshore.field_control import FieldControl
from drivers.lakeshore.gaussmeter import LINE, LakeShoreGaussmeter

LARGEST_T = 3.5
"""More than any electromagnet that such a supply feeds."""


class LakeShore475(LakeShoreGaussmeter):
    """One Lake Shore 475. Plays the roles FieldMeter and, with `field_control`, FieldSource.

    Option `field_control` (true) says that its analog output programs a magnet supply; see
    drivers.lakeshore.field_control for the others. Its safe state: the loop ramped down and off.
    """

    connection: ClassVar = LINE
    identity_pattern: ClassVar = r"LSCI\s*,\s*MODEL\s*475\s*,"
    limit_units: ClassVar = {"field": "T"}
    model_limits: ClassVar = {"field": Limit(-35.0, 35.0, "T", "model 475")}
    has_output: ClassVar = True
    option_names: ClassVar = (
        LakeShoreGaussmeter.option_names | {"field_control"} | frozenset(field_control.OPTIONS)
    )
    readable: ClassVar = (
        *LakeShoreGaussmeter.readable,
        field_control.MODE,
        field_control.PARAMETERS,
        field_control.SETPOINT,
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        found = field_control.problems(self._options, self.name)
        if self.load == "cell":
            place = f"instruments.{self.name}.load"
            found.append(Problem(place, 'a gaussmeter drives no "cell"', 'load = "passive"'))
        if found:
            raise ConfigError(found)
        self._control = FieldControl(self._link, self._options)

    # ---- the field

    def set_field(self, field_T: float) -> None:
        """Begin to go to this field under closed loop and return at once.

        Raises LimitError before anything is sent (station, probe, or no closed loop here), InstrumentError
        for a change of sign that does not start at zero or another unit at the front panel, ReadBackError.
        """
        if not self._options.get("field_control", False):
            raise LimitError(
                "the station does not say that this gaussmeter programs a magnet supply",
                instrument=self.name,
                state="nothing was sent",
                remedy="cable its analog output to a supply, and give the option field_control = true",
            )
        self._check_limit("field", field_T)
        if abs(field_T) > self.largest_field_T():
            raise LimitError(
                f"{field_T:g} T is beyond the probe ({self.largest_field_T():g} T)",
                instrument=self.name,
                state="nothing was sent",
            )
        self._control.go_to(field_T)

    def is_ramping(self) -> bool:
        """Whether the measured field is not yet at the set-point (option `control_settled_T`)."""
        return self._control.is_moving()

    def largest_field_T(self) -> float:
        """What station and probe allow."""
        found = self._limits.tightest("field")
        assert found is not None, "the model has a limit for it"
        return min(found[1], *self.field_ranges_T()[-1:])

    # ---- safety

    @property
    def safe_within_s(self) -> float:
        """make_safe may take so long: the longest ramp there can be."""
        return self._longest_ramp_s() + 2 * field_control.SPARE_S

    def _longest_ramp_s(self) -> float:
        found = self._limits.tightest("field")
        largest_T = min(found[1], LARGEST_T) if found else LARGEST_T
        return largest_T / self._control.ramp_T_per_s + field_control.SPARE_S

    def make_safe(self) -> SafeReport:
        """Closed loop ramped down and off, verified. Raises SafeStateError."""
        return field_control.make_safe(self._link, within_s=self._longest_ramp_s())

    def output_is_on(self) -> bool:
        """Whether it controls a field."""
        return self._get(field_control.MODE)


if TYPE_CHECKING:

    def _plays_its_roles(meter: LakeShore475) -> tuple[FieldMeter, FieldSource]:
        return meter, meter
