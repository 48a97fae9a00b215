"""The command line starts fast: nothing heavy is imported for its help, and none of it for completion."""

import subprocess
import sys

import pytest

LEFT_TO_TYPER = {"pydantic"}
"""typer looks for it as soon as a command has options."""
HEAVY = {
    "pymeasure",
    "pandas",
    "pint",
    "numpy",
    "scipy",
    "sqlalchemy",
    "matplotlib",
    "pyvisa",
    "pydantic",
    "jinja2",
    "rich",
}


def modules_after(code):
    script = f"import sys\n{code}\nprint('\\n' + ' '.join({{m.partition('.')[0] for m in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["sim", "truth", "--help"]])
def test_help_imports_nothing_heavy(arguments):
    code = (
        "from bench.cli.main import app\n"
        f"try:\n    app({arguments!r}, prog_name='bench')\n"
        "except SystemExit as end:\n    assert end.code == 0\n"
    )
    loaded = modules_after(code)
    assert "typer" in loaded
    assert not loaded & (HEAVY if arguments == ["--help"] else HEAVY - LEFT_TO_TYPER)


def test_importing_the_command_line_imports_nothing_heavy():
    loaded = modules_after("import bench.cli.main")
    assert "typer" in loaded
    assert not loaded & HEAVY


def test_completing_a_run_id_imports_nothing_heavy(tmp_path):
    (tmp_path / "runs" / "abc").mkdir(parents=True)
    (tmp_path / "runs" / "abc" / "run.json").write_text("{}")
    code = (
        "import os\n"
        f"os.environ.update(_BENCH_COMPLETE='complete_bash', COMP_WORDS='bench show a', COMP_CWORD='2', "
        f"BENCH_DATA={str(tmp_path)!r})\n"
        "from bench.cli.main import app\n"
        "try:\n    app([], prog_name='bench')\nexcept SystemExit:\n    pass\n"
    )
    assert not modules_after(code) & (HEAVY - LEFT_TO_TYPER)


def test_help_lists_the_commands_and_the_exit_codes(bench):
    text = bench("--help").stdout
    for command in ("init", "check", "scan", "run", "show", "export", "doctor", "demo", "sim"):
        assert f"\n  {command} " in text
    assert "Exit codes" in text


def test_version_names_the_distribution(bench):
    assert bench("--version").stdout.startswith("qms-bench")


def test_an_unknown_command_is_a_usage_error(bench):
    result = bench("rnu")
    assert result.exit_code == 2
    assert "run" in result.stderr
    assert result.stdout == ""
