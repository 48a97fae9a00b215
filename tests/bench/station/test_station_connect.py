"""Opening on first use, one lock a port, safe and closed on every exit; errors a person can act on."""

import pytest

from bench.core.errors import RunAbortedError, SafeStateError
from bench.core.roles import Instrument, SourceMeter, Thermometer, Voltmeter
from bench.station import InstrumentConnectError, candidates, connect, load_station
from bench.station.model import UnknownInstrumentError
from bench.station.roles import missing_methods


@pytest.fixture
def station(station_file):
    return load_station(station_file())


def with_mode(station_file, station_text, instrument, mode):
    """The station with an option that makes the fake of `instrument` misbehave."""
    header = f"[instruments.{instrument}]\n"
    text = station_text.replace(header, f'{header}options = {{ mode = "{mode}" }}\n')
    return load_station(station_file(text))


def open_and_abort(station, clock):
    with connect(station, clock) as bench:
        bench.instrument("meter")
        raise RunAbortedError("enough")


class World:
    visa_library = object()
    library_path = "nowhere"


def test_nothing_is_opened_before_it_is_needed(station, clock, fakelab):
    with connect(station, clock) as bench:
        assert fakelab.LOG == []
        assert bench.opened == {}
    assert fakelab.LOG == []


def test_an_instrument_is_opened_once_with_what_the_station_says(station, clock, fakelab):
    with connect(station, clock, visa_library="@py") as bench:
        meter = bench.instrument("meter")
        assert bench.instrument("meter") is meter
        assert fakelab.LOG == [("open", "meter"), ("connect", "meter")]
        assert (meter.resource, meter.name, meter.load) == ("GPIB0::24::INSTR", "meter", "passive")
        assert meter.limits.tightest("current") == (-0.105, 0.105)
        assert meter.clock is clock
        assert meter.visa_library == "@py"
        assert not bench.simulated


def test_with_a_world_the_same_drivers_talk_to_its_library(station, clock):
    world = World()
    with connect(station, clock, world=world, visa_library="@py") as bench:
        assert bench.simulated
        assert bench.world is world
        assert bench.instrument("meter").visa_library is world.visa_library


def test_instruments_on_one_port_share_its_lock(station, clock):
    with connect(station, clock) as bench:
        opened = bench.open_all(["meter", "second", "room"])
        assert opened["meter"].lock is opened["second"].lock
        assert opened["meter"].lock is not opened["room"].lock
        assert list(bench.opened) == ["meter", "second", "room"]


def test_leaving_makes_outputs_safe_first_then_closes(station, clock, fakelab):
    with connect(station, clock) as bench:
        bench.open_all(["room", "second", "meter"])
        fakelab.LOG.clear()
    assert [what for what in fakelab.LOG if what[0] == "make_safe"] == [
        ("make_safe", "meter"),
        ("make_safe", "second"),
        ("make_safe", "room"),
    ]
    assert [what for what, _ in fakelab.LOG] == ["make_safe"] * 3 + ["close"] * 3
    assert bench.opened == {}


def test_leaving_by_an_exception_does_the_same(station, clock, fakelab):
    with pytest.raises(RunAbortedError) as caught:
        open_and_abort(station, clock)
    assert fakelab.LOG[-2:] == [("make_safe", "meter"), ("close", "meter")]
    assert not hasattr(caught.value, "__notes__")


def test_an_instrument_that_does_not_get_safe_is_an_error_of_the_exit(
    station_file, station_text, clock, fakelab
):
    station = with_mode(station_file, station_text, "meter", "unsafe")
    with pytest.raises(SafeStateError, match="NOT SAFE: meter"), connect(station, clock) as bench:
        bench.open_all(["meter", "second"])
    assert ("make_safe", "second") in fakelab.LOG
    assert fakelab.LOG[-2:] == [("close", "meter"), ("close", "second")]


def test_but_it_never_hides_the_error_that_came_first(station_file, station_text, clock):
    station = with_mode(station_file, station_text, "meter", "unsafe")
    with pytest.raises(RunAbortedError) as caught:
        open_and_abort(station, clock)
    (note,) = caught.value.__notes__
    assert "NOT SAFE: meter" in note


@pytest.mark.parametrize(
    ("mode", "parts"),
    [
        ("no-link", ["opening the connection failed: nothing answers", "What to do: switch it on"]),
        ("bug", ["opening the connection failed: ZeroDivisionError", "bench scan"]),
        ("stranger", ["asking who it is", "'ACME,1' answers", "the connection is closed again"]),
    ],
)
def test_a_failure_to_connect_names_resource_attempt_and_remedy(
    station_file, station_text, clock, fakelab, mode, parts
):
    station = with_mode(station_file, station_text, "meter", mode)
    with connect(station, clock) as bench:
        with pytest.raises(InstrumentConnectError) as caught:
            bench.instrument("meter")
        message = str(caught.value)
        for part in [
            "GPIB0::24::INSTR (driver fake-meter, with VISA library 'default')",
            "instrument 'meter'",
            *parts,
        ]:
            assert part in message
        assert bench.opened == {}
    assert (("close", "meter") in fakelab.LOG) == (mode == "stranger")
    assert ("make_safe", "meter") not in fakelab.LOG  # never command a stranger


def test_when_one_of_several_fails_those_opened_with_it_are_made_safe_and_closed(
    station_file, station_text, clock, fakelab
):
    station = with_mode(station_file, station_text, "second", "stranger")
    with connect(station, clock) as bench:
        room = bench.instrument("room")
        with pytest.raises(InstrumentConnectError, match="instrument 'second'") as caught:
            bench.open_all(["meter", "second", "room"])
        assert fakelab.LOG[-2:] == [("make_safe", "meter"), ("close", "meter")]
        assert bench.opened == {"room": room}
        assert "meter: output off" in caught.value.__notes__[0]


def test_one_instrument_can_be_closed_and_opened_again(station_file, station_text, clock, fakelab):
    station = with_mode(station_file, station_text, "meter", "no-close")
    with connect(station, clock) as bench:
        first = bench.instrument("meter")
        bench.close(["meter", "never opened"])
        assert ("close", "meter") in fakelab.LOG
        assert bench.instrument("meter") is not first


def test_an_unknown_name_is_answered_with_those_there_are(station, clock):
    with (
        connect(station, clock) as bench,
        pytest.raises(UnknownInstrumentError, match="did you mean 'meter'"),
    ):
        bench.instrument("metre")


def test_two_actors_open_an_instrument_once(station, clock, fakelab):
    with connect(station, clock) as bench:
        got = []
        actors = [
            clock.spawn(lambda: got.append(bench.instrument("meter")), name=f"actor {n}") for n in range(3)
        ]
        for actor in actors:
            actor.join()
        assert len(got) == 3
        assert got[0] is got[1] is got[2]
        assert fakelab.LOG.count(("open", "meter")) == 1


def test_an_open_instrument_is_at_hand_while_another_takes_long_to_open(station, clock, fakelab, monkeypatch):
    def slow(self):
        clock.sleep(100)

    with connect(station, clock) as bench:
        meter = bench.instrument("meter")
        monkeypatch.setattr(fakelab.FakeThermometer, "connect", slow)
        opening = clock.spawn(bench.instrument, "room", name="opening the thermometer")
        clock.sleep(1)
        assert bench.instrument("meter") is meter
        assert clock.now() == 1
        opening.join()
        assert clock.now() == 100


def test_making_safe_a_selection(station, clock, fakelab):
    with connect(station, clock) as bench:
        bench.open_all(["meter", "second", "room"])
        fakelab.LOG.clear()
        outcomes = bench.make_safe(["room", "second", "never opened"])
        assert [(outcome.instrument, outcome.outcome) for outcome in outcomes] == [
            ("second", "verified"),
            ("room", "verified"),
        ]
        assert fakelab.LOG == [("make_safe", "second"), ("make_safe", "room")]


def test_what_is_kept_on_purpose_is_only_closed(station, clock, fakelab):
    with connect(station, clock) as bench:
        bench.open_all(["meter", "second"])
        bench.keep(["second"])
    assert fakelab.LOG[-3:] == [("close", "second"), ("make_safe", "meter"), ("close", "meter")]
    assert ("make_safe", "second") not in fakelab.LOG


def test_keeping_ends_when_it_is_made_safe(station, clock, fakelab):
    with connect(station, clock) as bench:
        bench.instrument("meter")
        bench.keep(["meter"])
        bench.make_safe(["meter"])
    assert fakelab.LOG.count(("make_safe", "meter")) == 2


def test_ambient_is_read_from_its_instrument(station, clock, fakelab):
    with connect(station, clock) as bench:
        clock.sleep(5)
        reading = bench.ambient()
        assert (reading.value, reading.unit, reading.time) == (fakelab.ROOM_K, "K", 5)
        assert bench.ambient_u_K == 0.2
        assert list(bench.opened) == ["room"]


def test_ambient_as_declared(station_file, station_text, clock, fakelab):
    text = station_text.replace('instrument = "room"\nu = "0.2 K"', 'temperature = "23 degC"\nu = 1')
    with connect(load_station(station_file(text)), clock) as bench:
        clock.sleep(7)
        reading = bench.ambient()
        assert (reading.value, reading.unit, reading.time) == (296.15, "K", 7)
        assert reading.usable
        assert bench.ambient_u_K == 1
        assert fakelab.LOG == []


def test_candidates_for_a_role_are_told_from_the_classes(station, clock, fakelab):
    with connect(station, clock) as bench:
        assert bench.candidates(Voltmeter) == ["meter", "second"]
        assert bench.candidates(Voltmeter, ["second", "room"]) == ["second"]
        assert bench.candidates(Voltmeter, []) == []
        assert bench.candidates(Thermometer) == ["room"]
        assert bench.candidates(SourceMeter) == []
        assert candidates(station, Instrument) == ["meter", "second", "room"]
    assert fakelab.LOG == []


def test_a_property_of_the_name_is_not_the_method_of_a_role(fakelab):
    class HasProperty(fakelab.Base):
        @property
        def voltage(self):
            return 1.0

    assert missing_methods(HasProperty, Voltmeter) == ["voltage"]
    assert missing_methods(fakelab.Meter, Voltmeter) == []
    assert "set_output" in missing_methods(fakelab.Meter, SourceMeter)
