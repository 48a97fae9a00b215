"""How a programme is started, and how one that goes on is found again after a crash of the PC."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bench.core.errors import MeasurementError
from procedures.thermal.looking import ZERO_CELSIUS_K
from procedures.thermal.progress import Progress, utc_text

if TYPE_CHECKING:
    from bench.core.programme import TemperatureProgramme
    from bench.core.roles import ProgrammerStatus, TemperatureProgrammer, Thermometer
    from bench.runs.context import Restored, RunContext

LATE_FACTOR, LATE_S = 1.25, 3600.0
"""How much longer than planned a programme may take, by holdback or a cut, before it is ended."""
SAME_TEMPERATURE_K = 20.0
"""How far two thermometers in a furnace that rests may be apart."""


def start(
    context: RunContext,
    furnace: TemperatureProgrammer,
    vessel: Thermometer | None,
    programme: TemperatureProgramme,
    *,
    recipe: Mapping[str, Any],
    start_max_degC: float,
) -> Progress:
    """Load, read back, compare, run, confirm; a checkpoint before and after the start.

    A kill between the two leaves a programme that runs and is recognised, or one that was not started and is
    not. Raises MeasurementError with every reason not to start; what the controller itself objects to is an
    InstrumentError.
    """
    _refuse_unfit(furnace.programmer_status(), vessel, start_max_degC)
    furnace.acknowledge_alarms()  # a power failure of before is none of this run
    progress = Progress(furnace.load_programme(programme), loaded=utc_text(context.clock.utc()))
    held = furnace.read_programme()
    context.fact("programme", {**held.as_json(), "fingerprint": progress.fingerprint})
    context.fact("recipe", dict(recipe))
    context.checkpoint("loaded", **progress.as_json())
    furnace.run_programme(progress.fingerprint)
    report = furnace.guard_report()
    context.fact("guard", {"verified": report.verified, "limits": dict(report.limits)})
    if not report.verified:
        furnace.reset_programme()
        raise MeasurementError(
            "the controller could not be left alone with this programme, so it was reset",
            instrument=furnace.name,
            remedy=report.limits.get("not to be relied on", "look at its front panel"),
        )
    _expect_end(context, progress, furnace.programmer_status(), programme)
    context.fact("started", utc_text(context.clock.utc()))
    context.checkpoint("started", **progress.as_json())
    return progress


def found_again(
    context: RunContext, restored: Restored, status: ProgrammerStatus, programme: TemperatureProgramme
) -> Progress:
    """What the last checkpoint kept, and the gap named. Sends nothing."""
    progress = Progress.of(restored.state)
    gap = {"until": utc_text(context.clock.utc()), "seconds": restored.gap_s, "why": "the bench was lost"}
    progress.gaps.append(gap)
    context.fact("gaps", progress.gaps)
    context.note(
        f"found again: the controller is in {status.state}, segment {status.segment}, and holds the "
        f"programme of this run; {restored.gap_s:.0f} s were not recorded",
        fingerprint=progress.fingerprint,
    )
    if progress.phase == "loaded":
        _expect_end(context, progress, status, programme)
    return progress


def _expect_end(
    context: RunContext, progress: Progress, status: ProgrammerStatus, programme: TemperatureProgramme
) -> None:
    utc = context.clock.utc()
    progress.phase = "heating"
    progress.due = utc_text(utc, status.programme_left_s)
    progress.latest = utc_text(utc, LATE_FACTOR * programme.duration_s(status.setpoint_degC) + LATE_S)


def _refuse_unfit(status: ProgrammerStatus, vessel: Thermometer | None, start_max_degC: float) -> None:
    wrong = []
    control = status.temperature_degC
    if status.state != "reset":
        wrong.append(f"its programmer is in {status.state}, and that programme is not touched")
    if control is None:
        wrong.append("its thermocouple is broken")
    elif control > start_max_degC:
        wrong.append(f"it is at {control:.0f} degC, and may be at {start_max_degC:g} degC at the start")
    if vessel is not None:
        kelvin = vessel.temperature().value
        at_degC = None if kelvin is None else kelvin - ZERO_CELSIUS_K
        if at_degC is None:
            wrong.append(f"the thermometer '{vessel.name}' on the vessel shows nothing")
        elif control is not None and abs(at_degC - control) > SAME_TEMPERATURE_K:
            wrong.append(
                f"'{vessel.name}' on the vessel shows {at_degC:.0f} degC, the controller {control:.0f} degC"
            )
    if wrong:
        raise MeasurementError(
            f"the furnace is not started: {'; '.join(wrong)}",
            state="nothing was loaded into the controller",
            remedy="put that right; let a hot furnace cool first",
        )
