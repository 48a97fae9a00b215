"""SIGKILL of the bench in a synthesis: the furnace goes on, is found again, and nobody sends it anything."""

import sys

import pytest
import survival_furnace
from survival_furnace import BEFORE_THE_START, FurnaceLife, drawn
from survival_lab import served
from survival_life import Kill

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX"),
    pytest.mark.timeout(300),
]

LIFE = (
    Kill("programme started, not noted"),
    Kill(heard=12, delay_s=0.05),
    Kill("checkpoint: rows synced", nth=2),
    Kill("half a row or line", nth=9, wait=False),
    Kill(heard=4, delay_s=0.3, with_guard=True),
    Kill("new attempt begun", wait=False),
    Kill("recovery: made safe, not told"),
    Kill(heard=25, wait=False),
    Kill("queue: half a line", nth=2, wait=False),
    Kill("end not written"),
)


@pytest.fixture(scope="module")
def furnace_lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("furnace")
    survival_furnace.write_furnace_lab(folder)
    return folder


@pytest.fixture(scope="module")
def furnace_place(furnace_lab):
    with served(furnace_lab, survival_furnace.SPEED) as place:
        yield place


@pytest.fixture
def life(furnace_lab, data, furnace_place, nursery):
    return FurnaceLife.begun(furnace_lab, data, furnace_place, nursery)


@pytest.mark.parametrize("place", BEFORE_THE_START)
def test_killed_before_the_start_it_is_never_started_by_itself(life, place):
    life.live([Kill(place, wait=False)])
    assert len(life.kills) == 1
    assert not life.started


def test_a_synthesis_outlives_ten_kills(life):
    life.live(LIFE)
    assert life.started
    assert len(life.kills) == len(LIFE)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(12))
def test_fifty_kills(life, seed, record_property):
    life.live(drawn(seed, 5))
    gaps = life.folder.record().facts.get("gaps", ())
    record_property("kills", len(life.kills))
    record_property("places", ", ".join(kill.place or "any instant" for kill in life.kills))
    record_property("started", life.started)
    record_property("attempts", life.item.attempt)
    record_property("rows", sum(one["kind"] == "row" for bench in life.life.benches for one in bench.said))
    record_property("longest gap", max((gap["seconds"] for gap in gaps), default=0.0))
