"""`bench doctor --hardware` on every instrument of the rack: readable, safe, nothing energised."""

import pytest

from bench.core.clock import VirtualClock
from bench.station.checkup import Examination, examine
from bench.station.load import load_station
from bench.station.world import build_world

from .conftest import STATION

ENERGISING = {
    "source": ":OUTP ON",
    "nanovoltmeter": "CONF",
    "ammeter": ":SOUR",
    "switch": ":ROUT:CLOS (",
    "gaussmeter": "CMODE 1",
    "magnet": "SETI 1",
}


@pytest.mark.parametrize("name", ENERGISING)
def test_each_passes_its_check_up(name):
    clock = VirtualClock()
    station = load_station(STATION)
    world = build_world(station, clock, 0)
    entry = station.instrument(name)
    result, notebook = examine(
        Examination(entry, clock, world.visa_library, True, consent=lambda found: True)
    )
    world.close()
    assert result.ok, [check for check in result.checks if check.verdict == "failed"]
    assert result.unsafe is None
    sent = [exchange.data for exchange in notebook.traffic if exchange.operation == "write"]
    assert sent
    assert not [message for message in sent if message.startswith(ENERGISING[name])]
    if name == "magnet":
        assert {message for message in sent if message.startswith("SETI ")} <= {"SETI 0", "SETI 0.0"}
        assert not [message for message in sent if message.startswith(("INTWTR ", "MAGWTR "))]
