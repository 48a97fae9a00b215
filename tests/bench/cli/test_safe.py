"""`bench safe`: with no bench at work the ports are opened here; else the bench that owns them is asked."""

import json
import subprocess
import sys

import pytest

from bench.core import wall
from bench.runs.survival.ownership import Ownership

PATIENCE_S = 60.0


def test_where_no_bench_works_the_station_has_to_be_named(bench, lab):
    result = bench("safe", "--data", lab.data)
    assert result.exit_code == 2
    assert "STATION.toml" in result.stderr


def test_what_cannot_be_reached_is_named_and_is_exit_code_3(bench, document, lab):
    station = lab.station.read_text("utf-8").replace("GPIB0::24::INSTR", "TCPIP0::127.0.0.1::9::SOCKET")
    lab.station.write_text(station, "utf-8")
    found, code = document("safe", lab.station, "--data", lab.data)
    assert code == 3
    (meter,) = found["instruments"]
    assert (meter["instrument"], meter["outcome"]) == ("meter", "unreachable")
    assert "could not reach" in meter["error"]


@pytest.fixture
def served(command, lab, tmp_path):
    line, environment = command("sim", "serve", lab.station, "--json")
    process = subprocess.Popen(line, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    yield json.loads(process.stdout.readline())["endpoint"]
    process.kill()
    process.communicate()


def test_a_served_bench_is_made_safe_and_left_by_its_owner_lock(document, lab, served):
    found, code = document("safe", lab.station, "--world", served, "--data", lab.data)
    assert code == 0
    assert [(one["instrument"], one["outcome"]) for one in found["instruments"]] == [("meter", "verified")]
    Ownership.take(
        lab.data, station=lab.station, target="served", world=served, command="test", wait_s=0.0
    ).release(clean=True)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals to clean up")
def test_a_bench_at_work_ends_its_runs_safe_at_once(command, document, lab, served, tmp_path):
    line, environment = command(
        "run", lab.queue("slow"), "--world", served, "--data", lab.data, "--json", BENCH_DEBUG="0"
    )
    process = subprocess.Popen(
        line, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        until = wall.now() + PATIENCE_S
        while not any(run["state"] == "running" for run in _runs(document, lab)):
            assert wall.now() < until
            assert process.poll() is None, process.communicate()
            wall.sleep(0.1)
        found, code = document("safe", "--data", lab.data)
        assert code == 0
        assert [(run["id"], run["state"], run["safe"]) for run in found["runs"]] == [
            ("slow-1", "aborted", "verified")
        ]
        out, _ = process.communicate(timeout=PATIENCE_S)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    assert json.loads(out)["runs"][0]["status"] == "aborted"


def _runs(document, lab):
    return document("queue", "list", "--data", lab.data)[0]["runs"] if lab.data.exists() else []
