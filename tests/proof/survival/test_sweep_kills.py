"""SIGKILL of the bench during a field sweep: current off, field at zero, and it goes on where it was."""

import random
import sys

import pytest
import survival_points
from survival_lab import served
from survival_life import Kill
from survival_sweep import SweepLife, write_hall_lab

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
SPEED = 40
COMMON = (
    "half a row or line",
    "row written",
    "message on its way",
    "checkpoint: rows synced",
    "checkpoint written",
    "teardown: not safe yet",
    "teardown: safe, not written",
    "end not written",
    "new attempt begun",
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
    places = sorted(survival_points.MAGNET_PLACES)
    if dice.random() < 0.3:
        return Kill(heard=int(250 * dice.random()), delay_s=0.5 * dice.random())
    if dice.random() < 0.5:
        return Kill(dice.choice(places), dice.choice([1, 1, 2, 5, 10, 20, 40]))
    return Kill(dice.choice(COMMON), dice.choice([1, 2, 3, 5, 30, 100]))


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(20))
def test_eighty_kills(hall_lab, data, hall_place, nursery, seed, record_property):
    dice = random.Random(seed)
    life = SweepLife.begin(hall_lab, data, hall_place, nursery)
    life.through([drawn(dice) for _ in range(4)])
    record_property("places", ", ".join(kill.place or "any instant" for kill in life.life.kills))
    record_property("seconds until off", ", ".join(f"{one:.1f}" for one in life.life.seconds))
