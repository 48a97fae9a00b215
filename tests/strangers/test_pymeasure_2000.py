"""pymeasure's own driver of the 2000 on our simulated one; where it is wrong the test says what is right."""

import logging

import pytest
from pymeasure.instruments.keithley import Keithley2000
from strangers_lab import in_process

METER = "GPIB0::16::INSTR"


@pytest.fixture
def meter(caplog):
    caplog.set_level(logging.CRITICAL)
    device, library = in_process("keithley2000", METER)
    device.settings.continuous = False
    with pytest.warns(FutureWarning, match="SCPI"):
        return Keithley2000(METER, visa_library=library, read_termination="\n", timeout=10_000)


def codes(meter):
    found = []
    while not (entry := meter.ask(":SYST:ERR?")).startswith("0,"):
        found.append(int(entry.partition(",")[0]))
    return found


@pytest.mark.parametrize(
    ("name", "value"),
    [("voltage_range", 10.0), ("voltage_nplc", 5.0), ("voltage_digits", 6), ("trigger_count", 5)],
)
def test_settings_go_there_and_back(meter, name, value):
    setattr(meter, name, value)
    assert getattr(meter, name) == value
    assert codes(meter) == []


def test_volts_are_measured(meter):
    meter.measure_voltage(max_voltage=1.0)
    assert meter.mode == "voltage"
    assert abs(meter.voltage) < 2e-5
    assert codes(meter) == []


def test_configuring_undoes_the_integration_time(meter):
    """Theirs: `mode` and `measure_voltage` send CONFigure, which puts NPLC back to 1 (p. 5-3)."""
    meter.voltage_nplc = 10.0
    meter.mode = "voltage"
    assert meter.voltage_nplc == 1.0


def test_a_range_of_2000_volts_is_clipped_without_a_word(meter):
    """Theirs: truncated_range. Ours raises LimitError before a byte leaves."""
    meter.voltage_range = 2000
    assert meter.voltage_range == 1000.0
    assert codes(meter) == []


def test_the_range_of_ac_volts_switches_the_autorange_of_dc_off(meter):
    """Theirs: the setter of `voltage_ac_range` sends VOLT:RANG:AUTO 0, which is DC (p. 5-41)."""
    meter.auto_range("voltage")
    assert meter.ask(":SENS:VOLT:DC:RANG:AUTO?") == "1"
    meter.voltage_ac_range = 1.0
    assert meter.ask(":SENS:VOLT:DC:RANG:AUTO?") == "0"
    assert codes(meter) == [-113], "AC volts are not simulated here"


def test_the_period_threshold_has_a_typing_error(meter):
    """Theirs: SENS:PRE for SENS:PER."""
    meter.period_threshold = 1.0
    assert codes(meter) == [-113]


def test_a_tone_of_a_chosen_frequency_is_no_command_of_the_2000(meter):
    """Theirs: SYST:BEEP <Hz>,<s>; the 2000 has SYST:BEEP:STAT only."""
    meter.beep(500, 0.1)
    assert codes(meter) == [-113]
