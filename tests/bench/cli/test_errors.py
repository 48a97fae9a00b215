"""Errors on the terminal: parts for the person, no traceback unless asked, and the program's own faults."""

import pytest

from bench.cli import init
from bench.cli.exits import Exit
from bench.cli.failures import exit_code
from bench.core.errors import BenchError, ConfigError, Problem, QuantityError, SafeStateError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BenchError("x"), Exit.FAILED),
        (ConfigError([Problem("a.toml: b", "wrong")]), Exit.USAGE),
        (QuantityError("x"), Exit.USAGE),
        (SafeStateError("x"), Exit.UNSAFE),
    ],
)
def test_codes(error, code):
    assert exit_code(error) == code


@pytest.fixture
def raising(monkeypatch):
    """Make `bench init` raise."""

    def arrange(error):
        def fail(folder):
            raise error

        monkeypatch.setattr(init, "write", fail)

    return arrange


def test_every_part_of_an_error_is_shown(bench, raising, tmp_path):
    raising(
        BenchError("it broke", instrument="meter", step="connect", state="output off", remedy="mend [it]")
    )
    result = bench("init", tmp_path / "x")
    assert result.exit_code == 1
    for text in ("it broke", "instrument meter", "step connect", "output off", "mend [it]"):
        assert text in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_every_problem_of_a_file_is_shown(bench, raising, tmp_path):
    raising(ConfigError([Problem("a.toml: b", "is wrong", "write c"), Problem("a.toml: d", "is missing")]))
    result = bench("init", tmp_path / "x")
    assert result.exit_code == 2
    for text in ("a.toml: b", "is wrong", "-> write c", "a.toml: d", "is missing"):
        assert text in result.stderr


def test_unsafe_is_not_to_be_overlooked(bench, raising, tmp_path):
    raising(SafeStateError("still on"))
    result = bench("init", tmp_path / "x")
    assert result.exit_code == 3
    assert "NOT SAFE" in result.stderr


@pytest.mark.parametrize("way", ["option", "variable"])
def test_the_traceback_is_there_for_whoever_asks(bench, raising, tmp_path, monkeypatch, way):
    raising(BenchError("it broke"))
    if way == "variable":
        monkeypatch.setenv("BENCH_DEBUG", "1")
    result = bench(*(["--debug"] if way == "option" else []), "init", tmp_path / "x")
    assert "Traceback" in result.stderr
    assert "in fail" in result.stderr


def test_a_fault_of_the_program_says_so(bench, raising, tmp_path):
    raising(ZeroDivisionError("division by zero"))
    result = bench("init", tmp_path / "x")
    assert result.exit_code == 70
    assert "ZeroDivisionError: division by zero" in result.stderr
    assert "fault of the program" in result.stderr
    assert "bench --debug" in result.stderr


def test_a_fault_while_running_is_in_the_log(bench, lab, monkeypatch):
    from bench.runs.scheduling.runner import Runner

    def fail(self, plan):
        raise ZeroDivisionError("in the runner")

    monkeypatch.setattr(Runner, "run", fail)
    result = bench("run", lab.queue("quick"), "--simulate", "--data", lab.data)
    assert result.exit_code == 70
    assert "bench.log" in result.stderr
    log = (lab.data / "bench.log").read_text("utf-8")
    assert "ZeroDivisionError: in the runner" in log
    assert "Traceback" in log


def test_ctrl_c_anywhere_is_130(bench, raising, tmp_path):
    raising(KeyboardInterrupt())
    assert bench("init", tmp_path / "x").exit_code == 130


def test_no_log_costs_the_log_only(bench, lab):
    lab.data.mkdir()
    (lab.data / "bench.log").mkdir()
    result = bench("run", lab.queue("quick"), "--simulate", "--data", lab.data)
    assert result.exit_code == 0, result.stderr
    assert "No log is kept" in result.stderr


def test_a_large_log_makes_room(bench, lab, monkeypatch):
    from bench.cli import logs

    monkeypatch.setattr(logs, "LARGEST_BYTES", 10)
    lab.data.mkdir()
    (lab.data / "bench.log").write_text("old " * 10)
    bench("run", lab.queue("quick"), "--simulate", "--data", lab.data)
    assert (lab.data / "bench.log.1").read_text().startswith("old")
    assert "old" not in (lab.data / "bench.log").read_text("utf-8")


@pytest.mark.parametrize(
    ("variables", "coloured"), [({"FORCE_COLOR": "1"}, True), ({"NO_COLOR": "1"}, False)]
)
def test_colours_obey_the_environment(child, lab, variables, coloured):
    done = child(
        "show",
        "nobody",
        "--data",
        lab.data,
        FORCE_COLOR=variables.get("FORCE_COLOR", ""),
        **({"NO_COLOR": "1"} if not coloured else {}),
    )
    assert done.returncode == 1
    assert ("\x1b[31m" in done.stderr) is coloured


def test_a_narrow_code_page_is_no_error(child, lab):
    done = child("sim", "truth", lab.station, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
