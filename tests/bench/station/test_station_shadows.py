"""A package of somebody else's that bears one of our names is found out and refused."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.station import shadows

ROOT = Path(shadows.__file__).resolve().parents[2]

REPORT = """
import json
from bench.station import registry, shadows
from bench.core.errors import BenchError
try:
    registry.load_driver("keithley2400")
    refusal = None
except BenchError as error:
    refusal = [type(error).__name__, str(error)]
print(json.dumps([[[s.name, str(s.expected), str(s.found)] for s in shadows.shadows()], refusal]))
"""


def report(cwd, *paths):
    """What an interpreter started in `cwd` with `paths` before all others finds."""
    code = f"import sys; sys.path[:0] = {[str(path) for path in paths]!r}\n{REPORT}"
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found, refusal = json.loads(done.stdout)
    return found, refusal


def test_nothing_is_shadowed_here():
    assert shadows.shadows() == []
    for name in shadows.OURS:
        shadows.refuse(f"{name}.anything")


def test_a_package_called_drivers_is_named_and_refused(tmp_path):
    (tmp_path / "drivers").mkdir()
    (tmp_path / "drivers" / "__init__.py").write_text("raise SystemExit('imported!')\n")
    found, refusal = report(tmp_path)
    assert found == [["drivers", str(ROOT / "drivers"), str(tmp_path / "drivers")]]
    kind, message = refusal
    assert kind == "ShadowError"
    assert f"comes from {tmp_path / 'drivers'}, not from {ROOT / 'drivers'}" in message
    assert "nothing of it was loaded" in message


def test_a_single_file_and_a_folder_without_init_shadow_too(tmp_path):
    (tmp_path / "gui.py").write_text("raise SystemExit('imported!')\n")
    (tmp_path / "procedures").mkdir()
    found, _ = report(tmp_path)
    assert ["gui", str(ROOT / "gui"), str(tmp_path / "gui.py")] in found
    # a folder without __init__.py wins only where ours is found by a later import hook, as when editable
    assert all(name in {"gui", "procedures"} for name, _, _ in found)


def test_a_module_put_into_place_by_hand_is_found(monkeypatch, tmp_path):
    module = type(sys)("gui")
    module.__file__ = str(tmp_path / "gui.py")
    module.__spec__ = None
    monkeypatch.setitem(sys.modules, "gui", module)
    assert shadows.shadows() == [shadows.Shadow("gui", ROOT / "gui", tmp_path / "gui.py")]
    with pytest.raises(shadows.ShadowError, match="gui"):
        shadows.refuse("gui.window")


@pytest.fixture
def wheel_like(tmp_path):
    """A site folder laid out as a wheel installs it: packages beside their dist-info."""
    site = tmp_path / "site"
    for name in ("bench", "drivers"):
        shutil.copytree(ROOT / name, site / name, ignore=shutil.ignore_patterns("__pycache__"))
    info = site / "qms_bench-9.9.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: qms-bench\nVersion: 9.9\n")
    (info / "entry_points.txt").write_text(
        "[bench.drivers]\nkeithley2400 = drivers.keithley.keithley2400:Keithley2400\n"
    )
    return site


def test_an_installed_wheel_shadows_nothing(wheel_like, tmp_path):
    found, refusal = report(tmp_path, wheel_like)
    assert [entry for entry in found if entry[0] in {"bench", "drivers"}] == []
    assert refusal is None


def test_another_drivers_before_the_wheel_is_refused(wheel_like, tmp_path):
    other = tmp_path / "other"
    (other / "drivers").mkdir(parents=True)
    (other / "drivers" / "__init__.py").write_text("")
    found, refusal = report(tmp_path, other, wheel_like)
    assert ["drivers", str(wheel_like / "drivers"), str(other / "drivers")] in found
    assert refusal[0] == "ShadowError"


def test_a_bench_that_is_not_the_installed_one_is_named(wheel_like, tmp_path):
    stray = tmp_path / "stray"
    shutil.move(wheel_like / "bench", stray / "bench")
    found, _ = report(tmp_path, stray, wheel_like)
    assert ["bench", str(wheel_like / "bench"), str(stray / "bench")] in found


def test_a_checkout_run_in_place_is_ours_whatever_is_installed(wheel_like, tmp_path):
    found, refusal = report(tmp_path, ROOT, wheel_like)
    assert found == []
    assert refusal is None
