"""The procedure in the whole bench: simulated meter and operator, run folder, results, tables and figures."""

import json
from pathlib import Path

import pytest

from bench.core.clock import VirtualClock
from bench.runs.planning.queue import load_queue
from bench.runs.scheduling.runner import Runner
from bench.runs.storage.reading import read_table
from bench.station import connect
from bench.station.world import build_world
from procedures.transport.pellet import flags
from procedures.transport.pellet.procedure import PelletConductivity

EXAMPLES = Path(__file__).resolve().parents[2] / "examples/qms"


def run(tmp_path, parameters="", sample="qms-0p7", seed=5, name="one"):
    queue = tmp_path / f"{name}.toml"
    queue.write_text(
        f'station = "{(EXAMPLES / "station.toml").as_posix()}"\n'
        f'samples = "{(EXAMPLES / "samples.toml").as_posix()}"\n'
        f'[[runs]]\nid = "{name}"\nprocedure = "pellet-conductivity"\nsample = "{sample}"\n'
        f"parameters = {{ {parameters} }}\n"
    )
    plan = load_queue(queue)
    clock = VirtualClock()
    world = build_world(plan.station, clock, seed)
    truth = world.truth()[sample]
    with connect(plan.station, clock, world=world) as station:
        (outcome,) = Runner(station, tmp_path / "data", seed=seed).run(plan).runs
        inside = world.inspect()
    world.close()
    assert outcome.status == "done", outcome.reason
    assert outcome.safe == "verified"
    return outcome, truth, inside


@pytest.fixture
def no_figures(monkeypatch):
    monkeypatch.setattr(PelletConductivity, "draw", lambda self, record, analysis: {})


def test_a_run_leaves_everything_a_reader_wants(tmp_path):
    outcome, truth, _ = run(tmp_path)
    files = {path.name for path in outcome.folder.iterdir()}
    assert {"pellets.csv", "corrections.csv", "budget.csv", "iv.png", "height.png", "budget.png"} <= files
    sigma = outcome.results["conductivity"]
    assert abs(sigma.value - truth["conductivity"]["value"]) <= 2 * sigma.U
    assert set(outcome.results) == {
        "conductivity",
        "resistivity",
        "contact_resistance",
        "relative_density",
        "temperature",
    }
    assert sigma.unit == truth["conductivity"]["unit"]
    assert outcome.results["contact_resistance"].unit == truth["contact_resistance"]["unit"]
    stored = json.loads((outcome.folder / "result.json").read_text())
    assert stored["results"]["conductivity"]["value"] == sigma.value
    assert len(read_table(outcome.folder / "pellets.csv")) == 5
    budget = read_table(outcome.folder / "budget.csv")
    assert {"heights", "area", "repeatability", "temperature of the pellet"} <= set(
        budget.column("Component")
    )


@pytest.mark.usefixtures("no_figures")
def test_the_same_seed_gives_the_same_rows(tmp_path):
    first, _, _ = run(tmp_path, name="first", sample="bare-si")
    again, _, _ = run(tmp_path, name="again", sample="bare-si")
    other, _, _ = run(tmp_path, name="other", sample="bare-si", seed=6)
    data = [(outcome.folder / "data.csv").read_bytes() for outcome in (first, again, other)]
    assert data[0] == data[1] != data[2]


@pytest.mark.usefixtures("no_figures")
def test_two_wire_with_the_short_subtracted_agrees_with_four_wire(tmp_path):
    four, _, _ = run(tmp_path, name="four")
    two, _, _ = run(tmp_path, "four_wire = false", name="two")
    rows = read_table(two.folder / "corrections.csv")
    short = dict(zip(rows.column("Correction"), rows.column("Value"), strict=True))[
        "short: series resistance"
    ]
    assert short == pytest.approx(0.52, rel=0.01)
    for name, most in (("conductivity", 1e-4), ("contact_resistance", 5e-3)):
        there, here = four.results[name], two.results[name]
        assert here.value == pytest.approx(there.value, rel=most)
        assert 0.99 < here.U / there.U < 1.01
    assert any(part.name == "short (series resistance)" for part in two.results["contact_resistance"].budget)


@pytest.mark.usefixtures("no_figures")
def test_one_pellet_gives_an_apparent_conductivity_or_one_from_a_bound(tmp_path):
    one, truth, _ = run(tmp_path, 'pellets = "a"', name="one")
    assert one.results["conductivity"].value is None
    assert flags.NO_SERIES in one.results["conductivity"].flags
    apparent = one.results["apparent_conductivity"]
    assert apparent.value < 0.97 * truth["conductivity"]["value"], "the contacts are still in it"
    bound, _, _ = run(tmp_path, 'pellets = "a", contact_resistance_max = "40 ohm"', name="bound")
    sigma = bound.results["conductivity"]
    assert abs(sigma.value - truth["conductivity"]["value"]) <= 1.5 * sigma.U


@pytest.mark.usefixtures("no_figures")
def test_nothing_is_driven_beyond_the_defaults_and_the_output_is_off_at_the_end(tmp_path):
    outcome, _, inside = run(tmp_path, name="cool")
    data = read_table(outcome.folder / "data.csv")
    assert abs(data.column("Current")).max() < 0.0101  # 10 mA through the short, as a real meter does it
    pellets = read_table(outcome.folder / "pellets.csv")
    assert pellets.column("Power density").max() <= 1.01e4
    assert not data.column("Compliance").any()
    meter = inside["instruments"]["meter"]
    assert (meter["output"], meter["level"]) == (False, 0.0)


@pytest.mark.usefixtures("no_figures")
def test_the_estimate_fits_the_run(tmp_path):
    outcome, _, _ = run(tmp_path, name="length")
    data = read_table(outcome.folder / "data.csv")
    plan = load_queue(tmp_path / "length.toml")
    assert plan.estimate.rows == pytest.approx(len(data), rel=0.15)
    assert plan.estimate.duration_s == pytest.approx(data.column("Time")[-1], rel=0.3)
