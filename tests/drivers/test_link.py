"""Faults between PC and instrument: what is retried, what is not, and what is said."""

import pytest

from bench.core.errors import (
    CommandRejectedError,
    CommunicationError,
    GarbledReplyError,
    LinkLostError,
)
from drivers import replies
from drivers.error_queue import ErrorQueue
from drivers.link import QUIET_S, READ_ATTEMPTS, Link

NO_ERROR = '0,"No error"'


@pytest.fixture
def adapter(faulty):
    return faulty({"V?": "1.5", ":SYST:ERR?": NO_ERROR})


@pytest.fixture
def link(adapter, clock):
    return Link(adapter, name="meter", clock=clock, lock=clock.lock("port"), error_queue=ErrorQueue())


@pytest.mark.parametrize("fault", ["timeout", "truncate", "garbage"])
def test_a_query_survives_one_fault_and_leaves_nothing_in_the_input(link, adapter, faults, fault):
    adapter.faults["V?"] = [faults.get(fault, "\x7f1.5E")]
    assert link.ask("V?", replies.number) == 1.5
    assert adapter.sent.count("V?") == 2
    assert adapter.clears == 4, "cleared twice after the fault, and twice after the reply that made up for it"


def test_a_late_reply_is_never_taken_for_the_next_one(link, adapter, faults):
    """The first reply to `A?` arrives during the pause after the second: it must not answer `B?`."""
    adapter.replies |= {"A?": "1", "B?": "2"}
    adapter.faults["A?"] = [faults["timeout"]]
    link.clock.sleep(1.0)
    real_sleep = link.clock.sleep

    def late(seconds):
        real_sleep(seconds)
        adapter.inbox.append("1")

    link.clock.sleep = late
    assert link.ask("A?", replies.number) == 1
    link.clock.sleep = real_sleep
    assert link.ask("B?", replies.number) == 2


def test_silence_ends_in_a_communication_error_that_says_what_and_who(link, adapter, faults):
    adapter.faults["V?"] = [faults["timeout"]] * 9
    with pytest.raises(CommunicationError) as caught:
        link.ask("V?", replies.number)
    assert type(caught.value) is CommunicationError
    assert adapter.sent.count("V?") == READ_ATTEMPTS
    message = str(caught.value)
    for part in ("'meter'", "'V?'", "in time", "State now", "What to do"):
        assert part in message


@pytest.mark.parametrize("bad", ["\x00\xff", "1.5,2.5", ""])
def test_garbage_ends_in_a_garbled_reply_error_never_in_text(link, adapter, bad):
    adapter.faults["V?"] = [bad] * 9
    with pytest.raises(GarbledReplyError) as caught:
        link.ask("V?", replies.number)
    assert caught.value.instrument == "meter"
    assert adapter.sent.count("V?") == READ_ATTEMPTS


def test_a_lost_link_is_reported_at_once(link, adapter, faults):
    adapter.faults["V?"] = [faults["disconnect"]] * 9
    with pytest.raises(LinkLostError) as caught:
        link.ask("V?", replies.number)
    assert adapter.sent == ["V?"]
    assert "open the connection again" in str(caught.value)


@pytest.mark.parametrize(("fault", "error"), [("timeout", CommunicationError), ("disconnect", LinkLostError)])
def test_a_write_is_never_repeated(link, adapter, faults, fault, error):
    adapter.write_faults["V 1"] = [faults[fault]]
    with pytest.raises(error) as caught:
        link.write("V 1")
    assert adapter.sent == ["V 1"]
    assert caught.value.state


def test_a_refused_query_is_explained_by_the_instrument_and_not_repeated(link, adapter):
    adapter.faults[":SYST:ERR?"] = [
        '-113,"Undefined header"',
        '+803,"Not permitted with OUTPUT off"',
        NO_ERROR,
    ]
    with pytest.raises(CommandRejectedError) as caught:
        link.ask("WHAT?", replies.number)
    assert caught.value.codes == ((-113, "Undefined header"), (803, "Not permitted with OUTPUT off"))
    assert adapter.sent.count("WHAT?") == 1


def test_a_query_error_is_an_echo_of_the_line_and_is_retried(link, adapter, faults):
    adapter.faults["V?"] = [faults["timeout"]]
    adapter.faults[":SYST:ERR?"] = ['-410,"Query INTERRUPTED"', NO_ERROR]
    assert link.ask("V?", replies.number) == 1.5


def test_check_raises_with_all_codes_and_empties_the_queue(link, adapter):
    adapter.faults[":SYST:ERR?"] = ['-222,"Out of range"', '-221,"Settings conflict"', NO_ERROR]
    with pytest.raises(CommandRejectedError) as caught:
        link.check(":SOUR:CURR 9")
    assert [code for code, _ in caught.value.codes] == [-222, -221]
    assert "':SOUR:CURR 9'" in str(caught.value)
    assert link.read_errors() == []


def test_a_queue_that_never_ends_does_not_hang(link, adapter):
    adapter.replies[":SYST:ERR?"] = '-350,"Queue overflow"'
    assert len(link.read_errors()) == 64


def test_messages_keep_their_distance_on_the_clock(faulty, clock):
    link = Link(faulty({"V?": "1"}), name="slow", clock=clock, lock=clock.lock("port"), spacing_s=0.05)
    start = clock.now()
    link.ask("V?", replies.number)
    assert clock.now() == start, "the first message waits for nothing"
    link.write("A 1")
    link.write("A 2")
    assert clock.now() - start == pytest.approx(0.10)


def test_a_pause_between_query_and_reading_is_clock_time(link, clock):
    start = clock.now()
    assert link.ask("V?", replies.number, delay_s=2.5) == 1.5
    assert clock.now() - start == 2.5


def test_a_transaction_is_not_interleaved(faulty, clock):
    """Two actors set and read back through one port; without the lock the messages would mix."""
    adapter = faulty({"A?": "1", "B?": "1"})
    link = Link(adapter, name="shared", clock=clock, lock=clock.lock("port"))

    def transaction(letter):
        with link.lock:
            link.write(f"{letter} 1")
            clock.sleep(1.0)
            link.ask(f"{letter}?", replies.number)

    actors = [clock.spawn(transaction, letter, name=letter) for letter in "AB"]
    assert all(actor.join() for actor in actors)
    assert adapter.sent in (["A 1", "A?", "B 1", "B?"], ["B 1", "B?", "A 1", "A?"])


def test_clearing_waits_for_stragglers(link, adapter, clock):
    start = clock.now()
    link.clear(pause_s=QUIET_S)
    assert adapter.clears == 2
    assert clock.now() - start == QUIET_S
