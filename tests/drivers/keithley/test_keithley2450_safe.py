"""Keithley 2450: the safe state, from every state, for both loads."""

import pytest

from bench.core.errors import InstrumentError, SafeStateError
from drivers.keithley.keithley2450 import Keithley2450
from drivers.safe_state import LOCK_PATIENCE_S

MODES = [":OUTP:CURR:SMOD HIMP", ":OUTP:VOLT:SMOD HIMP"]
OFF = [":ABOR", ":OUTP OFF", ":SOUR:CURR 0", ":SOUR:VOLT 0"]


@pytest.fixture
def script(script2450):
    return script2450


def safe_pairs(current="NORM", voltage="NORM", off="0", load="passive"):
    sent = [*OFF[:1], *(MODES if load == "cell" else []), *OFF[1:]]
    asked = [(":OUTP?", off), (":OUTP:CURR:SMOD?", current), (":OUTP:VOLT:SMOD?", voltage)]
    return [*((line, None) for line in sent), *asked]


def test_a_passive_load(talk, script):
    with talk(Keithley2450, [*safe_pairs(), script.ok]) as meter:
        report = meter.make_safe()
    assert report.verified
    assert report.state == "output off, off mode NORM"


def test_a_cell_is_at_open_circuit_and_never_sees_0_volts(talk, script):
    pairs = [*safe_pairs("HIMP", "HIMP", load="cell"), script.ok]
    sent = [line for line, _ in pairs]
    assert max(map(sent.index, MODES)) < sent.index(":OUTP OFF") < sent.index(":SOUR:VOLT 0")
    with talk(Keithley2450, pairs, load="cell") as meter:
        assert meter.make_safe().verified


def test_any_number_of_times(talk, script):
    with talk(Keithley2450, [*safe_pairs(), script.ok] * 3) as meter:
        assert all(meter.make_safe().verified for _ in range(3))


@pytest.mark.parametrize(
    ("load", "modes", "off"),
    [
        ("passive", ("NORM", "NORM"), "1"),
        ("cell", ("HIMP", "HIMP"), "1"),
        ("cell", ("NORM", "HIMP"), "0"),
        ("cell", ("HIMP", "NORM"), "0"),
    ],
)
def test_what_is_not_safe_is_loud(talk, load, modes, off):
    pairs = safe_pairs(*modes, off, load)
    with talk(Keithley2450, pairs, load=load) as meter, pytest.raises(SafeStateError, match="AS LIVE"):
        meter.make_safe()


@pytest.fixture
def adapter(faulty):
    modes = {":OUTP:CURR:SMOD?": "HIMP", ":OUTP:VOLT:SMOD?": "HIMP"}
    return faulty({":SYST:ERR?": '0,"No error;0;0 0"', ":OUTP?": "0", **modes})


@pytest.fixture
def meter(adapter, clock):
    return Keithley2450(adapter, name="meter", clock=clock, load="cell")


@pytest.mark.parametrize("step", [":ABOR", *MODES, ":SOUR:CURR 0", ":SOUR:VOLT 0"])
def test_a_step_that_fails_does_not_stop_the_others(adapter, meter, faults, step):
    adapter.write_faults[step] = [faults["timeout"]]
    assert meter.make_safe().verified
    assert ":OUTP OFF" in adapter.sent


def test_a_reply_still_pending_is_cleared_before_anything_is_sent(adapter, meter):
    adapter.inbox.append("1.0E-03,1.0E-03,1.0E+00,136,8")
    assert meter.make_safe().verified
    assert adapter.sent.count(":OUTP?") == 1, "the pending reply was not taken for that of the verification"


@pytest.mark.parametrize("fault", ["timeout", "truncate"])
def test_verification_survives_a_fault(adapter, meter, faults, fault):
    adapter.faults[":OUTP?"] = [faults[fault]]
    adapter.faults[":OUTP:VOLT:SMOD?"] = ["\xff"]
    assert meter.make_safe().verified


def test_old_errors_in_the_queue_do_not_matter(adapter, meter):
    adapter.faults[":SYST:ERR?"] = ['-410,"Query INTERRUPTED;1;0 0"', '-113,"Undefined header;1;0 0"']
    assert meter.make_safe().verified


def test_a_lost_link_is_told_with_every_step(adapter, meter, faults):
    for line in [*OFF, *MODES]:
        adapter.write_faults[line] = [faults["disconnect"]]
    adapter.replies = dict.fromkeys(adapter.replies, faults["disconnect"])
    with pytest.raises(SafeStateError) as caught:
        meter.make_safe()
    assert "output off: the connection was lost" in str(caught.value)
    assert "could not be read back" in str(caught.value)
    with pytest.raises(InstrumentError, match="unknown"):
        meter.measure()


def test_a_silent_meter_is_given_up_within_the_time_that_a_station_allows(adapter, meter, clock, faults):
    def silence(seconds=3.0):
        clock.sleep(seconds)
        faults["timeout"]()

    adapter.replies = dict.fromkeys(adapter.replies, silence)
    with pytest.raises(SafeStateError, match="no complete reply in time"):
        meter.make_safe()
    assert clock.now() < 20.0 - LOCK_PATIENCE_S


def test_a_cell_is_never_connected_to_0_volts(talk, script):
    pairs = [*script.configuring_voltage(), (":SOUR:VOLT?", "0")]
    with talk(Keithley2450, pairs, load="cell") as meter:
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
    with talk(Keithley2450, pairs, load="cell") as meter:
        meter.source_voltage(range_V=2.0, compliance_A=1e-3)
        meter.set_level(1.2)
        before = clock.now()
        meter.set_output(True)
        assert clock.now() - before >= 0.015, "the relay closes"
        with pytest.raises(InstrumentError, match="short the cell"):
            meter.set_level(0.0)
