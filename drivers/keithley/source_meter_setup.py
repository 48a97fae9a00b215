"""One configuration of a Keithley source meter, as current or voltage source, checked before it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from bench.core.limits import Limits
from drivers.keithley import source_meter_ranges as ranges
from drivers.keithley.source_meter_settings import Side


@dataclass(frozen=True, slots=True)
class Setup:
    """One configuration, every number of it possible."""

    source: Side
    measured: Side
    source_range: float
    compliance: float
    compliance_range: float
    measured_range: float

    @property
    def compliance_step(self) -> float:
        """Resolution of the compliance."""
        return self.compliance_range / ranges.COMPLIANCE_COUNTS

    def range_of(self, side: Side) -> float:
        """Full scale of a measured quantity; the sourced one is measured on its source range.

        2400S-900-01 p. 18-62, 2450-901-01 p. 6-53.
        """
        return self.source_range if side is self.source else self.measured_range


def checked(
    source: Side,
    measured: Side,
    *,
    wanted: float,
    compliance: float,
    measuring: float | None,
    limits: Limits,
    can: ranges.Capability,
    model: str,
    instrument: str,
) -> Setup:
    """The setup for a source range that reaches `wanted`, or LimitError; sends nothing.

    Without `measuring` the measuring range is that of the compliance. A range is no level: a station's
    limit on the sourced quantity is checked with each level, on the limited one here.
    """

    def fits(value: float, among: tuple[float, ...], what: str) -> float:
        return ranges.range_for(value, among, what, instrument=instrument, overrange=can.overrange)

    source_range = fits(wanted, source.source_ranges or source.ranges, "source range")
    limits.check(measured.quantity, compliance, instrument=instrument)
    least = can.least(measured.unit, measured.ranges[0])
    ranges.check_compliance(compliance, measured.unit, least=least, instrument=instrument)
    compliance_range = fits(compliance, measured.ranges, "compliance")
    measured_range = compliance_range
    if measuring is not None:
        measured_range = fits(measuring, measured.ranges, "measuring range")
        ranges.check_measuring_range(measured_range, compliance_range, instrument=instrument)
    volts, amps = (compliance, source_range) if source.unit == "A" else (source_range, compliance)
    ranges.check_envelope(volts, amps, can=can, model=model, instrument=instrument)
    return Setup(source, measured, source_range, compliance, compliance_range, measured_range)
