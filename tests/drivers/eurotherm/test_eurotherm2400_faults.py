"""What the Eurotherm driver makes of lost, late and damaged frames, pulled plugs and power cuts."""

import pytest

from bench.core.errors import (
    CommunicationError,
    InstrumentError,
    LinkLostError,
    ReadBackError,
)
from simulators.wire import faults as wrong
from simulators.wire.faults import Fault

WRITES = r"^\x01\x10"
READS = r"^\x01\x03"


@pytest.mark.parametrize(
    "action", [wrong.drop, wrong.lose, wrong.flip, wrong.truncate, wrong.delay(1.05)], ids=lambda a: a.name
)
def test_a_read_survives_one_fault(bench, action):
    bench.port.faults.add(Fault(READS, action))
    assert bench.driver.temperature().value == pytest.approx(294, abs=2)
    assert bench.driver.identity().model == "2408"


@pytest.mark.parametrize(
    "action", [wrong.drop, wrong.flip, wrong.truncate, wrong.delay(1.05)], ids=lambda a: a.name
)
def test_a_write_whose_acknowledgement_is_lost_is_not_repeated(bench, qms, action):
    fault = Fault(WRITES, action, times=None)
    bench.port.faults.add(fault)
    fingerprint = bench.driver.load_programme(qms)
    assert fingerprint == qms.fingerprint
    assert bench.wear == fault.hits, "each was carried out once"


def test_a_write_that_never_arrived_is_told(bench, qms):
    bench.port.faults.add(Fault(WRITES, wrong.lose))
    with pytest.raises(ReadBackError):
        bench.driver.load_programme(qms)


def test_a_start_whose_acknowledgement_is_lost_is_confirmed_by_the_status(bench, short):
    fingerprint = bench.driver.load_programme(short)
    fault = bench.port.faults.add(Fault(WRITES, wrong.drop))
    bench.driver.run_programme(fingerprint)
    assert fault.hits == 1
    assert bench.inspect()["state"] == "run"


def test_a_start_that_was_lost_is_an_error_and_not_sent_again(bench, short):
    fingerprint = bench.driver.load_programme(short)
    fault = bench.port.faults.add(Fault(WRITES, wrong.lose))
    with pytest.raises(InstrumentError, match="5 s after it was told to run"):
        bench.driver.run_programme(fingerprint)
    assert fault.seen == 1
    assert bench.inspect()["state"] == "reset"


def test_a_reply_of_another_unit_is_not_taken(make_bench):
    bench = make_bench(units=(1, 2)).ready()
    stray = bytes.fromhex("02 07 00 D2 30")
    bench.port.faults.add(Fault(r"^\x01\x07", wrong.replace(stray), times=None))
    with pytest.raises(CommunicationError):
        bench.driver.temperature()


def test_the_plug_is_pulled(bench, short):
    bench.driver.run_programme(bench.driver.load_programme(short))
    bench.port.disconnect()
    with pytest.raises(LinkLostError):
        bench.driver.programmer_status()
    bench.driver.close()
    bench.port.reconnect()
    again = bench.open()
    again.connect()
    assert again.programmer_status().state == "run", "the controller did not mind"


@pytest.mark.parametrize(("recovery", "state"), [(0, "run"), (1, "reset")])
def test_power_cut_is_told(make_bench, qms, recovery, state):
    bench = make_bench(after_power_cut="ramp_back").ready()
    bench.simulated.panel.set(518, recovery)
    bench.driver.run_programme(bench.driver.load_programme(qms))
    bench.clock.sleep(1800.0)
    bench.furnace.set_mains(False, bench.clock.now())
    with pytest.raises(CommunicationError):
        bench.driver.programmer_status()
    bench.furnace.set_mains(True, bench.clock.now())
    bench.clock.sleep(5.0)
    status = bench.driver.programmer_status()
    assert status.power_failed
    assert status.state == state
    bench.driver.acknowledge_alarms()
    assert not bench.driver.programmer_status().power_failed


def test_breaks_and_alarms_in_the_status(bench):
    bench.simulated.panel.set(536, 2)
    bench.simulated.panel.set(13, 100.0)
    bench.furnace.control.become("open", bench.clock.now())
    bench.clock.sleep(2.0)
    status = bench.driver.programmer_status()
    assert status.sensor_break
    assert status.temperature_degC is None
    assert status.alarms == (1,)
    assert bench.driver.temperature().overload
