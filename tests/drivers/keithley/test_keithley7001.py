"""Keithley 7001 with a 7065 as exact messages, and against the simulated one."""

import pytest

from bench.core.clock import VirtualClock
from bench.core.errors import (
    ConfigError,
    GarbledReplyError,
    InstrumentError,
    LimitError,
    ReadBackError,
    SafeStateError,
)
from bench.core.roles import SwitchMatrix
from drivers.keithley.keithley7001 import Keithley7001
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.keithley.keithley7001 import Keithley7001 as Simulated
from simulators.wire import faults as wrong
from simulators.wire.faults import Fault
from simulators.wire.port import Port

OK = (":SYST:ERR?", '0,"No error"')
IDENTITY = "KEITHLEY INSTRUMENTS INC.,MODEL 7001,0700101,B04  /A02"
DONE = ("*OPC?", "1")
HELD = ":ROUT:CLOS:STAT?"
F76_FIRST = {(1, 2), (2, 1), (3, 3), (4, 4)}
"""V21,34: current into contact 2, out of 1; voltage 3 minus 4 (relay map of Keithley's Hall library)."""
RESOURCE = "GPIB0::7::INSTR"


def put(command, value, reply):
    return [(f"{command} {value}", None), OK, (f"{command}?", reply)]


SETTINGS = [
    (":ROUT:CONF:SCH?", "0"),
    (":ROUT:CONF:BBM?", "1"),
    (":ROUT:CONF:SLOT1:STIM?", "0.000"),
    (":ROUT:CONF:SLOT2:STIM?", "0.000"),
    (":ROUT:CONF:SLOT1:CTYP?", "C7065"),
    (":ROUT:CONF:SLOT2:CTYP?", "NONE"),
]
OPENING = [(":ROUT:OPEN ALL", None), OK, DONE]


def test_connecting_says_what_the_card_is(talk):
    pairs = [
        ("*IDN?", IDENTITY),
        OK,
        (":ROUT:CONF:SLOT1:CTYP?", "NONE"),
        *put(":ROUT:CONF:SLOT1:CTYP", "C7065", "C7065"),
        (HELD, "(@)"),
        *put(":ROUT:CONF:SCH", "OFF", "0"),
        *SETTINGS,
    ]
    with talk(Keithley7001, pairs) as switch:
        assert isinstance(switch, SwitchMatrix)
        assert switch.connect().model == "MODEL 7001"
        assert switch.size() == (4, 4)


def test_another_card_is_refused_and_relays_left_alone(talk):
    pairs = [("*IDN?", IDENTITY), OK, (":ROUT:CONF:SLOT2:CTYP?", "C7012")]
    with (
        talk(Keithley7001, pairs, slot=2) as switch,
        pytest.raises(InstrumentError, match="slot 2 is said to hold a C7012"),
    ):
        switch.connect()


def test_a_pattern_is_closed_after_everything_is_seen_open_and_is_read_back(talk):
    pairs = [
        *OPENING,
        (HELD, "(@)"),
        (":ROUT:CLOS (@1!1!2,1!2!1,1!3!3,1!4!4)", None),
        OK,
        DONE,
        (HELD, "(@1!1!2, 1!2!1, 1!3!3, 1!4!4)"),
    ]
    with talk(Keithley7001, pairs) as switch:
        switch.connect_only(F76_FIRST)


def test_the_mode_relay_goes_with_every_pattern_and_is_no_contact(talk):
    pairs = [
        *OPENING,
        (HELD, "(@)"),
        (":ROUT:CLOS (@2!1!1,2!4!5)", None),
        OK,
        DONE,
        (HELD, "(@2!1!1,2!4!5)"),
        (HELD, "(@2!1!1,2!4!5)"),
    ]
    with talk(Keithley7001, pairs, slot=2, mode_relay="closed") as switch:
        switch.connect_only({(1, 1)})
        assert switch.closed() == {(1, 1)}


def test_a_relay_that_did_not_close_is_an_error_and_everything_opens(talk):
    pairs = [
        *OPENING,
        (HELD, "(@)"),
        (":ROUT:CLOS (@1!1!1,1!2!2)", None),
        OK,
        DONE,
        (HELD, "(@1!2!2)"),
        (":ROUT:OPEN ALL", None),
    ]
    with (
        talk(Keithley7001, pairs) as switch,
        pytest.raises(ReadBackError, match=r"these are closed: 1!2!2"),
    ):
        switch.connect_only({(1, 1), (2, 2)})


def test_nothing_is_closed_while_something_stays_closed(talk):
    with (
        talk(Keithley7001, [*OPENING, (HELD, "(@1!3!3)")]) as switch,
        pytest.raises(ReadBackError, match="these stay closed: 1!3!3"),
    ):
        switch.connect_only(F76_FIRST)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ({(5, 1)}, "no crosspoint"),
        ({(4, 5)}, "no crosspoint"),
        ({(0, 1)}, "no crosspoint"),
        ({(2, 1), (2, 2)}, "contact 2 would short the source"),
    ],
)
def test_what_there_is_not_and_a_shorted_source_are_refused_before_a_byte(talk, pattern, why):
    with talk(Keithley7001, []) as switch, pytest.raises(LimitError, match=why):
        switch.connect_only(pattern)


def test_bad_options_are_problems_of_the_station_file(talk):
    with pytest.raises(ConfigError, match=r"slot.*\n.*mode_relay.*\n.*settle_s"):  # noqa: SIM117
        with talk(Keithley7001, [], slot=3, mode_relay="ajar", settle_s=-1):
            pass


def test_neighbours_in_a_row_may_be_told_as_a_range(faulty, clock):
    replies = {HELD: "(@1!1!1:1!1!3,1!4!4:1!4!5,2!2!2)", ":SYST:ERR?": '0,"No error"'}
    switch = Keithley7001(faulty(replies), name="switch", clock=clock)
    assert switch.closed() == {(1, 1), (1, 2), (1, 3), (4, 4)}, "2!2!2 is in the other slot, 4!5 no contact"


@pytest.mark.parametrize(
    "reply", ["1!1!1", "(@1!1)", "(@1!1!1:1!2!4)", "(@1!1!4:1!1!1)", "(@1!1!1:1!1!2:1!1!4)", "closed"]
)
def test_what_is_no_channel_list_is_no_answer(faulty, clock, reply):
    switch = Keithley7001(faulty({HELD: reply, ":SYST:ERR?": '0,"No error"'}), name="switch", clock=clock)
    with pytest.raises(GarbledReplyError):
        switch.closed()


# -- against the simulated one


class Relays:
    """Remembers every state of the relays with its time."""

    def __init__(self):
        self.history = []

    def close(self, crosspoints, time):
        self.history.append((time, crosspoints))


class Bench:
    def __init__(self, options=None, **simulated):
        self.clock, self.relays = VirtualClock(), Relays()
        self.device = Simulated(self.clock, name="switch", relays=self.relays, **simulated)
        self.port = Port(self.device, self.clock, name="switch", latency_s=5e-3)
        library = BenchVisaLibrary.create()
        library.attach(RESOURCE, self.port)
        self.switch = Keithley7001.open(
            RESOURCE, name="switch", clock=self.clock, visa_library=library, **(options or {})
        )


def test_simulated_pattern_after_pattern_never_overlap():
    bench = Bench()
    bench.switch.connect()
    for pattern in (F76_FIRST, {(1, 1), (2, 2), (3, 3), (4, 4)}, set()):
        bench.switch.connect_only(pattern)
        assert bench.switch.closed() == pattern
        assert bench.device.inspect()["closed"] == sorted((1, *one) for one in pattern)
    states = [closed for _, closed in bench.relays.history]
    assert states[0::2] == [frozenset((1, *one) for one in F76_FIRST), states[2]]
    assert states[1::2] == [frozenset(), frozenset()], "between two patterns everything is open"
    assert bench.relays.history[2][0] - bench.relays.history[1][0] > 0.02, "and has settled"


def test_simulated_mode_relay_beside_a_contact_comes_back_as_a_range():
    bench = Bench({"mode_relay": "closed"})
    bench.switch.connect()
    bench.switch.connect_only(F76_FIRST)
    assert bench.device.execute(":ROUT:CLOS:STAT?") == "(@1!1!2,1!2!1,1!3!3,1!4!4:1!4!5)"
    assert bench.switch.closed() == F76_FIRST


def test_simulated_card_that_says_nothing_of_itself_is_refused_by_the_mainframe():
    bench = Bench()
    assert bench.switch.ask(":ROUT:CLOS:STAT?") == "(@)"
    bench.switch.write(":ROUT:CLOS (@1!1!1)")
    assert [code for code, _ in bench.switch.read_errors()] == [-222]
    bench.switch.connect()
    bench.switch.connect_only({(1, 1)})


def test_simulated_single_channel_mode_from_the_front_panel_is_noticed():
    bench = Bench()
    bench.switch.connect()
    bench.device.single_channel = True
    with pytest.raises(ReadBackError, match=r"these are closed: 1!4!4"):
        bench.switch.connect_only(F76_FIRST)
    assert bench.switch.closed() == frozenset()


def test_simulated_keys_at_the_front_panel_are_seen():
    bench = Bench()
    bench.switch.connect()
    bench.switch.connect_only(F76_FIRST)
    bench.device.press_open_all()
    assert bench.switch.closed() == frozenset()
    bench.device.press_close((1, 4, 1))
    assert bench.switch.closed() == {(4, 1)}
    bench.switch.connect_only(F76_FIRST)
    assert bench.switch.closed() == F76_FIRST


def test_simulated_make_safe_opens_everything_with_a_reply_lost_on_the_way():
    bench = Bench()
    bench.switch.connect()
    bench.switch.connect_only(F76_FIRST)
    bench.port.faults.add(Fault(r"STAT\?", wrong.drop))
    report = bench.switch.make_safe()
    assert (report.verified, report.state) == (True, "closed: none")
    assert bench.device.inspect()["closed"] == []
    bench.port.disconnect()
    with pytest.raises(SafeStateError, match="TREAT THE OUTPUT AS LIVE"):
        bench.switch.make_safe()


def test_simulated_settings_go_there_and_back():
    bench = Bench()
    bench.switch.connect()
    for trip in bench.switch.reversible:
        before, _ = bench.switch.round_trip(trip.setting.name)
        assert bench.switch.read_setting(trip.setting.name) == before
    assert bench.switch.settings()["card_in_slot_1"] == "C7065"
