"""Keithley 2400: the safe state, from every state, for both loads."""

import pytest

from bench.core.errors import InstrumentError, SafeStateError
from drivers.keithley.keithley2400 import Keithley2400
from drivers.safe_state import LOCK_PATIENCE_S

OFF = [":ABOR", ":OUTP OFF", ":SOUR:CURR 0", ":SOUR:VOLT 0"]


def safe_pairs(script, mode="NORM", off="0", load="passive"):
    sent = [*OFF[:1], *([":OUTP:SMOD HIMP"] if load == "cell" else []), *OFF[1:]]
    return [*((line, None) for line in sent), (":OUTP?", off), (":OUTP:SMOD?", mode)]


def test_a_passive_load(talk, script):
    with talk(Keithley2400, [*safe_pairs(script), script.ok]) as meter:
        report = meter.make_safe()
    assert report.verified
    assert report.state == "output off, off mode NORM"


def test_a_cell_is_at_open_circuit_and_never_sees_0_volts(talk, script):
    pairs = [*safe_pairs(script, mode="HIMP", load="cell"), script.ok]
    sent = [line for line, _ in pairs]
    assert sent.index(":OUTP:SMOD HIMP") < sent.index(":OUTP OFF") < sent.index(":SOUR:VOLT 0")
    with talk(Keithley2400, pairs, load="cell") as meter:
        assert meter.make_safe().verified


def test_any_number_of_times(talk, script):
    with talk(Keithley2400, [*safe_pairs(script), script.ok] * 3) as meter:
        assert all(meter.make_safe().verified for _ in range(3))


def test_nothing_it_sends_energises(talk, script):
    for load in ("passive", "cell"):
        sent = [line for line, _ in safe_pairs(script, load=load)]
        assert not {":OUTP ON", ":OUTP 1", ":INIT", ":READ?"} & set(sent)


@pytest.mark.parametrize(
    ("load", "mode", "off"), [("passive", "NORM", "1"), ("cell", "HIMP", "1"), ("cell", "NORM", "0")]
)
def test_what_is_not_safe_is_loud(talk, script, load, mode, off):
    pairs = safe_pairs(script, mode, off, load)
    with talk(Keithley2400, pairs, load=load) as meter, pytest.raises(SafeStateError, match="AS LIVE"):
        meter.make_safe()


@pytest.fixture
def adapter(faulty):
    return faulty({":SYST:ERR?": '0,"No error"', ":OUTP?": "0", ":OUTP:SMOD?": "HIMP"})


@pytest.fixture
def meter(adapter, clock):
    return Keithley2400(adapter, name="meter", clock=clock, load="cell")


@pytest.mark.parametrize("step", [":ABOR", ":OUTP:SMOD HIMP", ":SOUR:CURR 0", ":SOUR:VOLT 0"])
def test_a_step_that_fails_does_not_stop_the_others(adapter, meter, faults, step):
    adapter.write_faults[step] = [faults["timeout"]]
    assert meter.make_safe().verified
    assert ":OUTP OFF" in adapter.sent


def test_a_reply_still_pending_is_cleared_before_anything_is_sent(adapter, meter):
    adapter.inbox.append("+1.0E-03,+1.0E-03,+9.91E+37,+1.0E+00,+0")
    sent_at_clear = []
    flush = adapter.flush_read_buffer
    adapter.flush_read_buffer = lambda: (sent_at_clear.append(len(adapter.sent)), flush())
    assert meter.make_safe().verified
    assert sent_at_clear[0] == 0
    assert adapter.sent.count(":OUTP?") == 1, "the pending reply was not taken for that of the verification"


@pytest.mark.parametrize("fault", ["timeout", "truncate"])
def test_verification_survives_a_fault(adapter, meter, faults, fault):
    adapter.faults[":OUTP?"] = [faults[fault]]
    adapter.faults[":OUTP:SMOD?"] = ["\xff"]
    assert meter.make_safe().verified


def test_old_errors_in_the_queue_do_not_matter(adapter, meter):
    adapter.faults[":SYST:ERR?"] = ['-410,"Query INTERRUPTED"', '-113,"Undefined header"']
    assert meter.make_safe().verified


def test_a_silent_meter_is_given_up_within_the_time_that_a_station_allows(adapter, meter, clock, faults):
    def silence(seconds=3.0):
        clock.sleep(seconds)
        faults["timeout"]()

    adapter.replies = dict.fromkeys(adapter.replies, silence)
    with pytest.raises(SafeStateError, match="no complete reply in time"):
        meter.make_safe()
    assert clock.now() < 20.0 - LOCK_PATIENCE_S


def test_a_lost_link_is_told_with_every_step(adapter, meter, faults):
    for line in [*OFF, ":OUTP:SMOD HIMP"]:
        adapter.write_faults[line] = [faults["disconnect"]]
    adapter.replies = dict.fromkeys(adapter.replies, faults["disconnect"])
    with pytest.raises(SafeStateError) as caught:
        meter.make_safe()
    message = str(caught.value)
    assert "output off: the connection was lost" in message
    assert "could not be read back" in message
    with pytest.raises(InstrumentError, match="unknown"):
        meter.measure()


def test_it_does_not_wait_for_ever_for_a_stuck_reader(adapter, meter, clock):
    def stuck():
        with meter._link.lock:
            clock.sleep(3600.0)

    actor = clock.spawn(stuck, name="stuck reader")
    clock.sleep(1.0)
    assert meter.make_safe().verified
    assert clock.now() < 1.0 + LOCK_PATIENCE_S + 1.0
    assert actor.join()


def test_a_cell_is_never_connected_to_0_volts(talk, script):
    pairs = [*script.configuring_voltage(), (":SOUR:VOLT?", "0.000000E+00")]
    with talk(Keithley2400, pairs, load="cell") as meter:
        meter.source_voltage(range_V=2.0, compliance_A=1e-3)
        with pytest.raises(InstrumentError, match="short the cell"):
            meter.set_output(True)


def test_a_live_cell_is_not_set_to_0_volts(talk, script, clock):
    pairs = [
        *script.configuring_voltage(),
        *script.put(":SOUR:VOLT", "1.2", "1.2"),
        (":SOUR:VOLT?", "1.2"),
        *script.put(":OUTP", "ON", "1"),
    ]
    with talk(Keithley2400, pairs, load="cell") as meter:
        meter.source_voltage(range_V=2.0, compliance_A=1e-3)
        meter.set_level(1.2)
        before = clock.now()
        meter.set_output(True)
        assert clock.now() - before >= 0.015, "the relay closes"
        with pytest.raises(InstrumentError, match="short the cell"):
            meter.set_level(0.0)
