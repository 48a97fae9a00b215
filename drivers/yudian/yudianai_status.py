"""One look at the programmer: working state, step, and the times of the segments that are left."""

from __future__ import annotations

from bench.core.clock import Clock
from bench.core.errors import InstrumentError
from bench.core.roles import ProgrammerStatus
from drivers.aibus import Answer
from drivers.yudian import yudianai_guard as guard
from drivers.yudian import yudianai_parameters as known
from drivers.yudian.parameters import Parameters
from drivers.yudian.yudianai_programme import MOST


def state(parameters: Parameters) -> str:
    """What the programmer says it does."""
    return state_of(parameters.ask(known.WORKING_STATE.code))


def state_of(answer: Answer) -> str:
    """From a reply to the working state (4DH)."""
    return known.STATES.get(answer.value & 3, "unknown")


def read_status(
    parameters: Parameters, clock: Clock, *, step_min: float, instrument: str
) -> ProgrammerStatus:
    """All of it. Times are those of this programme's remaining segments; there is no flag of a power cut.

    Raises InstrumentError while something runs in a mode whose times cannot be told.
    """
    decimals, _ = parameters.point()
    answer = parameters.ask(known.WORKING_STATE.code)
    now = known.STATES.get(answer.value & 3, "unknown")
    step, segment_left_s, programme_left_s = 0, 0.0, 0.0
    if now in ("run", "hold"):
        step, segment_left_s, programme_left_s = _times(parameters, step_min, instrument)
    broken = bool(answer.flags & known.OVER_RANGE)
    return ProgrammerStatus(
        time=clock.now(),
        state=now,
        temperature_degC=None if broken else answer.process / 10**decimals,
        setpoint_degC=answer.setpoint / 10**decimals,
        output_percent=answer.output_percent,
        segment=step,
        segment_left_s=segment_left_s,
        programme_left_s=programme_left_s,
        manual=bool(answer.value & known.MANUAL),
        sensor_break=broken,
        loop_break=False,
        power_failed=False,
        alarms=tuple(number for number in range(1, known.ALARMS + 1) if answer.flags >> (number - 1) & 1),
    )


def _times(parameters: Parameters, step_min: float, instrument: str) -> tuple[int, float, float]:
    """The step, and what is left of it and of the programme."""
    mode = parameters.get(known.PROGRAM_MODE)
    if mode != guard.RAMP_IN_MINUTES:
        raise InstrumentError(
            f"it runs a programme in mode PAF {mode!r}, whose times cannot be told",
            instrument=instrument,
            state="it runs on; nothing was changed",
            remedy="ask for its temperature alone, or set PAF to 0 when it is stopped",
        )
    step = parameters.ask(known.STEP.code).value
    left = []
    for number in range(max(1, step), MOST + 1):
        _, of_time = known.segment(number)
        counts = parameters.ask(of_time.code).value
        if counts <= 0:
            break
        left.append(60 * step_min * counts)
    if not left:
        return step, 0.0, 0.0
    elapsed = parameters.get(known.ELAPSED)
    gone_s = min(left[0], 60 * (elapsed or 0.0))
    return step, left[0] - gone_s, sum(left) - gone_s
