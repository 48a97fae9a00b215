"""What a procedure may ask of an instrument, as small protocols in the field's words.

A procedure names roles, never models. Units are in the names where a bare float travels. Every role is an
`Instrument`: it has a name, an identity, and a safe state that it verifies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from bench.core.programme import TemperatureProgramme
from bench.core.readings import DeltaReading, Reading, SourceMeterReading

Load = Literal["passive", "cell"]
"""What hangs on the terminals. "passive": nothing that stores energy, output-off may short it.
"cell": a battery; off means open circuit, never 0 V."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answered: maker, model, serial number and firmware, with the reply as sent."""

    maker: str
    model: str
    serial: str
    firmware: str
    raw: str


@dataclass(frozen=True, slots=True)
class SafeReport:
    """Outcome of make_safe: `verified` only if the instrument itself confirmed the state by read-back."""

    instrument: str
    verified: bool
    state: str


@dataclass(frozen=True, slots=True)
class GuardReport:
    """Limits that the device itself enforces without the PC, as read back from it: {"end": "08:00"}.

    `verified` only if every limit of the present programme was read back and is what was asked for.
    """

    instrument: str
    verified: bool
    limits: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Published limits of error of one range: |error| <= relative*|value| + offset, in the reading's unit.

    Two separate calibration errors, constant within a range: `relative` (gain) scales with the value and
    survives current reversal, `offset` cancels in it. Each is a limit (rectangular), so its standard
    uncertainty is limit/sqrt(3). `source` names the table.
    """

    relative: float
    offset: float
    source: str


@runtime_checkable
class Instrument(Protocol):
    """Anything on the bench."""

    name: str

    def identity(self) -> Identity:
        """Ask the instrument who it is."""
        ...

    def make_safe(self) -> SafeReport:
        """Bring every output to its safe state and verify it by read-back; never energises anything.

        May be called at any time, from any state, any number of times. Raises SafeStateError when the
        state could not be verified.
        """
        ...


@runtime_checkable
class Thermometer(Instrument, Protocol):
    """Reads a temperature in kelvin."""

    def temperature(self) -> Reading:
        """The present temperature; unit "K"."""
        ...


ProgrammerState = Literal["reset", "run", "hold", "holdback", "complete", "unknown"]
"""What a programmer says it does. "complete": at its end and still controlling there. "unknown": it said
something that is none of these, which is not taken for any of them."""


@dataclass(frozen=True, slots=True)
class ProgrammerStatus:
    """One look at a temperature programmer, all of it read in one transaction at clock second `time`.

    Temperatures in degrees Celsius, None where the instrument has none to tell; `segment` counts from 1 and
    is 0 in reset; times are what the instrument expects to be left. `alarms` are its own numbers for them.
    """

    time: float
    state: ProgrammerState
    temperature_degC: float | None
    setpoint_degC: float
    output_percent: float
    segment: int
    segment_left_s: float
    programme_left_s: float
    manual: bool
    sensor_break: bool
    loop_break: bool
    power_failed: bool
    alarms: tuple[int, ...]


@runtime_checkable
class TemperatureProgrammer(Thermometer, Protocol):
    """Runs a temperature programme on the device itself, and finishes it without the PC.

    Usage: `load_programme`, `run_programme`, then `status` as often as needed; it ends by itself. Nothing
    here streams set-points. Closing the connection leaves it running.
    """

    def programmer_status(self) -> ProgrammerStatus:
        """What it does now; changes nothing."""
        ...

    def load_programme(self, programme: TemperatureProgramme) -> str:
        """Write the programme where it differs, read all of it back, compare; returns its fingerprint.

        Only in reset. Raises LimitError before anything is sent, ReadBackError if it does not hold it.
        """
        ...

    def read_programme(self) -> TemperatureProgramme:
        """The programme that the device holds now, or runs."""
        ...

    def run_programme(self, fingerprint: str) -> None:
        """Start the programme with this fingerprint, and confirm that it runs.

        Raises InstrumentError, with the programme not started, if the device holds another one or is not
        set up to be left alone.
        """
        ...

    def hold_programme(self) -> None:
        """Stop the programme's clock and stay at the present set-point; confirmed. It goes on heating."""
        ...

    def resume_programme(self) -> None:
        """Let a held programme go on; confirmed."""
        ...

    def reset_programme(self) -> None:
        """End the programme: back to the set-point outside it; confirmed. See `make_safe` for more."""
        ...

    def acknowledge_alarms(self) -> None:
        """Acknowledge latched alarms; those whose cause is still there stay."""
        ...

    def guard_report(self) -> GuardReport:
        """Whether it may be left alone: its end, its limits, what it does after a failure; read back now."""
        ...


@dataclass(frozen=True, slots=True)
class FlowStatus:
    """One look at a mass flow controller: all of it from one reply.

    `flow` is what it measures, in "sccm": cubic centimetres a minute at 0 degC and 1 atm; a set-point never
    stands for it. `gas` is the one that it is set to and calibrates for, as it writes it. `held` says that
    its valve is held by hand, so that nothing controls the flow.
    """

    flow: Reading
    setpoint_sccm: float
    gas: str
    held: bool


@runtime_checkable
class FlowController(Instrument, Protocol):
    """Measures a gas flow and controls it to a set-point.

    What `make_safe` does to it depends on the gas: one that protects a hot charge goes on flowing.
    """

    def flow_status(self) -> FlowStatus:
        """Flow, set-point and gas, now; changes nothing."""
        ...

    def set_flow(self, sccm: float) -> None:
        """Control to this flow (0 closes), and read it back. Raises LimitError before anything is sent."""
        ...


@dataclass(frozen=True, slots=True)
class DeclaredFlow:
    """What `by` says that flows, at clock second `time`: declared, not measured, and so no Reading.

    `sccm`: cubic centimetres a minute at 0 degC and 1 atm.
    """

    sccm: float
    gas: str
    by: str
    time: float


@runtime_checkable
class DeclaredFlowMeter(Instrument, Protocol):
    """A flow that a person reads: nothing here measures or controls it."""

    def declare_flow(self, *, sccm: float, gas: str, by: str) -> DeclaredFlow:
        """Keep what a person has read, with who has read it."""
        ...

    def declared_flow(self) -> DeclaredFlow | None:
        """What was declared last; None if nobody has said anything since the connection was made."""
        ...


@runtime_checkable
class PressureGauge(Instrument, Protocol):
    """Reads a pressure in pascal, absolute."""

    def pressure(self) -> Reading:
        """The present pressure; unit "Pa"."""
        ...


@runtime_checkable
class Voltmeter(Instrument, Protocol):
    """Reads a voltage."""

    def voltage(self) -> Reading:
        """One conversion; unit "V"."""
        ...


@runtime_checkable
class Ammeter(Instrument, Protocol):
    """Reads a current."""

    def current(self) -> Reading:
        """One conversion; unit "A"."""
        ...


@runtime_checkable
class SourceMeter(Instrument, Protocol):
    """Sources current or voltage within a compliance and measures both at the specimen.

    Usage: `source_current` or `source_voltage` (output stays off, level zero), then `set_output(True)`,
    then `set_level` and `measure` as often as needed, then `set_output(False)`.
    """

    load: Load

    def source_current(
        self, *, range_A: float, compliance_V: float, voltage_range_V: float | None = None
    ) -> None:
        """Source current: fixed source range, voltage compliance, voltage range (None: the compliance's).

        Leaves the output off and the level at zero. Raises LimitError before anything is sent,
        ReadBackError if a setting did not take.
        """
        ...

    def source_voltage(
        self, *, range_V: float, compliance_A: float, current_range_A: float | None = None
    ) -> None:
        """Source voltage: fixed source range, current compliance, current range (None: the compliance's)."""
        ...

    def set_level(self, level: float) -> None:
        """The source level in A or V, whichever is sourced."""
        ...

    def set_output(self, on: bool) -> None:
        """Switch the output on or off and verify it."""
        ...

    def output_is_on(self) -> bool:
        """Ask the instrument whether its output is on."""
        ...

    def set_four_wire(self, on: bool) -> None:
        """Sense at the specimen (remote) or at the meter's terminals (local). Output must be off."""
        ...

    def set_nplc(self, cycles: float) -> None:
        """Integration time in power-line cycles."""
        ...

    def set_source_delay(self, seconds: float) -> None:
        """Wait between a change of the source and the conversion."""
        ...

    def line_frequency_Hz(self) -> float:
        """The power-line frequency the meter itself integrates over."""
        ...

    def measure(self) -> SourceMeterReading:
        """One conversion with compliance decoded. Changes no setting."""
        ...

    def current_ranges_A(self) -> tuple[float, ...]:
        """Full scales, ascending."""
        ...

    def voltage_ranges_V(self) -> tuple[float, ...]:
        """Full scales, ascending."""
        ...

    def accuracy(self, reading: Reading) -> Accuracy | None:
        """Published accuracy for the range of this reading (unit "V" or "A"), None where none is known."""
        ...


@runtime_checkable
class CurrentSource(Instrument, Protocol):
    """Sources a current within a voltage compliance and measures nothing itself.

    Usage: `source_current` (output stays off, level zero), then `set_output(True)`, then `set_level` as often
    as needed; ask `in_compliance` beside every voltage that another instrument reads.
    """

    load: Load

    def source_current(self, *, range_A: float, compliance_V: float) -> None:
        """Fixed source range, voltage compliance; leaves the output off and the level at zero.

        Raises LimitError before anything is sent, ReadBackError if a setting did not take.
        """
        ...

    def set_level(self, level: float) -> None:
        """The current in A."""
        ...

    def set_output(self, on: bool) -> None:
        """Switch the output on or off and verify it."""
        ...

    def output_is_on(self) -> bool:
        """Ask the instrument whether its output is on."""
        ...

    def in_compliance(self) -> bool:
        """Ask whether the source is limited by its compliance now: then the current is not what was set."""
        ...

    def current_ranges_A(self) -> tuple[float, ...]:
        """Full scales, ascending."""
        ...

    def current_accuracy(self) -> Accuracy | None:
        """Published accuracy of the level on the present range, None where none is known."""
        ...


@runtime_checkable
class DeltaMeter(Instrument, Protocol):
    """Measures a voltage while it reverses a current by itself, so that thermal EMFs cancel.

    Usage: `arm_delta`, `start_delta`, then `next_delta` as often as needed, then `stop_delta`.
    """

    load: Load

    def arm_delta(
        self,
        *,
        current_A: float,
        compliance_V: float,
        voltage_range_V: float,
        nplc: float = 1.0,
        delay_s: float = 2e-3,
        count: int | None = None,
    ) -> None:
        """Prepare +-`current_A`; `delay_s` from each reversal to its conversion, `count` readings or no end.

        Leaves the output off. Raises LimitError before anything is sent, InstrumentError with the remedy if
        a part of the set-up does not answer.
        """
        ...

    def start_delta(self) -> None:
        """Switch the output on and begin to reverse."""
        ...

    def next_delta(self) -> DeltaReading:
        """Wait for a reading that was not returned before. Raises InstrumentError when the test has ended."""
        ...

    def delta_readings(self) -> tuple[DeltaReading, ...]:
        """Wait for the end of a test with a `count`, then all its readings."""
        ...

    def stop_delta(self) -> None:
        """End the test: output off, level zero, verified."""
        ...

    def delta_accuracy(self) -> Accuracy | None:
        """What is left of the voltmeter's limits of error after the reversal (its gain), None if unknown."""
        ...
