"""Drivers, procedures and worlds by name: imported late, clear when missing, refused when offered twice."""

import subprocess
import sys

import pytest

from bench.station import registry
from bench.station.registry import RegistryError


def test_what_is_installed_is_found_without_importing_it(fakelab):
    found = registry.drivers()
    assert found["fake-meter"].target == "fakelab_drivers:Meter"
    assert found["fake-meter"].source == "package fakelab"
    assert found["fake-broken"].target == "fakelab_broken:Meter"
    assert "fakelab_broken" not in sys.modules
    assert "fake" in registry.worlds()
    assert "fake-procedure" in registry.procedures()


def test_our_own_entry_points_are_there():
    assert {"keithley2400", "lakeshore211"} <= set(registry.drivers())
    assert "pellet-conductivity" in registry.procedures()
    assert "qms" in registry.worlds()


def test_a_driver_is_loaded_by_name(fakelab):
    assert registry.load_driver("fake-meter") is fakelab.Meter
    assert registry.load_world("fake") is fakelab.build
    assert registry.load_procedure("fake-procedure") is fakelab.Procedure


def test_the_station_adds_procedures(fakelab):
    table = {"our-own": "fakelab_drivers:Procedure"}
    assert registry.load_procedure("our-own", table) is fakelab.Procedure
    with pytest.raises(RegistryError, match="no procedure 'our-own'"):
        registry.load_procedure("our-own")


@pytest.mark.parametrize(
    ("load", "name", "message"),
    [
        (registry.load_driver, "fake-metre", "no driver 'fake-metre'.*did you mean 'fake-meter'"),
        (registry.load_world, "qsm", "no world 'qsm'.*did you mean 'qms'"),
        (registry.load_procedure, "fake-proc", "no procedure 'fake-proc'.*did you mean 'fake-procedure'"),
        (registry.load_driver, "fake-module", "cannot be imported.*No module named 'fakelab_nowhere'"),
        (registry.load_driver, "fake-broken", "RuntimeError: this module cannot be imported"),
        (registry.load_driver, "fake-missing", "has no 'NotThere'"),
        (registry.load_driver, "fake-hollow", "lacks open"),
        (registry.load_driver, "fake-function", "not a driver"),
    ],
)
def test_what_cannot_be_loaded_says_why_and_what_to_do(fakelab, load, name, message):
    with pytest.raises(RegistryError, match=message) as caught:
        load(name)
    assert caught.value.remedy


def test_a_name_offered_twice_is_loaded_from_neither(fakelab, tmp_path, monkeypatch):
    other = tmp_path / "otherlab-2.0.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: otherlab\nVersion: 2.0\n")
    (other / "entry_points.txt").write_text(
        "[bench.drivers]\nfake-meter = otherlab:Meter\nfake-thermometer = fakelab_drivers:FakeThermometer\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(RegistryError, match="also offered by") as caught:
        registry.load_driver("fake-meter")
    assert "otherlab" in caught.value.what
    assert "fakelab" in caught.value.what
    assert "uninstall" in caught.value.remedy
    assert registry.load_driver("fake-thermometer") is fakelab.FakeThermometer  # the same twice is no doubt


def test_looking_up_names_imports_no_driver():
    code = """
import sys
from bench.station import registry
registry.drivers(), registry.procedures(), registry.worlds()
print([name for name in ("drivers", "procedures", "simulators", "pymeasure") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
