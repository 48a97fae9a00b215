"""The PC is gone for hours: what controller and cut-out do alone, and what the record says of it."""

from contextlib import closing

import pytest
from furnace_lab import perform, told

from bench.core.clock import VirtualClock
from bench.runs.engine.operators import SimulatedOperator
from bench.runs.planning.items import new_items
from bench.runs.planning.queue import load_queue
from bench.runs.queue.queue import RunQueue
from bench.runs.scheduling.runner import Runner
from bench.runs.storage.folder import RunFolder
from bench.station import connect
from bench.station.world import build_world

HOUR_s = 3600.0


class Lost:
    """What came of it: the item of the queue, its folder, the hottest that the charge ever was, the world."""

    def __init__(self, lab, *, lost_at, back_at, alone=(), **parameters):
        data = lab.folder / "data"
        plan = load_queue(lab.queue("synthesis", **parameters))
        with closing(RunQueue(data)) as queue:
            queue.add(new_items(plan, target="hardware", batch="b", seed=None), who="AB")
        with VirtualClock() as clock:
            world = build_world(plan.station, clock, 1)

            def bench(until=None):
                """One life of a bench, on instruments that outlive it; the computer stops at `until`."""
                with connect(plan.station, clock, visa_library=world.visa_library) as station:
                    operator = SimulatedOperator(world.perform)
                    runner = Runner(station, data, operator=operator, guarded=False, figures=False)
                    if until is not None:

                        def stop():
                            clock.sleep(until - clock.now())
                            runner.control.terminate("the computer stops")

                        clock.spawn(stop, name="stop", background=True)
                    runner.work()

            bench(lost_at)
            self.kept = self._item(data)
            for at_s, act in alone:
                clock.sleep(at_s - clock.now())
                act(world)
            clock.sleep(back_at - clock.now())
            self.alone = world.inspect()
            bench()
            self.after = world.inspect()
            world.close()
        self.item = self._item(data)
        self.folder = RunFolder.open(data / self.item.folder)
        self.results = self.folder.results()

    @staticmethod
    def _item(data):
        with closing(RunQueue(data)) as queue:
            (item,) = queue.list()
        return item


def test_a_charge_too_large_reacts_unseen_and_the_record_says_that_nobody_saw_it(lab):
    """The controller hardly notices the charge and finishes its programme: nothing of it sees more."""
    lost_at, hours = 3000.0, 2 * HOUR_s
    found = Lost(lab, lost_at=lost_at, back_at=lost_at + hours, silica="1 g", adiabatic_rise_max="200 K")
    assert found.kept.safe == "kept"
    tube = found.alone["fixtures"]["tube"]
    assert tube["sample_peak_K"] - 273.15 > 265.0, "it did react, above what the vessel stands"
    assert found.alone["instruments"]["furnace"]["state"] == "reset"
    assert tube["heating"] == 0.0
    assert found.item.state == "done", "it has cooled, and people have opened it"
    assert any(text.startswith("found again: the controller is in reset") for text in told(found.folder))
    unseen = found.results["vessel_unseen"]
    assert unseen.value == pytest.approx(hours, abs=60.0)
    assert unseen.flags[0] == found.results["accepted"].flags[0] == "fail"
    assert found.results["vessel_peak"].value < 260.0, "of what was seen"
    assert "gaps in the record" in found.results["vessel_peak"].flags


def test_a_relay_that_welds_unseen_is_ended_by_the_cut_out_and_found_with_a_loop_break(lab):
    lost_at = 4200.0
    weld = (lost_at + 60.0, perform("weld", welded=True))
    found = Lost(lab, lost_at=lost_at, back_at=lost_at + 2 * HOUR_s, alone=[weld])
    assert found.kept.safe == "kept"
    tube = found.alone["fixtures"]["tube"]
    assert (tube["contactor_closed"], tube["relay_welded"]) == (False, True)
    assert found.alone["instruments"]["furnace"]["state"] == "holdback", "its clock waits for the heat"
    assert (found.item.state, found.item.safe) == ("failed", "verified")
    assert "does not come to its end" in found.item.reason
    assert "the controller reports a loop break: the heater does not move the temperature" in told(
        found.folder
    )
    assert found.results["accepted"].flags[:2] == ("the run failed", "fail")
    assert found.after["instruments"]["furnace"]["state"] == "reset"
    assert found.after["instruments"]["furnace"]["output_percent"] == 0.0
