"""pymeasure's own drivers of the 2450 and the 2400, as they come, on our simulated meters."""

import inspect
import logging

import pytest
from pymeasure.instruments.keithley import Keithley2400, Keithley2450
from strangers_lab import in_process

AGGREGATES = {
    f"{kind}_{what}"
    for kind in ("max", "mean", "min", "std")
    for what in ("current", "voltage", "resistance")
}
UNREADABLE = {
    **dict.fromkeys(
        AGGREGATES, TypeError
    ),  # theirs: TRACe:STATistics gives one number (6-155 ff.), they index three
    "buffer_data": Exception,  # theirs: TRACe:DATA? needs a start and an end (6-134), they send none: -109
}


@pytest.fixture
def rig():
    return in_process("keithley2450", "GPIB0::18::INSTR")


@pytest.fixture
def meter(rig, caplog):
    caplog.set_level(logging.CRITICAL)
    return Keithley2450("GPIB0::18::INSTR", visa_library=rig[1], timeout=1000)


def codes(meter):
    return [int(code) for code, *_ in meter.check_errors()]


def test_2450_sources_current_and_measures(meter, rig, resistance_ohm):
    meter.apply_current(1e-3, compliance_voltage=2.0)
    meter.source_current = 1e-3
    meter.enable_source()
    assert meter.source_enabled is True
    meter.measure_voltage()
    assert meter.voltage == pytest.approx(1.0, rel=5e-3)
    meter.measure_current()
    assert meter.current == pytest.approx(1e-3, rel=5e-3)
    meter.measure_resistance()
    assert meter.resistance == pytest.approx(resistance_ohm, rel=5e-3)
    assert codes(meter) == []
    meter.shutdown()
    assert rig[0].inspect()["output"] is False


def test_2450_sources_voltage_within_its_compliance(meter, rig, resistance_ohm):
    meter.apply_voltage(2.0, compliance_current=1e-3)
    meter.source_voltage = 0.5
    meter.measure_current()
    meter.enable_source()
    assert meter.current == pytest.approx(0.5 / resistance_ohm, rel=5e-3)
    meter.source_voltage = -1.5
    assert meter.current == pytest.approx(-1e-3, rel=5e-3), "clamped"
    assert rig[0].inspect()["compliance"] == 1e-3
    meter.ramp_to_voltage(0.2, steps=3, pause=0)
    assert meter.current == pytest.approx(0.2 / resistance_ohm, rel=5e-3)
    meter.disable_source()
    assert rig[0].inspect()["output"] is False
    assert codes(meter) == []


SETTINGS = {
    "source_mode": "current",
    "current_range": 1e-3,
    "current_nplc": 0.5,
    "compliance_current": 0.01,
    "source_current": 2e-3,
    "source_current_range": 1e-2,
    "source_current_delay": 0.1,
    "source_current_delay_auto": True,
    "voltage_range": 2.0,
    "voltage_nplc": 5.0,
    "compliance_voltage": 1.5,
    "source_voltage": 1.5,
    "source_voltage_range": 2.0,
    "source_voltage_delay": 0.2,
    "source_voltage_delay_auto": False,
    "resistance_range": 2e4,
    "resistance_nplc": 2.0,
    "wires": 4,
    "buffer_points": 500,
    "current_filter_type": "MOV",
    "current_filter_count": 7,
    "voltage_filter_type": "MOV",
    "voltage_filter_count": 9,
    "current_output_off_state": "HIMP",
    "voltage_output_off_state": "ZERO",
}


@pytest.mark.parametrize(("name", "value"), SETTINGS.items())
def test_2450_settings_go_there_and_back(meter, name, value):
    meter.reset()
    if name == "voltage_range":
        meter.source_mode = "current"  # a sourced voltage is measured on the range of the source (6-53)
    setattr(meter, name, value)
    assert getattr(meter, name) == value
    assert codes(meter) == []


def test_2450_every_property_is_read_or_theirs_to_mend(meter):
    meter.apply_current(1e-3, compliance_voltage=2.0)
    meter.enable_source()
    assert meter.voltage is not None, "one reading in the buffer"
    deprecated = {"error"}
    names = {
        name
        for name in dir(Keithley2450)
        if isinstance(inspect.getattr_static(Keithley2450, name), property) and not name.startswith("_")
    } - deprecated
    assert names > SETTINGS.keys() | UNREADABLE.keys()
    for name in sorted(names):
        if name in UNREADABLE:
            with pytest.raises(UNREADABLE[name]):
                getattr(meter, name)
            meter.adapter.connection.clear()
            meter.clear()
        else:
            assert getattr(meter, name) not in (None, [])
            assert codes(meter) == [], name


def test_2450_the_buffer_methods_speak_2400(meter):
    """Theirs: they are for the 2400's TRACe:FEED, which no 2450 has; its docstring says so."""
    meter.reset_buffer()
    assert codes(meter) == [-113]
    meter.disable_buffer()
    assert codes(meter) == [-113]


def test_2400_a_reading_loses_the_compliance():
    """Theirs, and seen on a real unit (SiLab-Bonn/basil#121): `current` asks MEASure, which configures anew
    (2400S-900-01 p. 17-2 ff.), so the compliance is 105 uA again. `measure_all` asks READ? and keeps it."""
    device, library = in_process("keithley2400", "GPIB0::24::INSTR")
    meter = Keithley2400("GPIB0::24::INSTR", visa_library=library, timeout=5000)
    meter.source_mode = "voltage"
    meter.current_range = 1e-6
    meter.compliance_current = 1e-6
    meter.source_voltage = 1.0
    meter.source_enabled = True
    assert meter.measure_all()["current"] == pytest.approx(1e-6, rel=0.01)
    assert device.inspect()["compliance"] == 1e-6
    assert meter.current == pytest.approx(1.05e-4, rel=0.01)
    assert device.inspect()["compliance"] == 1.05e-4
    assert meter.check_errors() == []
