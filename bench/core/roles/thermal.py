"""Thermometers, and controllers that run a temperature programme by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from bench.core.programme import TemperatureProgramme
from bench.core.readings import Reading
from bench.core.roles.instrument import GuardReport, Instrument


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
