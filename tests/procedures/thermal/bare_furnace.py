"""A simulated furnace with either controller and no wire between: what the rules of a run would see."""

from types import SimpleNamespace

from bench.core.programme import Ramp, TemperatureProgramme
from procedures.thermal.course import fastest_lately, highest_yet
from procedures.thermal.exotherm import Look
from simulators.instruments.eurotherm.eurotherm2400 import Eurotherm2400
from simulators.instruments.eurotherm.eurotherm2400.programme_store import DWELL, END_RESET, RAMP_RATE
from simulators.instruments.yudian.yudianai import YudianAI
from simulators.instruments.yudian.yudianai.memory import SEGMENTS, SRUN
from simulators.physics.furnace import Furnace, FurnaceBuild
from simulators.physics.surroundings import Surroundings

ROOM_degC = 20.0
ZERO_CELSIUS_K = 273.15
HOLDBACK_BAND, STOP_min = 3, -121


def eurotherm(furnace, clock, segments, seed):
    """A 2408 that runs these segments, with a holdback band of 10 K; what it shows, when asked."""
    unit = Eurotherm2400(clock, name="furnace", seed=seed, furnace=furnace, model="2408")
    program = unit.controller.store.program(1)
    program.holdback = HOLDBACK_BAND
    for one, kept in zip(segments, program.segments, strict=False):
        kept.kind = RAMP_RATE if isinstance(one, Ramp) else DWELL
        if isinstance(one, Ramp):
            kept.target, kept.rate = one.target_degC, one.rate_K_per_min
        else:
            kept.duration_s = one.duration_s
    program.segments[len(segments)].end_type = END_RESET
    unit.controller.command(2)

    def show():
        shown = unit.inspect()
        return shown["state"], shown["segment"], unit.controller.programmer.segment_left_s, shown

    return show


def yudian(furnace, clock, segments, seed):
    """The same of an AI-518P, which has no holdback; a ramp takes whole tenths of a minute."""
    unit = YudianAI(clock, name="furnace", seed=seed, furnace=furnace, step_min=0.1)
    at, codes, lasts = ROOM_degC, iter(SEGMENTS), []

    def put(temperature, minutes):
        lasts.append(60.0 * minutes)
        unit.set_on_panel(next(codes), round(10 * temperature))
        unit.set_on_panel(next(codes), round(10 * minutes))

    for one in segments:
        target = one.target_degC if isinstance(one, Ramp) else at
        minutes = abs(target - at) / one.rate_K_per_min if isinstance(one, Ramp) else one.duration_s / 60.0
        put(at, minutes)
        at = target
    put(at, STOP_min)
    unit.set_on_panel(SRUN, 0)

    def show():
        shown = unit.inspect()
        return (
            shown["state"],
            shown["step"],
            lasts[shown["step"] - 1] - unit.controller.programmer.elapsed_s,
            shown,
        )

    return show


CONTROLLERS = {"eurotherm": eurotherm, "yudian": yudian}


def looks(controller, segments, *, seed=1, every_s=5.0, build=None, charge=None, at=()):
    """One look after another to the end of the programme. `at`: (second, what is done to the furnace)."""
    now = [0.0]
    clock = SimpleNamespace(now=lambda: now[0])
    furnace = Furnace(build or FurnaceBuild(), Surroundings(ROOM_degC + ZERO_CELSIUS_K), start=0.0)
    furnace.load(charge, 0.0)
    programme = TemperatureProgramme(tuple(segments))
    show = CONTROLLERS[controller](furnace, clock, segments, seed)
    waiting = list(at)
    while True:
        furnace.advance(now[0])
        while waiting and waiting[0][0] <= now[0]:
            waiting.pop(0)[1](furnace, now[0])
        state, segment, left_s, shown = show()
        if state == "reset":
            return
        one = segments[segment - 1]
        moves = state == "run" and isinstance(one, Ramp)
        vessel_K = furnace.vessel.temperature_K(now[0])
        yield Look(
            time=now[0],
            setpoint_degC=shown["setpoint_degC"],
            rate_K_per_min=one.rate_K_per_min if moves else 0.0,
            control_degC=shown["temperature_degC"],
            vessel_degC=None if vessel_K is None else vessel_K - ZERO_CELSIUS_K,
            output_percent=shown["output_percent"],
            lately_K_per_min=fastest_lately(programme, segment, left_s),
            highest_degC=highest_yet(programme, segment, shown["setpoint_degC"]),
        )
        now[0] += every_s
