"""The world as a whole: built from files, driven through pyvisa, true to its seed, complaining in full."""

import tomllib
from pathlib import Path

import pytest
import pyvisa
from pymeasure.adapters import VISAAdapter
from pymeasure.instruments.keithley import Keithley2400
from pymeasure.instruments.lakeshore import LakeShore211
from pyvisa.constants import Parity

from bench.core.clock import VirtualClock
from bench.samples import load_samples
from simulators import description
from simulators.backends.visa import BenchVisaLibrary
from simulators.specimens.films import Films
from simulators.specimens.pellets import Pellets, true_pellet
from simulators.world import WorldError, build

QMS = Path(__file__).parents[2] / "examples" / "qms"
STATION = tomllib.loads((QMS / "station.toml").read_text("utf-8"))
SAMPLES = ("bare-si", "si-c", "qms-0p1", "qms-0p3", "qms-0p7")


@pytest.fixture
def make_world():
    worlds = []

    def make(station=STATION, folder=QMS, seed=1, clock=None):
        world = build(station, folder, clock or VirtualClock(), seed)
        worlds.append(world)
        return world

    yield make
    for world in worlds:
        world.close()


def open_meter(world):
    return pyvisa.ResourceManager(world.visa_library).open_resource(
        "GPIB0::24::INSTR", read_termination="\n", write_termination="\n"
    )


def four_wire_resistance(world, specimen, level_A=1e-4):
    """Current reversal in four-wire, as simply as it goes."""
    world.perform("mount", {"fixture": "press", "specimen": specimen})
    meter = open_meter(world)
    for message in (
        "*RST", ":SOUR:FUNC CURR", ":SOUR:CURR:RANG 1e-3", ":SENS:FUNC 'VOLT'", ":SYST:RSEN ON",
        ":SENS:VOLT:RANG 21", ":SOUR:DEL 0.05", ":OUTP ON",
    ):  # fmt: skip
        meter.write(message)
    sums = [0.0, 0.0]
    for sign in (1, -1):
        meter.write(f":SOUR:CURR {sign * level_A!r}")
        fields = [float(field) for field in meter.query(":READ?").split(",")]
        sums = [total + sign * field for total, field in zip(sums, fields[:2], strict=True)]
    meter.write(":OUTP OFF")
    assert meter.query(":SYST:ERR?") == '0,"No error"'
    meter.close()
    return sums[0] / sums[1]


def test_truth_names_quantities_as_results_are_named(make_world):
    truth = make_world().truth()
    assert tuple(truth) == SAMPLES
    for facts in truth.values():
        assert {name: fact["unit"] for name, fact in facts.items()} == {
            "conductivity": "S/m",
            "contact_resistance": "ohm",
            "temperature_coefficient": "1/K",
            "sheet_resistance": "ohm",
            "resistivity": "ohm m",
            "hall_coefficient": "m^3/C",
            "carrier_density": "1/m^3",
            "mobility": "m^2/(V s)",
            "carrier_type": "",
            "particle_resistivity": "ohm m",
            "particle_conductance": "S",
        }
    assert truth["bare-si"]["conductivity"]["value"] == 1e-3
    assert truth["qms-0p7"]["conductivity"]["value"] / truth["bare-si"]["conductivity"]["value"] == 50
    ratio = (
        truth["qms-0p7"]["particle_conductance"]["value"] / truth["bare-si"]["particle_conductance"]["value"]
    )
    assert ratio == pytest.approx(6.0, rel=0.01)
    assert [truth[name]["carrier_type"]["value"] for name in SAMPLES[2:]] == ["n", "n", "n"]
    assert truth["qms-0p7"]["hall_coefficient"]["value"] < 0
    assert truth["bare-si"]["contact_resistance"]["value"] == pytest.approx(700.02)
    assert truth["bare-si"]["temperature_coefficient"]["value"] == pytest.approx(0.01588, rel=1e-3)


@pytest.mark.parametrize("sample", SAMPLES)
def test_contacts_are_five_to_ten_percent_of_the_one_millimetre_pellet(make_world, sample):
    facts = make_world().truth()[sample]
    bulk_ohm = 1e-3 / (facts["conductivity"]["value"] * 1e-4)
    assert 0.05 <= facts["contact_resistance"]["value"] / bulk_ohm <= 0.10


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_pellet_measures_as_its_truth_says(make_world, sample):
    world = make_world(seed=4)
    facts = world.truth()[sample]
    expected_ohm = 1e-3 / (facts["conductivity"]["value"] * 1e-4) + facts["contact_resistance"]["value"]
    # 4 sigma of 2 % height and 0.5 % area, temperature within the day, 0.1 % of the meter
    assert four_wire_resistance(world, f"{sample}/a") == pytest.approx(expected_ohm, rel=4 * 0.0206 + 0.01)


def test_heights_and_contacts_are_drawn_per_pellet_and_the_area_per_sample(make_world):
    world = make_world()
    pellets = []
    for identifier in "abcde":
        world.perform("mount", {"fixture": "press", "specimen": f"qms-0p7/{identifier}"})
        pellets.append(world.fixtures["press"].press.content)
    assert len({one.area_m2 for one in pellets}) == 1
    assert pellets[0].area_m2 != 1e-4
    assert pellets[0].area_m2 == pytest.approx(1e-4, rel=0.025)
    nominal = (1e-3, 0.5e-3, 1.5e-3, 2e-3, 2.5e-3)
    errors = [one.height_m - height for one, height in zip(pellets, nominal, strict=True)]
    assert all(0 < abs(error) < 100e-6 for error in errors)
    assert len(set(errors)) == 5
    assert len({one.contact_resistivity_ohm_m2 for one in pellets}) == 5


def test_true_dimensions_are_normal_with_the_stated_uncertainty():
    problems = []
    sample = description.read(QMS / "world.toml", problems).samples["si-c"].of(Pellets)
    assert problems == []
    pellets = [true_pellet(sample, "a", seed) for seed in range(2000)]
    for errors in (
        [(one.height_m - 1e-3) / 20e-6 for one in pellets],
        [(one.area_m2 - 1e-4) / 0.5e-6 for one in pellets],
        [one.emf.offset_V / 50e-6 for one in pellets],
        [(one.contact_resistivity_ohm_m2 - 0.004) / 0.00008 for one in pellets],
    ):
        assert abs(sum(errors) / 2000) < 4 / 2000**0.5
        assert (sum(one**2 for one in errors) / 2000) ** 0.5 == pytest.approx(1.0, rel=0.06)


@pytest.mark.parametrize("name", SAMPLES)
def test_what_the_operator_declares_of_a_film_is_honest(name):
    declared = load_samples(QMS / "samples.toml")[name].film.thickness
    problems = []
    true = description.read(QMS / "world.toml", problems).samples[name].of(Films).thickness_m
    assert (declared.value, declared.u) == pytest.approx((true.value, true.u))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(make_world):
    def transcript(seed):
        world = make_world(seed=seed)
        world.perform("mount", {"fixture": "press", "specimen": "qms-0p1/c"})
        meter = open_meter(world)
        for message in (":SOUR:FUNC CURR", ":SENS:FUNC 'VOLT'", ":SOUR:CURR 1e-4", ":OUTP ON"):
            meter.write(message)
        return [meter.query(":READ?") for _ in range(10)]

    assert transcript(1) == transcript(1)
    assert transcript(1) != transcript(2)


def test_looking_into_the_world_changes_nothing(make_world):
    def run(look):
        world = make_world()
        replies = [four_wire_resistance(world, "bare-si/b")]
        if look:
            for _ in range(20):
                world.inspect()
                world.truth()
        return [*replies, four_wire_resistance(world, "bare-si/b")]

    assert run(look=True) == run(look=False)


def test_the_operator(make_world):
    world = make_world()
    assert world.inspect()["fixtures"]["press"]["content"] == "open"
    done = world.perform("mount", {"fixture": "press", "specimen": "qms-0p7/a"})
    assert done == {"fixture": "press", "content": "qms-0p7/a"}
    assert world.perform("short", {"fixture": "press"})["content"] == "short"
    assert world.perform("unmount", {"fixture": "press"})["content"] == "open"
    assert world.perform("open", {"fixture": "press"})["content"] == "open"


@pytest.mark.parametrize(
    ("action", "details", "message"),
    [
        ("polish", {"fixture": "press"}, "cannot 'polish'"),
        ("mount", {"fixture": "oven", "specimen": "si-c/a"}, "no fixture 'oven'"),
        ("mount", {"fixture": "press"}, "no specimen ''"),
        ("mount", {"fixture": "press", "specimen": "si-c/z"}, "no specimen 'si-c/z'"),
        ("mount", {"fixture": "press", "specimen": "si-c"}, "no specimen 'si-c'"),
    ],
)
def test_what_the_operator_cannot_do(make_world, action, details, message):
    with pytest.raises(ValueError, match=message):
        make_world().perform(action, details)


def test_inspect_shows_instruments_and_what_flows(make_world):
    world = make_world()
    world.perform("short", {"fixture": "press"})
    meter = open_meter(world)
    for message in (":SOUR:FUNC CURR", ":SOUR:CURR 1e-2", ":OUTP ON"):
        meter.write(message)
    world._clock.sleep(1.0)
    seen = world.inspect()
    assert seen["instruments"]["meter"]["output"] is True
    assert seen["instruments"]["meter"]["level"] == 1e-2
    assert seen["fixtures"]["press"]["current_A"] == pytest.approx(1e-2, rel=2e-3)
    assert seen["fixtures"]["press"]["voltage_V"] == pytest.approx(1e-2 * 0.02 + 5e-6, rel=2e-3)
    assert seen["fixtures"]["press"]["limited"] is False


def test_the_library_is_found_by_its_path(make_world):
    world = make_world()
    assert BenchVisaLibrary(world.library_path) is world.visa_library
    manager = pyvisa.ResourceManager(world.visa_library)
    assert set(manager.list_resources()) == {"GPIB0::24::INSTR", "ASRL3::INSTR"}


def test_after_close_nothing_answers(make_world):
    world = make_world()
    meter = open_meter(world)
    world.close()
    with pytest.raises(pyvisa.VisaIOError):
        meter.query("*IDN?")


def test_the_driver_of_pymeasure_runs_unmodified(make_world):
    world = make_world()
    world.perform("mount", {"fixture": "press", "specimen": "qms-0p7/a"})
    adapter = VISAAdapter("GPIB0::24::INSTR", visa_library=world.visa_library, read_termination="\n")
    meter = Keithley2400(adapter)
    meter.reset()
    meter.front_terminals_enabled = True
    meter.source_mode = "current"
    meter.source_current_range = 1e-3
    meter.source_current = 1e-3
    meter.compliance_voltage = 5
    meter.voltage_nplc = 0.1
    meter.source_enabled = True
    truth = world.truth()["qms-0p7"]
    expected_V = 1e-3 * (200 + truth["contact_resistance"]["value"] + 0.5)
    assert meter.voltage == pytest.approx(expected_V, rel=0.1)
    assert meter.compliance_voltage == 21.0  # it asks :MEASURE:VOLTAGE?, which has defaulted this ...
    assert meter.voltage_nplc == 1.0  # ... and this
    meter.config_buffer(5, delay=0.01)
    meter.start_buffer()
    meter.wait_for_buffer()
    assert len(meter.buffer_data) == 5 * 5
    meter.shutdown()
    assert meter.ask(":OUTP?") == "0"
    assert meter.check_errors() == []


def test_the_thermometer_answers_pymeasure(make_world):
    world = make_world()
    adapter = VISAAdapter(
        "ASRL3::INSTR",
        visa_library=world.visa_library,
        data_bits=7,
        parity=Parity.odd,
        read_termination="\r\n",
        write_termination="\r\n",
    )
    with pytest.warns(FutureWarning, match="SCPI"):  # pymeasure takes it for SCPI, which it is not
        thermometer = LakeShore211(adapter)
    assert thermometer.temperature_kelvin == pytest.approx(296.15, abs=1.0)
    assert thermometer.temperature_celsius == pytest.approx(23.0, abs=1.0)


def test_the_thermometer_does_not_understand_eight_bits(make_world):
    thermometer = pyvisa.ResourceManager(make_world().visa_library).open_resource(
        "ASRL3::INSTR", read_termination="\r\n", write_termination="\r\n"
    )
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        thermometer.query("KRDG?")


def changed(path, value):
    """The station with one entry changed (None: removed)."""
    station = tomllib.loads((QMS / "station.toml").read_text("utf-8"))
    *parents, last = path.split(".")
    table = station
    for name in parents:
        table = table.setdefault(name, {})
    if value is None:
        del table[last]
    else:
        table[last] = value
    return station


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("simulation.file", "nowhere.toml", "nowhere.toml: cannot be read"),
        ("simulation.file", None, "station file: simulation.file: is missing"),
        ("instruments.meter.driver", "fluke8846a", "no simulated instrument 'fluke8846a'"),
        ("instruments.ambient.resource", "GPIB0::24::INSTR", "taken by another instrument"),
        ("instruments.ambient.resource", None, "station file: instruments.ambient.resource: is missing"),
        ("fixtures.press.kind", "cryostat", "fixtures of kind 'cryostat' are not simulated"),
        ("fixtures.press.wiring.force_high", "metre.force_high", "the station has no instrument 'metre'"),
        ("fixtures.press.wiring.force_high", "meter.banana", "which is no terminal of that instrument"),
        ("fixtures.press.wiring.force_high", "meter.force_low", "crossed wires are not simulated"),
        ("fixtures.press.wiring.force_low", None, "fixtures.press.wiring.force_low: is missing"),
        ("fixtures.press.wiring.sense_low", None, "has one sense wire; give both or none"),
        ("fixtures.press.wiring.guard", "meter.sense_high", "is not a contact of a pellet press"),
        ("fixtures.second", {"kind": "pellet_press"}, "add [fixtures.second]"),
        ("simulation.instruments.ghost", {"model": "keithley2400"}, "the station has no such instrument"),
    ],
)
def test_station_problems(make_world, path, value, problem):
    with pytest.raises(WorldError) as caught:
        make_world(changed(path, value))
    assert any(problem in line for line in caught.value.problems), caught.value.problems


def test_a_model_can_be_named_for_a_foreign_driver(make_world):
    station = changed("instruments.meter.driver", "my_own_2400")
    station["simulation"]["instruments"] = {"meter": {"model": "keithley2400"}}
    assert open_meter(make_world(station)).query("*IDN?").startswith("KEITHLEY INSTRUMENTS INC.,MODEL 2400")


def test_a_meter_without_wires_sees_nothing(make_world):
    station = changed("fixtures", {})
    meter = open_meter(make_world(station))
    for message in (":SOUR:FUNC CURR", ":SOUR:CURR 1e-6", ":SOUR:DEL 1", ":OUTP ON"):
        meter.write(message)
    assert int(float(meter.query(":READ?").split(",")[4])) & 1 << 3


def test_two_wires_are_enough(make_world):
    station = changed(
        "fixtures.press.wiring", {"force_high": "meter.force_high", "force_low": "meter.force_low"}
    )
    world = make_world(station)
    two_wire = four_wire_resistance(world, "qms-0p7/a")
    four_wire = four_wire_resistance(make_world(), "qms-0p7/a")
    assert two_wire - four_wire == pytest.approx(0.5, abs=0.05)


BROKEN = """
[ambient]
mean = "cold"
humidity = 0.4

[all_samples]
area = { value = "1 cm^2", u = "20 %" }

[samples.one]
conductivity = "-1 S/m"
colour = "grey"
activation_energy = "0.1 eV"
temperature_coefficient = "0.01 1/K"
pellets = [{ id = "a", height = "1 kg" }, { id = "a" }, { id = "c", height = "1 mm", weight = 3 }]

[samples.two]

[fixtures.press]
lead_resistance = "0 ohm"

[instruments.meter]
line_frequency = "55 Hz"
terminals = "top"

[instruments.stranger]
"""


def test_all_problems_of_a_world_file_are_listed_at_once(make_world, tmp_path):
    (tmp_path / "world.toml").write_text(BROKEN)
    with pytest.raises(WorldError) as caught:
        make_world(folder=tmp_path)
    text = str(caught.value)
    expected = [
        "world.toml: ambient.mean: 'cold' is not a quantity in 'K'",
        "world.toml: ambient.humidity: is not a known key here",
        "world.toml: all_samples.area.u: is more than an eighth of the value",
        "world.toml: samples.one.conductivity: must be greater than 0 S/m, got '-1 S/m'",
        "world.toml: samples.one.colour: is not a known key here",
        "world.toml: samples.one.activation_energy: and temperature_coefficient exclude each other",
        "world.toml: samples.one.pellets[0].height: '1 kg' is not a quantity in 'm'",
        "world.toml: samples.one.pellets[1].id: 'a' appears twice in this sample",
        "world.toml: samples.one.pellets[1].height: is missing",
        "world.toml: samples.one.pellets[2].weight: is not a known key here",
        "world.toml: samples.two.conductivity: is missing",
        "world.toml: fixtures.press.lead_resistance: must be greater than 0 ohm",
        "world.toml: fixtures.press.piston_resistance: is missing",
        "world.toml: instruments.meter.line_frequency: must be 50 Hz or 60 Hz",
        "world.toml: instruments.meter.terminals: must be front or rear, not 'top'",
        "world.toml: instruments.stranger: the station has no such instrument",
    ]
    for line in expected:
        assert line in text, text
    assert len(caught.value.problems) == len(expected), text


@pytest.mark.parametrize("content", [b"[ambient", b"\xff\xfe"])
def test_a_world_file_that_is_no_toml(make_world, tmp_path, content):
    (tmp_path / "world.toml").write_bytes(content)
    with pytest.raises(WorldError, match=r"world\.toml: is not TOML"):
        make_world(folder=tmp_path)
