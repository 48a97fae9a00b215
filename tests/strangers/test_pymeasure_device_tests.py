"""pymeasure's own device tests for the 2400, written on a real unit, run unchanged on the simulated one.

They are in pymeasure's source distribution only, which pip fetches once into pytest's cache.
"""

import contextlib
import os
import subprocess
import sys
import tarfile
import tempfile
import xml.etree.ElementTree as ET
from importlib.metadata import version
from pathlib import Path

import pytest
from pymeasure.instruments.keithley import Keithley2400
from strangers_lab import in_process

ROOT = Path(__file__).resolve().parents[2]
TESTS = "tests/instruments/keithley/test_keithley2400_with_device.py"
COUNT = {"0.16.0": 75}
VACUOUS = {
    "test_setters_and_getters[four_wire_enabled-True]",
    "test_setters_and_getters[four_wire_enabled-False]",
}
"""pymeasure's Keithley2400 has no `four_wire_enabled`: Python stores what is assigned and hands it back, and
nothing is sent. They pass on anything, and prove nothing."""


@pytest.fixture(scope="module")
def release():
    found = version("pymeasure")
    if found not in COUNT:
        pytest.fail(f"pymeasure {found} is installed: count its device tests anew and add a row to COUNT")
    return found


@pytest.fixture(scope="module")
def upstream(request, release):
    """The folder of the unpacked tests, without pymeasure's code: what runs is the pymeasure installed."""
    cache = request.config.cache.mkdir("pymeasure")
    folder = cache / f"pymeasure-{release}"
    if not (folder / TESTS).exists():
        with tempfile.TemporaryDirectory(dir=cache) as scratch:  # several processes may be at it
            archive = fetch(release, Path(scratch))
            with tarfile.open(archive) as tar:
                wanted = [member for member in tar if member.name.startswith(f"{folder.name}/tests/")]
                tar.extractall(scratch, members=wanted, filter="data")
            with contextlib.suppress(OSError):  # another process was first
                (Path(scratch) / folder.name).rename(folder)
    assert (folder / TESTS).exists()
    return folder


def fetch(release, folder):
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "pymeasure"]
    try:
        done = subprocess.run(
            [*pip, "--dest", folder, f"pymeasure=={release}"],
            check=False,
            capture_output=True,
            text=True,
            timeout=100,
        )
    except subprocess.TimeoutExpired:
        pytest.skip("pip could not fetch pymeasure's source distribution in 100 s")
    if done.returncode:
        last = done.stderr.strip().splitlines() or ["it gave no reason"]
        pytest.skip(f"pip could not fetch pymeasure's source distribution: {last[-1]}")
    return folder / f"pymeasure-{release}.tar.gz"


@pytest.fixture(scope="module")
def outcome(upstream, tmp_path_factory):
    """Name of each device test -> "passed" or what went wrong; and the child's whole output."""
    folder = tmp_path_factory.mktemp("device")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    report = folder / "report.xml"
    station = ROOT / "examples" / "qms" / "station.toml"
    here = [
        "-c",
        folder / "pytest.ini",
        "--rootdir",
        upstream,
        "--confcutdir",
        upstream,
        "-p",
        "no:cacheprovider",
    ]
    asked = [upstream / TESTS, "--device-address", "GPIB0::24::INSTR", "--tb", "short", "--junitxml", report]
    child = subprocess.run(
        [sys.executable, "-m", "pytest", *here, *asked],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
            "PYVISA_LIBRARY": f"{station}@bench",
            "BENCH_CLOCK": "virtual",
            "BENCH_SEED": "1",
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert report.exists(), child.stdout + child.stderr
    return {
        case.get("name"): "passed" if len(case) == 0 else f"{case[0].tag}: {case[0].get('message')}"
        for case in ET.parse(report).getroot().iter("testcase")
    }, child.stdout


def test_all_pass(outcome, release):
    results, text = outcome
    assert {name: result for name, result in results.items() if result != "passed"} == {}, text
    assert f"{COUNT[release]} passed" in text, "cases of the same name count once in the report, twice here"


def test_which_of_them_are_vacuous(outcome):
    results, _ = outcome
    assert results.keys() >= VACUOUS
    assert not hasattr(Keithley2400, "four_wire_enabled")
    tested = {name.partition("[")[2].partition("-")[0] for name in results if "[" in name}
    assert {name for name in tested if not hasattr(Keithley2400, name)} == {"four_wire_enabled"}


def test_what_the_vacuous_ones_meant():
    """The property is `wires`, and it does reach SYSTem:RSENse."""
    device, library = in_process("keithley2400", "GPIB0::24::INSTR")
    meter = Keithley2400("GPIB0::24::INSTR", visa_library=library)
    meter.four_wire_enabled = True
    assert not device.inspect()["four_wire"]
    del meter.four_wire_enabled
    meter.wires = 4
    assert device.inspect()["four_wire"]
    assert meter.wires == 4
    assert meter.check_errors() == []
