"""From a station file to two furnaces on one line: checked, connected, kept or made safe."""

import pytest

from bench.core.errors import ConfigError
from bench.core.roles import TemperatureProgrammer
from bench.station.connect import connect
from bench.station.load import load_station

STATION = """
name = "Furnaces"

[ambient]
temperature = "23 degC"
u = "1 K"

[instruments.furnace]
driver = "eurotherm2400"
resource = "ASRL4::INSTR"
load = "passive"
limits = {{ temperature = "260 degC", rate = "5 K/min" }}
options = {{ unit = 1 }}

[instruments.second]
driver = "eurotherm2400"
resource = "{resource}"
load = "passive"
options = {{ {options} }}
"""


def written(tmp_path, resource="ASRL4::INSTR", options="unit = 7"):
    path = tmp_path / "station.toml"
    path.write_text(STATION.format(resource=resource, options=options), "utf-8")
    return path


def test_two_units_on_one_line(tmp_path, make_bench, qms):
    bench = make_bench(units=(1, 7))
    station = load_station(written(tmp_path))
    with connect(station, bench.clock, visa_library=bench.library) as connected:
        assert connected.candidates(TemperatureProgrammer) == ["furnace", "second"]
        furnace, second = connected.instrument("furnace"), connected.instrument("second")
        for one in (furnace, second):
            one.run_programme(one.load_programme(qms))
        connected.keep(["second"])
    assert bench.units[1].inspect()["state"] == "reset"
    assert bench.units[7].inspect()["state"] == "run"
    assert bench.framing.collisions == 0


@pytest.mark.parametrize("options", ["unit = 1", ""], ids=["told", "by default"])
def test_one_address_twice_is_a_mistake(tmp_path, options):
    with pytest.raises(ConfigError, match="with unit 1 is also instrument 'furnace'"):
        load_station(written(tmp_path, options=options))


@pytest.mark.parametrize("options", ["unit = 300", 'program = "two"', "unit = true"])
def test_options_are_checked_before_anything_is_opened(tmp_path, options):
    with pytest.raises(ConfigError, match="cannot be used"):
        load_station(written(tmp_path, options=options))


def test_a_line_of_its_own_needs_no_address(tmp_path):
    assert load_station(written(tmp_path, resource="ASRL5::INSTR", options="")).instruments["second"]
