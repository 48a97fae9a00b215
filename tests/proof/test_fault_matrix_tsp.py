"""The fault matrix with a 2636B, channel b, in the place of the 2400: the same pellets, another language."""

import importlib.util
from pathlib import Path

import pytest

from bench.runs.storage.folder import RunFolder
from simulators.wire.faults import Fault, delay, disconnect, drop, garble, lose, over_range, truncate

_spec = importlib.util.spec_from_file_location("vertical", Path(__file__).with_name("vertical.py"))
vertical = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(vertical)

RUNS = [("struck", "qms-0p7", "a"), ("next", "bare-si", "a")]
ONCE = {
    "no reply": drop,
    "message lost": lose,
    "garbled reply": garble,
    "half a reply": truncate,
    "late reply": delay(30.0),
}
WHERE = {
    "identity": (r"\*IDN\?", 0),
    "configuring": (r"print\(smub\.source\.func\)", 1),
    "a reading of the sweep": (r"measure\.iv", 30),
    "switching off": (r"print\(smub\.source\.output\)", 12),
    "the error queue": (r"errorqueue", 40),
}


def bench_with_2636b(folder, options=""):
    """The example's station and world with this meter in the place of the 2400."""
    folder.mkdir(parents=True, exist_ok=True)
    station = (vertical.EXAMPLES / "station.toml").read_text("utf-8")
    for old, new in (
        ('driver = "keithley2400"', f'driver = "keithley2636b"\noptions = {{ channel = "b"{options} }}'),
        ('"GPIB0::24::INSTR"', '"GPIB0::26::INSTR"'),
        ('voltage = "21 V"', 'voltage = "20 V"'),
        ('"meter.', '"meter.b.'),
    ):
        assert old in station
        station = station.replace(old, new)
    (folder / "station.toml").write_text(station, "utf-8")
    world = (vertical.EXAMPLES / "world.toml").read_text("utf-8")
    lines = [line for line in world.splitlines() if not line.startswith("terminals = ")]
    (folder / "world.toml").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def measure(folder, runs=RUNS, fault=None, options=""):
    def strike(clock, world):
        if fault is not None:
            world.ports["meter"].faults.add(fault)

    return vertical.measure(folder, runs, before=strike, bench=bench_with_2636b(folder / "bench", options))


def channels(after):
    return {letter: one["output"] for letter, one in after["instruments"]["meter"]["channels"].items()}


@pytest.mark.parametrize("options", ["", ", dead_man_s = 60"], ids=["plain", "dead man"])
def test_it_measures_what_the_2400_measures(tmp_path, options):
    outcomes, after = measure(tmp_path, RUNS[:1], options=options)
    reference, _ = vertical.measure(tmp_path / "reference", RUNS[:1])
    found = outcomes[0].results["apparent_conductivity"]
    expected = reference[0].results["apparent_conductivity"]
    assert (outcomes[0].status, outcomes[0].safe) == ("done", "verified")
    assert found.value == pytest.approx(expected.value, rel=5e-3)
    assert channels(after) == {"a": False, "b": False}
    assert after["instruments"]["meter"]["script"] is False, "nothing is left running in the meter"


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("what", ONCE)
@pytest.mark.parametrize("options", ["", ", dead_man_s = 60"], ids=["plain", "dead man"])
def test_one_fault_is_survived_or_ends_the_run_clearly_and_safely(tmp_path, what, where, options):
    pattern, after_hits = WHERE[where]
    fault = Fault(pattern, ONCE[what], after=after_hits, times=1)
    outcomes, after = measure(tmp_path, fault=fault, options=options)
    first, second = outcomes
    assert first.status in {"done", "failed", "refused"}
    assert first.safe == "verified"
    if first.status != "done":
        assert "meter" in first.reason
    assert (second.status, second.safe) == ("done", "verified")
    assert channels(after) == {"a": False, "b": False}
    folder = RunFolder.open(first.folder)
    assert folder.status == first.status
    assert folder.verify() == []


@pytest.mark.parametrize("where", ["configuring", "a reading of the sweep"])
def test_a_meter_that_falls_silent_ends_the_run_and_is_reported_unsafe(tmp_path, where):
    pattern, after_hits = WHERE[where]
    outcomes, _ = measure(tmp_path, fault=Fault(pattern, disconnect, after=after_hits, times=1))
    first, second = outcomes
    assert first.status in {"refused", "interrupted", "failed"}
    assert (second.status, second.safe) == ("refused", "failed")
    assert first.safe == "failed"
    assert "meter" in first.reason


def test_readings_over_range_are_stored_as_such_and_never_fitted(tmp_path):
    outcomes, after = measure(
        tmp_path, fault=Fault(WHERE["a reading of the sweep"][0], over_range, after=60, times=8)
    )
    first = outcomes[0]
    assert first.status == "done"
    rows = RunFolder.open(first.folder).table().rows()
    assert [row["Voltage"] for row in rows if row["Voltage overload"]] == [None] * 8
    clean, _ = measure(tmp_path / "clean", RUNS[:1])
    struck = first.results["apparent_conductivity"]
    assert struck.value == pytest.approx(clean[0].results["apparent_conductivity"].value, rel=1e-3)
    assert channels(after) == {"a": False, "b": False}
