"""`[interlocks.NAME]` in a station file: what a rule comes to, and every mistake with its place."""

import pytest

from bench.core.errors import QuantityError
from bench.safety.threshold import RoomTemperature, RowQuantity, parse_published
from bench.station import check_station, load_station


@pytest.fixture
def station_with(station_file, station_text):
    """The path of a station file with these tables appended, and procedures that publish columns."""

    def write(tables):
        text = station_text.replace(
            "our-own =",
            'vessel-log = "fakelab_drivers:VesselLog"\nstock = "fakelab_drivers:StockLog"\nour-own =',
        )
        return station_file(text + "\n" + tables)

    return write


@pytest.fixture
def problems(station_with):
    def found(tables):
        return [
            (problem.place.split(" (line")[0].removeprefix("station.toml: interlocks."), problem.what)
            for problem in check_station(station_with(tables))
        ]

    return found


def rule(text, name="hot"):
    return f"[interlocks.{name}]\n{text}\n"


def test_a_rule_with_everything(station_with):
    path = station_with(
        rule(
            'quantity = "ambient"\nabove = "30 degC"\nfor = "2 min"\nstale = "15 min"\nthen = "abort"\n'
            'instruments = ["meter", "second", "meter"]\nnotes = "the air conditioning fails in August"'
        )
    )
    found = load_station(path).interlocks["hot"]
    assert found.threshold.quantity == RoomTemperature()
    assert (found.threshold.for_s, found.threshold.stale_s, found.then) == (120.0, 900.0, "abort")
    assert found.instruments == ("meter", "second")
    condition = found.threshold.condition("K")
    assert condition.limit == pytest.approx(303.15)
    assert not condition.beyond(303.1)
    assert condition.beyond(303.2)


def test_a_rule_with_defaults_on_a_column(station_with):
    path = station_with(rule('quantity = "Vessel temperature of meter"\nbelow = 20\nthen = "warn"'))
    found = load_station(path).interlocks["hot"]
    assert found.threshold.quantity == RowQuantity("Vessel temperature", "meter")
    assert (found.threshold.for_s, found.threshold.stale_s, found.instruments) == (0.0, 1800.0, ())
    assert found.threshold.condition("degC").limit == 20.0
    assert found.threshold.condition("degC").beyond(19.0)


def test_the_limit_meets_the_unit_of_what_is_published(station_with):
    path = station_with(rule('quantity = "Vessel temperature of meter"\nabove = "275 degC"\nthen = "warn"'))
    found = load_station(path).interlocks["hot"]
    assert found.threshold.condition("K").limit == pytest.approx(548.15)
    with pytest.raises(QuantityError):
        found.threshold.condition("V")


def test_a_station_without_rules_has_none(station_file):
    assert load_station(station_file()).interlocks == {}


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("ambient", RoomTemperature()),
        ("Degrees of freedom of meter", RowQuantity("Degrees of freedom", "meter")),
        ("Voltage", None),
        (" of meter", None),
        ("", None),
    ],
)
def test_how_a_quantity_is_written(text, quantity):
    assert parse_published(text) == quantity


GOOD = 'quantity = "ambient"\nabove = "30 degC"\nthen = "abort"'


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        (GOOD.replace('"ambient"', '"room"'), "hot.quantity", "'room' is not a quantity"),
        (GOOD.replace('"ambient"', '"Vessel temperature of metre"'), "hot.quantity", "no instrument 'metre'"),
        (
            GOOD.replace('"ambient"', '"Voltag of meter"'),
            "hot.quantity",
            "no procedure publishes a number called 'Voltag'",
        ),
        (
            GOOD.replace('"ambient"', '"Phase of meter"'),
            "hot.quantity",
            "no procedure publishes a number called 'Phase'",
        ),
        (GOOD.replace('above = "30 degC"', ""), "hot", "the limit is missing"),
        (GOOD + '\nbelow = "1 degC"', "hot", "both 'above' and 'below'"),
        (GOOD.replace("30 degC", "30 V"), "hot.above", "'30 V' is not a quantity in 'K'"),
        (GOOD.replace('"30 degC"', "true"), "hot.above", "is true or false"),
        (
            'quantity = "Voltage of meter"\nabove = "1 A"\nthen = "warn"',
            "hot.above",
            "'1 A' is not a quantity in 'V'",
        ),
        (
            'quantity = "Pressure of meter"\nabove = [1]\nthen = "warn"',
            "hot.above",
            "should be a number with a unit",
        ),
        (GOOD + '\nfor = "2 V"', "hot.for", "'2 V' is not a quantity in 's'"),
        (GOOD + "\nfor = -1", "hot.for", "below 0"),
        (GOOD + "\nstale = 0", "hot.stale", "not above 0"),
        (GOOD.replace('"abort"', '"explode"'), "hot.then", "'explode' is not one of the choices"),
        (GOOD.replace('then = "abort"', ""), "hot.then", "'then' is missing"),
        (GOOD + '\ninstruments = ["meter", "metre"]', "hot.instruments[1]", "no instrument 'metre'"),
        (GOOD + "\ninstruments = []", "hot.instruments", "no instrument is named"),
        (GOOD + '\nwhile = "2 min"', "hot.while", "unknown key 'while'"),
    ],
)
def test_each_mistake_has_its_place(problems, text, place, what):
    ((found_place, found_what),) = problems(rule(text))
    assert found_place == place
    assert what in found_what


def test_all_mistakes_of_all_rules_are_listed(problems):
    text = rule('quantity = "room"\nthen = "explode"') + rule(GOOD + "\nstale = 0", "cold")
    places = [place for place, _ in problems(text)]
    assert sorted(places) == ["cold.stale", "hot", "hot.quantity", "hot.then"]
    assert places[-1] == "cold.stale", "in the order of the file"


def test_names_that_cannot_be_told_apart(problems):
    ((place, what),) = problems(rule(GOOD) + rule(GOOD, "HOT"))
    assert (place, what) == ("HOT", "the name cannot be told from 'hot'")


def test_a_declared_room_never_changes(station_file, station_text):
    text = station_text.replace('instrument = "room"', 'temperature = "23 degC"') + rule(GOOD)
    (problem,) = check_station(station_file(text))
    assert "so it never changes" in problem.what


def test_a_column_whose_unit_nobody_states_is_taken_as_it_is(problems):
    assert problems(rule('quantity = "Pressure of meter"\nabove = "1 bar"\nthen = "warn"')) == []


def test_a_broken_procedure_hides_no_other(station_file, station_text):
    text = station_text.replace("our-own =", 'lost = "nowhere_at_all:Log"\nour-own =')
    text += rule('quantity = "Vessel temperature of meter"\nabove = "30 degC"\nthen = "warn"')
    whats = [problem.what for problem in check_station(station_file(text))]
    assert any("nowhere_at_all" in what for what in whats)
    assert any("no procedure publishes a number called 'Vessel temperature'" in what for what in whats)
