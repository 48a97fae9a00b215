"""Every source meter: whatever goes wrong on the line is survived once, and told if it stays."""

import pytest

from bench.core.errors import (
    CommandRejectedError,
    CommunicationError,
    GarbledReplyError,
    InstrumentError,
    LinkLostError,
)
from simulators.wire import faults as wrong


@pytest.mark.parametrize(
    "action",
    [wrong.drop, wrong.lose, wrong.garble, wrong.truncate, wrong.delay(60.0)],
    ids=lambda action: action.name,
)
def test_a_reading_survives_one_fault(rig, action):
    meter = rig.ready(1e-4)
    fault = rig.fault(rig.row.reading, action)
    assert meter.measure().voltage.value == pytest.approx(0.1, rel=1e-2)
    assert fault.hits == 1
    assert meter.identity().maker.upper().startswith("KEITHLEY"), "no late reply answers the next query"
    assert meter.measure().voltage.value == pytest.approx(0.1, rel=1e-2)


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
def test_a_fault_that_stays_is_an_error_and_never_a_number(rig, action, error):
    meter = rig.ready(1e-4)
    rig.fault(rig.row.reading, action, times=None)
    with pytest.raises(error) as caught:
        meter.measure()
    assert caught.value.instrument == "meter"
    assert caught.value.remedy


@pytest.mark.parametrize("action", [wrong.drop, wrong.garble, wrong.truncate], ids=lambda action: action.name)
def test_configuring_survives_a_fault_in_any_read_back(rig, action):
    rig.meter.connect()
    fault = rig.fault(rig.row.read_backs, action, after=2)
    rig.meter.source_current(range_A=1e-3, compliance_V=2.0)
    assert fault.hits == 1
    rig.meter.set_level(1e-4)
    rig.meter.set_output(True)
    assert rig.meter.measure().usable


@pytest.mark.parametrize("after", [0, 5])
def test_configuring_survives_a_lost_reply_of_the_error_queue(rig, after):
    rig.meter.connect()
    rig.fault(rig.row.errors, wrong.drop, after=after)
    rig.meter.source_current(range_A=1e-3, compliance_V=2.0)
    rig.meter.set_output(True)
    assert rig.state()["output"]


@pytest.mark.parametrize("after", [0, 7, 20])
def test_a_link_lost_while_configuring_leaves_the_output_off_and_nothing_configured(rig, after):
    rig.meter.connect()
    rig.fault(rig.row.query, wrong.disconnect, after=after)
    with pytest.raises(LinkLostError):
        rig.meter.source_current(range_A=1e-3, compliance_V=2.0)
    assert not rig.state()["output"]
    with pytest.raises(InstrumentError):
        rig.meter.set_output(True)
    assert not rig.state()["output"]


def test_a_refused_command_brings_the_instruments_own_words(rig):
    rig.meter.connect()
    rig.meter.write(":NO:SUCH:HEADER 1")
    with pytest.raises(CommandRejectedError) as caught:
        rig.meter.check_errors()
    assert caught.value.codes[0][0] == rig.row.refusal
    rig.meter.check_errors()
