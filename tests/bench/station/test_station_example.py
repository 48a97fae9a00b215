"""The example station and the blocks of the reference: checked as a user would, connected in simulation."""

import re
from pathlib import Path

import pytest

from bench.core.clock import VirtualClock
from bench.core.roles import SourceMeter, Thermometer
from bench.runs.planning.queue import check_queue
from bench.safety import all_verified
from bench.samples import check_samples
from bench.station import build_world, check_station, connect, load_station
from bench.station.scan import scan

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "examples" / "qms"


@pytest.fixture
def pages(tmp_path):
    """The TOML blocks of docs/reference/files.md, written under the name in their first line."""
    text = (ROOT / "docs" / "reference" / "files.md").read_text(encoding="utf-8")
    for name, block in re.findall(r"^```toml\n# (\S+\.toml)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        (tmp_path / name).write_text(block, encoding="utf-8")
    return tmp_path


def test_the_blocks_of_the_reference_are_right(pages):
    assert sorted(page.name for page in pages.iterdir()) == ["queue.toml", "samples.toml", "station.toml"]
    assert check_station(pages / "station.toml") == []
    assert check_samples(pages / "samples.toml") == []
    assert check_queue(pages / "queue.toml") == []


def test_the_example_is_right():
    assert check_station(EXAMPLE / "station.toml") == []
    assert check_samples(EXAMPLE / "samples.toml") == []


def history(seed):
    station = load_station(EXAMPLE / "station.toml")
    with VirtualClock() as clock:
        world = build_world(station, clock, seed)
        try:
            with connect(station, clock, world=world) as bench:
                assert bench.candidates(SourceMeter) == ["meter"]
                assert bench.candidates(Thermometer) == ["ambient"]
                identity = bench.instrument("meter").identity()
                ambient = bench.ambient()
                outcomes = bench.make_safe()
                return identity, ambient, outcomes, scan(world.visa_library), clock.now()
        finally:
            world.close()


def test_the_example_connects_in_simulation_the_same_way_every_time():
    identity, ambient, outcomes, found, end = history(seed=1)
    assert identity.model == "MODEL 2400"
    assert 285 < ambient.value < 305
    assert [outcome.instrument for outcome in outcomes] == ["meter", "ambient"]
    assert all_verified(outcomes)
    assert {result.resource: result.drivers for result in found} == {
        "ASRL3::INSTR": ("lakeshore211",),
        "GPIB0::24::INSTR": ("keithley2400",),
    }
    assert (identity, ambient, outcomes, found, end) == history(seed=1)
