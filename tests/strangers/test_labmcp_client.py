"""labmcp-keithley-smu 0.1.2, a client of the 2400 and the 2450 by others, against our simulated meters."""

import math

import pytest


@pytest.fixture
def smu(labmcp, lab):
    from labmcp import open_transport
    from labmcp_keithley_smu.driver import open_smu

    transport = open_transport("tcp://{}:{}".format(*lab.address))
    yield open_smu(transport)
    transport.close()


def test_it_finds_out_what_it_talks_to(smu, model, lab):
    identity = smu.identify()
    assert (smu.dialect, identity["model"]) == (model, model)
    assert identity["manufacturer"].upper().startswith("KEITHLEY INSTRUMENTS")
    assert identity["serial"] == {"2400": "1234567", "2450": "04123456"}[model]


@pytest.mark.parametrize(
    ("source", "level", "compliance"),
    [
        ("current", 1e-3, 2.0),
        ("current", -1.234567e-4, 2.0),
        ("voltage", 1.5, 10e-3),
        ("voltage", -0.1, 1e-3),
    ],
)
def test_it_sources_and_measures(smu, lab, source, level, compliance, resistance_ohm):
    smu.configure(source, level, compliance)
    assert not lab.inspect()["output"], "configuring energises nothing"
    smu.set_output(True)
    status, reading = smu.measure()
    assert (status.output_on, status.source, status.level, status.compliance) == (
        True,
        source,
        level,
        compliance,
    )
    assert not reading.in_compliance
    assert not status.in_compliance
    assert reading.voltage_v / reading.current_a == pytest.approx(resistance_ohm, rel=0.01)
    sourced = reading.current_a if source == "current" else reading.voltage_v
    assert sourced == pytest.approx(level, rel=0.01)
    assert status.terminals == "front"
    assert status.remote_sense is False
    assert smu.error_list() == []


@pytest.mark.parametrize(
    ("source", "level", "compliance"),
    [("current", 5e-3, 2.0), ("voltage", -5.0, 1e-3), ("voltage", 1.0, 1e-7)],
)
def test_compliance_is_flagged_and_holds(smu, lab, source, level, compliance):
    """The last one is the 1e-7 A that a driver with `%f` sends as zero."""
    smu.configure(source, level, compliance)
    assert lab.inspect()["compliance"] == compliance
    smu.set_output(True)
    status, reading = smu.measure()
    assert status.in_compliance
    assert reading.in_compliance
    limited = reading.voltage_v if source == "current" else reading.current_a
    assert limited == pytest.approx(math.copysign(compliance, level), rel=0.01)


@pytest.mark.parametrize(
    ("source", "levels", "compliance"), [("current", (5e-3, 1e-3), 2.0), ("voltage", (-5, -0.5), 1e-3)]
)
def test_compliance_is_a_state_and_not_a_memory(smu, source, levels, compliance):
    smu.configure(source, levels[0], compliance)
    smu.set_output(True)
    assert smu.measure()[1].in_compliance
    smu.set_level(source, levels[1])
    status, reading = smu.measure()
    assert not status.in_compliance
    assert not reading.in_compliance


def test_a_sweep_ends_with_the_output_off(smu, lab, resistance_ohm):
    smu.configure("voltage", 0.0, 10e-3)
    data = smu.sweep("voltage", [0.5, 1.0, 1.5, -1.5])
    assert data.levels == [0.5, 1.0, 1.5, -1.5]
    for level, reading in zip(data.levels, data.readings, strict=True):
        assert reading.current_a == pytest.approx(level / resistance_ohm, rel=0.01)
    assert not lab.inspect()["output"]


def test_a_sweep_stops_at_compliance_with_the_output_off(smu, lab):
    smu.configure("voltage", 0.0, 1e-3)
    data = smu.sweep("voltage", [0.5, 2.0, 0.5], stop_on_compliance=True)
    assert data.levels == [0.5, 2.0]
    assert data.stop_reason.startswith("compliance reached")
    assert not lab.inspect()["output"]


def test_an_abort_switches_off(smu, lab):
    smu.configure("current", 1e-3, 2.0)
    smu.set_output(True)
    assert smu.output_state()
    assert lab.inspect()["output"]
    smu.request_abort()
    assert not smu.output_state()
    assert not lab.inspect()["output"]


def test_what_the_meter_refuses_reaches_the_client(smu, lab):
    from labmcp import InstrumentProtocolError

    with pytest.raises(InstrumentProtocolError, match="-222"):
        smu.configure("current", 1.5, 2.0)
    smu.configure("current", 1e-3, 2.0)
    with pytest.raises(InstrumentProtocolError, match="OFF"):
        smu.measure()


def test_remote_sense(smu, lab):
    smu.configure("current", 1e-3, 2.0)
    smu.set_remote_sense(True)
    assert lab.inspect()["four_wire"]
    assert smu.status().remote_sense is True


@pytest.mark.parametrize("model", ["2400"], indirect=True)
def test_a_reading_with_the_output_off_is_803_not_802(smu):
    """Its authors take +802 for it (driver.py, simulator.py). Appendix B of the manual (B-6): +803 is "Not
    permitted with OUTPUT off", +802 is "OUTPUT blocked by output enable". Nothing is sent either way.
    """
    from labmcp import InstrumentTimeout

    with pytest.raises(InstrumentTimeout):
        smu.t.query(":READ?", 1.0)
    assert smu.error_list() == ['+803,"Not permitted with OUTPUT off"']
