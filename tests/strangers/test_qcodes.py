"""qcodes 0.58, its drivers of the 2400 and the 2450, on our simulated meters over a socket."""

import contextlib

import pytest
from strangers_lab import stranger

pytestmark = pytest.mark.filterwarnings("default")  # theirs are not ours to mend


@pytest.fixture
def meter(model, lab):
    drivers = stranger("qcodes.instrument_drivers.Keithley")
    driver = getattr(drivers, f"Keithley{model}")
    with contextlib.closing(driver("meter", lab.visa, visalib="@py", timeout=30)) as one:
        yield one


def errors(meter):
    """Codes in the queue; empty afterwards."""
    found = []
    while code := int(meter.ask(":SYST:ERR?").partition(",")[0]):
        found.append(code)
    return found


only_2400 = pytest.mark.parametrize("model", ["2400"], indirect=True)
only_2450 = pytest.mark.parametrize("model", ["2450"], indirect=True)


def test_it_finds_out_what_it_talks_to(meter, model):
    assert meter.IDN()["model"] == model
    assert errors(meter) == []


@only_2400
def test_2400_sources_current_and_measures_voltage(meter, lab, resistance_ohm):
    meter.mode("CURR")
    meter.compliancev(2.0)
    meter.curr(1e-3)
    assert not lab.inspect()["output"]
    meter.output(1)
    assert meter.curr() == pytest.approx(1e-3, rel=5e-3)
    assert meter.volt() == pytest.approx(1.0, rel=5e-3)
    assert meter.resistance() == pytest.approx(resistance_ohm, rel=5e-3)
    meter.output(0)
    assert errors(meter) == []
    assert not lab.inspect()["output"]


@only_2400
def test_2400_clamps_at_the_compliance_of_reset(meter):
    meter.mode("VOLT")
    meter.volt(1.5)
    meter.output(1)
    assert meter.curr() == pytest.approx(1.05e-4, rel=5e-3)
    assert errors(meter) == []


@only_2400
def test_2400_a_small_compliance_is_sent_as_zero_and_the_meter_keeps_the_larger_one(meter, lab):
    """qcodes is wrong: it writes `%f`. The meter refuses zero with +822 (2400S-900-01 p. 18-69) and stays at
    105 uA, a thousand times what was asked for; nothing in qcodes looks at the error queue."""
    meter.compliancei(1e-7)
    assert errors(meter) == [822]
    assert meter.compliancei() == 1.05e-4


@only_2400
def test_2400_the_range_that_is_set_is_not_the_range_that_is_read(meter):
    """qcodes is wrong: `rangei` sets SOURce and asks SENSe (p. 18-74, 18-63)."""
    meter.mode("VOLT")
    meter.rangei(1e-2)
    assert meter.rangei() == 1.05e-4
    assert float(meter.ask(":SOUR:CURR:RANG?")) == 1.05e-2


@only_2400
def test_2400_reset_switches_off(meter, lab):
    """It sends `:*RST`. IEEE 488.2 has no colon there; a 2400 takes it."""
    meter.volt(1.5)
    meter.output(1)
    meter.reset()
    assert errors(meter) == []
    assert lab.inspect()["output"] is False
    assert lab.inspect()["level"] == 0.0


@only_2450
def test_2450_sources_current_and_measures_voltage(meter, lab):
    meter.source_function("current")
    meter.sense_function("voltage")
    meter.source.limit(2.0)
    meter.source.range(1e-3)
    meter.source.current(1e-3)
    assert (meter.source.limit(), meter.source.range(), meter.source.current()) == (2.0, 1e-3, 1e-3)
    with meter.output_enabled.set_to(True):
        assert lab.inspect()["output"]
        assert meter.sense.voltage() == pytest.approx(1.0, rel=5e-3)
        assert meter.source.limit_tripped() is False
        meter.source.current(1.05e-3)
        meter.source.limit(0.5)
        assert meter.sense.voltage() == pytest.approx(0.5, rel=5e-3)
        assert meter.source.limit_tripped() is True
    assert not lab.inspect()["output"]
    assert errors(meter) == []


@only_2450
def test_2450_sweeps(meter, lab, resistance_ohm):
    meter.source_function("voltage")
    meter.sense_function("current")
    meter.source.limit(1e-2)
    meter.source.sweep_setup(0, 1, 5)
    with meter.output_enabled.set_to(True):
        swept = meter.sense.sweep()
    assert list(swept) == pytest.approx(
        [v / resistance_ohm for v in (0, 0.25, 0.5, 0.75, 1)], rel=5e-3, abs=1e-6
    )
    assert errors(meter) == []


@only_2450
def test_2450_settings_go_there_and_back(meter):
    meter.sense_function("voltage")
    meter.sense.four_wire_measurement(True)
    meter.sense.nplc(0.1)
    meter.sense.auto_zero_enabled(False)
    assert meter.sense.four_wire_measurement() is True
    assert float(meter.sense.nplc()) == 0.1
    assert meter.sense.auto_zero_enabled() is False
    assert int(meter.line_frequency()) == 50
    assert errors(meter) == []
