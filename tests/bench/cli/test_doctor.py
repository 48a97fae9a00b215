"""`bench doctor` and `bench scan`: a verdict and a remedy for each thing, whatever is broken."""

import sys
from types import SimpleNamespace

import pytest

import simulators.backends.pyvisa_bench
from bench.cli.checkup import places, plugins, python
from bench.cli.checkup.finding import Finding
from bench.cli.doctor import examine
from bench.cli.examples import examples_folder


@pytest.fixture
def backend(monkeypatch):
    """The backend under the name it has once installed."""
    monkeypatch.setitem(sys.modules, "pyvisa_bench", simulators.backends.pyvisa_bench)


@pytest.mark.usefixtures("backend")
def test_the_document(document, tmp_path):
    found, code = document("doctor", "--data", tmp_path / "data")
    assert code == (0 if found["ok"] else 1)
    assert all(set(finding) == {"check", "verdict", "detail", "remedy"} for finding in found["findings"])
    verdicts = {finding["check"]: finding["verdict"] for finding in found["findings"]}
    for check in ("python", "examples", "data folder", "VISA backend @bench", "driver keithley2400"):
        assert verdicts[check] == "ok", found
    assert all(f["remedy"] for f in found["findings"] if f["verdict"] == "fail")
    assert not (tmp_path / "data").exists()


@pytest.mark.usefixtures("backend")
def test_scan_finds_the_simulated_instruments(document, bench):
    library = f"{examples_folder() / 'station.toml'}@bench"
    found, code = document("scan", "--visa-library", library)
    assert code == 0
    assert {result["resource"]: result["drivers"] for result in found["resources"]} == {
        "ASRL3::INSTR": ["lakeshore211"],
        "GPIB0::24::INSTR": ["keithley2400"],
    }
    assert "MODEL 2400" in bench("scan", "--visa-library", library).stdout
    only = document("scan", "--visa-library", library, "--driver", "lakeshore211")[0]["resources"]
    assert [result["resource"] for result in only] == ["ASRL3::INSTR"]


def test_scan_for_a_driver_that_is_not_installed(bench):
    result = bench("scan", "--driver", "keithly2400")
    assert result.exit_code == 1
    assert "keithley2400" in result.stderr


def test_scan_without_visa_is_an_error_for_people(bench):
    result = bench("scan", "--visa-library", "@nothing")
    assert result.exit_code == 1
    assert "bench doctor" in result.stderr


def test_a_check_that_breaks_hides_no_other():
    def broken():
        yield Finding("first", "ok", "fine")
        raise RuntimeError("boom")

    found = list(examine(broken, lambda: [Finding("last", "ok", "fine")]))
    assert [(finding.check, finding.verdict) for finding in found] == [
        ("first", "ok"),
        ("broken", "fail"),
        ("last", "ok"),
    ]
    assert "boom" in found[1].detail


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch):
    def refuse(**more):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(places.tempfile, "TemporaryFile", refuse)
    (finding,) = places.data_folder(tmp_path / "not" / "there")
    assert finding.verdict == "fail"
    assert "BENCH_DATA" in finding.remedy


@pytest.mark.parametrize(("free", "verdict"), [(1e6, "fail"), (1e9, "warn"), (1e12, "ok")])
def test_free_disk(tmp_path, monkeypatch, free, verdict):
    monkeypatch.setattr(places.shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    writable, disk = places.data_folder(tmp_path)
    assert writable.verdict == "ok"
    assert (disk.verdict, bool(disk.remedy)) == (verdict, verdict != "ok")


def test_a_driver_that_cannot_be_loaded(monkeypatch):
    from bench.station import registry

    broken = registry.Entry("driver", "broken", "no_such_module:Driver", "package of somebody")
    monkeypatch.setattr(registry, "drivers", lambda: {"broken": broken})
    found = {finding.check: finding for finding in plugins.entry_points()}
    assert found["driver broken"].verdict == "fail"
    assert "no_such_module" in found["driver broken"].detail


@pytest.mark.parametrize(
    ("pyside", "version", "verdict"),
    [("6.12.0", (3, 11), True), ("6.11.1", (3, 11), False), ("6.12.0", (3, 12), False)],
)
def test_the_window_that_ends_the_process_is_known(pyside, version, verdict):
    assert python._aborts(pyside, version) is verdict


def test_a_package_of_another_version_is_a_failure():
    from packaging.requirements import Requirement

    assert python._package(Requirement("typer<0.1")).verdict == "fail"
    assert python._package(Requirement("typer")).verdict == "ok"
    assert python._package(Requirement("no-such-package-at-all")).detail == "not installed"
