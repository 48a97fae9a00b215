"""A good station file as loaded, and every single mistake with its place and remedy."""

import pytest

from bench.core.errors import ConfigError
from bench.station import AmbientDeclared, AmbientInstrument, Terminal, check_station, load_station
from bench.station.model import UnknownInstrumentError


def only_problem(path):
    problems = check_station(path)
    assert len(problems) == 1, problems
    return problems[0]


def test_a_good_file_has_no_problems(station_file):
    assert check_station(station_file()) == []


def test_a_loaded_station_holds_everything_in_si_units(station_file, fakelab):
    path = station_file()
    station = load_station(path)
    assert (station.name, station.path, station.folder) == ("fake bench", path, path.parent)
    assert station.ambient == AmbientInstrument("room", 0.2)
    assert list(station.instruments) == ["meter", "second", "room"]
    meter = station.instrument("meter")
    assert (meter.driver_class, meter.load, meter.options) == (fakelab.Meter, "passive", {})
    assert meter.limits.tightest("current") == (-0.105, 0.105)
    assert meter.limits.tightest("voltage") == (-21.0, 21.0)
    assert station.instrument("second").load == "cell"
    assert station.instrument("second").limits.tightest("current") is None
    assert station.fixture("press").wiring["sense_high"] == Terminal("second", "a.sense_high")
    assert station.fixture("press").instruments == ("meter", "second")
    assert station.fixtures_of_kind("pellet_press") == ["press"]
    assert station.fixtures_of_kind("hall_holder") == []
    assert station.procedures == {"our-own": "fakelab_drivers:Procedure"}


def test_the_simulation_table_is_kept_unread(station_file):
    station = load_station(station_file())
    assert station.simulation == {"world": "fake", "anything": [{"the": "simulator"}, {"likes": 1}]}
    assert (
        station.data["simulation"] is station.simulation or station.data["simulation"] == station.simulation
    )
    assert station.data["instruments"]["meter"]["resource"] == "GPIB0::24::INSTR"


def test_a_station_without_simulation_is_fine(station_file):
    path = station_file()
    path.write_text(path.read_text().split("[simulation]")[0])
    assert load_station(path).simulation is None


def test_ambient_may_be_declared(station_file, station_text):
    old, new = 'instrument = "room"\nu = "0.2 K"', 'temperature = "23 °C"\nu = "1 °C"'
    station = load_station(station_file(station_text.replace(old, new)))
    assert station.ambient == AmbientDeclared(296.15, 1.0)


def test_a_name_that_is_not_there_is_answered_with_those_that_are(station_file):
    station = load_station(station_file())
    with pytest.raises(UnknownInstrumentError, match="did you mean 'meter'"):
        station.instrument("metre")
    with pytest.raises(UnknownInstrumentError, match="no fixture 'oven'"):
        station.fixture("oven")


SINGLE_MISTAKES = [
    ('name = "fake bench"', "", "name", "'name' is missing", "add name"),
    (
        '"fake-meter"\nresource = "GPIB0::24',
        '"fake-metre"\nresource = "GPIB0::24',
        "instruments.meter.driver",
        "no driver 'fake-metre'",
        "did you mean 'fake-meter'?",
    ),
    ('driver = "fake-thermometer"\n', "", "instruments.room.driver", "missing", "add driver"),
    ('load = "passive"\n', "", "instruments.meter.load", "'load' is missing", 'load = "cell"'),
    (
        "sense_low =",
        "sense_lo =",
        "fixtures.press.wiring.sense_lo",
        "has no contact 'sense_lo'",
        "did you mean 'sense_low'?",
    ),
    (
        'wiring.sense_low = "second.a.sense_low"\n',
        "",
        "fixtures.press.wiring",
        "'sense_high' is wired and 'sense_low' is not",
        "add sense_low, or remove sense_high",
    ),
    ('load = "passive"', 'load = "pasive"', "instruments.meter.load", "'pasive' is not one", "'cell'"),
    ('"ASRL3::INSTR"\n', '"ASRL3::INSTR"\nload = "cell"\n', "instruments.room.load", "no output", "remove"),
    ('"105 mA"', '"105 mV"', "instruments.meter.limits.current", "not a quantity in 'A'", "1 A"),
    ('"105 mA"', "0", "instruments.meter.limits.current", "forbid everything", "both signs"),
    (
        "voltage = 21",
        "voltige = 21",
        "instruments.meter.limits.voltige",
        "no limit",
        "did you mean 'voltage'?",
    ),
    ("voltage = 21", "voltage = true", "instruments.meter.limits.voltage", "true or false", "1 V"),
    ("limits = {", "limit = {", "instruments.meter.limit", "unknown key", "did you mean 'limits'?"),
    (
        '"cell"\n',
        '"cell"\noptions = { chanel = 1 }\n',
        "instruments.second.options.chanel",
        "no option",
        "did you mean 'channel'?",
    ),
    (
        '"cell"\n',
        '"cell"\noptions = { channel = "x" }\n',
        "instruments.second.options.channel",
        "'x' is no channel",
        "whole number",
    ),
    (
        '"fake-meter"\nresource = "GPIB0::25',
        '"fake-needy"\nresource = "GPIB0::25',
        "instruments.second.options.channel",
        "is missing",
        "add options",
    ),
    ('"GPIB0::24::INSTR"', '"COM7"', "instruments.meter.resource", "not a VISA resource", "ASRL7::INSTR"),
    ('"GPIB0::24::INSTR"', '"GPIB0::31::INSTR"', "instruments.meter.resource", "address '31'", "0 to 30"),
    (
        "GPIB0::25::INSTR",
        "gpib::24",
        "instruments.second.resource",
        "resource of instrument 'meter'",
        "its own",
    ),
    (
        '"meter.force_high"',
        '"meter"',
        "fixtures.press.wiring.force_high",
        "not a terminal",
        "INSTRUMENT.TERMINAL",
    ),
    (
        '"meter.force_high"',
        '"metre.force_high"',
        "fixtures.press.wiring.force_high",
        "no instrument 'metre'",
        "'meter'",
    ),
    ('kind = "pellet_press"\n', "", "fixtures.press.kind", "missing", "add kind"),
    ('instrument = "room"\n', "", "ambient", "source of the ambient temperature", "23 degC"),
    ('instrument = "room"', 'instrument = "roof"', "ambient.instrument", "no instrument 'roof'", "'room'"),
    ('instrument = "room"', 'instrument = "meter"', "ambient.instrument", "no thermometer", "declare"),
    ('instrument = "room"', 'instrument = "room"\ntemperature = 296', "ambient", "both", "keep one"),
    ('u = "0.2 K"', 'u = "-0.2 K"', "ambient.u", "below 0 K", "check"),
    ('[ambient]\ninstrument = "room"\nu = "0.2 K"\n', "", "ambient", "missing", "[ambient]"),
    (
        "[instruments.second]",
        "[instruments.Meter]",
        "instruments.Meter",
        "cannot be told from 'meter'",
        "differ",
    ),
    ("[fixtures.press]", "[fixtures.room]", "fixtures.room", "cannot be told from 'room'", "differ"),
    ("[fixtures.press]", '[fixtures."my press"]', 'fixtures."my press"', "cannot be the name", "letters"),
    (
        'our-own = "fakelab_drivers:Procedure"',
        'our-own = "fakelab_drivers"',
        "procedures.our-own",
        "names no class",
        ":Class",
    ),
    (":Procedure", ":Nowhere", "procedures.our-own", "has no 'Nowhere'", "correct"),
    (":Procedure", ":not_a_class", "procedures.our-own", "is not a class", "correct"),
    ("our-own", "fake-procedure", "procedures.fake-procedure", "already a procedure", "another name"),
    ("[simulation]", "[simulatoin]", "simulatoin", "unknown key", "did you mean 'simulation'?"),
]


@pytest.mark.parametrize(("old", "new", "place", "what", "remedy"), SINGLE_MISTAKES)
def test_a_mistake_is_told_with_its_place_and_remedy(
    station_file, station_text, old, new, place, what, remedy
):
    text = station_text.replace(old, new, 1)
    if 'sense_high = "second' in text and "[instruments.second]" not in text:
        text = text.replace('"second.a.sense_', '"meter.sense_')
    problem = only_problem(station_file(text))
    assert problem.place.partition(" (line")[0] == f"station.toml: {place}"
    assert what in problem.what
    assert remedy in problem.remedy


def test_the_place_tells_the_line(station_file, station_text):
    problem = only_problem(station_file(station_text.replace('"meter.force_high"', '"metre.force_high"')))
    line = next(
        number for number, text in enumerate(station_text.splitlines(), 1) if text.startswith("wiring")
    )
    assert problem.place == f"station.toml: fixtures.press.wiring.force_high (line {line})"


def test_all_of_many_mistakes_are_listed_in_the_order_of_the_file(station_file):
    path = station_file(
        """\
name = 3
[ambient]
instrument = "meter"
temperature = "23 V"
[instruments.meter]
driver = "fake-meter"
resource = "GPIB0::77::INSTR"
limits = { current = "105 mV", voltige = "21 V" }
options = { nplc = 3 }
colour = "red"
[instruments.a-b]
driver = "nothing"
resource = "COM3"
[instruments.a_b]
driver = "fake-thermometer"
resource = "ASRL3"
load = "cell"
[instruments.c]
driver = "fake-needy"
resource = "ASRLCOM3::INSTR"
[fixtures.press]
wiring = { force_high = "meterr.force_high", force_low = "meter" }
[procedures]
fake-procedure = "x"
[simulatoin]
"""
    )
    with pytest.raises(ConfigError) as caught:
        load_station(path)
    places = [problem.place.removeprefix("station.toml: ") for problem in caught.value.problems]
    assert places == [
        "name (line 1)",
        "ambient.u (line 2)",
        "ambient (line 2)",
        "ambient.instrument (line 3)",
        "ambient.temperature (line 4)",
        "instruments.meter.load (line 5)",
        "instruments.meter.resource (line 7)",
        "instruments.meter.limits.current (line 8)",
        "instruments.meter.limits.voltige (line 8)",
        "instruments.meter.options.nplc (line 9)",
        "instruments.meter.colour (line 10)",
        "instruments.a-b.driver (line 12)",
        "instruments.a-b.resource (line 13)",
        "instruments.a_b (line 14)",
        "instruments.a_b.load (line 17)",
        "instruments.c.load (line 18)",
        "instruments.c.options.channel (line 18)",
        "instruments.c.resource (line 20)",
        "fixtures.press.kind (line 21)",
        "fixtures.press.wiring.force_high (line 22)",
        "fixtures.press.wiring.force_low (line 22)",
        "procedures.fake-procedure (line 24)",
        "procedures.fake-procedure (line 24)",
        "simulatoin (line 25)",
    ]
    assert all(
        problem.remedy for problem in caught.value.problems if problem.place != "station.toml: name (line 1)"
    )


def test_drivers_that_cannot_be_loaded_are_problems_and_no_tracebacks(station_file, station_text):
    for name, what in {
        "fake-missing": "has no 'NotThere'",
        "fake-broken": "RuntimeError: this module cannot be imported",
        "fake-module": "No module named 'fakelab_nowhere'",
        "fake-hollow": "lacks open, limit_units",
        "fake-function": "is not a driver",
    }.items():
        problem = only_problem(station_file(station_text.replace("fake-thermometer", name)))
        assert problem.place.startswith("station.toml: instruments.room.driver")
        assert what in problem.what
