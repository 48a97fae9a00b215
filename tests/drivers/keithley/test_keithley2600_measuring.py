"""Series 2600B: readings, the safe state and the dead-man script, message by message."""

import importlib.util
from pathlib import Path

import pytest

from bench.core.errors import GarbledReplyError, InstrumentError, SafeStateError
from drivers.keithley.keithley2600_accuracy import accuracy
from drivers.keithley.keithley2636b import Keithley2636B

_spec = importlib.util.spec_from_file_location(
    "keithley2600_pairs", Path(__file__).with_name("keithley2600_pairs.py")
)
pairs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(pairs)
ON = pairs.put("smua.source.output", "1", 1)


def reading(talk, reply):
    told = [*pairs.configuring_current(), *ON, (pairs.asking(), reply)]
    with talk(Keithley2636B, told) as meter:
        meter.source_current(range_A=1e-3, compliance_V=2.0)
        meter.set_output(True)
        return meter.measure()


def test_a_reading(talk):
    found = reading(talk, pairs.answer(1.0000000000001e-4, 0.1))
    assert (found.current.value, found.voltage.value) == (1.0000000000001e-4, 0.1)
    assert (found.current.range, found.voltage.range) == (1e-3, 2.0)
    assert (found.current.unit, found.voltage.unit) == ("A", "V")
    assert found.usable
    assert found.voltage.raw == pairs.number(0.1)


@pytest.mark.parametrize(
    "told",
    [{"condition": 1}, {"condition": 2}, {"compliance": "true"}, {"condition": 1, "compliance": "true"}],
)
def test_compliance_of_this_reading(talk, told):
    found = reading(talk, pairs.answer(1e-4, 2.0, **told))
    assert found.in_compliance
    assert not found.usable


@pytest.mark.parametrize(
    "told", [{"voltage": 9.91e37}, {"voltage": -9.91e37}, {"voltage": 1.0, "condition": 128}]
)
def test_overflow_is_a_flag(talk, told):
    found = reading(talk, pairs.answer(1e-4, **told))
    assert found.voltage.overload
    assert not found.usable
    assert found.current.value == 1e-4
    if abs(told["voltage"]) > 1e37:
        assert found.voltage.value is None


@pytest.mark.parametrize(
    ("range_A", "limit_A"), [(1e-9, 1.5e-12 + 240e-15), (1e-8, 15e-12 + 3e-12), (1e-7, 60e-12 + 40e-12)]
)
def test_published_limits_at_full_scale_of_the_low_ranges(range_A, limit_A):
    stated = accuracy("2636B", "A", range_A, 1.0)
    assert stated.relative * range_A + stated.offset == pytest.approx(limit_A)
    assert accuracy("2636B", "A", range_A, 0.5) is None, "below one power-line cycle none is claimed"


def test_an_output_that_went_off_is_found(talk):
    with pytest.raises(InstrumentError, match="the output is off, though it was on"):
        reading(talk, pairs.answer(0.0, 0.0, output="false"))


def test_a_reading_that_was_sensed_otherwise_is_not_used(talk):
    told = [
        ("print(smua.source.output)", pairs.number(0)),
        *pairs.put("smua.sense", "1", 1),
        *pairs.configuring_current(),
        *ON,
        (pairs.asking(), pairs.answer(1e-4, 0.1, remote="false")),
    ]
    with talk(Keithley2636B, told) as meter:
        meter.set_four_wire(True)
        meter.source_current(range_A=1e-3, compliance_V=2.0)
        meter.set_output(True)
        with pytest.raises(InstrumentError, match="at the terminals, not as asked"):
            meter.measure()


@pytest.mark.parametrize(
    "reply",
    ["1.0e-04\t1.0e-01", "nil\tnil\t0\tfalse\ttrue\tfalse", "1e-4\t0.1\t0\tfalse\tmaybe\tfalse", "TSP>"],
)
def test_what_is_no_reading_is_an_error(talk, reply):
    told = [*pairs.configuring_current(), *ON, (pairs.asking(), reply), (pairs.asking(), reply)]
    with talk(Keithley2636B, told) as meter:
        meter.source_current(range_A=1e-3, compliance_V=2.0)
        meter.set_output(True)
        with pytest.raises(GarbledReplyError):
            meter.measure()


# ---- the safe state


def safe_pairs(smu="smua", mode=0, off=0, load="passive"):
    return [
        ("abort", None),
        *([(f"{smu}.source.offmode = 2", None)] if load == "cell" else []),
        (f"{smu}.source.output = 0", None),
        (f"{smu}.source.leveli = 0", None),
        (f"{smu}.source.levelv = 0", None),
        (f"print({smu}.source.output)", pairs.number(off)),
        (f"print({smu}.source.offmode)", pairs.number(mode)),
    ]


def test_a_passive_load(talk):
    with talk(Keithley2636B, [*safe_pairs(), pairs.OK]) as meter:
        assert meter.make_safe().verified


def test_a_cell_on_channel_b_is_at_open_circuit_before_the_output_goes_off(talk):
    told = [*safe_pairs("smub", mode=2, load="cell"), pairs.OK]
    with talk(Keithley2636B, told, channel="b", load="cell") as meter:
        report = meter.make_safe()
    assert report.verified
    assert report.state == "output off, off mode HIMP"


@pytest.mark.parametrize(("load", "mode", "off"), [("passive", 0, 1), ("cell", 2, 1), ("cell", 0, 0)])
def test_what_is_not_safe_is_loud(talk, load, mode, off):
    told = safe_pairs(mode=mode, off=off, load=load)
    with talk(Keithley2636B, told, load=load) as meter, pytest.raises(SafeStateError, match="AS LIVE"):
        meter.make_safe()


# ---- the dead-man script

SCRIPT = (
    "qms_dead_man_acted_a = false "
    "function qms_dead_man(a, b) for step = 1, math.max(a, b) do delay(0.1) "
    "if step == a then smua.source.output = smua.OUTPUT_OFF qms_dead_man_acted_a = true end "
    "if step == b then smub.source.output = smub.OUTPUT_OFF qms_dead_man_acted_b = true end end end"
)
LOADING = [(SCRIPT, None), pairs.OK, ("print(type(qms_dead_man) == 'function')", "true")]
CALL, STOP = " qms_dead_man(600, 0)", ("abort", None)


def guarded(told):
    """These messages with the script behind each, and an abort before each but the first."""
    first, *rest = [(f"{sent}{CALL}", reply) for sent, reply in told]
    return [first, *(line for message in rest for line in (STOP, message))]


def on(talk, told, load="passive"):
    """The driver with the option, which is told these messages after connect and configuring."""
    known = [*pairs.connecting(before_reading=LOADING), *pairs.configuring_current()]
    return talk(Keithley2636B, [*known, *told], dead_man_s=60)


def ready(meter):
    meter.connect()
    meter.source_current(range_A=1e-3, compliance_V=2.0)
    meter.set_output(True)


def test_it_runs_from_the_message_that_switches_on_to_the_one_that_switches_off(talk):
    reading = (pairs.asking(), pairs.answer(0.0, 0.0))
    told = [
        *guarded([*ON, reading, *pairs.put("smua.source.leveli", "0.0005", 5e-4)]),
        *[STOP, *guarded(pairs.put("smua.source.output", "0", 0))],
        STOP,
        *pairs.put("smua.measure.nplc", "2.0", 2),
    ]
    with on(talk, told) as meter:
        ready(meter)
        meter.measure()
        meter.set_level(5e-4)
        meter.set_output(False)
        meter.set_nplc(2.0)


def test_what_is_not_lua_has_the_script_in_a_message_of_its_own(talk):
    told = [*guarded(ON), STOP, ("*IDN?", pairs.IDENTITIES["2636B"]), (CALL.strip(), None)]
    with on(talk, told) as meter:
        ready(meter)
        assert meter.identity().serial == "4012347"


def test_that_it_acted_is_said(talk):
    off = pairs.answer(0.0, 0.0, output="false")
    told = [*guarded([*ON, (pairs.asking(), off)]), STOP, ("print(qms_dead_man_acted_a == true)", "true")]
    with on(talk, told) as meter:
        ready(meter)
        with pytest.raises(InstrumentError, match="dead-man script has switched it off") as caught:
            meter.measure()
    assert "60 s" in caught.value.remedy


def test_what_is_safe_needs_no_guard_and_what_may_not_be_keeps_it(talk):
    cleared = [STOP, (CALL.strip(), None)]
    told = [*guarded(ON), *cleared, STOP, *guarded(safe_pairs(off=1)[1:]), *cleared, STOP]
    told += [*guarded([*safe_pairs()[1:], pairs.OK]), STOP, *pairs.put("smua.measure.nplc", "2.0", 2)]
    with on(talk, told) as meter:
        ready(meter)
        with pytest.raises(SafeStateError):
            meter.make_safe()
        assert meter.make_safe().verified
        meter.set_nplc(2.0)


def test_an_output_found_on_is_guarded_from_then_on(talk):
    found = pairs.connecting(before_reading=LOADING, **{"source.output": 1})
    told = [*found, *guarded(pairs.put("smua.measure.nplc", "2.0", 2))]
    with talk(Keithley2636B, told, dead_man_s=60) as meter:
        meter.connect()
        meter.set_nplc(2.0)


def test_an_instrument_without_the_script_is_refused(talk):
    told = pairs.connecting(before_reading=[*LOADING[:2], (LOADING[2][0], "false")])
    last = told.index((LOADING[2][0], "false"))
    absent = pytest.raises(InstrumentError, match="dead-man script is not in the instrument")
    with talk(Keithley2636B, told[: last + 1], dead_man_s=60) as meter, absent:
        meter.connect()
