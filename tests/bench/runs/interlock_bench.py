"""Rules, runs on the second source, and what is left of them, for the tests of interlocks on fakes."""

from dataclasses import replace
from typing import ClassVar

from run_fakes import Sweep

from bench.runs.engine.events import Notice
from bench.runs.engine.leases import Resource
from bench.runs.queue.queue import RunQueue
from bench.runs.storage.folder import RunFolder
from bench.safety.interlock import Interlock
from bench.safety.threshold import RoomTemperature, RowQuantity, Threshold


class OnFurnace(Sweep):
    """The same on the other source, without the press."""

    name = "on-furnace"
    fixtures: ClassVar[dict[str, str]] = {}


def level(then="abort", *, above="3.5 V", of="meter", for_s=0.0, stale_s=1800.0, instruments=(), name="high"):
    """A rule on what the sweep publishes: 1 V, 2 V, 3 V, ..., one every 1.1 s."""
    threshold = Threshold(RowQuantity("Level", of), "above", above, for_s, stale_s)
    return Interlock(name, threshold, then, tuple(instruments))


def room(then="abort", *, above="30 degC", for_s=0.0, stale_s=1800.0, instruments=(), name="hot-room"):
    threshold = Threshold(RoomTemperature(), "above", above, for_s, stale_s)
    return Interlock(name, threshold, then, tuple(instruments))


def on_furnace(bench, run_id="f", **more):
    run = bench.planned(run_id, procedure=OnFurnace, instruments=("furnace",), **more)
    return replace(run, resources=frozenset([Resource("instrument", "furnace")]))


def heat(bench, seconds, kelvin):
    """The room has this temperature from then on."""
    bench.at(seconds, lambda: setattr(bench.devices["ambient"], "kelvin", kelvin))


def notices(bench):
    return [event for event in bench.seen if isinstance(event, Notice) and "interlock" in event.text]


def span(outcome):
    """When the run began and ended, in clock seconds."""
    clock = RunFolder.open(outcome.folder).info["clock"]
    return clock["start_s"], clock["end_s"]


def entries(outcome, kind="interlock"):
    return [entry for entry in RunFolder.open(outcome.folder).entries() if entry.kind == kind]


def rows(outcome):
    return len((outcome.folder / "data.csv").read_text().splitlines()) - 1


def items(bench):
    """The items of the queue, by key."""
    queue = RunQueue(bench.data)
    try:
        return sorted(queue.list(), key=lambda item: item.key)
    finally:
        queue.close()


def states(bench, key):
    """What became of a run, state by state, with why."""
    queue = RunQueue(bench.data)
    try:
        return [
            (change.facts["state"], change.facts.get("why", ""))
            for change in queue.history(key)
            if change.kind == "state"
        ]
    finally:
        queue.close()
