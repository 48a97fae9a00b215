"""Faults on the line of the meter while a queue runs: a clear end, a safe output, and the queue goes on."""

import importlib.util
from pathlib import Path

import pytest

from bench.runs.storage.folder import RunFolder
from simulators.wire.faults import Fault, delay, disconnect, drop, garble, lose, over_range, truncate

_spec = importlib.util.spec_from_file_location("vertical", Path(__file__).with_name("vertical.py"))
vertical = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(vertical)

RUNS = [("struck", "qms-0p7", "a"), ("next", "bare-si", "a")]
FOR_EVER = 10**6

ONCE = {
    "no reply": drop,
    "message lost": lose,
    "garbled reply": garble,
    "half a reply": truncate,
    "late reply": delay(30.0),
}
WHERE = {
    "identity": (r"\*IDN\?", 0),
    "configuring": (r":SOUR:FUNC\?", 1),
    "a reading of the sweep": (r":READ\?", 30),
    "switching off": (r":OUTP\?", 12),
    "the error queue": (r"SYST:ERR\?", 40),
}


def struck(folder, pattern, action, after, times=1):
    fault = Fault(pattern, action, after=after, times=times)
    return vertical.measure(folder, RUNS, before=lambda clock, world: world.ports["meter"].faults.add(fault))


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("what", ONCE)
def test_one_fault_is_survived_or_ends_the_run_clearly_and_safely(tmp_path, what, where):
    outcomes, after = struck(tmp_path, *(WHERE[where][0], ONCE[what]), after=WHERE[where][1])
    first, second = outcomes
    assert first.status in {"done", "failed", "refused"}
    assert first.safe == "verified"
    if first.status != "done":
        assert "meter" in first.reason
    assert (second.status, second.safe) == ("done", "verified")
    assert after["instruments"]["meter"]["output"] is False
    folder = RunFolder.open(first.folder)
    assert folder.status == first.status
    assert folder.verify() == []


@pytest.mark.parametrize(
    ("where", "status"), [("configuring", "refused"), ("a reading of the sweep", "interrupted")]
)
def test_a_meter_that_falls_silent_ends_the_run_and_is_reported_unsafe(tmp_path, where, status):
    pattern, after = WHERE[where]
    outcomes, _ = struck(tmp_path, pattern, disconnect, after=after)
    first, second = outcomes
    assert first.status == status  # refused: it had not begun yet
    assert first.safe == "failed"
    assert "meter" in first.reason
    assert second.status == "refused"  # the output cannot be verified, so nobody may touch the press
    assert second.safe == "failed"
    folder = RunFolder.open(first.folder)
    assert folder.status == status
    assert folder.verify() == []


def test_readings_over_range_are_stored_as_such_and_never_fitted(tmp_path):
    outcomes, after = struck(tmp_path, r":READ\?", over_range, after=60, times=8)
    first = outcomes[0]
    assert first.status == "done"
    rows = RunFolder.open(first.folder).table().rows()
    assert [row["Voltage"] for row in rows if row["Voltage overload"]] == [None] * 8
    clean, _ = vertical.measure(tmp_path / "clean", RUNS[:1])
    struck_value = first.results["apparent_conductivity"]
    assert struck_value.value == pytest.approx(clean[0].results["apparent_conductivity"].value, rel=1e-3)
    assert after["instruments"]["meter"]["output"] is False


def test_a_meter_that_reads_over_range_for_ever_gives_no_number(tmp_path):
    outcomes, after = struck(tmp_path, r":READ\?", over_range, after=0, times=FOR_EVER)
    first = outcomes[0]
    assert first.status in {"done", "failed"}
    assert first.safe == "verified"
    for name in ("conductivity", "apparent_conductivity"):
        if name in first.results:
            assert first.results[name].value is None
            assert first.results[name].flags
    assert after["instruments"]["meter"]["output"] is False
