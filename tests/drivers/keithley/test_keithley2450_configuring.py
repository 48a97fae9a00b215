"""Keithley 2450: connecting and configuring, as exact messages."""

import json
import logging
from typing import get_args

import pytest

from bench.core.errors import (
    CommandRejectedError,
    CommunicationError,
    IdentityError,
    InstrumentError,
    LimitError,
    LinkLostError,
    ReadBackError,
)
from bench.core.limits import Limit, Limits
from bench.core.roles import Load, SourceMeter
from drivers.keithley.keithley2450 import Keithley2450

STATION = Limits(
    (
        {
            "current": Limit(-0.105, 0.105, "A", "station file"),
            "voltage": Limit(-21.0, 21.0, "V", "station file"),
            "power": Limit(-0.5, 0.5, "W", "station file"),
        },
    )
)


@pytest.fixture
def script(script2450):
    return script2450


def test_it_plays_the_role_of_a_source_meter(talk):
    with talk(Keithley2450, []) as meter:
        assert isinstance(meter, SourceMeter)


@pytest.mark.parametrize("load", get_args(Load))
def test_connect_prepares_reads_back_and_energises_nothing(talk, script, load):
    pairs = script.connecting(load)
    assert not [sent for sent, _ in pairs if sent.startswith(":OUTP ") or sent == "*RST"]
    with talk(Keithley2450, pairs, load=load) as meter:
        assert meter.connect().serial == "04451117"
        assert meter.load == load


# ---- the command set


@pytest.mark.parametrize("language", ["SCPI2400", "TSP"])
def test_another_command_set_is_refused_first_with_the_remedy(talk, language):
    with talk(Keithley2450, [("*LANG?", language)]) as meter, pytest.raises(InstrumentError) as caught:
        meter.connect()
    assert caught.value.what.startswith(f"the command set of the meter is {language}")
    assert "*LANG SCPI" in caught.value.remedy
    assert "Command Set" in caught.value.remedy


def test_what_does_not_know_the_question_is_told_by_its_identity(faulty, clock):
    refused = ['-113,"Undefined header"', '+0,"No error"']
    adapter = faulty({":SYST:ERR?": '+0,"No error"', "*IDN?": "ACME,MODEL 7,1,2"})
    adapter.faults[":SYST:ERR?"] = refused
    with pytest.raises(IdentityError, match="ACME"):
        Keithley2450(adapter, name="meter", clock=clock).connect()
    assert adapter.sent[0] == "*LANG?"


def test_a_2450_whose_command_set_stays_unknown_is_not_used(faulty, clock, script):
    adapter = faulty(
        script.read_back
        | {
            ":SYST:ERR?": '0,"No error;0;0 0"',
            "*IDN?": script.identity,
            ":FORM?": "ASC",
            ":FORM:ASC:PREC?": "0",
            "*ESR?": "0",
        }
    )
    with pytest.raises(CommunicationError, match=r"\*LANG"):
        Keithley2450(adapter, name="meter", clock=clock).connect()


def test_a_lost_link_is_told_at_once(faulty, clock, faults):
    adapter = faulty({"*LANG?": faults["disconnect"]})
    with pytest.raises(LinkLostError):
        Keithley2450(adapter, name="meter", clock=clock).connect()
    assert adapter.sent == ["*LANG?"]


@pytest.mark.parametrize("model", ["MODEL 2400", "MODEL 2460", "MODEL 2450-EC", "MODEL 24500"])
def test_other_models_are_refused(talk, script, model):
    pairs = [("*LANG?", "SCPI"), ("*IDN?", script.identity.replace("MODEL 2450", model))]
    with talk(Keithley2450, pairs) as meter, pytest.raises(IdentityError, match=model):
        meter.connect()


def test_the_older_spelling_of_the_maker_is_taken(talk, script):
    pairs = script.connecting()
    pairs[1] = ("*IDN?", "KEITHLEY INSTRUMENTS INC.,MODEL 2450,01234567,1.0.0i")
    with talk(Keithley2450, pairs) as meter:
        assert meter.connect().firmware == "1.0.0i"


# ---- connecting


@pytest.mark.parametrize("which", ["CURR", "VOLT"])
def test_an_off_mode_that_does_not_take_stops_the_connection(faulty, clock, script, which):
    held = {":OUTP:CURR:SMOD?": "HIMP", ":OUTP:VOLT:SMOD?": "HIMP"} | {f":OUTP:{which}:SMOD?": "NORM"}
    adapter = faulty({"*LANG?": "SCPI", "*IDN?": script.identity, ":SYST:ERR?": '0,"No error;0;0 0"', **held})
    with pytest.raises(ReadBackError, match="off_mode"):
        Keithley2450(adapter, name="meter", clock=clock, load="cell").connect()


def test_an_output_found_on_is_said_and_left_as_it_is(talk, script, caplog):
    with talk(Keithley2450, script.connecting(**{":OUTP?": "1"})) as meter, caplog.at_level(logging.WARNING):
        meter.connect()
    assert "output is ON" in caplog.text


def test_the_terminals_the_station_says_are_verified(talk, script):
    with talk(Keithley2450, script.connecting(**{":ROUT:TERM?": "REAR"}), terminals="rear") as meter:
        meter.connect()
    pairs = script.connecting()[: -len(script.read_back) - 1]
    with (
        talk(Keithley2450, pairs, terminals="rear") as meter,
        pytest.raises(InstrumentError, match="front term"),
    ):
        meter.connect()


def test_settings_are_json_and_complete(talk, script):
    with talk(Keithley2450, [("*IDN?", script.identity), *script.read_back.items()]) as meter:
        found = json.loads(json.dumps(meter.settings()))
    assert found["identity"]["model"] == "MODEL 2450"
    assert found["interlock_closed"] is False
    assert found["voltage_compliance_V"] == 21.0
    assert found["current_compliance_A"] == 1.05e-4
    assert found["measured"] == "CURR"
    assert len(found) == 1 + len(script.read_back)


# ---- configuring


def test_source_current_sends_everything_in_an_order_that_works_from_any_state(talk, script):
    with talk(Keithley2450, script.configuring_current(), limits=STATION) as meter:
        meter.source_current(range_A=1e-3, compliance_V=2.0)


def test_source_voltage_is_the_mirror_image(talk, script):
    with talk(Keithley2450, script.configuring_voltage()) as meter:
        meter.source_voltage(range_V=2.0, compliance_A=1e-3)


def test_the_lowest_ranges(talk, script):
    pairs = script.configuring_current(
        low=("0.02", "0.02"), source_range=("1e-08", "1E-08"), sense=("0.02", "0.02")
    )
    with talk(Keithley2450, pairs) as meter:
        meter.source_current(range_A=1e-8, compliance_V=0.02)


def test_a_large_compliance_is_raised_after_the_source_range(talk, script):
    pairs = script.configuring_voltage(low=("0.1", "0.1"), full=("0.5", "0.5"), sense=("1.0", "1"))
    with talk(Keithley2450, pairs) as meter:
        meter.source_voltage(range_V=2.0, compliance_A=0.5)


def test_a_smaller_measuring_range_may_be_asked_for(talk, script):
    with talk(Keithley2450, script.configuring_current(sense=("0.2", "0.2"))) as meter:
        meter.source_current(range_A=1e-3, compliance_V=2.0, voltage_range_V=0.1)


def test_a_limit_that_the_meter_moves_by_itself_is_found(talk, script):
    pairs = script.configuring_current()
    at = max(i for i, (sent, _) in enumerate(pairs) if sent == ":SOUR:CURR:VLIM?")
    pairs[at] = (":SOUR:CURR:VLIM?", "2.1E-01")
    with talk(Keithley2450, pairs[: at + 1]) as meter, pytest.raises(ReadBackError, match="compliance"):
        meter.source_current(range_A=1e-3, compliance_V=2.0)


def test_another_measured_function_is_found(talk, script):
    pairs = script.configuring_current()
    at = pairs.index((":SENS:FUNC?", '"VOLT:DC"'))
    pairs[at] = (":SENS:FUNC?", '"RES"')
    with talk(Keithley2450, pairs[: at + 1]) as meter, pytest.raises(ReadBackError, match="measured"):
        meter.source_current(range_A=1e-3, compliance_V=2.0)


def test_after_a_failed_configuration_the_former_one_does_not_count(talk, script):
    refused = [
        (":OUTP OFF", None),
        (":SYST:ERR?", '-113,"Undefined header;1;2026/01/02 03:04:05.006"'),
        script.ok,
    ]
    with talk(Keithley2450, [*script.configuring_current(), *refused]) as meter:
        meter.source_current(range_A=1e-3, compliance_V=2.0)
        with pytest.raises(CommandRejectedError) as caught:
            meter.source_current(range_A=1e-6, compliance_V=0.5)
        assert caught.value.codes[0] == (-113, "Undefined header;1;2026/01/02 03:04:05.006")
        with pytest.raises(InstrumentError, match="no source is configured"):
            meter.set_level(1e-3)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"range_A": 2.0, "compliance_V": 1.0}, "no range"),
        ({"range_A": 0.0, "compliance_V": 1.0}, "no range"),
        ({"range_A": float("nan"), "compliance_V": 1.0}, "no range"),
        ({"range_A": 1e-3, "compliance_V": 30.0}, "station file"),
        ({"range_A": 1e-3, "compliance_V": float("nan")}, "station file"),
        ({"range_A": 1e-3, "compliance_V": 1e-5}, "the least this instrument has"),
        ({"range_A": 1e-3, "compliance_V": -1.0}, "the least this instrument has"),
        ({"range_A": 1e-3, "compliance_V": 2.0, "voltage_range_V": 20.0}, "above the range"),
    ],
)
def test_impossible_sources_are_refused_before_a_byte(talk, arguments, reason):
    with talk(Keithley2450, [], limits=STATION) as meter, pytest.raises(LimitError, match=reason):
        meter.source_current(**arguments)


def test_the_output_stage_has_two_boxes(talk):
    with talk(Keithley2450, []) as meter:
        with pytest.raises(LimitError, match="beyond the model 2450"):
            meter.source_current(range_A=1.0, compliance_V=22.0)
        with pytest.raises(LimitError, match="beyond the model 2450"):
            meter.source_voltage(range_V=200.0, compliance_A=0.2)
        with pytest.raises(LimitError, match="model 2450"):
            meter.source_current(range_A=1e-3, compliance_V=211.0)


# ---- the interlock


@pytest.mark.parametrize(
    "source",
    [
        lambda meter: meter.source_current(range_A=1e-3, compliance_V=30.0),
        lambda meter: meter.source_voltage(range_V=200.0, compliance_A=1e-3),
    ],
)
def test_above_21_volts_an_open_interlock_is_refused_before_anything_is_changed(talk, source):
    with (
        talk(Keithley2450, [(":OUTP:INT:TRIP?", "0")]) as meter,
        pytest.raises(InstrumentError, match="the interlock, and it is open") as caught,
    ):
        source(meter)
    assert "close the test fixture" in caught.value.remedy


def test_with_the_interlock_closed_all_ranges_are_there_and_it_is_asked_again_before_the_output(talk, script):
    pairs = [
        (":OUTP:INT:TRIP?", "1"),
        *script.configuring_current(low=("20.0", "20"), full=("30.0", "30"), sense=("200.0", "200")),
        (":OUTP:INT:TRIP?", "0"),
    ]
    with talk(Keithley2450, pairs) as meter:
        meter.source_current(range_A=1e-3, compliance_V=30.0)
        with pytest.raises(InstrumentError, match="interlock"):
            meter.set_output(True)


# ---- single settings


def test_four_wire_is_set_for_both_functions_and_only_with_the_output_off(talk, script):
    pairs = [
        (":OUTP?", "0"),
        *script.put(":SENS:CURR:RSEN", "ON", "1"),
        *script.put(":SENS:VOLT:RSEN", "ON", "1"),
    ]
    with talk(Keithley2450, pairs) as meter:
        meter.set_four_wire(True)
    with talk(Keithley2450, [(":OUTP?", "1")]) as meter, pytest.raises(InstrumentError, match="output is on"):
        meter.set_four_wire(False)


def test_integration_time_and_delay_are_set_for_both_functions(talk, script):
    pairs = [
        *script.put(":SENS:CURR:NPLC", "0.1", "0.1"),
        *script.put(":SENS:VOLT:NPLC", "0.1", "0.1"),
        *script.put(":SOUR:CURR:DEL:AUTO", "OFF", "0"),
        *script.put(":SOUR:CURR:DEL", "0.0123", "0.0123"),
        *script.put(":SOUR:VOLT:DEL:AUTO", "OFF", "0"),
        *script.put(":SOUR:VOLT:DEL", "0.0123", "0.0123"),
        (":SYST:LFR?", "60"),
    ]
    with talk(Keithley2450, pairs) as meter:
        meter.set_nplc(0.1)
        meter.set_source_delay(0.0123)
        assert meter.line_frequency_Hz() == 60.0


@pytest.mark.parametrize("cycles", [0.009, 10.01, -1.0, float("nan")])
def test_integration_time_has_limits(talk, cycles):
    with talk(Keithley2450, []) as meter, pytest.raises(LimitError, match="nplc"):
        meter.set_nplc(cycles)


@pytest.mark.parametrize("seconds", [-0.1, 10_001.0])
def test_the_source_delay_has_limits(talk, seconds):
    with talk(Keithley2450, []) as meter, pytest.raises(LimitError, match="source delay"):
        meter.set_source_delay(seconds)
