"""Whether the controller can be left alone with its programme: its end, and what it does after a failure.

V9.3, chapter 4. PAF's bits after the AI series' operation instructions, B aside from memory: A (1) ready
function, B (2) soak instead of ramp mode, C (4) hours instead of minutes, D (8) start at the measured value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bench.core.limits import Limits
from bench.core.programme import TemperatureProgramme
from drivers.yudian import yudianai_parameters as known
from drivers.yudian.parameters import Parameter, Parameters

Values = Mapping[Parameter, float | None]

ASKED = (
    known.CONTROL,
    known.AUTOMATIC,
    known.AUTOTUNE,
    known.UNIT,
    known.ACTION,
    known.OUTPUT_LOW,
    known.FAILURE_OUTPUT,
    known.POWER_ON,
    known.PROGRAM_MODE,
    known.SETPOINT_HIGH,
    known.SETPOINT_LOW,
    known.RATE_UP,
    known.RATE_DOWN,
    known.HIGH_ALARM,
)
"""Parameters that have to be read for a judgement."""
RAMP_IN_MINUTES = 0
"""The one PAF whose whole meaning is known to be ours."""
POWER_ON_STOPS = 1
_CELSIUS = (0, 2)
_REVERSE = (0, 2)
_CONTROLS = (0, 1, 2)
_AUTO = (1, 3)
_POWER_ON = ("goes on", "stops", "runs from the first step", "goes on unless the deviation alarms", "holds")


def read(parameters: Parameters) -> Values:
    """All of them, now."""
    decimals, _ = parameters.point()
    return {one: parameters.get(one, decimals) for one in ASKED}


def against_a_start(
    parameters: Parameters, programme: TemperatureProgramme, limits: Limits, fingerprint: str
) -> list[str]:
    """Every reason not to start what it holds, asked now."""
    reasons = list(objections(read(parameters), programme, limits))
    if programme.fingerprint != fingerprint:
        reasons.insert(0, f"it holds another programme: {programme.as_json()}")
    if parameters.ask(known.WORKING_STATE.code).flags & known.OVER_RANGE:
        reasons.append("its thermocouple is broken")
    step = parameters.ask(known.STEP.code).value
    if step not in (0, 1):
        reasons.append(f"it would begin at step {step}: set StEP to 1")
    return reasons


def objections(values: Values, programme: TemperatureProgramme, limits: Limits) -> Iterator[str]:
    """Everything that speaks against leaving it alone, for a person; nothing if it may be."""
    if values[known.AUTOMATIC] not in _AUTO:
        yield "it is in manual, or follows another set-point (AMAn)"
    if values[known.AUTOTUNE] == 1:
        yield "it tunes itself, and swings round the set-point while it does (At)"
    if values[known.CONTROL] not in _CONTROLS:
        yield "its output is no heating power (CtrL)"
    if values[known.ACTION] not in _REVERSE:
        yield "it heats when it is too hot: its action is direct (Act)"
    if values[known.UNIT] not in _CELSIUS:
        yield "it does not work in degrees Celsius (Fru)"
    yield from _of_failures(values)
    if values[known.PROGRAM_MODE] != RAMP_IN_MINUTES:
        yield (
            f"its program mode PAF is {values[known.PROGRAM_MODE]!r}, where only 0 is known to run these "
            "ramps, in minutes, from their first set-point"
        )
    if values[known.RATE_UP] or values[known.RATE_DOWN]:
        yield "a set-point rate limit is on (SPr, SPrL): it would stretch the programme's ramps"
    yield from _of_limits(values, programme, limits)


def _of_failures(values: Values) -> Iterator[str]:
    low, failure = values[known.OUTPUT_LOW], values[known.FAILURE_OUTPUT]
    if low is None or low > 0:
        yield "its output never goes below its low limit (OPL not 0 %)"
    if failure is None or failure > 0:
        yield "with a broken thermocouple it would go on heating (Ero not 0 %)"
    if values[known.POWER_ON] != POWER_ON_STOPS:
        yield f"after a power cut, however long, it {_after_power_cut(values)} (PonP; StoP is safe)"


def _of_limits(values: Values, programme: TemperatureProgramme, limits: Limits) -> Iterator[str]:
    high = values[known.SETPOINT_HIGH]
    if high is None or programme.peak_degC > high:
        yield f"its set-point limit SPH is {high!r} degC, below the programme's peak"
    allowed = limits.tightest("temperature")
    if allowed is not None and programme.peak_degC > allowed[1]:
        yield f"its peak of {programme.peak_degC:g} degC is above the station's limit of {allowed[1]:g} degC"


def _after_power_cut(values: Values) -> str:
    choice = values[known.POWER_ON]
    if choice is None or not 0 <= choice < len(_POWER_ON):
        return f"does what {choice!r} stands for"
    return _POWER_ON[int(choice)]


def described(values: Values, programme: TemperatureProgramme) -> dict[str, str]:
    """The limits that the controller enforces by itself, for the record."""
    return {
        "programme": programme.fingerprint,
        "peak": f"{programme.peak_degC:g} degC",
        "end": "stop, output off",
        "holdback": "none",
        "sensor break": f"output {values[known.FAILURE_OUTPUT]!r} %",
        "power cut": _after_power_cut(values),
        "alarm": f"high alarm at {values[known.HIGH_ALARM]!r} degC",
    }
