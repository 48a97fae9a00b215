"""pymeasure's own drivers of the 6221 and the 2182, as they come, on our simulated ones.

Where theirs is wrong the test says which behaviour is right, and why.
"""

import logging
import statistics

import pytest
from pymeasure.instruments.keithley import Keithley2182, Keithley6221
from pyvisa.errors import VisaIOError
from strangers_lab import in_process

SOURCE, METER = "GPIB0::12::INSTR", "GPIB0::7::INSTR"


@pytest.fixture
def rig():
    return in_process("keithley6221", SOURCE)


@pytest.fixture
def source(rig, caplog):
    caplog.set_level(logging.CRITICAL)
    return Keithley6221(SOURCE, visa_library=rig[1], timeout=1000)


@pytest.fixture
def nanovoltmeter(caplog):
    caplog.set_level(logging.CRITICAL)
    device, library = in_process("keithley2182a", METER)
    device.settings.continuous = False
    return Keithley2182(METER, visa_library=library, read_termination="\n", timeout=10_000)


def codes(instrument):
    return [int(code) for code, *_ in instrument.check_errors()]


SETTINGS = {
    "source_current": 1e-3,
    "source_compliance": 5.0,
    "source_range": 2e-3,
    "source_auto_range": True,
    "source_delay": 0.5,
    "shield_to_guard_enabled": True,
    "output_low_grounded": True,
    "delta_unit": "Ohms",
    "delta_high_source": 1e-4,
    "delta_low_source": -1e-4,
    "delta_delay": 0.01,
    "delta_cycles": 20,
    "delta_measurement_sets": 3,
    "delta_compliance_abort_enabled": True,
    "delta_cold_switch_enabled": True,
    "delta_buffer_points": 20,
    "display_enabled": False,
    "measurement_event_enabled": 512,
    "operation_event_enabled": 2,
    "srq_event_enabled": 1,
}


@pytest.mark.parametrize(("name", "value"), SETTINGS.items())
def test_6221_settings_go_there_and_back(source, name, value):
    source.reset()
    setattr(source, name, value)
    assert getattr(source, name) == value
    assert codes(source) == []


def test_6221_runs_delta_mode_after_the_serial_port_is_set_up(source, rig, resistance_ohm):
    device = rig[0]
    assert source.delta_connected is False, (
        "theirs leaves the serial port as it is: 9600, LF, no flow control"
    )
    source.write("SYST:COMM:SER:BAUD 19200;TERM CR;PACE XON")
    assert source.delta_connected is True
    for message in ("*RST", "VOLT:RANG 0.01", "VOLT:NPLC 1", "VOLT:DFIL OFF"):
        source.write(f'SYST:COMM:SER:SEND "{message}"')
    source.source_compliance = 5
    source.delta_high_source = 5e-6
    assert source.delta_low_source == -5e-6
    source.delta_cycles = 30
    source.delta_buffer_points = 30
    source.delta_compliance_abort_enabled = True
    source.delta_arm()
    device.clock.sleep(1.0)
    source.delta_start()
    device.clock.sleep(5.0)
    values = source.delta_values[::2]  # reading and time
    assert len(values) == 30
    assert statistics.fmean(values) == pytest.approx(5e-6 * resistance_ohm, rel=2e-3)
    assert source.delta_sense[0] == values[-1]
    source.delta_abort()
    source.disable_source()
    device.clock.sleep(0.5)
    assert codes(source) == []
    assert device.inspect()["output"] is False


def test_6221_the_query_right_after_their_abort_is_interrupted(source, rig):
    """Theirs: `delta_abort` waits for nothing, and for 0.3 s a query ends in -410. Ours waits 0.35 s."""
    source.delta_abort()
    with pytest.raises(VisaIOError, match="TMO"):
        _ = source.source_enabled
    rig[0].clock.sleep(0.5)
    assert codes(source)[0] == -410


def test_6221_after_their_delta_mode_the_level_does_not_reach_the_output(source, rig):
    """Theirs: nothing puts SOUR:CURR:MODE back to FIX. Ours does, and reads it back."""
    device = rig[0]
    source.write("SYST:COMM:SER:BAUD 19200;TERM CR;PACE XON")
    source.delta_arm()
    device.clock.sleep(1.0)
    source.delta_abort()
    device.clock.sleep(0.5)
    source.enable_source()
    source.source_current = 1e-3
    assert source.source_current == 1e-3
    assert abs(device.operating_point(device.clock.now()).current_A) < 1e-5


def test_6221_standard_events_are_asked_without_the_star(source, rig):
    """Theirs: `ESE 60` is -113; IEEE 488.2 (10.10) has `*ESE`."""
    source.standard_event_enabled = 60
    assert codes(source) == [-113]
    assert rig[1] is not None
    assert source.ask("*ESE?").strip() == "0"


def test_6221_a_buffer_larger_than_1024_is_cut_without_a_word(source):
    """Theirs: `config_buffer` clips to 1024 and sets a `trigger_count` of its own; the meter holds 65536."""
    source.config_buffer(5000)
    assert source.delta_buffer_points == 1024
    source.delta_buffer_points = 5000
    assert source.delta_buffer_points == 5000
    assert codes(source) == []


def test_6221_one_ampere_is_clipped_to_105_milliamperes_without_a_word(source):
    """Theirs: `truncated_range`. Ours raises LimitError before a byte leaves."""
    source.source_range = 0.1
    source.source_current = 1.0
    assert source.source_current == 0.105


def test_6221_a_level_loses_its_seventh_digit(source):
    """Theirs: %g. The 6221 resolves 1e-4 of its range, so that costs nothing but the comparison."""
    source.source_range = 2e-6
    source.source_current = 1.23456789e-6
    assert source.source_current == pytest.approx(1.23457e-6, rel=1e-7)


def test_6221_a_delay_of_zero_is_allowed_there_and_refused_here(source):
    """Theirs allows 0; the manual's least is 1 ms (p. 5-15)."""
    source.delta_delay = 0
    assert codes(source) == [-222]


def test_2182_measures_with_a_terminator_of_its_bus(nanovoltmeter):
    nanovoltmeter.ch_1.setup_voltage(auto_range=False, nplc=1)
    nanovoltmeter.ch_1.voltage_range = 0.01
    assert nanovoltmeter.ch_1.voltage_range == 0.01
    assert abs(nanovoltmeter.voltage) < 5e-6
    assert codes(nanovoltmeter) == []


def test_2182_its_default_terminator_is_that_of_a_serial_line():
    """Theirs: CR. On GPIB the meter ends with LF and END, and the LF stays in the text."""
    _, library = in_process("keithley2182a", METER)
    meter = Keithley2182(METER, visa_library=library, timeout=2000)
    with pytest.warns(UserWarning, match="termination"):
        assert meter.ask("*IDN?").endswith("\n")


def test_2182_channel_2_sets_the_range_of_channel_1(nanovoltmeter):
    """Theirs: `ch_2.setup_voltage` sends VOLT:RANG:AUTO without CHAN2, which is channel 1 (section 15)."""
    nanovoltmeter.ch_1.voltage_range = 0.01
    nanovoltmeter.ch_2.voltage_range = 1.0
    nanovoltmeter.ch_2.setup_voltage(auto_range=True)
    assert nanovoltmeter.ch_2.voltage_range_auto_enabled is False
    assert nanovoltmeter.ch_1.voltage_range_auto_enabled is True


def test_2182_read_while_it_measures_continuously_is_an_old_reading(nanovoltmeter):
    """Theirs: `voltage` asks READ? whatever INIT:CONT is; the meter queues -213 and repeats itself."""
    nanovoltmeter.write(":SYST:PRES")
    first = nanovoltmeter.voltage
    assert nanovoltmeter.voltage == first
    assert -213 in codes(nanovoltmeter)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("auto_zero_enabled", False),
        ("active_channel", 2),
        ("channel_function", "temperature"),
        ("voltage_nplc", 2.0),
        ("trigger_count", 5),
        ("trigger_delay", 0.5),
        ("display_enabled", False),
    ],
)
def test_2182_settings_go_there_and_back(nanovoltmeter, name, value):
    nanovoltmeter.reset()
    setattr(nanovoltmeter, name, value)
    assert getattr(nanovoltmeter, name) == value
    assert codes(nanovoltmeter) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("voltage_range", 10.0), ("voltage_range_auto_enabled", False), ("voltage_offset", 1e-3),
     ("voltage_offset_enabled", True)],
)  # fmt: skip
@pytest.mark.parametrize("channel", ["ch_1", "ch_2"])
def test_2182_channel_settings_go_there_and_back(nanovoltmeter, channel, name, value):
    nanovoltmeter.reset()
    setattr(getattr(nanovoltmeter, channel), name, value)
    assert getattr(getattr(nanovoltmeter, channel), name) == value
    assert codes(nanovoltmeter) == []
