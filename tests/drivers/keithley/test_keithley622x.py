"""Keithley 6220 and 6221: exact messages, written out from the reference manual and not from the tables."""

import logging
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.core.errors import (
    CommandRejectedError,
    CommunicationError,
    ConfigError,
    GarbledReplyError,
    IdentityError,
    InstrumentError,
    LimitError,
    ReadBackError,
    SafeStateError,
)
from bench.core.limits import Limit, Limits
from bench.core.roles import CurrentSource, DeltaMeter
from drivers.keithley import delta_reading
from drivers.keithley.keithley6220 import Keithley6220
from drivers.keithley.keithley6221 import Keithley6221
from drivers.replies import ReplyShapeError

OK = (":SYST:ERR?", '0,"No error"')
OFF = (":OUTP?", "0")
READ_BACK = {
    ":OUTP?": "0",
    ":SOUR:CURR?": "0.000000E+00",
    ":SOUR:CURR:RANG?": "1.000000E-01",
    ":SOUR:CURR:RANG:AUTO?": "0",
    ":SOUR:CURR:COMP?": "1.000000E+01",
    ":SOUR:CURR:FILT?": "0",
    ":OUTP:ISH?": "OLOW",
    ":OUTP:LTE?": "0",
    ":OUTP:RESP?": "FAST",
    ":OUTP:INT:TRIP?": "1",
}
STATION = Limits(
    (
        {
            "current": Limit(-1e-3, 1e-3, "A", "station file"),
            "voltage": Limit(-10.0, 10.0, "V", "station file"),
        },
    )
)
SAFE = [(text, None) for text in (":OUTP OFF", ":SOUR:SWE:ABOR", ":OUTP OFF", ":SOUR:CURR 0")]


def put(command, value, reply):
    """Set, check, read back."""
    return [(f"{command} {value}", None), OK, (f"{command}?", reply)]


def connecting(model="6221", **different):
    answers = READ_BACK | different
    return [
        ("*IDN?", f"KEITHLEY INSTRUMENTS INC.,MODEL {model},1234567,D04  /700x"),
        OK,
        (":OUTP?", answers[":OUTP?"]),
        *answers.items(),
    ]


ENDING = [
    (":OUTP OFF", None),
    (":SOUR:SWE:ABOR", None),
    OK,
    *put(":OUTP", "OFF", "0"),
    *put(":SOUR:CURR:MODE", "FIX", "FIX"),
    *put(":SOUR:CURR", "0.0", "0.000000E+00"),
]
"""Whatever a test has left: off first, then 0.35 s of silence, then the queue, then read back."""


def configuring(range_=("0.002", "2.000000E-03"), compliance=("5.0", "5.000000E+00")):
    return [
        *ENDING,
        *put(":SOUR:CURR:RANG:AUTO", "OFF", "0"),
        *put(":SOUR:CURR:RANG", *range_),
        *put(":SOUR:CURR:COMP", *compliance),
        *put(":SOUR:CURR:FILT", "OFF", "0"),
    ]


PANEL = [(":SOUR:CURR:RANG?", "2.000000E-03"), (":SOUR:CURR:COMP?", "5.000000E+00")]


@pytest.fixture(params=[Keithley6220, Keithley6221], ids=["6220", "6221"])
def model(request):
    return request.param


def test_roles(talk, model):
    with talk(model, []) as source:
        assert isinstance(source, CurrentSource)
        assert isinstance(source, DeltaMeter)


def test_connecting_changes_nothing_and_each_model_takes_only_its_own(talk, model):
    own = model.__name__[-4:]
    pairs = connecting(own)
    assert not [sent for sent, _ in pairs if "?" not in sent]
    with talk(model, pairs) as source:
        assert source.connect().model == f"MODEL {own}"
    other = {"6220": "6221", "6221": "6220"}[own]
    with talk(model, connecting(other)[:1]) as source, pytest.raises(IdentityError, match=other):
        source.connect()


def test_an_output_found_on_is_said_and_left(talk, caplog):
    with talk(Keithley6221, connecting(**{":OUTP?": "1"})) as source, caplog.at_level(logging.WARNING):
        source.connect()
    assert "the output is ON, found so and left so" in caplog.text


def test_a_cell_is_refused_before_anything_is_sent(talk):
    with pytest.raises(ConfigError, match="cell"), talk(Keithley6221, [], load="cell"):
        pass


def test_wiring_is_set_with_the_output_off_and_read_back(talk):
    pairs = [
        *connecting()[:2],
        OFF,
        (":OUTP:ISH?", "OLOW"),
        *put(":OUTP:ISH", "GUAR", "GUAR"),
        (":OUTP:LTE?", "1"),
        *connecting()[3:],
    ]
    with talk(Keithley6221, pairs, inner_shield="guard", output_low="earth") as source:
        source.connect()


def test_under_a_live_output_wiring_waits_until_something_is_configured(talk):
    """Who connects in order to make the source safe must not be stopped."""
    live = connecting(**{":OUTP?": "1"})
    wired = [(":OUTP:RESP?", "FAST"), *put(":OUTP:RESP", "SLOW", "SLOW")]
    with talk(
        Keithley6221, [*live, *ENDING, *wired, *configuring()[len(ENDING) :]], response="slow"
    ) as source:
        source.connect()
        source.source_current(range_A=1e-3, compliance_V=5.0)


def test_wrong_options_are_all_listed(talk):
    options = {"inner_shield": "earth", "response": "quick", "nanovoltmeter": "34420A"}
    with pytest.raises(ConfigError) as caught, talk(Keithley6221, [], **options):
        pass
    assert len(caught.value.problems) == 3


def test_a_current_source_is_configured_with_output_off_and_level_zero(talk, clock):
    with talk(Keithley6221, configuring()) as source:
        source.source_current(range_A=1e-3, compliance_V=5.0)
        assert clock.now() == pytest.approx(0.35), "a query sooner after the abort would be INTERRUPTED"
        accuracy = source.current_accuracy()
    assert (accuracy.relative, accuracy.offset) == (5e-4, 1e-6)


def test_what_an_earlier_test_left_in_the_queue_is_not_blamed_on_what_follows(talk, caplog):
    pairs = configuring()
    pairs[2:3] = [
        (":SYST:ERR?", '-230,"Data corrupt or stale"'),
        (":SYST:ERR?", '-410,"Query INTERRUPTED"'),
        OK,
    ]
    with talk(Keithley6221, pairs) as source, caplog.at_level(logging.WARNING):
        source.source_current(range_A=1e-3, compliance_V=5.0)
    assert "-230" in caplog.text


@pytest.mark.parametrize(
    ("level", "sent"), [(1e-3, "0.001"), (-1.23456789e-3, "-0.00123456789"), (3.3e-7, "3.3e-07"), (0, "0.0")]
)
def test_a_level_is_sent_in_full_and_the_panel_is_looked_at_first(talk, level, sent):
    pairs = [*configuring(), *PANEL, *put(":SOUR:CURR", sent, f"{level:.6E}")]
    with talk(Keithley6221, pairs) as source:
        source.source_current(range_A=1e-3, compliance_V=5.0)
        source.set_level(level)


@pytest.mark.parametrize(
    ("range_", "compliance"), [("2.000000E-02", "5.000000E+00"), ("2.000000E-03", "1.050000E+02")]
)
def test_a_key_pressed_at_the_panel_is_noticed_before_a_level_is_sent(talk, range_, compliance):
    pairs = [*configuring(), (":SOUR:CURR:RANG?", range_), (":SOUR:CURR:COMP?", compliance)]
    with talk(Keithley6221, pairs) as source:
        source.source_current(range_A=1e-3, compliance_V=5.0)
        with pytest.raises(ReadBackError, match="front panel"):
            source.set_level(1e-4)
        with pytest.raises(InstrumentError, match="no source is configured"):
            source.set_level(1e-4)


@pytest.mark.parametrize("level", [1.06e-3, -1.06e-3, 2.11e-3, 0.106, float("nan"), float("inf")])
def test_levels_beyond_station_model_or_range_are_refused_before_a_byte(talk, level):
    limits = STATION if abs(level) < 2e-3 else Limits()
    with talk(Keithley6221, configuring(), limits=limits) as source:
        source.source_current(range_A=1e-3, compliance_V=5.0)
        with pytest.raises(LimitError):
            source.set_level(level)


@pytest.mark.parametrize("compliance_V", [0.09, 105.1, 8.1, float("nan")])
def test_compliance_is_checked_with_its_overshoot_before_a_byte(talk, compliance_V):
    with talk(Keithley6221, [], limits=STATION) as source:
        with pytest.raises(LimitError):
            source.source_current(range_A=1e-3, compliance_V=compliance_V)
        with pytest.raises(LimitError):
            source.source_current(range_A=0.106, compliance_V=1.0)


def test_eight_volts_within_ten_are_allowed(talk):
    with talk(Keithley6221, configuring(compliance=("8.0", "8.00")), limits=STATION) as source:
        source.source_current(range_A=1e-3, compliance_V=8.0)


def test_output_on_needs_a_configuration_and_a_closed_interlock(talk):
    pairs = [
        *configuring(),
        *PANEL,
        (":OUTP:INT:TRIP?", "0"),
        *PANEL,
        (":OUTP:INT:TRIP?", "1"),
        *put(":OUTP", "ON", "1"),
    ]
    with talk(Keithley6221, pairs) as source:
        with pytest.raises(InstrumentError, match="no source is configured"):
            source.set_output(True)
        source.source_current(range_A=1e-3, compliance_V=5.0)
        with pytest.raises(InstrumentError, match="interlock is open"):
            source.set_output(True)
        source.set_output(True)


@pytest.mark.parametrize(("condition", "limited"), [("8", True), ("2", False), ("138", True)])
def test_compliance_is_asked_as_a_condition_and_clears_nothing(talk, condition, limited):
    with talk(Keithley6221, [(":STAT:MEAS:COND?", condition)]) as source:
        assert source.in_compliance() is limited


def test_a_refused_level_names_its_code(talk):
    pairs = [
        *configuring(),
        *PANEL,
        (":SOUR:CURR 0.001", None),
        (":SYST:ERR?", '-221,"Settings conflict"'),
        OK,
    ]
    with talk(Keithley6221, pairs) as source:
        source.source_current(range_A=1e-3, compliance_V=5.0)
        with pytest.raises(CommandRejectedError, match="-221"):
            source.set_level(1e-3)


# ---- safe state


def test_off_comes_first_and_nothing_energises(talk, clock, model):
    with talk(model, [*SAFE, (":OUTP?", "0"), (":SOUR:CURR?", "0.0"), OK]) as source:
        report = source.make_safe()
    assert report.verified
    assert report.state == "output off, level 0.0 A"
    assert not {":OUTP ON", ":INIT:IMM", ":SOUR:DELT:ARM"} & {text for text, _ in SAFE}
    assert clock.now() == pytest.approx(0.35)


@pytest.mark.parametrize(("on", "level"), [("1", "0.0"), ("0", "1.0E-03"), ("1", "1.0E-03")])
def test_what_is_not_safe_is_loud(talk, on, level):
    pairs = [*SAFE, (":OUTP?", on), (":SOUR:CURR?", level), OK]
    with talk(Keithley6221, pairs[:-1]) as source, pytest.raises(SafeStateError, match="AS LIVE"):
        source.make_safe()


@pytest.mark.parametrize("step", [text for text, _ in SAFE])
def test_a_step_that_fails_does_not_stop_the_others(faulty, faults, clock, step):
    adapter = faulty({":SYST:ERR?": OK[1], ":OUTP?": "0", ":SOUR:CURR?": "0.0"})
    adapter.write_faults[step] = [faults["timeout"]]
    assert Keithley6221(adapter, name="source", clock=clock).make_safe().verified
    assert [text for text in adapter.sent if "?" not in text] == [text for text, _ in SAFE]


def test_a_source_that_answers_nothing_is_reported_as_live(faulty, clock):
    with pytest.raises(SafeStateError, match="AS LIVE"):
        Keithley6221(faulty({}), name="source", clock=clock).make_safe()


# ---- delta, the messages


RELAY = [
    *put(":SYST:COMM:SER:BAUD", "19200", "19200"),
    *put(":SYST:COMM:SER:TERM", "CR", "CR"),
    *put(":SYST:COMM:SER:PACE", "XON", "XON"),
]
NOBODY = (":SOUR:DELT:NVPR?", "0")


@pytest.mark.parametrize(
    "asked",
    [
        {"current_A": 0.106},
        {"current_A": -1e-3},
        {"current_A": 0.0},
        {"current_A": 1.1e-3},
        {"compliance_V": 9.0},
        {"delay_s": 0.0},
        {"count": 0},
        {"count": 65537},
        {"voltage_range_V": 121.0},
        {"nplc": 61.0},
    ],
)
def test_a_delta_test_beyond_any_limit_is_refused_before_a_byte(talk, asked):
    arguments = {"current_A": 1e-3, "compliance_V": 5.0, "voltage_range_V": 0.01} | asked
    with talk(Keithley6221, [], limits=STATION, nanovoltmeter="2182A") as source, pytest.raises(LimitError):
        source.arm_delta(**arguments)


def test_delta_needs_the_station_to_name_a_nanovoltmeter(talk):
    with talk(Keithley6221, []) as source:
        with pytest.raises(InstrumentError, match="names no nanovoltmeter"):
            source.arm_delta(current_A=1e-3, compliance_V=5.0, voltage_range_V=0.01)
        with pytest.raises(InstrumentError, match="names no nanovoltmeter"):
            _ = source.nanovoltmeter


def test_a_nanovoltmeter_that_does_not_answer_is_told_with_its_remedy(talk):
    pairs = [*ENDING, (":OUTP:INT:TRIP?", "1"), *RELAY, NOBODY]
    with (
        talk(Keithley6221, pairs, nanovoltmeter="2182A") as source,
        pytest.raises(InstrumentError, match=r"RS-232, 19\.2k"),
    ):
        source.arm_delta(current_A=1e-3, compliance_V=5.0, voltage_range_V=0.01)


def test_nothing_is_read_from_a_test_that_was_not_armed_or_started(talk):
    with talk(Keithley6221, [], nanovoltmeter="2182A") as source:
        for ask in (source.next_delta, source.delta_readings, source.start_delta):
            with pytest.raises(InstrumentError, match="no delta test is armed"):
                ask()


@pytest.mark.parametrize(
    "reply",
    [
        "", "+1E-6", "+1E-6,0,1,1E-3", "+1E-6,0,1,1E-3,X", "+1E-6,0,1.5,1E-3,F", "x,0,1,1E-3,F",
        "+1E-6,0,1,1E-3,F,+1E-6,0,2,-1E-3,F",
    ],
)  # fmt: skip
def test_a_reading_of_another_shape_is_refused(reply):
    with pytest.raises(ReplyShapeError):
        delta_reading.parse(reply)


@pytest.mark.parametrize(("word", "flag"), [("T", True), ("F", False), ("1", True), ("0", False)])
def test_a_reading_carries_its_compliance_and_time(word, flag):
    answer = delta_reading.parse(f"+1.5E-06,+2.000E+00,+00012,-1.000E-03,{word}")
    reading = delta_reading.decode(answer, time=7.0, current_A=1e-3, range_V=0.01)
    assert reading.voltage.value == 1.5e-6
    assert reading.voltage.in_compliance is flag
    assert reading.usable is not flag
    assert (reading.number, reading.seconds, reading.time, reading.current_A) == (12, 2.0, 7.0, 1e-3)


@pytest.mark.parametrize("field", ["+9.9E37", "-9.9E37", "+9.91E37"])
def test_sentinels_are_flags(field):
    answer = delta_reading.parse(f"{field},0,1,1E-3,F")
    reading = delta_reading.decode(answer, time=0.0, current_A=1e-3, range_V=0.01)
    assert reading.voltage.value is None
    assert reading.voltage.overload


def test_the_query_that_jams_a_6221_is_never_sent():
    for path in Path(delta_reading.__file__).parent.glob("*.py"):
        assert ":CALC1" not in path.read_text("utf-8"), path.name


def test_a_missing_nanovoltmeter_does_not_stop_who_connects_to_make_the_source_safe(talk, caplog):
    pairs = [*connecting()[:3], (":SOUR:DELT:ARM?", "0"), *RELAY, NOBODY, *connecting()[3:]]
    with talk(Keithley6221, pairs, nanovoltmeter="2182A") as source, caplog.at_level(logging.WARNING):
        source.connect()
    assert "delta mode is not to be had" in caplog.text


def test_a_test_that_somebody_has_armed_is_left_alone_at_connect(talk):
    live = connecting(**{":OUTP?": "1"})
    pairs = [*live[:3], (":SOUR:DELT:ARM?", "1"), *live[3:]]
    with talk(Keithley6221, pairs, nanovoltmeter="2182A") as source:
        source.connect()


@pytest.fixture
def reached(talk):
    """`with reached(pairs) as meter`: the nanovoltmeter behind a source that has found it before."""

    @contextmanager
    def exchange(pairs):
        with talk(Keithley6221, pairs, nanovoltmeter="2182A") as source:
            source._reached = True
            yield source.nanovoltmeter

    return exchange


def test_the_relay_wraps_a_message_and_waits_for_its_line(reached, clock):
    pairs = [
        (':SYST:COMM:SER:SEND ":SYST:LFR?"', None),
        OK,
        (":SYST:COMM:SER:ENT?", ""),
        (":SYST:COMM:SER:ENT?", ""),
        (":SYST:COMM:SER:ENT?", "60\r"),
    ]
    with reached(pairs) as meter:
        assert meter.line_frequency_Hz() == 60.0
    assert clock.now() == pytest.approx(0.1)


def test_flow_control_characters_in_a_reply_are_no_number(reached):
    asked = [(':SYST:COMM:SER:SEND ":SYST:LFR?"', None), OK, (":SYST:COMM:SER:ENT?", "\x135")]
    empty = (":SYST:COMM:SER:ENT?", "")
    with (
        reached([*[*asked, empty, empty] * 3]) as meter,
        pytest.raises(GarbledReplyError, match="flow-control"),
    ):
        meter.line_frequency_Hz()


def test_a_reply_that_never_comes_is_told_and_a_query_is_all_that_is_repeated(faulty, clock):
    adapter = faulty({":SYST:ERR?": OK[1], ":SYST:COMM:SER:ENT?": ""})
    source = Keithley6221(adapter, name="source", clock=clock, nanovoltmeter="2182A")
    source._reached = True
    with pytest.raises(CommunicationError, match="in time") as caught:
        source.nanovoltmeter.line_frequency_Hz()
    assert caught.value.instrument == "source nanovoltmeter"
    assert adapter.sent.count(':SYST:COMM:SER:SEND ":SYST:LFR?"') == 3
    assert 9.0 < clock.now() < 25.0
