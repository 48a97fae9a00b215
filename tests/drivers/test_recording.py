"""Recording changes nothing and tells everything; replaying is strict."""

from pathlib import Path

import pytest

from bench.core.clock import VirtualClock
from bench.core.errors import CommunicationError, GarbledReplyError, InstrumentError
from bench.core.traffic import Header, Recording, RecordingError
from drivers import replies
from drivers.keithley.keithley2400 import Keithley2400
from drivers.link import Link
from drivers.recording import RecordingAdapter
from drivers.replay import ReplayAdapter
from drivers.round_trips import RoundTrip, travel
from drivers.settings import number, switch


def link_over(adapter, clock):
    return Link(adapter, name="meter", clock=clock, lock=clock.lock("port"))


def recording(exchanges):
    return Recording(
        Path("meter.jsonl"), Header("meter", "X", "keithley2400", "passive", True), tuple(exchanges)
    )


def talk_to(link):
    """A conversation with failures; what came of each step."""
    results = []
    for command in ("GOOD?", "SLOW?", "HALF?", "DEAD?"):
        try:
            results.append(link.ask(command, replies.number))
        except CommunicationError as error:
            results.append(type(error))
    link.write("DONE")
    return results


def test_a_replayed_conversation_goes_as_the_recorded_one(clock, faulty, faults):
    adapter = faulty({"GOOD?": "1", "SLOW?": "2", "HALF?": "3"})
    adapter.faults = {
        "SLOW?": [faults["timeout"]],
        "HALF?": [faults["truncate"]] * 3,
        "DEAD?": [faults["disconnect"]],
    }
    kept = []
    first = talk_to(link_over(RecordingAdapter(adapter, kept.append, clock), clock))
    assert first[:2] == [1.0, 2.0]
    assert first[2] is GarbledReplyError
    again = ReplayAdapter(recording(kept))
    assert talk_to(link_over(again, VirtualClock())) == first
    assert again.position == len(kept)
    assert [e.data for e in kept if e.operation == "write"] == adapter.sent
    assert {e.fault for e in kept} == {None, "timeout", "garbled", "lost"}


def test_the_first_different_request_is_told_with_its_line(clock, faulty):
    kept = []
    link = link_over(RecordingAdapter(faulty({"A?": "1"}), kept.append, clock), clock)
    link.ask("A?", replies.text)
    again = link_over(ReplayAdapter(recording(kept)), clock)
    with pytest.raises(RecordingError, match=r"line 2: 'B\?' was sent where 'A\?' was recorded"):
        again.ask("B?", replies.text)
    again.ask("A?", replies.text)
    with pytest.raises(RecordingError, match=r"line 4: .*after the end"):
        again.write("A?")
    with pytest.raises(RecordingError, match=r"line 2: clear comes where"):
        link_over(ReplayAdapter(recording(kept)), clock).adapter.flush_read_buffer()


def test_what_the_inner_adapter_can_do_is_there_and_nothing_else(clock, faulty):
    plain = RecordingAdapter(faulty({}), [].append, clock)
    assert not hasattr(plain, "device_clear")
    assert not hasattr(plain, "patience")
    assert plain.clears == 0


class Store(dict):
    """Holds settings as an instrument does; `stuck` names take no value."""

    def __init__(self, stuck=(), **values):
        super().__init__(values)
        self.stuck, self.sent, self.reply = stuck, [], None

    def write(self, command):
        head, _, value = command.partition(" ")
        self.sent.append(command)
        if head.endswith("?"):
            self.reply = self[head[:-1]]
        elif head not in self.stuck:
            self[head] = value

    def read(self):
        return self.reply

    def flush_read_buffer(self):
        pass


def test_a_round_trip_puts_back_what_it_disturbs(clock):
    store = Store(DEL="0.5", AUTO="1")
    original = store.write
    store.write = lambda command: (original(command), command.startswith("DEL ") and original("AUTO 0"))
    trip = RoundTrip(number("delay", "DEL", tolerance=0.0), (0.5, 0.7), disturbs=(switch("auto", "AUTO"),))
    assert travel(link_over(store, clock), trip) == (0.5, 0.7)
    assert (float(store["DEL"]), store["AUTO"]) == (0.5, "ON")


def test_a_setting_that_does_not_take_the_value_is_told(clock):
    trip = RoundTrip(number("delay", "DEL", tolerance=0.0), (0.5, 0.7))
    with pytest.raises(InstrumentError, match=r"reads back as 0\.5"):
        travel(link_over(Store(stuck=("DEL",), DEL="0.5"), clock), trip)


def test_no_round_trip_while_the_output_is_on(talk):
    with talk(Keithley2400, [(":OUTP?", "1")]) as meter, pytest.raises(InstrumentError, match="output is on"):
        meter.round_trip("nplc")


def test_only_declared_settings_are_tried(talk):
    with talk(Keithley2400, []) as meter:
        with pytest.raises(InstrumentError, match="no such setting"):
            meter.round_trip("output")
        with pytest.raises(InstrumentError, match="no such setting"):
            meter.read_setting("outptu")
