"""Safe for a furnace: programme stopped, manual output 0 %, output 0 % by the controller's word.

The controller cannot open the contactor, and does not notice a relay that is welded.
"""

from __future__ import annotations

from bench.core.errors import BenchError, CommunicationError, SafeStateError
from drivers.link import Link
from drivers.safe_state import Step
from drivers.yudian import yudianai_parameters as known
from drivers.yudian import yudianai_status as status
from drivers.yudian.parameters import Parameter, Parameters
from drivers.yudian.yudianai_identity import PROGRAMMERS, identified

PATIENCE_S = 4.0
"""How long the output may take to come to zero by itself."""
POLL_S = 0.5
REMEDY = "switch the furnace off at its mains, leave a hot or sealed vessel where it is, keep the gas on"


def require_current(parameters: Parameters, instrument: str) -> None:
    """Raise SafeStateError unless it may be written to: elsewhere the stop is a segment's time."""
    try:
        word = parameters.ask(known.MODEL.code).value
    except BenchError as error:
        what = f"which unit it is could not be read ({error.what})"
    else:
        if word in PROGRAMMERS:
            return
        what = f"nothing can be stopped there: {identified(word).raw!r} answers"
    raise SafeStateError(
        what,
        instrument=instrument,
        step="make_safe",
        state="TREAT THE OUTPUT AS LIVE; nothing was written to it, and it does what it did",
        remedy=REMEDY,
    )


def steps(link: Link, parameters: Parameters) -> list[Step]:
    """What takes the heat away, most urgent first; writes only what differs."""
    return [
        ("stop the programme", lambda: _stop(parameters)),
        ("failure output to 0", lambda: _at_most_0(parameters, known.FAILURE_OUTPUT)),
        ("lowest output to 0", lambda: _at_most_0(parameters, known.OUTPUT_LOW)),
        ("output to 0", lambda: _output_off(link, parameters)),
    ]


def _stop(parameters: Parameters) -> None:
    """Sent even where nothing comes back: a stop is harmless, and the way there may be whole."""
    try:
        parameters.put(known.RUN, known.STOPPED)
    except CommunicationError:
        parameters.send(known.RUN, known.STOPPED)
        raise


def _at_most_0(parameters: Parameters, parameter: Parameter) -> None:
    parameters.put(parameter, min(0, parameters.ask(parameter.code).value))


def _output_off(link: Link, parameters: Parameters) -> None:
    """By itself if it comes soon; in manual, or where something else keeps it up, by hand."""
    until = link.clock.now() + PATIENCE_S
    while (answer := parameters.ask(known.WORKING_STATE.code)).output_percent > 0:
        if answer.value & known.MANUAL or link.clock.now() >= until:
            parameters.put(known.AUTOMATIC, 0)
            parameters.put(known.MANUAL_OUTPUT, 0)
            link.clock.sleep(POLL_S)
            return
        link.clock.sleep(POLL_S)


def verify(parameters: Parameters) -> tuple[bool, str]:
    """Whether it cannot heat any more, and what it says."""
    decimals, _ = parameters.point()
    answer = parameters.ask(known.WORKING_STATE.code)
    now = status.state_of(answer)
    broken = answer.flags & known.OVER_RANGE
    reads = (
        "its thermocouple is broken, and how hot it is nobody knows"
        if broken
        else f"it reads {answer.process / 10**decimals:g} degC"
    )
    mode = "in manual, " if answer.value & known.MANUAL else ""
    told = (
        f"programme {now}, {mode}output {answer.output_percent} %; {reads}. It cools only by itself. "
        "The controller cannot open the contactor, and a welded relay shows only as a temperature that does "
        "not fall"
    )
    return now == "reset" and answer.output_percent <= 0, told
