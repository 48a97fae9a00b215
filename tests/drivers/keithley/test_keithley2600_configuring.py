"""Series 2600B: connecting and configuring, message by message."""

import importlib.util
from pathlib import Path

import pytest

from bench.core.errors import CommandRejectedError, IdentityError, InstrumentError, LimitError, ReadBackError
from drivers.keithley.keithley2602b import Keithley2602B
from drivers.keithley.keithley2635b import Keithley2635B
from drivers.keithley.keithley2636b import Keithley2636B

_spec = importlib.util.spec_from_file_location(
    "keithley2600_pairs", Path(__file__).with_name("keithley2600_pairs.py")
)
pairs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(pairs)


def refused(code, text):
    return (
        "print(errorqueue.next())",
        "\t".join([pairs.number(code), text, pairs.number(20), pairs.number(1)]),
    )


# ---- connecting


@pytest.mark.parametrize(
    ("driver", "model"), [(Keithley2602B, "2602B"), (Keithley2635B, "2635B"), (Keithley2636B, "2636B")]
)
def test_connecting_ends_a_script_matches_the_identity_and_energises_nothing(talk, driver, model):
    with talk(driver, pairs.connecting(model=model)) as meter:
        identity = meter.connect()
    assert identity.model == f"Model {model}"
    assert identity.maker.startswith("Keithley Instruments")


@pytest.mark.parametrize("load", ["passive", "cell"])
def test_channel_b_of_either_load(talk, load):
    with talk(Keithley2636B, pairs.connecting("smub", load), channel="b", load=load) as meter:
        meter.connect()


def test_another_model_is_refused_with_what_answered(talk):
    told = [("abort", None), ("*IDN?", pairs.IDENTITIES["2602B"])]
    with talk(Keithley2636B, told) as meter, pytest.raises(IdentityError, match="2602B"):
        meter.connect()


@pytest.mark.parametrize(
    ("driver", "options"),
    [
        (Keithley2635B, {"channel": "b"}),
        (Keithley2636B, {"channel": "c"}),
        (Keithley2636B, {"dead_man_s": 0.2}),
        (Keithley2636B, {"dead_man_s": "1 min"}),
        (Keithley2636B, {"terminals": "front"}),
    ],
)
def test_options_that_cannot_be(talk, driver, options):
    with pytest.raises(TypeError, match=next(iter(options))), talk(driver, [], **options):
        pass


def test_a_station_hears_of_every_wrong_option():
    found = list(Keithley2635B.option_problems({"channel": "b", "dead_man_s": True}))
    assert [option for option, _, _ in found] == ["channel", "dead_man_s"]
    assert list(Keithley2636B.option_problems({"channel": "b", "dead_man_s": 60})) == []


def test_an_output_that_was_left_on_is_told(talk, caplog):
    with talk(Keithley2636B, pairs.connecting(**{"source.output": 1})) as meter:
        meter.connect()
    assert "the output is ON" in caplog.text


def test_a_front_panel_change_is_noticed_on_read_back(talk):
    told = [*pairs.connecting(), *pairs.read_back(**{"measure.nplc": 0.01, "sense": 1, "source.offmode": 1})]
    with talk(Keithley2636B, told) as meter:
        meter.connect()
        found = meter.read_settings()
    assert (found["nplc"], found["four_wire"], found["output_off_mode"]) == (0.01, True, "ZERO")


# ---- configuring


def test_a_current_source(talk):
    with talk(Keithley2636B, pairs.configuring_current()) as meter:
        meter.source_current(range_A=1e-3, compliance_V=2.0)


def test_a_voltage_source_on_channel_b(talk):
    with talk(Keithley2636B, pairs.configuring_voltage("smub"), channel="b") as meter:
        meter.source_voltage(range_V=2.0, compliance_A=1e-3)


def test_numbers_go_out_whole(talk):
    """50 nA is 5e-08 and never 0.000000."""
    told = pairs.configuring_current(
        limit=("0.0234567890123", 0.0234567890123), source_range=("1e-07", 1e-7), sense=("0.2", 0.2)
    )
    told += pairs.put("smua.source.leveli", "5.0000000123e-08", 5.0000000123e-8)
    with talk(Keithley2636B, told) as meter:
        meter.source_current(range_A=50e-9, compliance_V=0.0234567890123)
        meter.set_level(5.0000000123e-08)


def test_a_large_limit_comes_after_its_range(talk):
    told = pairs.configuring(
        "smua",
        "1",
        "v",
        "i",
        low=("0.1", 0.1),
        source_range=("20.0", 20),
        full=("1.2", 1.2),
        sense=("1.5", 1.5),
    )
    with talk(Keithley2636B, told) as meter:
        meter.source_voltage(range_V=20.0, compliance_A=1.2)


def test_the_100_pA_range_measures_and_does_not_source(talk):
    told = pairs.configuring_voltage(
        limit=("1e-10", 1e-10), source_range=("0.2", 0.2), sense=("1e-10", 1e-10)
    )
    told += pairs.configuring_current(source_range=("1e-09", 1e-9))
    with talk(Keithley2636B, told) as meter:
        meter.source_voltage(range_V=0.2, compliance_A=1e-10)
        meter.source_current(range_A=1e-10, compliance_V=2.0)


@pytest.mark.parametrize(
    ("driver", "ask"),
    [
        (Keithley2602B, lambda meter: meter.source_voltage(range_V=40.0, compliance_A=1.02)),
        (Keithley2602B, lambda meter: meter.source_current(range_A=3.0, compliance_V=6.5)),
        (Keithley2602B, lambda meter: meter.source_current(range_A=1e-3, compliance_V=41.0)),
        (Keithley2602B, lambda meter: meter.source_voltage(range_V=1.0, compliance_A=5e-9)),
        (Keithley2602B, lambda meter: meter.source_current(range_A=1e-3, compliance_V=5e-3)),
        (Keithley2636B, lambda meter: meter.source_voltage(range_V=200.0, compliance_A=0.102)),
        (Keithley2636B, lambda meter: meter.source_current(range_A=1.5, compliance_V=21.0)),
        (Keithley2636B, lambda meter: meter.source_voltage(range_V=1.0, compliance_A=50e-12)),
        (Keithley2636B, lambda meter: meter.set_nplc(26.0)),
        (Keithley2636B, lambda meter: meter.set_nplc(0.0005)),
    ],
)
def test_beyond_the_model_is_refused_before_a_byte(talk, driver, ask):
    with talk(driver, []) as meter, pytest.raises(LimitError):
        ask(meter)


def test_the_interlock_is_asked_for_before_anything_is_changed(talk):
    told = [("print(status.measurement.condition)", pairs.number(0))]
    with talk(Keithley2636B, told) as meter, pytest.raises(InstrumentError, match="interlock"):
        meter.source_voltage(range_V=200.0, compliance_A=1e-3)


def test_a_closed_interlock_is_believed(talk):
    told = [
        ("print(status.measurement.condition)", pairs.number(2048)),
        *pairs.configuring_voltage(source_range=("200.0", 200)),
    ]
    with talk(Keithley2636B, told) as meter:
        meter.source_voltage(range_V=200.0, compliance_A=1e-3)


def test_a_refused_setting_names_the_codes(talk):
    told = [
        *pairs.put("smua.source.output", "0", 0),
        ("smua.source.func = 0", None),
        refused(-221, "Settings conflict"),
        refused(1101, "Parameter too big"),
        pairs.OK,
    ]
    with talk(Keithley2636B, told) as meter, pytest.raises(CommandRejectedError) as caught:
        meter.source_current(range_A=1e-3, compliance_V=2.0)
    assert [code for code, _ in caught.value.codes] == [-221, 1101]


def test_a_setting_that_did_not_take_is_found(talk):
    told = [
        ("smua.source.output = 0", None),
        pairs.OK,
        ("print(smua.source.output)", pairs.number(1)),
    ]
    with talk(Keithley2636B, told) as meter, pytest.raises(ReadBackError, match="output"):
        meter.source_current(range_A=1e-3, compliance_V=2.0)


def test_four_wire_nplc_and_delay(talk):
    told = [
        ("print(smua.source.output)", pairs.number(0)),
        *pairs.put("smua.sense", "1", 1),
        *pairs.put("smua.measure.nplc", "0.001", 0.001),
        *pairs.put("smua.source.delay", "0.25", 0.25),
    ]
    with talk(Keithley2636B, told) as meter:
        meter.set_four_wire(True)
        meter.set_nplc(0.001)
        meter.set_source_delay(0.25)
