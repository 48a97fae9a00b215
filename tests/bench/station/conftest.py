"""A lab with drivers of its own, installed for the length of a test, and its station file."""

from pathlib import Path

import pytest

from bench.core.clock import VirtualClock

STATION = """\
name = "fake bench"

[ambient]
instrument = "room"
u = "0.2 K"

[instruments.meter]
driver = "fake-meter"
resource = "GPIB0::24::INSTR"
load = "passive"
limits = { current = "105 mA", voltage = 21 }

[instruments.second]
driver = "fake-meter"
resource = "GPIB0::25::INSTR"
load = "cell"

[instruments.room]
driver = "fake-thermometer"
resource = "ASRL3::INSTR"

[fixtures.press]
kind = "pellet_press"
wiring.force_high = "meter.force_high"
wiring.force_low = "meter.force_low"
wiring.sense_high = "second.a.sense_high"
wiring.sense_low = "second.a.sense_low"

[simulation]
world = "fake"
anything = [{ the = "simulator" }, { likes = 1 }]

[procedures]
our-own = "fakelab_drivers:Procedure"
"""


@pytest.fixture
def fakelab(monkeypatch):
    """The installed module of the lab."""
    monkeypatch.syspath_prepend(Path(__file__).parent / "fakelab")
    import fakelab_drivers

    fakelab_drivers.LOG.clear()
    return fakelab_drivers


@pytest.fixture
def station_text():
    return STATION


@pytest.fixture
def station_file(fakelab, tmp_path):
    """Writes a station file, the good one unless told otherwise, and returns its path."""

    def write(text=STATION):
        path = tmp_path / "station.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def clock():
    with VirtualClock() as clock:
        yield clock
