"""What people met on real 622x: each is noticed, told with its remedy, or cannot happen with this driver."""

import dataclasses

import pytest

from bench.core.errors import CommunicationError, InstrumentError, LimitError, ReadBackError, SafeStateError
from bench.core.limits import Limit, Limits


def several(source):
    """A few readings: the first may have been formed before what the test did."""
    return [source.next_delta() for _ in range(5)]


def test_a_missing_trigger_link_is_told_and_the_test_can_be_stopped(build):
    rig = build(world={"trigger_link": "missing"})
    source = rig.running()
    with pytest.raises(InstrumentError, match="trigger-link") as caught:
        source.next_delta()
    assert "armed and the output may be on" in caught.value.state
    assert rig.state()["output"]
    source.stop_delta()
    assert not rig.state()["output"]


def test_no_nanovoltmeter_on_the_cable_is_said_at_connect_and_refused_when_arming(build, caplog):
    source = build(world={"nanovoltmeter": "none"}).source
    source.connect()
    assert "no 2182A answers" in caplog.text
    with pytest.raises(InstrumentError, match=r"no 2182A answers.*RS-232, 19\.2k") as caught:
        source.arm_delta(current_A=1e-3, compliance_V=5.0, voltage_range_V=0.01)
    assert caught.value.instrument == "source"
    assert source.make_safe().verified


def test_another_program_s_running_test_is_found_at_connect_left_alone_and_can_be_made_safe(build, caplog):
    rig = build()
    rig.running().next_delta()
    following = rig.open(nanovoltmeter="2182A")  # the first program is gone
    following.connect()
    assert "the output is ON" in caplog.text
    assert rig.state()["running"]
    assert following.make_safe().verified
    assert rig.specimen.history[-1] is None
    following.arm_delta(current_A=1e-4, compliance_V=5.0, voltage_range_V=0.01)
    following.start_delta()
    assert following.next_delta().voltage.value == pytest.approx(1e-4, rel=2e-3)


def test_a_nanovoltmeter_left_on_gpib_is_found_when_arming(build):
    rig = build()
    rig.source.connect()
    rig.meter.interface = "GPIB"  # somebody at its front panel
    with pytest.raises(InstrumentError, match="its GPIB is dead"):
        rig.source.arm_delta(current_A=1e-3, compliance_V=5.0, voltage_range_V=0.01)
    assert not rig.state()["armed"]


def test_serial_settings_left_wrong_are_put_right_at_connect(build):
    rig = build()
    rig.device.relay.baud, rig.device.relay.terminator, rig.device.relay.flow_control = 9600, "LF", "NONE"
    rig.source.connect()
    relay = rig.device.relay
    assert (relay.baud, relay.terminator, relay.flow_control) == (19200, "CR", "XON")


def test_a_wrong_flow_control_gives_flagged_readings_and_never_numbers(build):
    rig = build(ohm=1.0)
    source = rig.running()
    rig.device.cable.flow_control = "NONE"  # the 2182A's own menu
    readings = [source.next_delta() for _ in range(60)]
    spoilt = [reading for reading in readings if reading.voltage.overload]
    assert spoilt
    assert all(reading.voltage.value is None for reading in spoilt)
    good = [reading.voltage.value for reading in readings if reading.usable]
    assert good == pytest.approx([1e-3] * len(good), rel=1e-3)
    source.stop_delta()
    assert not rig.state()["output"], "and the -230 it left are not blamed on the stop"


def test_the_query_after_an_abort_is_not_sent_too_soon(build):
    rig = build()
    source = rig.running()
    source.next_delta()
    source.stop_delta()
    assert source.read_errors() == [], "no -410"


def test_a_jammed_source_is_reported_as_live(build):
    rig = build()
    source = rig.running()
    source.next_delta()
    source.write(":CALC1:DATA:FRES?")  # another program's
    with pytest.raises(CommunicationError):
        source.next_delta()
    with pytest.raises(SafeStateError, match="AS LIVE"):
        source.make_safe()
    assert rig.specimen.history[-1] is not None, "it is"
    rig.device.power_cycle()
    assert source.make_safe().verified


def test_the_nanovoltmeter_is_out_of_reach_while_a_test_is_armed_and_free_again_after_it(build):
    rig = build()
    source = rig.armed()
    with pytest.raises(InstrumentError, match="holds the nanovoltmeter"):
        source.nanovoltmeter.voltage()
    assert rig.meter.execute("*IDN?") is None, "and its own GPIB is dead anyway"
    source.stop_delta()
    source.nanovoltmeter.measure_voltage(range_V=0.01)
    assert source.nanovoltmeter.voltage().usable


def test_the_source_is_held_as_well(build):
    rig = build()
    source = rig.armed()
    for act in (lambda: source.set_level(1e-3), lambda: source.set_output(True)):
        with pytest.raises(InstrumentError, match="a delta test holds the source"):
            act()
    assert not rig.state()["output"]


def test_compliance_ends_the_test_the_reading_is_flagged_and_the_end_is_told(build):
    rig = build(ohm=1e4)
    source = rig.running(voltage_range_V=10.0)
    reading = source.next_delta()
    assert reading.voltage.in_compliance
    assert not reading.usable
    with pytest.raises(InstrumentError, match="ended by itself") as caught:
        source.next_delta()
    assert "the output is off" in caught.value.state
    assert rig.specimen.history[-1] is None
    with pytest.raises(InstrumentError, match="not running"):
        source.next_delta()


def test_a_counted_test_that_compliance_ends_hands_over_what_it_has(build):
    rig = build(ohm=1.0)
    source = rig.running(voltage_range_V=10.0, count=200)
    source.next_delta()
    rig.clock.sleep(1.0)
    rig.state()
    rig.specimen.ohm = 1e5  # the contact opens
    readings = source.delta_readings()
    assert 20 < len(readings) < 200
    assert [reading.voltage.in_compliance for reading in readings[-2:]] == [False, True]


def test_the_station_limit_counts_the_overshoot(build):
    limits = Limits(({"voltage": Limit(-10.0, 10.0, "V", "station file")},))
    rig = build(ohm=1e6, limits=limits)
    source = rig.source
    source.connect()
    with pytest.raises(LimitError, match="station file"):
        source.source_current(range_A=1e-3, compliance_V=8.5)
    source.source_current(range_A=1e-3, compliance_V=8.0)
    source.set_output(True)
    source.set_level(1e-3)
    assert source.in_compliance()
    assert 8.0 < rig.state()["peak_V"] <= 10.02


def test_an_open_interlock_is_told_before_anything_is_armed(build):
    rig = build(world={"interlock": "open"})
    rig.source.connect()
    with pytest.raises(InstrumentError, match="interlock is open"):
        rig.source.arm_delta(current_A=1e-3, compliance_V=5.0, voltage_range_V=0.01)
    rig.source.source_current(range_A=1e-3, compliance_V=5.0)
    with pytest.raises(InstrumentError, match="interlock is open"):
        rig.source.set_output(True)


# ---- somebody at the front panel


def test_a_range_key_is_noticed_before_the_next_level(build):
    rig = build()
    source = rig.sourcing()
    rig.device.press_range(20e-3)
    with pytest.raises(ReadBackError, match="front panel"):
        source.set_level(5e-4)
    assert rig.state()["level"] == 1e-3


def test_exit_during_a_test_is_noticed(build):
    rig = build()
    source = rig.running()
    source.next_delta()
    rig.device.press_exit()
    with pytest.raises(InstrumentError, match="a key was pressed") as caught:
        several(source)
    assert "the output is ON" in caught.value.state
    assert source.make_safe().verified
    assert rig.specimen.history[-1] is None


def test_output_pressed_during_a_test_is_noticed(build):
    rig = build()
    source = rig.running()
    source.next_delta()
    rig.device.press_output()
    with pytest.raises(InstrumentError, match="ended by itself"):
        several(source)


def test_another_current_than_armed_is_noticed(build):
    rig = build()
    source = rig.running()
    source.next_delta()
    run = rig.device.delta._run
    run.plan = dataclasses.replace(run.plan, high_A=5e-4, low_A=-5e-4)
    with pytest.raises(InstrumentError, match="nobody here asked for"):
        several(source)


def test_keys_at_the_nanovoltmeter_are_noticed_through_the_relay(build):
    rig = build()
    source = rig.sourcing()
    meter = source.nanovoltmeter
    meter.measure_voltage(range_V=0.01)
    rig.meter.press_range(1.0)
    with pytest.raises(InstrumentError, match=r"range is 1 V, 0\.01 V was set"):
        meter.voltage()
    meter.measure_voltage(range_V=0.01)
    rig.meter.press_local()
    with pytest.raises(InstrumentError, match="old reading"):
        meter.voltage()


def test_an_output_switched_on_by_somebody_is_found_at_connect(build, caplog):
    rig = build()
    rig.device.press_output()
    rig.source.connect()
    assert "the output is ON" in caplog.text
