"""Faults on the line of a 622x with a 2182A behind it: survived once, told if they stay, safe always."""

import pytest

from bench.core.errors import (
    BenchError,
    CommunicationError,
    GarbledReplyError,
    InstrumentError,
    LinkLostError,
)
from simulators.wire import faults as wrong

ONCE = [wrong.drop, wrong.lose, wrong.garble, wrong.truncate, wrong.delay(60.0)]
READINGS = {"a delta reading": r"SENS:DATA\?", "the count of readings": r"TRAC:POIN:ACT\?"}


def arm_and_read(rig, current_A=1e-4, compliance_V=4.0):
    """The whole way to a reading that has to be right; the error where it ends before."""
    try:
        rig.source.arm_delta(current_A=current_A, compliance_V=compliance_V, voltage_range_V=0.01)
        rig.source.start_delta()
        reading = rig.source.next_delta()
    except BenchError as error:
        return error
    assert reading.voltage.value == pytest.approx(current_A, rel=2e-3)
    return None


@pytest.mark.parametrize("where", READINGS)
@pytest.mark.parametrize("action", ONCE, ids=lambda action: action.name)
def test_a_delta_reading_survives_one_fault(build, action, where):
    rig = build()
    source = rig.running()
    fault = rig.fault(READINGS[where], action)
    values = [source.next_delta().voltage.value for _ in range(5)]
    assert fault.hits == 1
    assert values == pytest.approx([1e-3] * 5, rel=1e-3)
    assert source.identity().model == "MODEL 6221", "no late reply answers the next query"


@pytest.mark.parametrize(
    ("action", "error"),
    [
        (wrong.drop, CommunicationError),
        (wrong.garble, GarbledReplyError),
        (wrong.truncate, GarbledReplyError),
        (wrong.disconnect, LinkLostError),
    ],
    ids=lambda value: getattr(value, "name", value.__class__.__name__),
)
def test_a_fault_that_stays_is_an_error_and_never_a_number(build, action, error):
    rig = build()
    source = rig.running()
    source.next_delta()
    rig.fault(r"SENS:DATA\?", action, times=None)
    with pytest.raises(error) as caught:
        source.next_delta()
    assert caught.value.instrument == "source"
    assert caught.value.remedy


@pytest.mark.parametrize(
    "action", [wrong.drop, wrong.garble, wrong.truncate, wrong.lose], ids=lambda a: a.name
)
@pytest.mark.parametrize("after", [0, 3])
def test_a_voltage_through_the_relay_survives_one_fault(build, action, after):
    """A line that was fetched and lost on the way does not come again: the whole query is sent anew."""
    rig = build()
    meter = rig.sourcing().nanovoltmeter
    meter.measure_voltage(range_V=0.01, nplc=1)
    fault = rig.fault(r"SER:ENT\?", action, after=after)
    readings = [meter.voltage().value for _ in range(6)]
    assert fault.hits == 1
    assert readings == pytest.approx([readings[0]] * 6, rel=1e-3)


@pytest.mark.parametrize("action", ONCE, ids=lambda action: action.name)
@pytest.mark.parametrize("after", [0, 4, 11])
def test_arming_survives_a_fault_in_a_query_or_ends_clearly_with_nothing_running(build, action, after):
    rig = build()
    rig.source.connect()
    rig.fault(r"\?$", action, after=after)
    error = arm_and_read(rig)
    if error is not None:
        assert error.instrument.startswith("source")
        assert not rig.state()["output"]
    assert rig.source.make_safe().verified


@pytest.mark.parametrize("pattern", [r"DELT:HIGH ", r"DELT:ARM$", r"INIT:IMM", r"CURR:COMP ", r"SER:SEND"])
def test_a_write_that_was_lost_is_noticed_and_never_repeated_blindly(build, pattern):
    rig = build()
    rig.source.connect()
    fault = rig.fault(pattern, wrong.lose)
    assert isinstance(arm_and_read(rig), InstrumentError)
    assert fault.hits == 1
    assert rig.source.make_safe().verified


@pytest.mark.parametrize("after", [0, 5, 20, 60])
def test_a_link_lost_while_arming_leaves_the_output_off(build, after):
    rig = build()
    rig.source.connect()
    rig.fault(r"\?$", wrong.disconnect, after=after)
    with pytest.raises(LinkLostError):
        rig.source.arm_delta(current_A=1e-3, compliance_V=5.0, voltage_range_V=0.01)
    assert not rig.state()["output"]


# ---- the safe state


def idle(rig):
    pass


def sourcing(rig):
    rig.sourcing()


def in_compliance(rig):
    rig.specimen.ohm = 1e6
    rig.sourcing()


def armed(rig):
    rig.armed()


def running(rig):
    rig.running().next_delta()


def finished(rig):
    rig.running(count=3).delta_readings()


def reading_under_way(rig):
    source = rig.running()
    rig.fault(r"SENS:DATA\?", wrong.delay(30.0), times=None)
    with pytest.raises(CommunicationError):
        source.next_delta()


def nanovoltmeter_busy(rig):
    meter = rig.sourcing().nanovoltmeter
    meter.measure_voltage(range_V=0.01, nplc=50)
    rig.source.write(':SYST:COMM:SER:SEND ":READ?"')


STATES = [idle, sourcing, in_compliance, armed, running, finished, reading_under_way, nanovoltmeter_busy]


@pytest.mark.parametrize("reach", STATES, ids=lambda reach: reach.__name__)
def test_safe_from_any_state_and_verified_from_inside(rig, reach):
    reach(rig)
    for _ in range(2):
        report = rig.source.make_safe()
        assert report.verified
        state = rig.state()
        assert (state["output"], state["level"], state["armed"]) == (False, 0.0, False)
        assert rig.specimen.history[-1] is None
    rig.source.check_errors()
    seen = len(rig.specimen.history)
    rig.clock.sleep(60.0)
    rig.state()
    assert len(rig.specimen.history) == seen, "nothing reverses any more"


@pytest.mark.parametrize("action", ONCE, ids=lambda action: action.name)
@pytest.mark.parametrize(
    "pattern", [r"^:OUTP OFF", r"^:SOUR:SWE:ABOR", r"^:OUTP\?", r"^:SOUR:CURR\?", r"CURR 0"]
)
def test_one_fault_while_making_safe_is_survived_or_loud(build, action, pattern):
    rig = build()
    rig.running().next_delta()
    rig.fault(pattern, action)
    assert rig.source.make_safe().verified
    assert not rig.state()["output"]
    assert rig.specimen.history[-1] is None


def test_after_it_everything_has_to_be_configured_anew(rig):
    source = rig.running()
    source.make_safe()
    with pytest.raises(InstrumentError, match="no source is configured"):
        source.set_output(True)
    with pytest.raises(InstrumentError, match="no delta test is armed"):
        source.next_delta()
    source.arm_delta(current_A=1e-3, compliance_V=5.0, voltage_range_V=0.01)
    source.start_delta()
    assert source.next_delta().usable
