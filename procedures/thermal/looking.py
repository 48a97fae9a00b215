"""One look at furnace and vessel, as a row; a poll that stays silent costs its row, not the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bench.core.errors import CommunicationError, LinkLostError
from bench.core.programme import Ramp, TemperatureProgramme
from procedures.thermal.course import fastest_lately, highest_yet
from procedures.thermal.exotherm import Look

if TYPE_CHECKING:
    from bench.core.clock.interface import Clock
    from bench.core.roles import ProgrammerStatus, TemperatureProgrammer, Thermometer
    from bench.runs.columns import Value

ZERO_CELSIUS_K = 273.15
SILENT_FOR_S = 120.0
"""How long the controller may give no answer before the run is interrupted; its programme goes on."""


class Eyes:
    """Reads both instruments. `tell` is given what is odd, once each time it begins."""

    def __init__(
        self,
        clock: Clock,
        furnace: TemperatureProgrammer,
        vessel: Thermometer | None,
        tell: Callable[[str], None],
    ) -> None:
        self._clock = clock
        self._furnace = furnace
        self._vessel = vessel
        self._tell = tell
        self._heard = clock.now()
        self._blind = False

    @property
    def watch_vessel(self) -> bool:
        """Whether there is a thermometer on the vessel at all."""
        return self._vessel is not None

    def status(self) -> ProgrammerStatus | None:
        """None for a poll without an answer.

        Raises LinkLostError, so that the furnace is left to its controller, after SILENT_FOR_S without one.
        """
        try:
            status = self._furnace.programmer_status()
        except LinkLostError:
            raise
        except CommunicationError as error:
            if self._clock.now() - self._heard > SILENT_FOR_S:
                raise LinkLostError(
                    f"the controller has not answered for {SILENT_FOR_S:g} s: {error.what}",
                    instrument=self._furnace.name,
                    state="not known from here; it goes on with its programme if it has power",
                    remedy="look at display and cable, then start the bench again: it goes on recording",
                ) from error
            self._tell(f"no answer from the controller: {error.what}")
            return None
        self._heard = self._clock.now()
        return status

    def vessel_degC(self) -> float | None:
        """None without a thermometer, a signal or an answer."""
        if self._vessel is None:
            return None
        try:
            kelvin = self._vessel.temperature().value
        except CommunicationError:  # a lost link too: the furnace has to be watched all the same
            kelvin = None
        if (kelvin is None) != self._blind:
            self._blind = kelvin is None
            shows = "nothing" if self._blind else "something again"
            self._tell(f"the vessel's thermometer shows {shows}")
        return None if kelvin is None else kelvin - ZERO_CELSIUS_K


def row_of(status: ProgrammerStatus, vessel_degC: float | None) -> dict[str, Value]:
    """The row of this look."""
    return {
        "State": status.state,
        "Segment": status.segment,
        "Set-point": status.setpoint_degC,
        "Control": status.temperature_degC,
        "Vessel": vessel_degC,
        "Output": status.output_percent,
        "Programme left": status.programme_left_s,
        "Sensor break": status.sensor_break,
        "Loop break": status.loop_break,
        "Power failed": status.power_failed,
    }


def ramp_rate(status: ProgrammerStatus, programme: TemperatureProgramme) -> float:
    """K/min at which the set-point moves now; 0 in a dwell, in holdback and in hold."""
    if status.state != "run" or not 1 <= status.segment <= len(programme.segments):
        return 0.0
    segment = programme.segments[status.segment - 1]
    return segment.rate_K_per_min if isinstance(segment, Ramp) else 0.0


def look_of(status: ProgrammerStatus, vessel_degC: float | None, programme: TemperatureProgramme) -> Look:
    """The same for the rules."""
    return Look(
        time=status.time,
        setpoint_degC=status.setpoint_degC,
        rate_K_per_min=ramp_rate(status, programme),
        control_degC=status.temperature_degC,
        vessel_degC=vessel_degC,
        output_percent=status.output_percent,
        lately_K_per_min=fastest_lately(programme, status.segment, status.segment_left_s),
        highest_degC=highest_yet(programme, status.segment, status.setpoint_degC),
    )
