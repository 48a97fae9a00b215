"""Every source meter: the safe state from any state, seen from inside the meter and from the specimen."""

import pytest

from bench.core.errors import CommunicationError, InstrumentError, SafeStateError
from simulators.physics.electrical import VoltageDrive
from simulators.wire import faults as wrong

ZERO_V = 5e-3
"""What a source may be off by at 0 V on its 20 V range (SPEC-2400: 2.4 mV; the 2450 less), with room."""


def sourcing_current(rig):
    rig.ready(1e-4)


def sourcing_voltage(rig):
    rig.meter.connect()
    rig.meter.source_voltage(range_V=2.0, compliance_A=1e-3)
    rig.meter.set_level(1.0)
    rig.meter.set_output(True)


def in_compliance(rig):
    rig.ready()
    rig.specimen.ohm = 1e6
    rig.meter.set_level(1e-4)
    rig.meter.measure()


def configured_only(rig):
    rig.meter.connect()
    rig.meter.source_current(range_A=1e-3, compliance_V=2.0)


def reading_under_way(rig):
    rig.ready(1e-4)
    pending = rig.fault(rig.row.reading, wrong.delay(30.0), times=None)
    with pytest.raises(CommunicationError):
        rig.meter.measure()
    assert pending.hits


def refused_before(rig):
    rig.ready(1e-4)
    rig.meter.write(":NO:SUCH:HEADER 1")


STATES = [
    lambda rig: None,
    lambda rig: rig.meter.connect(),
    configured_only,
    sourcing_current,
    sourcing_voltage,
    in_compliance,
    reading_under_way,
    refused_before,
]


@pytest.mark.parametrize("reach", STATES, ids=lambda reach: reach.__name__)
@pytest.mark.parametrize("load", ["passive", "cell"])
def test_safe_from_any_state_and_verified_from_inside(build, load, reach):
    rig = build(load=load)
    reach(rig)
    for _ in range(2):
        report = rig.meter.make_safe()
        assert report.verified
        assert report.instrument == "meter"
        assert not rig.state()["output"]
        if load == "cell":
            assert rig.specimen.history[-1] is None
        else:
            volts = rig.specimen.operating_point(rig.clock.now()).force_V
            assert volts == pytest.approx(0.0, abs=ZERO_V)
    rig.meter.check_errors()


def test_after_it_the_meter_works_as_before(rig):
    rig.ready(1e-4)
    rig.meter.make_safe()
    with pytest.raises(InstrumentError, match="the output is off"):
        rig.meter.measure()
    assert rig.ready(1e-4).measure().voltage.value == pytest.approx(0.1, rel=1e-2)


# ---- a cell


def test_for_a_cell_the_relay_is_set_to_open_before_anything_is_connected(build, specimen):
    rig = build(specimen(ohm=1.0, emf_V=3.7), load="cell")
    rig.meter.connect()
    assert rig.meter.ask(rig.row.off_mode_query) == rig.row.open_when_off
    assert rig.specimen.history[-1] is None, "the relay is open"


def test_a_cell_is_at_open_circuit_whenever_the_output_is_off_and_never_at_0_volts(build, specimen):
    rig = build(specimen(ohm=1.0, emf_V=3.7), load="cell")
    meter, cell = rig.meter, rig.specimen
    meter.connect()
    connected = len(cell.history)
    meter.source_voltage(range_V=20.0, compliance_A=1e-3)
    with pytest.raises(InstrumentError, match="short the cell"):
        meter.set_output(True)
    meter.set_level(3.7)
    meter.set_output(True)
    meter.measure()
    with pytest.raises(InstrumentError, match="short the cell"):
        meter.set_level(0.0)
    meter.make_safe()
    assert cell.history[-1] is None
    meter.source_current(range_A=1e-3, compliance_V=5.0)
    meter.set_level(-1e-4)
    meter.set_output(True)
    assert meter.measure().voltage.value == pytest.approx(3.7, rel=1e-2)
    meter.make_safe()
    assert cell.history[-1] is None
    volts = [drive.level_V for drive in cell.history[connected:] if isinstance(drive, VoltageDrive)]
    assert volts
    assert all(level != 0 for level in volts)


# ---- faults on the way


@pytest.mark.parametrize(
    "action", [wrong.drop, wrong.garble, wrong.truncate, wrong.delay(5.0)], ids=lambda action: action.name
)
@pytest.mark.parametrize("which", range(4))
@pytest.mark.parametrize("load", ["passive", "cell"])
def test_safe_in_spite_of_faults(build, load, which, action):
    rig = build(load=load)
    rig.ready(1e-4)
    rig.fault(rig.row.making_safe[which % len(rig.row.making_safe)], action, times=2)
    assert rig.meter.make_safe().verified
    assert not rig.state()["output"]


def test_an_output_that_does_not_go_off_is_loud(rig):
    rig.ready(1e-4)
    rig.fault(rig.row.switching_off, wrong.lose)
    with pytest.raises(SafeStateError, match="TREAT THE OUTPUT AS LIVE"):
        rig.meter.make_safe()
    assert rig.state()["output"]
    assert rig.meter.make_safe().verified


def test_a_pulled_plug_is_loud(rig):
    rig.ready(1e-4)
    rig.fault(rig.row.plug, wrong.disconnect)
    with pytest.raises(SafeStateError, match="TREAT THE OUTPUT AS LIVE"):
        rig.meter.make_safe()
