"""`bench run --world`: the very drivers over sockets, and a world that outlives whoever runs there."""

import contextlib
import json
import signal
import sys

import psutil
import pytest

from bench.core import wall
from bench.runs.storage.folder import RunFolder
from bench.station.remote_world import RemoteWorld

PATIENCE_S = 60


def document(data):
    (folder,) = (data / "runs").iterdir()
    return folder, json.loads((folder / "run.json").read_text("utf-8"))


def until(condition, what):
    """Look again until it holds; the patience only bounds a failing test."""
    begun = wall.now()
    while not condition():
        assert wall.now() - begun < PATIENCE_S, f"{what} never came"
        wall.sleep(0.05)


def test_rows_results_and_what_stands_in_the_record(served, world, bench, lab, tmp_path):
    code, out, errors = bench(
        "run", lab / "short.toml", "--world", served.endpoint, "--data", tmp_path, "--json"
    )
    assert code == 0, errors
    (run,) = json.loads(out)["runs"]
    assert (run["status"], run["safe"], run["simulated"]) == ("done", "verified", True)
    folder, info = document(tmp_path)
    assert (info["simulated"], info["seed"]) == (True, 3)
    rows = (folder / "data.csv").read_text("utf-8").splitlines()
    assert len(rows) >= 1 + 5
    state = world.inspect()
    assert state["fixtures"]["press"]["content"] == "qms-0p7/a"  # the operator acted there, not here
    assert state["instruments"]["meter"]["output"] is False


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_client_leaves_its_output_on_and_the_next_run_works(
    served, world, start, bench, lab, tmp_path
):
    client = start(
        "run", lab / "endless.toml", "--world", served.endpoint, "--data", tmp_path / "killed", "--json"
    )

    def at_work():
        meter = world.inspect()["instruments"]["meter"]
        return meter["output"] and meter["level"] == 1e-3

    until(lambda: at_work() or client.poll() is not None, "current through the pellet")
    assert client.poll() is None, client.communicate()
    client.send_signal(signal.SIGKILL)
    assert client.wait(PATIENCE_S) == -signal.SIGKILL

    state = world.inspect()
    assert at_work()
    assert state["fixtures"]["press"]["current_A"] == pytest.approx(1e-3, rel=0.01)
    code, out, _ = bench("sim", "inspect", served.endpoint, "--json")
    assert (code, json.loads(out)["instruments"]["meter"]["output"]) == (0, True)

    # another data folder, the same meter: it waits until the guard of the lost one has been there
    code, out, errors = bench(
        "run", lab / "short.toml", "--world", served.endpoint, "--data", tmp_path / "next", "--json"
    )
    assert code == 0, errors
    assert json.loads(out)["runs"][0]["safe"] == "verified"
    assert world.inspect()["instruments"]["meter"]["output"] is False
    lost, _ = document(tmp_path / "killed")
    made_safe = RunFolder.open(lost).entries()[-1]
    assert (made_safe.kind, made_safe.facts["by"], made_safe.facts["safe"]) == (
        "made safe",
        "guard",
        "verified",
    )
    next_one, _ = document(tmp_path / "next")
    assert made_safe.utc < RunFolder.open(next_one).entries()[0].utc


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_a_second_bench_on_the_same_meter_is_refused_whatever_its_data_folder(
    served, world, start, bench, lab, tmp_path
):
    first = start(
        "run", lab / "endless.toml", "--world", served.endpoint, "--data", tmp_path / "first", "--json"
    )
    until(lambda: world.inspect()["instruments"]["meter"]["output"] or first.poll() is not None, "an output")
    code, _, errors = bench(
        "run", lab / "short.toml", "--world", served.endpoint, "--data", tmp_path / "second", "--json"
    )
    assert code == 1
    said = " ".join(errors.replace("│", " ").split())
    for told in ("another bench uses the served world", f"pid {first.pid}", "endless.toml"):
        assert told in said
    assert served.endpoint.rpartition("/")[2] not in said  # the token opens the world
    assert not (tmp_path / "second" / "runs").exists()
    first.send_signal(signal.SIGINT)
    _, errors = first.communicate(timeout=PATIENCE_S)
    assert first.returncode == 130, errors
    assert world.inspect()["instruments"]["meter"]["output"] is False


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_when_bench_and_guard_are_lost_safe_may_be_said_from_any_data_folder(
    served, world, start, bench, lab, tmp_path
):
    data = tmp_path / "lost"
    client = start("run", lab / "endless.toml", "--world", served.endpoint, "--data", data, "--json")
    until(lambda: world.inspect()["instruments"]["meter"]["output"] or client.poll() is not None, "an output")
    until((data / "guard.jsonl").exists, "its guard")
    for one in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if {"guard", str(data)} <= set(one.cmdline()):
                one.kill()
    client.send_signal(signal.SIGKILL)
    client.wait(PATIENCE_S)
    assert world.inspect()["instruments"]["meter"]["output"] is True
    code, _, errors = bench(
        "safe", lab / "station.toml", "--world", served.endpoint, "--data", tmp_path / "other"
    )
    assert code == 0, errors
    assert world.inspect()["instruments"]["meter"]["output"] is False


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_ctrl_c_makes_the_served_bench_safe(served, world, start, lab, tmp_path):
    client = start("run", lab / "endless.toml", "--world", served.endpoint, "--data", tmp_path, "--json")
    until(lambda: world.inspect()["instruments"]["meter"]["output"] or client.poll() is not None, "an output")
    client.send_signal(signal.SIGINT)
    out, errors = client.communicate(timeout=PATIENCE_S)
    assert client.returncode == 130, errors
    assert json.loads(out)["runs"][0]["safe"] == "verified"
    assert world.inspect()["instruments"]["meter"]["output"] is False


def test_a_lost_reply_is_asked_for_again(served, world, bench, lab, tmp_path):
    number = world.add_fault("meter", r"READ\?", "garble", after=1)
    code, out, errors = bench(
        "run", lab / "short.toml", "--world", served.endpoint, "--data", tmp_path, "--json"
    )
    assert world.faults()[0]["hits"] == 1
    world.remove_fault(number)
    assert code == 0, errors
    assert json.loads(out)["runs"][0]["status"] == "done"


def test_a_pulled_plug_interrupts_the_run_and_is_told(served, world, bench, lab, tmp_path):
    number = world.add_fault("meter", r"READ\?", "disconnect", after=1)
    code, out, _ = bench("run", lab / "short.toml", "--world", served.endpoint, "--data", tmp_path, "--json")
    world.remove_fault(number)
    world.reconnect("meter")
    (run,) = json.loads(out)["runs"]
    assert (code, run["status"], run["safe"]) == (3, "interrupted", "failed")
    assert world.inspect()["instruments"]["meter"]["output"] is True  # and the bench said so
    code, out, _ = bench("run", lab / "short.toml", "--world", served.endpoint, "--data", tmp_path, "--json")
    assert code == 0
    assert world.inspect()["instruments"]["meter"]["output"] is False


def test_a_plug_that_is_put_back_in_time_costs_a_gap_and_no_run(served, world, start, other, lab, tmp_path):
    patient = other(
        "patient",
        change=('driver = "keithley2400"', 'driver = "keithley2400"\noptions = { reconnect_s = 900 }'),
    )
    number = world.add_fault("meter", r"READ\?", "disconnect", after=1)
    arguments = ("--station", patient, "--world", served.endpoint, "--data", tmp_path, "--json")
    client = start("run", lab / "short.toml", *arguments)
    until(lambda: world.faults()[0]["hits"] == 1 or client.poll() is not None, "the fault")
    world.remove_fault(number)
    world.reconnect("meter")
    out, errors = client.communicate(timeout=PATIENCE_S)
    (run,) = json.loads(out)["runs"]
    assert (client.returncode, run["status"], run["safe"]) == (0, "done", "verified"), errors
    folder, _ = document(tmp_path)
    kinds = [json.loads(line)["kind"] for line in (folder / "journal.jsonl").read_text("utf-8").splitlines()]
    assert [kind for kind in kinds if kind.startswith("link")] == ["link lost", "link back"]
    assert world.inspect()["instruments"]["meter"]["output"] is False


def test_a_world_that_has_ended_is_told_before_anything_starts(serve, bench, lab, tmp_path):
    served = serve("--json")
    served.end()
    code, out, errors = bench("run", lab / "short.toml", "--world", served.endpoint, "--data", tmp_path)
    assert (code, out) == (1, "")
    assert "bench sim serve" in errors
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("more", [["--simulate"], ["--seed", "4"]])
def test_a_served_world_has_its_own_clock_and_seed(served, bench, lab, more):
    code, _, errors = bench("run", lab / "short.toml", "--world", served.endpoint, *more)
    assert code == 2
    assert "--world" in errors


@pytest.fixture
def other(lab):
    """A station file that is not the one served."""

    def write(name, **changes):
        text = (lab / "station.toml").read_text("utf-8")
        for old, new in changes.values():
            assert old in text
            text = text.replace(old, new)
        path = lab / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "QMS bench"', 'name = "Elsewhere"', "Elsewhere"),
        (
            "[instruments.ambient]",
            '[instruments.spare]\ndriver = "lakeshore211"\nresource = "ASRL9::INSTR"\n[instruments.ambient]',
            "instruments.spare",
        ),
    ],
)
def test_another_station_is_refused(served, bench, lab, other, tmp_path, old, new, said):
    station = other("other", change=(old, new))
    code, _, errors = bench(
        "run", lab / "short.toml", "--station", station, "--world", served.endpoint, "--data", tmp_path
    )
    assert code == 2
    assert said in errors


def test_two_worlds_at_once_are_two_benches(served, world, serve):
    second = serve("--speed", "20", "--seed", "4", "--json")
    with RemoteWorld(second.endpoint) as neighbour:
        neighbour.perform("short", {"fixture": "press"})
        assert neighbour.inspect()["fixtures"]["press"]["content"] == "short"
        assert world.inspect()["fixtures"]["press"]["content"] != "short"
        assert neighbour.seed == 4


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_world_that_dies_under_a_run_ends_it_and_the_bench_says_unsafe(serve, start, lab, tmp_path):
    served = serve("--speed", "20", "--json")
    client = start("run", lab / "endless.toml", "--world", served.endpoint, "--data", tmp_path, "--json")
    with RemoteWorld(served.endpoint) as world:
        until(
            lambda: world.inspect()["instruments"]["meter"]["output"] or client.poll() is not None,
            "an output",
        )
        served.process.kill()
        served.process.wait(PATIENCE_S)
    out, errors = client.communicate(timeout=PATIENCE_S)
    (run,) = json.loads(out)["runs"]
    assert (client.returncode, run["status"], run["safe"]) == (3, "interrupted", "failed"), errors
