"""Keithley 2400: connecting and configuring, as exact messages."""

import logging
from typing import get_args

import pytest

from bench.core.errors import (
    CommandRejectedError,
    IdentityError,
    InstrumentError,
    LimitError,
    ReadBackError,
)
from bench.core.limits import Limit, Limits
from bench.core.roles import Load, SourceMeter
from drivers.keithley.keithley2400 import Keithley2400

STATION = Limits(
    (
        {
            "current": Limit(-0.105, 0.105, "A", "station file"),
            "voltage": Limit(-21.0, 21.0, "V", "station file"),
            "power": Limit(-0.5, 0.5, "W", "station file"),
        },
    )
)


def test_it_plays_the_role_of_a_source_meter(talk):
    with talk(Keithley2400, []) as meter:
        assert isinstance(meter, SourceMeter)


@pytest.mark.parametrize("load", get_args(Load))
def test_connect_prepares_reads_back_and_energises_nothing(talk, script, load):
    pairs = script.connecting(load)
    assert not [sent for sent, _ in pairs if sent.startswith(":OUTP ") or sent in ("*RST", ":SYST:PRES")]
    with talk(Keithley2400, pairs, load=load) as meter:
        assert meter.connect().serial == "1234567"
        assert meter.load == load


@pytest.mark.parametrize("model", ["MODEL 2401", "MODEL 2410", "MODEL 2400-LV", "MODEL 2450"])
def test_other_models_are_refused(talk, script, model):
    reply = script.identity.replace("MODEL 2400", model)
    with talk(Keithley2400, [("*IDN?", reply)]) as meter, pytest.raises(IdentityError, match=model):
        meter.connect()


@pytest.mark.parametrize("model", ["MODEL 2400", " MODEL 2400-C"])
def test_its_own_models_are_taken(talk, script, model):
    pairs = script.connecting()
    pairs[0] = ("*IDN?", script.identity.replace("MODEL 2400", model))
    with talk(Keithley2400, pairs) as meter:
        assert meter.connect().model == model.strip()


def test_an_off_mode_that_does_not_take_stops_the_connection(talk, script):
    pairs = [("*IDN?", script.identity), script.ok, *script.put(":OUTP:SMOD", "HIMP", "NORM")]
    with (
        talk(Keithley2400, pairs, load="cell") as meter,
        pytest.raises(ReadBackError, match="output_off_mode"),
    ):
        meter.connect()


def test_an_output_found_on_is_said_and_left_as_it_is(talk, script, caplog):
    with talk(Keithley2400, script.connecting(**{":OUTP?": "1"})) as meter, caplog.at_level(logging.WARNING):
        meter.connect()
    assert "output is ON" in caplog.text


def test_the_terminals_the_station_says_are_verified(talk, script):
    with talk(Keithley2400, script.connecting(**{":ROUT:TERM?": "REAR"}), terminals="rear") as meter:
        meter.connect()
    pairs = script.connecting()[: -len(script.read_back) - 1]
    with (
        talk(Keithley2400, pairs, terminals="rear") as meter,
        pytest.raises(InstrumentError, match="front term"),
    ):
        meter.connect()


def test_source_current_sends_everything_in_an_order_that_works_from_any_state(talk, script):
    with talk(Keithley2400, script.configuring_current(), limits=STATION) as meter:
        meter.source_current(range_A=1e-3, compliance_V=2.0)


def test_a_large_compliance_is_raised_after_the_source_range(talk, script):
    pairs = script.configuring_current(compliance=("20.0", "20"), sense=("200.0", "210"))
    at = pairs.index((":SENS:VOLT:RANG 200.0", None))
    pairs[at:at] = script.put(":SENS:VOLT:PROT", "100.0", "100")
    with talk(Keithley2400, pairs) as meter:
        meter.source_current(range_A=1e-3, compliance_V=100.0)


def test_source_voltage_is_the_mirror_image(talk, script):
    with talk(Keithley2400, script.configuring_voltage()) as meter:
        meter.source_voltage(range_V=2.0, compliance_A=1e-3)


def test_a_large_current_compliance_comes_after_the_source_range(talk, script):
    pairs = script.configuring_voltage(compliance=("0.1", "0.1"), sense=("1.0", "1.05"))
    at = pairs.index((":SENS:CURR:RANG 1.0", None))
    pairs[at:at] = script.put(":SENS:CURR:PROT", "0.5", "0.5")
    with talk(Keithley2400, pairs) as meter:
        meter.source_voltage(range_V=2.0, compliance_A=0.5)


def test_a_smaller_measuring_range_may_be_asked_for(talk, script):
    with talk(Keithley2400, script.configuring_current(sense=("0.2", "0.21"))) as meter:
        meter.source_current(range_A=1e-3, compliance_V=2.0, voltage_range_V=0.1)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"range_A": 2.0, "compliance_V": 1.0}, "no range"),
        ({"range_A": 0.0, "compliance_V": 1.0}, "no range"),
        ({"range_A": -1e-3, "compliance_V": 1.0}, "no range"),
        ({"range_A": float("nan"), "compliance_V": 1.0}, "no range"),
        ({"range_A": 1e-3, "compliance_V": 30.0}, "station file"),
        ({"range_A": 1e-3, "compliance_V": float("nan")}, "station file"),
        ({"range_A": 1e-3, "compliance_V": 1e-4}, "the least this instrument has"),
        ({"range_A": 1e-3, "compliance_V": -1.0}, "the least this instrument has"),
        ({"range_A": 1e-3, "compliance_V": 2.0, "voltage_range_V": 20.0}, "above the range"),
        ({"range_A": 1e-3, "compliance_V": 2.0, "voltage_range_V": 0.0}, "no range"),
    ],
)
def test_impossible_sources_are_refused_before_a_byte(talk, arguments, reason):
    with talk(Keithley2400, [], limits=STATION) as meter, pytest.raises(LimitError, match=reason):
        meter.source_current(**arguments)


def test_the_output_stage_has_two_boxes(talk):
    with talk(Keithley2400, []) as meter:
        with pytest.raises(LimitError, match="beyond the model 2400"):
            meter.source_current(range_A=1.0, compliance_V=22.0)
        with pytest.raises(LimitError, match="beyond the model 2400"):
            meter.source_voltage(range_V=200.0, compliance_A=0.2)
        with pytest.raises(LimitError, match="model 2400"):
            meter.source_current(range_A=1e-3, compliance_V=211.0)


def test_a_range_that_does_not_take_is_found(talk, script):
    pairs = script.configuring_current()
    at = next(i for i, (sent, _) in enumerate(pairs) if sent == ":SOUR:CURR:RANG?")
    pairs[at] = (":SOUR:CURR:RANG?", "1.05E-02")
    with talk(Keithley2400, pairs[: at + 1]) as meter:
        with pytest.raises(ReadBackError, match="source_current_range_A"):
            meter.source_current(range_A=1e-3, compliance_V=2.0)
        with pytest.raises(InstrumentError, match="no source is configured"):
            meter.set_output(True)


def test_after_a_failed_configuration_the_former_one_does_not_count(talk, script):
    refused = [(":OUTP OFF", None), (":SYST:ERR?", '-113,"Undefined header"'), script.ok]
    with talk(Keithley2400, [*script.configuring_current(), *refused]) as meter:
        meter.source_current(range_A=1e-3, compliance_V=2.0)
        with pytest.raises(CommandRejectedError):
            meter.source_current(range_A=1e-6, compliance_V=0.5)
        with pytest.raises(InstrumentError, match="no source is configured"):
            meter.set_level(1e-3)


def test_a_compliance_silently_kept_by_the_meter_is_found(talk, script):
    pairs = script.configuring_current()
    at = pairs.index((":SENS:VOLT:PROT?", "2.000000E+00"))
    pairs[at] = (":SENS:VOLT:PROT?", "2.100000E+01")
    with talk(Keithley2400, pairs[: at + 1]) as meter, pytest.raises(ReadBackError, match="compliance"):
        meter.source_current(range_A=1e-3, compliance_V=2.0)


def test_a_refused_setting_stops_the_configuration(talk):
    pairs = [(":OUTP OFF", None), (":SYST:ERR?", '-113,"Undefined header"'), (":SYST:ERR?", '0,"No error"')]
    with talk(Keithley2400, pairs) as meter, pytest.raises(CommandRejectedError) as caught:
        meter.source_current(range_A=1e-3, compliance_V=2.0)
    assert caught.value.codes == ((-113, "Undefined header"),)


def test_four_wire_only_with_the_output_off(talk, script):
    with talk(Keithley2400, [(":OUTP?", "0"), *script.put(":SYST:RSEN", "ON", "1")]) as meter:
        meter.set_four_wire(True)
    with talk(Keithley2400, [(":OUTP?", "1")]) as meter, pytest.raises(InstrumentError, match="output is on"):
        meter.set_four_wire(False)


def test_integration_time_and_delay(talk, script):
    pairs = [
        *script.put(":SENS:VOLT:NPLC", "0.1", "0.10"),
        *script.put(":SOUR:DEL:AUTO", "OFF", "0"),
        *script.put(":SOUR:DEL", "0.0123", "1.230000E-02"),
        (":SYST:LFR?", "60"),
    ]
    with talk(Keithley2400, pairs) as meter:
        meter.set_nplc(0.1)
        meter.set_source_delay(0.0123)
        assert meter.line_frequency_Hz() == 60.0


@pytest.mark.parametrize("cycles", [0.009, 10.01, -1.0, float("nan")])
def test_integration_time_has_limits(talk, cycles):
    with talk(Keithley2400, []) as meter, pytest.raises(LimitError, match="nplc"):
        meter.set_nplc(cycles)


@pytest.mark.parametrize("seconds", [-0.1, 1000.0])
def test_the_source_delay_has_limits(talk, seconds):
    with talk(Keithley2400, []) as meter, pytest.raises(LimitError, match="source delay"):
        meter.set_source_delay(seconds)


def test_settings_are_json_and_complete(talk, script):
    import json

    with talk(Keithley2400, [("*IDN?", script.identity), *script.read_back.items()]) as meter:
        found = json.loads(json.dumps(meter.settings()))
    assert found["identity"]["serial"] == "1234567"
    assert found["output"] is False
    assert found["voltage_compliance_V"] == 21.0
    assert found["nplc"] == 1.0
    assert len(found) == 1 + len(script.read_back)


@pytest.mark.parametrize(("wrong", "right"), [("set_nplcs", "set_nplc"), ("source_curent", "source_current")])
def test_a_misspelt_attribute_raises_with_the_right_one(talk, wrong, right):
    with talk(Keithley2400, []) as meter, pytest.raises(AttributeError, match=f"did you mean '{right}'"):
        setattr(meter, wrong, 1.0)
