"""The Alicat driver: its lines, what it measures, what it does to a gas, and what safe means for one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymeasure.test import expected_protocol

from bench.core.clock import PacedClock, RealClock
from bench.core.errors import (
    CommunicationError,
    ConfigError,
    IdentityError,
    InstrumentError,
    LimitError,
    ReadBackError,
    SafeStateError,
)
from bench.core.limits import Limit, Limits
from bench.core.roles import FlowController
from bench.station.load import load_station
from drivers.alicat.alicatmfc import AlicatMFC
from drivers.alicat.frame import frame
from drivers.replies import ReplyShapeError
from simulators.wire import faults as wrong
from simulators.wire.faults import Fault

FRAME = "A +014.70 +025.00 +000.00 +000.00 0000.00 Ar"
"""As printed."""
AT_0_degC = 273.15 / 298.15


def test_the_data_frame():
    seen = frame("A")(FRAME)
    assert (seen.pressure, seen.mass_flow, seen.setpoint, seen.gas, seen.status) == (
        14.7,
        0,
        0,
        "Ar",
        frozenset(),
    )
    captured = frame("A")("A +014.62 +021.89 +000.00 +000.00 +078.95     N2")
    assert (captured.pressure, captured.temperature, captured.setpoint) == (14.62, 21.89, 78.95)
    assert (captured.mass_flow, captured.gas, captured.status) == (0.0, "N2", frozenset())
    words = "ADC OPL POV P2O TOV VOV MOV TMF OVR COM HLD EXH GTA LCK"
    assert frame("A")(f"{captured.raw} {words}").status == frozenset(words.split()), "by its ??D*"
    with_total = "A +014.70 +025.00 +050.10 +049.99 +050.00 +0001234.5 N2 HLD LCK"
    seen = frame("A")(with_total)
    assert (seen.mass_flow, seen.setpoint, seen.digit, seen.gas) == (49.99, 50.0, 0.01, "N2")
    assert seen.status == {"HLD", "LCK"}


@pytest.mark.parametrize(
    "line",
    [
        "B +014.70 +025.00 +000.00 +000.00 0000.00 Ar",
        "A +014.70 +025.00 +000.00 0000.00",  # a pressure controller
        "A +014.70 +025.00 +000.00 +000.00 0000.00 Ar ???",
        "A +014.70 +025.00 +000.00 +000.0x 0000.00 Ar",
        "?",
        "",
    ],
)
def test_what_is_no_data_frame(line):
    with pytest.raises(ReplyShapeError):
        frame("A")(line)


def test_the_lines_it_sends(clock):
    pairs = [
        ("AVE", "A   10v05.0-R24 Nov 27 2022"),
        ("AR122", "A   122 = 37"),
        ("A", "A +014.70 +025.00 +000.00 +000.00 0000.00 Ar"),
        ("A", "A +014.70 +025.00 +000.00 +000.00 0000.00 Ar"),
        ("AS100.0", "A +014.70 +025.00 +000.00 +000.00 0100.00 Ar"),
        ("A", "A +014.70 +025.00 +020.00 +020.00 0100.00 Ar"),
    ]
    options = {"flow_unit": "sccm", "standard_temperature_degC": 0}
    with expected_protocol(AlicatMFC, pairs, name="argon", clock=clock, **options) as driver:
        assert driver.identity().raw == "ALICAT,mass flow controller,,10v05.0-R24 Nov 27 2022"
        status = driver.flow_status()
        assert (status.flow.value, status.flow.unit, status.gas) == (0.0, "sccm", "Ar")
        driver.set_flow(100.0)
        assert isinstance(driver, FlowController)


def test_another_loop_variable_is_refused(make_bench):
    bench = make_bench(connected=False, unit_options={"controls": 34})
    with pytest.raises(IdentityError, match="controller of variable 34"):
        bench.driver.connect()


def test_a_flow_is_measured_at_0_degC(bench):
    """Its own standard is 25 degC: 100 displayed are 91.6 of the bench's."""
    bench.driver.set_flow(100.0)
    assert bench.unit.setpoint == pytest.approx(100 / AT_0_degC, abs=0.01)
    bench.clock.sleep(20.0)
    status = bench.driver.flow_status()
    assert status.flow.value == pytest.approx(100, abs=0.5)
    assert status.setpoint_sccm == pytest.approx(100, abs=0.01)
    assert bench.true_sccm() == pytest.approx(100, rel=0.01), "within its calibration"


def test_a_setpoint_never_stands_for_a_flow(bench):
    bench.driver.set_flow(100.0)
    bench.clock.sleep(20.0)
    bench.line.set_supply(False, bench.clock.now())
    bench.clock.sleep(20.0)
    status = bench.driver.flow_status()
    assert status.setpoint_sccm == pytest.approx(100, abs=0.01)
    assert status.flow.value == pytest.approx(0, abs=0.5)


def test_the_gas_it_is_set_to_is_told_for_it_decides_what_it_measures(bench):
    bench.driver.set_flow(100.0)
    bench.unit.select("N2", bench.clock.now())
    bench.clock.sleep(20.0)
    status = bench.driver.flow_status()
    assert status.gas == "N2"
    assert status.flow.value == pytest.approx(100, abs=0.5), "it shows what it was told"
    assert bench.true_sccm() == pytest.approx(100 * 17.8 / 22.6, rel=0.02), "and a fifth less flows"


def test_beyond_the_range_is_no_number(make_bench):
    bench = make_bench()
    bench.line.set_valve(900.0, bench.clock.now())
    bench.clock.sleep(20.0)
    flow = bench.driver.flow_status().flow
    assert flow.value is None
    assert flow.overload


def test_slpm(make_bench):
    bench = make_bench(flow_unit="slpm", standard_temperature_degC=0)
    bench.driver.set_flow(5000.0)
    assert bench.unit.setpoint == 5.0


def test_a_setpoint_that_is_there_is_not_written(bench):
    bench.driver.set_flow(50.0)
    fault = bench.port.faults.add(Fault("^AS", wrong.lose, times=None))
    bench.driver.set_flow(50.0)
    assert fault.hits == 0


def test_limits_before_a_byte_leaves(make_bench):
    bench = make_bench(limits=Limits(({"flow": Limit(0.0, 200.0, "cm^3/min", "station")},)))
    for sccm in (201.0, -1.0, float("nan")):
        with pytest.raises(LimitError):
            bench.driver.set_flow(sccm)
    assert bench.unit.setpoint == 0


def test_beyond_full_scale_it_says_so(bench):
    with pytest.raises(ReadBackError, match="reads back as 0"):
        bench.driver.set_flow(600.0)


def test_without_units_nothing_is_measured_nor_set(make_bench):
    bench = make_bench(flow_unit=None)
    for attempt in (bench.driver.flow_status, lambda: bench.driver.set_flow(10.0)):
        with pytest.raises(InstrumentError, match="what its displayed numbers stand for"):
            attempt()
    assert bench.driver.make_safe().verified


@pytest.mark.parametrize(
    "options",
    [
        {"unit": "AB"},
        {"unit": 1},
        {"flow_unit": "l/h"},
        {"standard_temperature_degC": 40},
        {"standard_temperature_degC": True},
    ],
)
def test_options_that_cannot_be(bench, options):
    with pytest.raises(ConfigError, match=next(iter(options))):
        bench.open(**options)


def test_settings_for_the_record(bench):
    settings = bench.driver.settings()
    assert settings["gas"] == "Ar"
    assert settings["sccm at 0 degC in one displayed"] == pytest.approx(AT_0_degC)
    assert bench.driver.read_setting("gas") == "Ar"
    with pytest.raises(InstrumentError, match="no such setting"):
        bench.driver.read_setting("colour")


# ---- safe


def flowing(bench, sccm=100.0):
    bench.driver.set_flow(sccm)
    bench.clock.sleep(30.0)
    return bench


def test_safe_is_not_off(bench):
    """Everything else is being switched off; the charge is hot, and the argon is what keeps air from it."""
    report = flowing(bench).driver.make_safe()
    assert report.verified
    assert "Ar flows with" in report.state
    assert "left as it was" in report.state
    bench.clock.sleep(60.0)
    assert bench.true_sccm() == pytest.approx(100, rel=0.02)
    assert bench.driver.output_is_on()


def test_nothing_is_opened_by_making_safe(bench):
    assert bench.driver.make_safe().verified
    assert bench.unit.setpoint == 0


def test_argon_that_does_not_come_is_loud(bench):
    flowing(bench).line.set_supply(False, bench.clock.now())
    bench.clock.sleep(30.0)
    with pytest.raises(SafeStateError) as caught:
        bench.driver.make_safe()
    assert "too little flows" in str(caught.value)
    assert bench.unit.setpoint > 0, "and it is not shut off: the bottle may be replaced"


def test_a_held_valve_is_loud(bench):
    flowing(bench).unit.hold(True, bench.clock.now())
    assert bench.driver.flow_status().held
    with pytest.raises(SafeStateError) as caught:
        bench.driver.make_safe()
    assert "held by hand" in str(caught.value)


@pytest.mark.parametrize("gas", ["H2", "O2", "Air"])
def test_a_gas_that_does_not_protect_is_shut_off(make_bench, gas):
    bench = make_bench(gas=gas)
    bench.unit.select(gas, bench.clock.now())
    report = flowing(bench).driver.make_safe()
    assert report.verified
    assert f"shut off: {gas} flows with" in report.state
    assert bench.unit.setpoint == 0
    assert bench.true_sccm() < 6


def test_a_gas_that_cannot_be_shut_off_is_loud(make_bench):
    bench = make_bench(gas="H2")
    bench.unit.select("H2", bench.clock.now())
    flowing(bench).unit.hold(False, bench.clock.now())
    with pytest.raises(SafeStateError) as caught:
        bench.driver.make_safe()
    assert "still flows" in str(caught.value)


def test_silence_is_not_safe(bench):
    bench.port.faults.add(Fault("^A", wrong.lose, times=None))
    with pytest.raises(SafeStateError) as caught:
        bench.driver.make_safe()
    assert "could not be read back" in str(caught.value)


# ---- faults and lines


@pytest.mark.parametrize(
    "action", [wrong.drop, wrong.lose, wrong.truncate, wrong.delay(1.05)], ids=lambda action: action.name
)
def test_a_poll_survives_one_fault(bench, action):
    bench.port.faults.add(Fault("^A$", action))
    assert bench.driver.flow_status().gas == "Ar"


@pytest.mark.parametrize("action", [wrong.drop, wrong.truncate, wrong.delay(1.05)], ids=lambda a: a.name)
def test_a_setpoint_whose_reply_is_lost_is_not_repeated(bench, action):
    fault = bench.port.faults.add(Fault("^AS", action, times=None))
    bench.driver.set_flow(100.0)
    assert fault.hits == 1
    assert bench.unit.setpoint == pytest.approx(100 / AT_0_degC, abs=0.01)


def test_a_setpoint_that_never_arrived_is_told(bench):
    fault = bench.port.faults.add(Fault("^AS", wrong.lose, times=None))
    with pytest.raises(ReadBackError):
        bench.driver.set_flow(100.0)
    assert fault.hits == 1


def test_two_units_on_one_line(make_bench):
    bench = make_bench(units=("A", "C"))
    other = bench.open(unit="C")
    other.connect()
    assert other.adapter.lock is bench.driver.adapter.lock
    bench.driver.set_flow(100.0)
    other.set_flow(30.0)
    bench.clock.sleep(20.0)
    assert bench.driver.flow_status().flow.value == pytest.approx(100, abs=1)
    assert other.flow_status().flow.value == pytest.approx(30, abs=1)
    with pytest.raises(CommunicationError):
        bench.open(unit="B").connect()


def test_one_letter_twice_in_a_station_file(tmp_path):
    entry = '[instruments.{}]\ndriver = "alicatmfc"\nresource = "ASRL8::INSTR"\nload = "passive"\n'
    path = tmp_path / "station.toml"
    ambient = 'name = "Gas"\n[ambient]\ntemperature = "23 degC"\nu = "1 K"\n'
    path.write_text(ambient + entry.format("argon") + entry.format("purge"), "utf-8")
    with pytest.raises(ConfigError, match="is also instrument 'argon'"):
        load_station(path)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.0, 450.0), min_size=1, max_size=4), st.integers(1, 3))
def test_any_flow_reads_back_to_the_last_digit_shown(bench_class, flows, decimals):
    bench = bench_class(unit_options={"decimals": decimals})
    try:
        for sccm in flows:
            bench.driver.set_flow(sccm)
            shown = 10**-decimals * AT_0_degC
            assert bench.driver.flow_status().setpoint_sccm == pytest.approx(sccm, abs=0.51 * shown)
    finally:
        bench.close()


def test_over_a_socket(make_bench, served):
    clock = PacedClock(1.0)
    bench = make_bench(connected=False, clock=clock, resource="TCPIP0::gateway::4002::SOCKET")
    with served(bench.port, clock) as published:
        host, _, port = published["tcp"].rpartition(":")
        driver = AlicatMFC.open(
            f"TCPIP0::{host}::{port}::SOCKET",
            name="argon",
            clock=RealClock(),
            visa_library="@py",
            flow_unit="sccm",
            standard_temperature_degC=25,
        )
        try:
            driver.connect()
            driver.set_flow(100.0)
            assert driver.flow_status().setpoint_sccm == pytest.approx(100, abs=0.01)
        finally:
            driver.close()
