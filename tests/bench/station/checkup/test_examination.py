"""An instrument against its driver: what is sent before and after consent, and what a fault becomes."""

import json
import shutil
from pathlib import Path

import pytest

from bench.core.clock import VirtualClock
from bench.core.traffic import read_recording
from bench.station.checkup import Examination, as_json, as_text, examine, write_report
from bench.station.load import load_station
from bench.station.replay import ask_again, feed
from bench.station.world import build_world
from simulators.wire import faults
from simulators.wire.faults import Fault

EXAMPLE = Path(__file__).resolve().parents[4] / "examples" / "qms"
ENERGISING = (":OUTP ON", ":OUTP 1", "READ?", "MEAS", "INIT", "CONF")


class Bench:
    def __init__(self, folder, driver):
        for name in ("station.toml", "world.toml", "samples.toml"):
            shutil.copy(EXAMPLE / name, folder)
        path = folder / "station.toml"
        path.write_text(path.read_text("utf-8").replace("keithley2400", driver), encoding="utf-8")
        self.clock = VirtualClock()
        self.station = load_station(path)
        self.world = build_world(self.station, self.clock, 0)
        self.asked = 0

    def fault(self, pattern, action, times=None):
        self.world.ports["meter"].faults.add(Fault(pattern, action, times=times))

    def examine(self, *, consent=True, name="meter"):
        def answer(found):
            self.asked += 1
            return consent

        entry = self.station.instrument(name)
        result, self.notebook = examine(
            Examination(entry, self.clock, self.world.visa_library, True, consent=answer)
        )
        return result

    @property
    def written(self):
        return [e.data for e in self.notebook.traffic if e.operation == "write"]


@pytest.fixture(params=["keithley2400", "keithley2450"])
def bench(request, tmp_path):
    return Bench(tmp_path, request.param)


def by_name(result):
    return {check.name: check for check in result.checks}


def test_all_is_well(bench):
    result = bench.examine()
    assert result.ok, as_text(result)
    assert result.unsafe is None
    assert {check.verdict for check in result.checks} == {"ok"}
    names = by_name(result)
    driver = bench.station.instrument("meter").driver_class
    assert {setting.name for setting in driver.readable} <= set(names)
    assert {c.name for c in result.checks if c.phase == "round trips"} == {
        "connect",
        *(trip.setting.name for trip in driver.reversible),
    }
    assert not {trip.setting.name for trip in driver.reversible} & set(result.left_changed)
    assert "output off" in names["safe after"].detail


def test_nothing_energises(bench):
    bench.examine()
    assert not [text for text in bench.written if text.startswith(ENERGISING)]
    levels = [text for text in bench.written if text.startswith((":SOUR:CURR ", ":SOUR:VOLT "))]
    assert set(levels) == {":SOUR:CURR 0", ":SOUR:VOLT 0"}


def test_without_consent_only_questions_are_sent(bench):
    result = bench.examine(consent=False)
    assert result.ok
    assert bench.asked == 1
    assert all(text.endswith("?") for text in bench.written)
    assert {c.verdict for c in result.checks if c.phase == "round trips"} == {"skipped"}


@pytest.mark.parametrize("consent", [True, False])
def test_an_output_found_on_is_told_and_switched_off_with_consent_only(bench, consent):
    from bench.station.connect import connect

    with connect(bench.station, bench.clock, world=bench.world) as station:
        meter = station.instrument("meter")
        meter.source_current(range_A=1e-6, compliance_V=1.0)
        meter.set_output(True)
        station.keep(["meter"])
    result = bench.examine(consent=consent)
    found = by_name(result)
    assert not result.ok
    assert "ON" in found["output before"].detail
    if consent:
        assert found["safe after"].verdict == "ok"
        assert "output off" in found["safe after"].detail
    else:
        assert all(text.endswith("?") for text in bench.written)


def test_a_garbled_property_is_a_failed_check_and_no_more(bench):
    bench.fault(r"TERM\?", faults.garble)
    result = bench.examine(consent=False)
    (failed,) = [check for check in result.checks if check.verdict == "failed"]
    assert failed.name == "terminals"
    assert failed.attempts == 3
    assert failed.remedy
    assert ":ROUT:TERM?" in as_text(result)


def test_a_reply_that_comes_only_the_second_time_is_visible(bench):
    bench.fault(r"TERM\?", faults.garble, times=1)
    result = bench.examine(consent=False)
    assert result.ok
    assert by_name(result)["terminals"].attempts == 2
    assert "sent 2 times" in as_text(result)


def test_a_setting_that_does_not_come_back_fails_its_round_trip(bench):
    bench.fault(r":SENS(:\w+)?:AVER ", faults.lose)
    result = bench.examine()
    failed = {check.name for check in result.checks if check.verdict == "failed"}
    assert failed
    assert all("filter" in name for name in failed)
    assert by_name(result)["safe after"].verdict == "ok"


def test_a_stranger_is_asked_nothing_more(bench):
    bench.fault(r"\*IDN\?", faults.replace(b"ACME,Rocket,1,2"))
    result = bench.examine()
    assert by_name(result)["identity"].verdict == "failed"
    assert bench.written == ["*IDN?"]
    assert bench.asked == 0


def test_an_output_that_does_not_go_off_is_unsafe(bench):
    bench.fault(r"OUTP\?", faults.replace(b"1"))
    result = bench.examine()
    assert not result.ok
    assert "by hand" in result.unsafe
    assert not [c for c in result.checks if c.phase == "round trips" and c.verdict == "ok"]


def test_a_dead_line_is_told(bench):
    bench.fault(r"SOUR", faults.disconnect, times=1)
    result = bench.examine()
    assert not result.ok
    assert result.unsafe is not None
    assert json.dumps(as_json(result), allow_nan=False)


def test_a_thermometer_too(bench):
    result = bench.examine(name="ambient")
    assert result.ok, as_text(result)
    assert 290 < float(by_name(result)["temperature"].detail) < 300


def test_the_report_and_its_recording(bench, tmp_path):
    result = bench.examine()
    document, text, recorded = write_report(result, bench.notebook, tmp_path / "meter.json")
    found = json.loads(document.read_text("utf-8"))
    assert found["ok"] is True
    assert "MODEL 24" in found["instrument"]["identity"]
    assert found["instrument"]["simulated"] is True
    assert found["instrument"]["versions"]["python"]
    assert "SIMULATED" in text.read_text("utf-8")
    recording = read_recording(recorded)
    assert list(recording.exchanges) == bench.notebook.traffic
    assert feed(recording).ok
    assert ask_again(recording, bench.station) == []
