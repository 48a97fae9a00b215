"""The rules of the house that no linter checks."""

import ast
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("bench", "drivers", "procedures", "simulators", "gui")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
MAY_SLEEP = {ROOT / "bench/core/wall.py", ROOT / "bench/core/clock/threaded.py"}
SLEEPERS = {"sleep"}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_says_in_its_first_line_what_it_is_for(path):
    docstring = ast.get_docstring(tree(path))
    assert docstring, f"{path} has no module docstring"
    assert docstring.splitlines()[0].endswith("."), f"{path}: the first line is a sentence"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_are_small(path):
    assert len(path.read_text("utf-8").splitlines()) <= 450


@pytest.mark.parametrize("path", sorted({*SOURCES} - MAY_SLEEP), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_sleeps_outside_the_clock(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            assert not SLEEPERS & {alias.name for alias in node.names}, f"{path}:{node.lineno}"
        if isinstance(node, ast.Attribute) and node.attr in SLEEPERS and isinstance(node.value, ast.Name):
            assert node.value.id not in {"time", "_time"}, f"{path}:{node.lineno} sleeps on the wall clock"


def test_the_wheel_ships_the_bench_and_no_tests(tmp_path):
    build = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run(
        [sys.executable, *build, "-w", tmp_path, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {*ROOMS, "pyvisa_bench", "bench_serial"}
    assert not [name for name in names if "test" in name.lower()]
    kinds = ("*.csv", "*.lua", "*.json", "*.toml")
    data = {
        path for room in ("drivers", "simulators") for kind in kinds for path in (ROOT / room).rglob(kind)
    }
    assert {path.relative_to(ROOT).as_posix() for path in data} <= set(names), "tables travel with their code"
    (entry_points,) = [name for name in names if name.endswith("entry_points.txt")]
    assert "bench = bench.cli.main:main" in zipfile.ZipFile(wheel).read(entry_points).decode()


@pytest.mark.xdist_group("house")
def test_a_group_of_tests_stays_on_one_worker(request):
    """Else what twenty laboratories measure is measured once a worker."""
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("the tests are not distributed by group")
    assert request.node.nodeid.endswith("@house")
