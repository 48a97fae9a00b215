"""Our drivers, through pyvisa-py and a socket, on the simulated meters of labmcp-keithley-smu 0.1.2."""

import math

import pytest
from strangers_lab import in_process
from strangers_supplement import Supplement

from bench.core.clock import RealClock
from bench.core.errors import CommandRejectedError, SafeStateError
from drivers.keithley.keithley2400 import Keithley2400
from drivers.keithley.keithley2450 import Keithley2450

DRIVERS = {"2400": Keithley2400, "2450": Keithley2450}
SERIALS = {"2400": "4105123", "2450": "04096331"}
UNKNOWN = {
    "2400": {
        "*ESR",
        "ABOR",
        "ARM:SOUR",
        "OUTP:SMOD",
        "SENS:AVER",
        "SENS:CURR:PROT:RSYN",
        "SENS:CURR:RANG",
        "SENS:FUNC:OFF:ALL",
        "SENS:VOLT:PROT:RSYN",
        "SENS:VOLT:RANG",
        "SOUR:CLE:AUTO",
        "SOUR:DEL",
        "SOUR:DEL:AUTO",
        "SYST:AZER",
        "SYST:LFR",
        "TRIG:DEL",
        "TRIG:SOUR",
    },
    "2450": {
        "*ESR",
        "READ REL",
        "READ SOURSTAT",
        "READ STAT",
        *[
            "ABOR",
            "CALC:CURR:MATH:STAT",
            "CALC:VOLT:MATH:STAT",
            "FORM",
            "FORM:ASC:PREC",
            "OUTP:CURR:SMOD",
            "OUTP:INT:TRIP",
            "OUTP:VOLT:SMOD",
            "SENS:CURR:AVER",
            "SENS:CURR:AZER",
            "SENS:CURR:RANG",
            "SENS:CURR:REL:STAT",
            "SENS:CURR:UNIT",
            "SENS:VOLT:AVER",
            "SENS:VOLT:AZER",
            "SENS:VOLT:RANG",
            "SENS:VOLT:REL:STAT",
            "SENS:VOLT:UNIT",
            "SOUR:CURR:DEL",
            "SOUR:CURR:DEL:AUTO",
            "SOUR:VOLT:DEL",
            "SOUR:VOLT:DEL:AUTO",
            "SYST:LFR",
        ],
    },
}
WRITE_ONLY = {
    "2400": {
        "ARM:COUN",
        "FORM:ELEM",
        "SENS:CURR:RANG:AUTO",
        "SENS:FUNC",
        "SENS:FUNC:CONC",
        "SENS:VOLT:NPLC",
        "SENS:VOLT:RANG:AUTO",
        "SOUR:CURR:MODE",
        "SOUR:CURR:RANG",
        "SOUR:VOLT:MODE",
        "SOUR:VOLT:RANG",
        "TRIG:COUN",
    },
    "2450": {
        "SENS:COUN",
        "SENS:CURR:NPLC",
        "SENS:CURR:RANG:AUTO",
        "SENS:VOLT:NPLC",
        "SENS:VOLT:RANG:AUTO",
        "SOUR:CURR:RANG",
        "SOUR:CURR:READ:BACK",
        "SOUR:VOLT:RANG",
        "SOUR:VOLT:READ:BACK",
    },
}
WRONG = {"2400": {"SOUR:CURR:RANG:AUTO", "SOUR:VOLT:RANG:AUTO", "READ"}, "2450": set()}


@pytest.fixture
def reference(labmcp, model, resistance_ohm):
    from labmcp_keithley_smu.simulator import make_simulator

    return make_simulator(model, dut="resistor", resistance_ohm=resistance_ohm)


@pytest.fixture
def open_meter(serve, model):
    """`open_meter(handle)`: our driver on a server of `handle`."""
    opened = []

    def connect(handle, **options):
        resource = "TCPIP::{}::{}::SOCKET".format(*serve(handle))
        meter = DRIVERS[model].open(resource, name="meter", clock=RealClock(), visa_library="@py", **options)
        opened.append(meter)
        return meter

    yield connect
    for meter in opened:
        meter.close()


@pytest.fixture
def supplement(reference, model):
    return Supplement(reference, model)


@pytest.fixture
def meter(open_meter, supplement):
    return open_meter(supplement)


def test_it_is_recognised(meter, model):
    identity = meter.connect()
    assert identity.model == f"MODEL {model}"
    assert identity.serial == SERIALS[model]
    settings = meter.read_settings()
    assert settings["output"] is False
    assert settings["voltage_compliance_V"] == 21.0
    assert settings["current_compliance_A"] == 1.05e-4


@pytest.mark.parametrize("level", [1e-3, -3.3e-4, 1.05e-3])
def test_current_is_sourced_and_voltage_measured(meter, reference, level, resistance_ohm):
    meter.connect()
    meter.source_current(range_A=1e-3, compliance_V=2.0)
    meter.set_level(level)
    assert not reference.core.output, "nothing is energised before it is asked for"
    meter.set_output(True)
    assert (reference.core.func, reference.core.level["CURR"], reference.core.limit["VOLT"]) == (
        "CURR",
        level,
        2.0,
    )
    reading = meter.measure()
    assert reading.current.value == pytest.approx(level, rel=1e-3)
    assert reading.voltage.value == pytest.approx(level * resistance_ohm, rel=1e-3)
    assert not reading.in_compliance


@pytest.mark.parametrize("level", [1.5, -0.02])
def test_voltage_is_sourced_and_current_measured(meter, reference, level, resistance_ohm):
    meter.connect()
    meter.source_voltage(range_V=2.0, compliance_A=1e-2)
    meter.set_level(level)
    meter.set_output(True)
    assert (reference.core.func, reference.core.level["VOLT"], reference.core.limit["CURR"]) == (
        "VOLT",
        level,
        1e-2,
    )
    reading = meter.measure()
    assert reading.voltage.value == pytest.approx(level, rel=1e-3)
    assert reading.current.value == pytest.approx(level / resistance_ohm, rel=1e-3)
    assert not reading.in_compliance


@pytest.mark.parametrize("sign", [1, -1])
def test_compliance_is_flagged(meter, sign):
    meter.connect()
    meter.source_voltage(range_V=20.0, compliance_A=1e-3)
    meter.set_level(5.0 * sign)
    meter.set_output(True)
    reading = meter.measure()
    assert reading.in_compliance
    assert reading.current.value == pytest.approx(math.copysign(1e-3, sign), rel=1e-3)
    meter.set_level(0.5 * sign)
    assert not meter.measure().in_compliance


def test_safe_off(meter, reference):
    meter.connect()
    meter.source_current(range_A=1e-3, compliance_V=2.0)
    meter.set_level(1e-3)
    meter.set_output(True)
    assert reference.core.output
    report = meter.make_safe()
    assert report.verified
    assert not reference.core.output
    assert reference.core.level == {"VOLT": 0.0, "CURR": 0.0}


def test_what_they_refuse_reaches_us(meter, reference):
    """-222 for more than the model does (theirs and the manual's code), and their setting stays."""
    meter.connect()
    meter.source_current(range_A=1e-3, compliance_V=2.0)
    with pytest.raises(CommandRejectedError) as caught:
        meter._put(meter._current.level, 1.2)
    assert [code for code, _ in caught.value.codes] == [-222]
    assert reference.core.level["CURR"] == 0.0


@pytest.mark.parametrize("model", ["2400"], indirect=True)
def test_their_code_for_a_reading_with_the_output_off_is_understood_too(meter, reference):
    """They say +802, the manual +803 (B-6: +802 is the output enable line). Our driver explains both."""
    meter.connect()
    meter.source_current(range_A=1e-3, compliance_V=2.0)
    meter.set_output(True)
    reference.core.output = False  # somebody presses ON/OFF
    with pytest.raises(CommandRejectedError, match="output is off, though it was on") as caught:
        meter.measure()
    assert [code for code, _ in caught.value.codes] == [802]


def test_what_the_reference_lacks(meter, supplement, model):
    """Every difference our drivers meet, and in each the manual is against the reference.

    unknown: the reference says -113, the instruments have the command (2400S-900-01 section 18, 2450-901-01
    section 6). write_only: it can be set and not asked for, though every one of them has a query form.
    wrong: SOURce:RANGe:AUTO OFF leaves autorange on (18-76, 6-76: off, on the range it is on); READ? of the
    2400 has three elements whatever FORMat:ELEMents says (18-48 ff.).
    """
    meter.connect()
    for source in (
        lambda: meter.source_current(range_A=1e-3, compliance_V=2.0),
        lambda: meter.source_voltage(range_V=2.0, compliance_A=1e-2),
    ):
        source()
        meter.set_nplc(1.0)
        meter.set_source_delay(0.0)
        meter.set_output(True)
        meter.measure()
        meter.make_safe()
    assert (supplement.unknown, supplement.write_only, supplement.wrong) == (
        UNKNOWN[model],
        WRITE_ONLY[model],
        WRONG[model],
    )


@pytest.mark.parametrize("model", ["2400", "2450"])
def test_our_simulated_meters_have_what_the_reference_lacks(model):
    device, _ = in_process(f"keithley{model}", "GPIB0::1::INSTR")
    headers = UNKNOWN[model] | WRITE_ONLY[model]
    events = {"ABOR", "SENS:FUNC:OFF:ALL"}
    elements = {header for header in headers if header.startswith("READ ")}
    assert {header for header in headers - events - elements if not device.execute(f":{header}?")} == set()
    for event in headers & events:
        device.execute(f":{event}")
    assert device.execute(":SYST:ERR?").startswith("0,")


def test_without_the_supplement_connecting_stops_at_the_off_mode(open_meter, reference):
    """The first thing the driver makes sure of is what the terminals are at while the output is off."""
    meter = open_meter(reference.handle, timeout_s=0.2)
    with pytest.raises(CommandRejectedError, match="SMOD") as caught:
        meter.connect()
    assert [code for code, _ in caught.value.codes] == [-113]
    assert not reference.core.output


def test_without_the_supplement_it_is_still_switched_off_and_not_called_safe(open_meter, reference):
    """The output goes off, but its off mode cannot be read back, so nobody is told that all is well."""
    reference.core.output = True
    meter = open_meter(reference.handle, timeout_s=0.2)
    with pytest.raises(SafeStateError):
        meter.make_safe()
    assert not reference.core.output
