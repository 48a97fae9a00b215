"""Lake Shore 643 and 648: exact messages, and against the simulated supply with its coil."""

import pytest

from bench.core.errors import (
    CommandRejectedError,
    ConfigError,
    IdentityError,
    InstrumentError,
    LimitError,
    ReadBackError,
    SafeStateError,
)
from bench.core.roles import FieldSource
from bench.safety import make_safe_all
from drivers.lakeshore.lakeshore643 import LakeShore643
from drivers.lakeshore.lakeshore648 import LakeShore648
from simulators.wire import faults as wrong
from simulators.wire.faults import Fault

OK = ("*ESR?", "000")
STATUS = "OPST?;ERST?;RDGI?"
REST = (STATUS, "002;000,000;+0.0003")
IDENTITY = "LSCI,MODEL643,6430001,1.2/1.0"


def put(command, value, reply):
    return [(f"{command} {value}", None), OK, (f"{command}?", reply)]


SET_UP = [
    *put("SETI", "0.0", "+0.0000"),
    *put("LIMIT", "70.1,50.0", "+70.1000,+50.0000"),
    *put("RATE", "1.0", "+1.0000"),
    *put("RSEG", "0", "0"),
    *put("XPGM", "0", "0"),
    ("LIMIT?", "+70.1000,+50.0000"),
]
WATER = [("INTWTR?", "2"), ("MAGWTR?", "2")]
READ = [
    ("SETI?", "+0.0000"),
    ("RATE?", "+1.0000"),
    ("LIMIT?", "+70.1000,+50.0000"),
    ("RSEG?", "0"),
    ("XPGM?", "0"),
    *WATER,
]
CONNECTING = [("*IDN?", IDENTITY), ("*ESR?", "128"), REST, *SET_UP, *WATER, *READ, ("*ESR?", "000")]
PANEL = [("LIMIT?", "+70.1000,+50.0000"), ("RATE?", "+1.0000"), ("XPGM?", "0")]


def test_connecting_at_rest_sets_limits_rate_and_program_and_no_valve(talk):
    with talk(LakeShore643, CONNECTING) as supply:
        assert isinstance(supply, FieldSource)
        assert supply.connect().model == "MODEL643"
    sent = [message for message, _ in CONNECTING]
    assert not [one for one in sent if one.startswith(("INTWTR ", "MAGWTR "))]


def test_connecting_under_current_touches_nothing(talk):
    pairs = [("*IDN?", IDENTITY), OK, (STATUS, "002;000,000;+39.9937"), *WATER, *READ, OK]
    with talk(LakeShore643, pairs) as supply:
        supply.connect()


def test_a_current_is_read_back_behind_status_and_front_panel(talk):
    pairs = [*CONNECTING, REST, ("SETI?", "+0.0000"), *PANEL, *put("SETI", "40.0", "+40.0000")]
    with talk(LakeShore643, pairs) as supply:
        supply.connect()
        supply.set_current(40.0)


def test_a_reversal_that_does_not_start_at_zero_is_refused(talk):
    pairs = [*CONNECTING, (STATUS, "002;000,000;+39.9937"), ("SETI?", "+40.0000")]
    with talk(LakeShore643, pairs) as supply:
        supply.connect()
        with pytest.raises(InstrumentError, match="reversal goes through zero"):
            supply.set_current(-40.0)


@pytest.mark.parametrize("current_A", [70.2, -70.2, float("nan")])
def test_beyond_the_model_is_refused_before_a_byte(talk, current_A):
    with talk(LakeShore643, []) as supply, pytest.raises(LimitError, match="model 643"):
        supply.set_current(current_A)


def test_faults_have_names(talk):
    pairs = [(STATUS, "002;020,160;+0.0100"), (STATUS, "002;064,000;+0.0100")]
    with talk(LakeShore643, pairs) as supply:
        with pytest.raises(
            InstrumentError, match="over-current, temperature fault, magnet flow switch, remote enable"
        ):
            supply.status()
        with pytest.raises(InstrumentError, match="hardware error bits 0x40"):
            supply.status()


def test_a_refused_command_is_an_error_with_the_class_that_the_register_says(talk):
    pairs = [
        *CONNECTING,
        REST,
        ("SETI?", "+0.0000"),
        *PANEL,
        ("SETI 40.0", None),
        ("*ESR?", "016"),
    ]
    with talk(LakeShore643, pairs) as supply:
        supply.connect()
        with pytest.raises(CommandRejectedError, match="execution error"):
            supply.set_current(40.0)


def test_options_and_load_are_checked(talk):
    wrong_options = {"field_per_current_T_per_A": 0, "ramp_rate_A_per_s": -1, "program": "hand"}
    with (
        pytest.raises(ConfigError, match=r"load.*\n.*field_per_current.*\n.*ramp_rate.*\n.*program"),
        talk(LakeShore643, [], load="cell", **wrong_options),
    ):
        pass


def test_a_field_needs_the_constant_of_the_magnet(talk):
    with talk(LakeShore643, []) as supply, pytest.raises(InstrumentError, match="field_per_current"):
        supply.set_field(0.5)


# -- against the simulated supply


def test_the_ramp_takes_its_time_and_ends_where_it_was_set(bench):
    supply = bench.supply()
    supply.set_field(0.48)
    bench.clock.sleep(5.0)
    assert supply.is_ramping()
    assert supply.magnet_current().value == pytest.approx(10.0, abs=0.2)
    assert supply.magnet_voltage().value == pytest.approx(0.5 * 10 + 0.3 * 2, abs=0.1)
    assert 5.0 + bench.wait(supply) == pytest.approx(20.0, abs=1.0)
    assert supply.magnet_current().value == pytest.approx(40.0, abs=0.03)
    assert supply.largest_field_T() == pytest.approx(0.72)


def test_a_reversal_through_zero_works_and_any_other_does_not(bench):
    supply = bench.supply()
    supply.set_current(20.0)
    bench.wait(supply)
    with pytest.raises(InstrumentError, match="reversal goes through zero"):
        supply.set_current(-20.0)
    supply.set_current(0.0)
    with pytest.raises(InstrumentError, match="reversal goes through zero"):
        supply.set_current(-20.0)
    bench.wait(supply)
    supply.set_current(-20.0)
    bench.wait(supply)
    assert supply.magnet_current().value == pytest.approx(-20.0, abs=0.03)


def test_the_supply_itself_is_told_the_station_s_limits(bench):
    bench.supply(largest_A=30.0)
    bench.supply_device.press_current(50.0)
    bench.clock.sleep(60.0)
    assert bench.supply_device.inspect()["current_A"] == pytest.approx(30.0, abs=0.03)


def test_make_safe_ramps_down_and_waits_for_the_measured_current(bench):
    supply = bench.supply()
    supply.set_current(50.0)
    bench.wait(supply)
    start = bench.clock.now()
    (outcome,) = make_safe_all({"supply": supply}, clock=bench.clock)
    assert outcome.outcome == "verified"
    assert bench.clock.now() - start == pytest.approx(25.0, abs=1.5), "at the rate that was set"
    assert abs(bench.supply_device.inspect()["current_A"]) < 0.1
    supply.set_current(-10.0)


def test_make_safe_takes_over_from_an_outside_program(bench):
    supply = bench.supply(program="external")
    bench.supply_device._program.put(4.0, bench.clock.now())
    bench.clock.sleep(10.0)
    assert supply.magnet_current().value == pytest.approx(28.0, abs=0.05)
    with pytest.raises(LimitError, match="a gaussmeter programs this supply"):
        supply.set_current(5.0)
    assert supply.make_safe().verified
    assert abs(supply.magnet_current().value) < 0.1


def test_a_fault_is_told_and_its_interlock_left_alone(bench):
    supply = bench.supply()
    supply.set_current(40.0)
    bench.wait(supply)
    bench.supply_device.fault(operational=1 << 5)
    with pytest.raises(InstrumentError, match="magnet flow switch"):
        supply.is_ramping()
    bench.clock.sleep(5.0)
    with pytest.raises(InstrumentError, match="magnet flow switch"):
        supply.set_current(1.0)
    assert supply.make_safe().verified
    assert bench.supply_device.inspect()["water"] == (2, 2)
    bench.supply_device.clear_faults()
    supply.set_current(1.0)


def test_a_coil_that_needs_more_voltage_than_there_is_limits_the_current(bench):
    bench.magnet._resistance_ohm = 2.0
    supply = bench.supply()
    supply.set_current(30.0)
    with pytest.raises(InstrumentError, match="voltage or power limit"):
        supply.is_ramping()
    bench.clock.sleep(30.0)
    reading = supply.magnet_current()
    assert reading.in_compliance
    assert not reading.usable
    assert reading.value == pytest.approx(17.5, rel=0.01)


def test_somebody_at_the_front_panel_is_noticed(bench):
    supply = bench.supply()
    supply.set_current(10.0)
    bench.wait(supply)
    bench.supply_device.values["RATE"] = (40.0,)
    with pytest.raises(ReadBackError, match="rate 40"):
        supply.set_current(20.0)
    assert supply.make_safe().verified
    supply.set_current(20.0)
    assert bench.supply_device.inspect()["rate_A_per_s"] == 2.0


def test_a_lost_reply_does_not_keep_the_magnet_on_and_a_pulled_plug_is_loud(bench):
    supply = bench.supply(reconnect_s=0)
    supply.set_current(10.0)
    bench.wait(supply)
    bench.ports["supply"].faults.add(Fault("RDGI", wrong.drop))
    bench.ports["supply"].faults.add(Fault("XPGM", wrong.garble))
    assert supply.make_safe().verified
    supply.set_current(10.0)
    bench.wait(supply)
    bench.ports["supply"].disconnect()
    with pytest.raises(SafeStateError, match="TREAT THE OUTPUT AS LIVE"):
        supply.make_safe()


def test_a_ramp_that_would_not_end_is_not_called_safe(bench):
    supply = bench.supply()
    supply.set_current(40.0)
    bench.wait(supply)
    bench.ports["supply"].faults.add(Fault("^SETI 0$", wrong.lose, times=None))
    with pytest.raises(SafeStateError, match=r"set to 40 A"):
        supply.make_safe()


def test_a_648_is_larger_and_is_not_taken_for_a_643(magnets):
    bench = magnets(supply=LakeShore648, supply_model="648")
    supply = bench.supply(largest_A=120.0)
    supply.set_current(60.0)
    bench.wait(supply)
    assert supply.magnet_current().value == pytest.approx(60.0, abs=0.05)
    bench._supply = LakeShore643
    with pytest.raises(IdentityError, match="MODEL648"):
        bench.supply()
