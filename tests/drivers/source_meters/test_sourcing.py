"""Every source meter: configuring, levels and limits, seen from the specimen."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.core.errors import InstrumentError, LimitError, ReadBackError
from bench.core.limits import Limit, Limits
from simulators.physics.electrical import CurrentDrive, VoltageDrive
from simulators.wire import faults as wrong

STATION = Limits(
    (
        {
            "current": Limit(-5e-4, 5e-4, "A", "station file"),
            "voltage": Limit(-5.0, 5.0, "V", "station file"),
            "power": Limit(-5e-4, 5e-4, "W", "station file"),
        },
    )
)


def test_connecting_and_configuring_energise_nothing(rig):
    rig.meter.connect()
    rig.meter.source_current(range_A=1e-3, compliance_V=2.0)
    rig.meter.source_voltage(range_V=2.0, compliance_A=1e-3)
    assert not rig.state()["output"]
    assert rig.meter.output_is_on() is False
    driven = [drive for drive in rig.driven_since(0) if drive is not None]
    assert all(isinstance(drive, VoltageDrive) for drive in driven), "off mode NORM: a source of 0 V"
    assert all(drive.level_V == pytest.approx(0.0, abs=5e-3) for drive in driven), "but for its own offset"


def test_a_current_source(rig):
    meter = rig.ready(5e-4)
    drive = rig.specimen.history[-1]
    assert isinstance(drive, CurrentDrive)
    assert drive.level_A == pytest.approx(5e-4, rel=2e-3)
    assert drive.limit_V == pytest.approx(2.0, rel=1e-2)
    assert meter.output_is_on()


def test_a_voltage_source(rig):
    rig.meter.connect()
    rig.meter.source_voltage(range_V=2.0, compliance_A=1e-2)
    rig.meter.set_level(-1.5)
    rig.meter.set_output(True)
    drive = rig.specimen.history[-1]
    assert isinstance(drive, VoltageDrive)
    assert drive.level_V == pytest.approx(-1.5, rel=1e-3)
    assert drive.limit_A == pytest.approx(1e-2, rel=1e-2)


def test_the_level_set_before_the_output_is_the_first_that_the_specimen_sees(rig):
    rig.meter.connect()
    rig.meter.source_current(range_A=1e-3, compliance_V=2.0)
    rig.meter.set_level(3e-4)
    mark = len(rig.specimen.history)
    assert rig.meter.output_is_on() is False
    rig.meter.set_output(True)
    first = rig.driven_since(mark)[0]
    assert isinstance(first, CurrentDrive)
    assert first.level_A == pytest.approx(3e-4, rel=2e-3)


def test_a_new_configuration_switches_off_first_and_starts_at_zero(rig):
    meter = rig.ready(5e-4)
    meter.source_voltage(range_V=2.0, compliance_A=1e-3)
    assert not rig.state()["output"]
    meter.set_output(True)
    assert rig.specimen.history[-1].level_V == pytest.approx(0.0, abs=2 * rig.row.near_V)


# ---- limits


@pytest.mark.parametrize(
    "ask",
    [
        lambda meter: meter.set_level(6e-4),
        lambda meter: meter.set_level(float("nan")),
        lambda meter: meter.set_level(-4e-4),  # power: 4e-4 A * 2 V
        lambda meter: meter.source_current(range_A=1e-3, compliance_V=6.0),
        lambda meter: meter.source_voltage(range_V=2.0, compliance_A=1e-3),
        lambda meter: meter.source_current(range_A=5.0, compliance_V=1.0),
        lambda meter: meter.source_current(range_A=1e-3, compliance_V=-1.0),
        lambda meter: meter.source_current(range_A=1e-3, compliance_V=0.0),
        lambda meter: meter.set_nplc(1000.0),
        lambda meter: meter.set_source_delay(-1.0),
    ],
)
def test_what_a_limit_forbids_is_refused_before_a_byte(build, ask):
    rig = build(limits=STATION)
    rig.ready(1e-4)
    before = rig.state()
    anything = rig.fault(".", wrong.drop, times=None)
    with pytest.raises(LimitError):
        ask(rig.meter)
    assert anything.seen == 0
    assert rig.state() == before


def test_a_level_beyond_the_range_is_refused_and_the_end_of_the_range_is_not(rig):
    meter = rig.ready()
    with pytest.raises(LimitError, match="source range"):
        meter.set_level(1.01e-3 * rig.row.overrange)
    meter.set_level(1e-3 * rig.row.overrange)
    assert rig.specimen.history[-1].level_A == pytest.approx(1e-3 * rig.row.overrange, rel=1e-3)


def test_nothing_is_energised_before_it_is_configured(rig):
    rig.meter.connect()
    for ask in (lambda: rig.meter.set_output(True), lambda: rig.meter.set_level(0.0)):
        with pytest.raises(InstrumentError, match="no source is configured"):
            ask()
    assert not rig.state()["output"]


# ---- what does not take is found


def test_a_level_that_reads_back_wrong_is_found(rig):
    meter = rig.ready()
    rig.fault(rig.row.current_level, wrong.replace(b"+2.000000E-04"))
    with pytest.raises(ReadBackError) as caught:
        meter.set_level(1e-4)
    assert caught.value.instrument == "meter"
    assert caught.value.remedy


def test_a_level_that_never_arrived_is_found(rig):
    meter = rig.ready(2e-4)
    rig.fault(rig.row.setting_level, wrong.lose)
    with pytest.raises(ReadBackError):
        meter.set_level(1e-4)


def test_an_output_that_does_not_switch_is_found(rig):
    rig.meter.connect()
    rig.meter.source_current(range_A=1e-3, compliance_V=2.0)
    rig.fault(rig.row.switching_on, wrong.lose)
    with pytest.raises(ReadBackError, match="output"):
        rig.meter.set_output(True)
    with pytest.raises(InstrumentError, match="the output is unknown"):
        rig.meter.measure()


# ---- any order


configurations = st.tuples(st.sampled_from(["current", "voltage"]), st.floats(0, 1), st.floats(0, 1))


def between(low, high, part):
    """`part` of the way from low to high on a logarithmic scale."""
    return min(low * (high / low) ** part, high)


@given(sequence=st.lists(configurations, min_size=1, max_size=4))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_any_sequence_of_configurations_is_accepted_whole(build, sequence):
    """The order of ranges and compliances works from whatever the meter held before."""
    rig = build()
    meter, row = rig.meter, rig.row
    meter.connect()
    for kind, which, part in sequence:
        if kind == "current":
            scales = meter.current_ranges_A()
            full_scale = scales[round(which * (len(scales) - 1))]
            compliance = between(row.least_V, row.most_beside(full_scale, 1), part)
            meter.source_current(range_A=full_scale, compliance_V=compliance)
            held = meter.read_settings()["voltage_compliance_V"]
        else:
            scales = [scale for scale in meter.voltage_ranges_V() if scale <= row.most_V]
            full_scale = scales[round(which * (len(scales) - 1))]
            compliance = between(row.least_A, row.most_beside(full_scale, 0), part)
            meter.source_voltage(range_V=full_scale, compliance_A=compliance)
            held = meter.read_settings()["current_compliance_A"]
        assert held == pytest.approx(compliance, rel=2e-2)
    rig.meter.check_errors()
    assert not rig.state()["output"]
