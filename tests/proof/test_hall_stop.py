"""A Hall run that is stopped, at any moment and by anything, ends off, open and at zero field."""

import pytest
from proof_bench import EXAMPLES

from bench.core.clock import VirtualClock
from bench.runs.engine.control import QueueControl
from bench.runs.planning.queue import load_queue
from bench.runs.scheduling.runner import Runner
from bench.station import connect
from bench.station.world import build_world
from simulators.wire.faults import Fault, disconnect


def run(folder, after_s=None, before=lambda world: None):
    folder.mkdir(exist_ok=True)
    path = folder / "queue.toml"
    path.write_text(
        f'station = "{(EXAMPLES / "hall.toml").as_posix()}"\n'
        f'samples = "{(EXAMPLES / "samples.toml").as_posix()}"\n'
        '[[runs]]\nid = "film"\nprocedure = "hall"\nsample = "qms-0p7"\nroles = { magnet = "supply" }\n'
        'parameters = { current = "1 uA", voltage_max = "20 V", cycles = 3, groups = 1, rim_groups = 2 }\n'
    )
    plan = load_queue(path)
    control = QueueControl()
    with VirtualClock() as clock:
        world = build_world(plan.station, clock, 3)
        before(world)

        def person():
            clock.sleep(after_s)
            control.interrupt("Ctrl+C")

        if after_s is not None:
            clock.spawn(person, name="a person", background=True)
        with connect(plan.station, clock, world=world) as station:
            (outcome,) = Runner(station, folder / "data", control=control, figures=False).run(plan).runs
            clock.sleep(60.0)
            after = world.inspect()
            for port in world.ports.values():
                if not port.connected:
                    port.reconnect()  # before the station closes, which makes everything safe once more
        world.close()
    return outcome, after


def at_rest(after):
    holder = after["fixtures"]["holder"]
    assert after["instruments"]["source"]["output"] is False
    assert after["instruments"]["switch"]["closed"] == []
    assert after["instruments"]["supply"]["set_A"] == 0.0
    assert abs(holder["magnet_A"]) < 0.01
    assert abs(holder["field_T"]) < 0.005  # the iron remembers a few millitesla
    assert holder["hot_switches"] == 0


# while the rim is measured, while the magnet ramps, in a field, while it reverses
@pytest.mark.parametrize("after_s", [6.0, 47.3, 75.0, 111.1, 150.0])
def test_an_abort_at_any_moment(tmp_path, after_s):
    outcome, after = run(tmp_path, after_s)
    assert (outcome.status, outcome.safe) == ("aborted", "verified"), outcome.reason
    at_rest(after)


def test_a_gaussmeter_that_is_gone_for_good(tmp_path):
    """In a field, with the magnet on: the run is over, and the magnet ramps down all the same.

    The 475 could control a field, so what it does is not known to be safe: that is said, loudly.
    """

    def pull(world):
        world.ports["gaussmeter"].faults.add(Fault("RDGFIELD", disconnect, after=20))

    outcome, after = run(tmp_path, before=pull)
    assert (outcome.status, outcome.safe) == ("interrupted", "failed"), outcome.reason
    at_rest(after)
