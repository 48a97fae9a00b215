"""Every source meter: what it measures on a known specimen, and what it does not call a measurement."""

import re

import pytest

from bench.core.errors import InstrumentError
from bench.core.readings import Reading
from simulators.wire import faults as wrong


def smallest(ranges, reaching):
    return next(scale for scale in ranges if scale >= reaching)


def test_ohms_law(rig):
    meter = rig.ready()
    for level in (1e-4, -1e-4, 1e-3):
        meter.set_level(level)
        reading = meter.measure()
        assert reading.usable
        assert reading.current.value == pytest.approx(level, rel=1e-3, abs=rig.row.near_A)
        assert reading.voltage.value == pytest.approx(1000 * level, rel=1e-3, abs=rig.row.near_V)
        assert (reading.voltage.range, reading.current.range) == (
            smallest(meter.voltage_ranges_V(), 2.0),
            1e-3,
        )
        assert (reading.voltage.unit, reading.current.unit) == ("V", "A")
        assert reading.voltage.raw
        assert reading.current.raw


def test_ohms_law_the_other_way_round(rig):
    rig.meter.connect()
    rig.meter.source_voltage(range_V=2.0, compliance_A=1e-2)
    rig.meter.set_level(1.0)
    rig.meter.set_output(True)
    reading = rig.meter.measure()
    near_V, near_A = (
        2 * rig.row.near_V,
        10 * rig.row.near_A,
    )  # source and meter, and on the next current range
    assert reading.current.value == pytest.approx(1e-3, rel=2e-3, abs=near_A)
    assert reading.voltage.value == pytest.approx(1.0, rel=1e-3, abs=near_V)
    two_volts = smallest(rig.meter.voltage_ranges_V(), 2.0)
    assert (reading.voltage.range, reading.current.range) == (two_volts, 1e-2)
    assert reading.usable


def test_readings_lie_within_the_published_accuracy_of_what_is_there(rig):
    meter = rig.ready(5e-4)
    point = rig.specimen.operating_point(rig.clock.now())
    reading = meter.measure()
    for one, true in ((reading.voltage, point.force_V), (reading.current, point.current_A)):
        accuracy = meter.accuracy(one)
        assert abs(one.value - true) <= 1.1 * (accuracy.relative * abs(true) + accuracy.offset)  # noise: 10 %
        assert accuracy.source


def test_accuracy_is_published_for_every_range(rig):
    meter = rig.meter
    for unit, scales in (("A", meter.current_ranges_A()), ("V", meter.voltage_ranges_V())):
        assert list(scales) == sorted(scales)
        for scale in scales:
            assert meter.accuracy(Reading(0.0, unit, 0.0, range=scale)) is not None
        assert meter.accuracy(Reading(0.0, unit, 0.0)) is None


def test_four_wire_leaves_the_leads_out(build, specimen):
    rig = build(specimen(ohm=100.0, lead_ohm=50.0))
    found = {}
    rig.meter.connect()
    for four_wire in (False, True):
        rig.meter.set_four_wire(four_wire)
        rig.meter.source_current(range_A=1e-3, compliance_V=2.0)
        rig.meter.set_level(1e-3)
        rig.meter.set_output(True)
        reading = rig.meter.measure()
        found[four_wire] = reading.voltage.value / reading.current.value
        with pytest.raises(InstrumentError, match="while the output is on"):
            rig.meter.set_four_wire(not four_wire)
        rig.meter.set_output(False)
    assert found[False] == pytest.approx(150.0, rel=1e-2)
    assert found[True] == pytest.approx(100.0, rel=1e-2)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_voltage_compliance_clamps_and_is_flagged_and_never_usable(rig, sign):
    meter = rig.ready()
    rig.specimen.ohm = 1e6
    meter.set_level(sign * 1e-4)
    reading = meter.measure()
    assert reading.in_compliance
    assert reading.voltage.in_compliance
    assert reading.current.in_compliance
    assert not reading.usable
    assert not reading.voltage.usable
    assert reading.voltage.value == pytest.approx(sign * 2.0, rel=1e-2)


def test_a_current_compliance_clamps_and_is_flagged_and_never_usable(rig):
    rig.specimen.ohm = 10.0
    rig.meter.connect()
    rig.meter.source_voltage(range_V=2.0, compliance_A=1e-3)
    rig.meter.set_level(1.0)
    rig.meter.set_output(True)
    reading = rig.meter.measure()
    assert reading.in_compliance
    assert not reading.usable
    assert reading.current.value == pytest.approx(1e-3, rel=1e-2)
    assert reading.voltage.value == pytest.approx(1e-2, abs=2e-3)


def test_the_flag_belongs_to_the_reading(rig):
    meter = rig.ready(1e-4)
    flags = []
    for ohm in (1e3, 1e6, 1e3):
        rig.specimen.ohm = ohm
        flags.append(meter.measure().in_compliance)
    assert flags == [False, True, False]


def test_a_value_beyond_the_measuring_range_is_never_usable(rig):
    rig.meter.connect()
    lowest_V = rig.meter.voltage_ranges_V()[0]
    rig.meter.source_current(range_A=1e-3, compliance_V=2.0, voltage_range_V=lowest_V)
    rig.meter.set_level(1e-3)
    rig.meter.set_output(True)
    assert not rig.meter.measure().usable


def test_an_overflow_on_the_line_is_a_flag_and_not_a_number(rig):
    meter = rig.ready(1e-4)
    good = meter.measure()
    sent = []
    rig.fault(rig.row.reading, wrong.Action("listen", lambda exchange: sent.append(exchange.payload)))
    meter.measure()
    body = sent[0].strip().decode()
    voltage = next(
        field
        for field in re.split("[,\t]", body)
        if re.match("[+-]?[0-9]", field) and abs(float(field) / good.voltage.value - 1) < 0.01
    )
    # the very reply, but for the voltage
    rig.fault(rig.row.reading, wrong.replace(body.replace(voltage, "+9.900000E+37").encode()))
    reading = meter.measure()
    assert reading.voltage.value is None
    assert reading.voltage.overload
    assert not reading.usable


def test_measuring_changes_no_setting(rig):
    meter = rig.ready(1e-4)
    meter.set_nplc(0.1)
    before, inside = meter.settings(), rig.state()
    for _ in range(5):
        meter.measure()
    assert meter.settings() == before
    assert rig.state() == inside
    meter.check_errors()


def test_integration_takes_the_time_it_says(rig):
    meter = rig.ready(1e-4)
    took_s = []
    for cycles in (0.1, 10.0):
        meter.set_nplc(cycles)
        start = rig.clock.now()
        meter.measure()
        took_s.append(rig.clock.now() - start)
    assert took_s[1] >= 2 * 10 / meter.line_frequency_Hz()
    assert took_s[1] > 5 * took_s[0]


@pytest.mark.parametrize("level", [-1e-4, 2e-4])
def test_the_source_delay_lies_between_a_change_of_level_and_the_end_of_the_reading(rig, level):
    meter = rig.ready(1e-4)
    meter.set_source_delay(1.5)
    meter.measure()
    start = rig.clock.now()
    meter.set_level(level)
    reading = meter.measure()
    assert reading.time - start >= 1.5


# ---- the output is off


def test_measuring_with_the_output_off_is_refused_and_never_wedges(rig):
    meter = rig.ready(1e-4)
    meter.set_output(False)
    with pytest.raises(InstrumentError, match="the output is off"):
        meter.measure()
    meter.set_output(True)
    assert meter.measure().usable


def test_an_output_that_somebody_else_switched_off_is_found(rig):
    meter = rig.ready(1e-4)
    rig.open().set_output(False)
    with pytest.raises(InstrumentError, match="output is off, though it was on"):
        meter.measure()
    with pytest.raises(InstrumentError, match="the output is"):
        meter.measure()
    assert meter.identity().raw, "and it still talks"


def test_connect_leaves_a_running_output_as_it_is(rig):
    rig.ready(1e-4)
    mark = len(rig.specimen.history)
    again = rig.open()
    again.connect()
    assert again.output_is_on()
    assert set(rig.driven_since(mark)) <= {rig.specimen.history[mark - 1]}
    assert again.make_safe().verified
    assert not rig.state()["output"]
