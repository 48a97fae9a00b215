"""SIGKILL of the whole bench at any instant, under instruments that outlive it: nothing is lost, all is off.

Every child is a real `bench run`; the world is another process, so its outputs stay on until somebody reaches
them. A run may be cut off four times before a person is asked, so no life has more kills.
"""

import sys

import pytest
from survival_life import Kill, Life, drawn, live

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")

LIVES = {
    "beginning": (
        Kill("lock taken, owner not written"),
        Kill("run folder without a file"),
        Kill("queue: half a line", nth=4),
        Kill("output switched on", nth=2),
    ),
    "measuring": (
        Kill(heard=8, delay_s=0.05),
        Kill("message on its way", nth=150),
        Kill(heard=25, with_guard=True),
        Kill("queue: lines written"),  # in the recovery: cut off, and not yet queued again
    ),
    "ending": (
        Kill("half a row or line", nth=40, wait=False),
        Kill("catalogue: before its commit", nth=3),
        Kill("teardown: safe, not written"),
        Kill("end written, queue not told"),
    ),
}


@pytest.mark.parametrize("name", LIVES)
def test_a_queue_outlives_four_kills(lab, data, place, nursery, name):
    life = live(Life(lab, data, place, nursery, submitted=name == "ending"), LIVES[name])
    assert len(life.kills) == 4


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(80))
def test_two_hundred_kills(lab, data, place, nursery, seed, record_property):
    life = live(Life(lab, data, place, nursery, submitted=True), drawn(seed, 4))
    record_property("kills", len(life.kills))
    record_property("places", ", ".join(kill.place or "any instant" for kill in life.kills))
    record_property("seconds until off", ", ".join(f"{one:.1f}" for one in life.seconds))
    record_property("rows", sum(one["kind"] == "row" for bench in life.benches for one in bench.said))
    record_property("attempts", sum(item.attempt for item in life.items()))
