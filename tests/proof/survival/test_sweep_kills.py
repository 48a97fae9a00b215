"""SIGKILL of the bench during a field sweep: current off, field at zero, and it goes on where it was."""

import random
import sys

import pytest
from survival_lab import served
from survival_life import Kill
from survival_sweep import SweepLife, write_hall_lab

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
SPEED = 20
"""Faster, and the 20 s that making an instrument safe may take are too short on a busy machine."""
MIDST = {
    "magnet on its way": 15,
    "source on in a field": 60,
    "half a row or line": 60,
    "row written": 60,
    "message on its way": 400,
    "checkpoint: rows synced": 2,
    "checkpoint written": 2,
    "taken up, not yet told": 1,
}
"""How often each attempt comes there, at least, and not much more."""
ENDS = (
    "last field complete",
    "teardown: not safe yet",
    "teardown: safe, not written",
    "end not written",
    "end written, queue not told",
)


@pytest.fixture(scope="module")
def hall_lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hall")
    write_hall_lab(folder)
    return folder


@pytest.fixture(scope="module")
def hall_place(hall_lab):
    with served(hall_lab, SPEED) as place:
        yield place


def test_a_sweep_outlives_four_kills(hall_lab, data, hall_place, nursery):
    life = SweepLife.begin(hall_lab, data, hall_place, nursery)
    kills = (
        Kill("magnet on its way", nth=30),
        Kill("source on in a field", nth=45),  # past film and seam, in the midst of a field
        Kill("checkpoint: rows synced", nth=2),
        Kill("last field complete"),
    )
    life.through(kills)
    assert len(life.life.kills) == 4
    assert max(life.life.seconds) < 30.0


def drawn(dice):
    """Three in the midst of it, the first of them in the first attempt, and one near the end."""
    kills = [Kill(heard=dice.randint(0, 250), delay_s=0.5 * dice.random())]
    for _ in range(2):
        if dice.random() < 0.3:
            kills.append(Kill(heard=dice.randint(0, 80), delay_s=0.5 * dice.random()))
        else:
            place = dice.choice(sorted(MIDST))
            kills.append(Kill(place, dice.randint(1, MIDST[place])))
    return [*kills, Kill(dice.choice(ENDS))]


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(20))
def test_killed_at_random_instants(hall_lab, data, hall_place, nursery, seed, record_property):
    life = SweepLife.begin(hall_lab, data, hall_place, nursery)
    life.through(drawn(random.Random(seed)))
    record_property("places", "; ".join(kill.place or "any instant" for kill in life.life.kills))
    record_property("seconds until off", ", ".join(f"{one:.1f}" for one in life.life.seconds))
    record_property("rows", sum(one["kind"] == "row" for bench in life.life.benches for one in bench.said))
