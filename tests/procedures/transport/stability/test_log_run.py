"""The procedure through the real driver on the simulated bench: rows on a grid, drift against the truth."""

import math

import numpy as np
import pytest
from log_bench import LogBench, record_of

from bench.runs.storage.reading import read_table
from procedures.transport.stability import flags
from procedures.transport.stability.analysis import analyse
from procedures.transport.stability.figures import draw

LONG = {"interval": "5 min", "duration": "20 h", "current": "1 mA", "voltage_max": "2 V"}
SHORT = {"interval": "2 s", "duration": "60 s", "current": "1 mA", "voltage_max": "2 V"}


def results_of(bench, **parameters):
    procedure, attempt = bench.log(**parameters)
    return analyse(record_of(procedure, attempt.rows, attempt.facts, bench.sample)).results


def test_every_point_is_a_row_on_the_grid_and_the_estimate_fits(tmp_path):
    bench = LogBench(tmp_path)
    procedure, attempt = bench.log(**LONG)
    assert attempt.asked == [("mount", "qms-0p7/a")]
    assert [row["Point"] for row in attempt.rows] == list(range(241))
    assert np.diff([row["Time"] for row in attempt.rows]) == pytest.approx(300.0, abs=0.2)
    expected = procedure.estimate(bench.sample)
    assert expected.rows == len(attempt.rows)
    assert expected.duration_s == pytest.approx(attempt.seconds, rel=0.01)
    assert "gaps" not in attempt.facts
    assert bench.world.inspect()["instruments"]["meter"]["output"] is False


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_true_drift_is_found_within_U(tmp_path, seed):
    bench = LogBench(tmp_path, seed, drift="2e-5 1/h")
    results = results_of(bench, **LONG)
    truth = bench.world.truth()["qms-0p7"]["relative_drift"]
    found = results["relative_drift"]
    assert truth == {"value": pytest.approx(2e-5), "unit": found.unit}
    assert abs(found.value - truth["value"]) <= 1.3 * found.U
    assert flags.NOT_RESOLVED not in found.flags
    assert found.U < 1e-5
    assert results["drift"].value == pytest.approx(found.value * results["resistance"].value, rel=1e-3)


@pytest.mark.parametrize("flicker", ["0", "10 ppm"])
def test_no_drift_is_not_resolved(tmp_path, flicker):
    resolved = 0
    for seed in range(10, 15):
        results = results_of(LogBench(tmp_path, seed, flicker=flicker), **LONG | {"duration": "10 h"})
        resolved += flags.NOT_RESOLVED not in results["drift"].flags
    assert resolved <= 1


def test_the_resistance_is_the_truth_within_U_and_the_temperature_coefficient_is_found(tmp_path):
    bench = LogBench(tmp_path, 4)
    results = results_of(bench, **LONG, reference_temperature="23 degC")
    bulk, contacts = 1e-3 / (5e-2 * 1e-4), 2 * 0.0008 / 1e-4 + 0.02
    assert abs(results["resistance"].value - bulk - contacts) <= 1.3 * results["resistance"].U
    found = results["resistance_temperature_coefficient"]
    assert abs(found.value + 0.002 * bulk / (bulk + contacts)) <= 1.5 * found.U < 3e-4


def test_between_points_the_output_is_off_or_stays_at_the_current(tmp_path):
    def spy(into):
        def install(context):
            sleep = context.sleep

            def looked(seconds):
                into.append(bench.world.inspect()["instruments"]["meter"]["output"])
                sleep(seconds)

            context.sleep = looked

        return install

    for between, states in (("off", {False}), ("on", {True}), ("auto", {True})):
        bench, seen = LogBench(tmp_path), []
        bench.log(**SHORT, between=between, meanwhile=spy(seen))
        assert set(seen[2:]) == states, between


def test_the_voltage_range_is_chosen_once_and_its_first_point_left_out(tmp_path):
    bench = LogBench(tmp_path)
    procedure, attempt = bench.log(**SHORT | {"current": "10 uA", "voltage_max": "10 V"})
    assert [row["Voltage range"] for row in attempt.rows] == [20.0] + [0.2] * 30
    found = analyse(record_of(procedure, attempt.rows, attempt.facts, bench.sample)).results
    assert not any(flags.RANGE_CHANGED in flag for flag in found["resistance"].flags)


def test_a_source_at_its_limit_is_recorded_and_never_fitted(tmp_path):
    bench = LogBench(tmp_path)
    procedure, attempt = bench.log(**SHORT | {"voltage_max": "100 mV"})
    assert len(attempt.rows) == 31
    assert all(row["Compliance"] and row["Resistance"] is None for row in attempt.rows)
    record = record_of(procedure, attempt.rows, attempt.facts, bench.sample)
    analysis = analyse(record)
    assert all(result.value is None for result in analysis.results.values())
    assert flags.TOO_FEW in analysis.results["resistance"].flags
    assert draw(record, analysis) == {}


def test_taken_up_it_keeps_the_grid_asks_nobody_and_names_what_is_missing(tmp_path):
    bench = LogBench(tmp_path)
    began = bench.clock.now()
    procedure, first = bench.log(**SHORT, checkpoint_every="10 s", stop_after=14)
    checkpoint = first.checkpoints[-1]
    kept = checkpoint[2]
    assert 9 <= kept <= 14
    bench.clock.sleep(21.0)
    procedure, second = bench.log(restored=checkpoint, began=began, **SHORT, checkpoint_every="10 s")
    assert second.asked == []
    rows = first.rows[:kept] + second.rows
    numbers = [row["Point"] for row in rows]
    (gap,) = second.facts["gaps"]
    assert gap["first"] == kept
    assert gap["last"] == second.rows[0]["Point"] - 1
    assert numbers == [*range(kept), *range(gap["last"] + 1, 31)]
    assert gap["points"] == 31 - len(rows) >= 10
    offsets = [row["Time"] - 2.0 * row["Point"] for row in rows]
    assert np.ptp(offsets) < 0.2, "the grid was shifted"
    assert "cut off" in gap["why"]
    assert any(f"points {gap['first']} to {gap['last']} are missing" in note for note in second.notes)
    assert second.facts["accuracy"] == first.facts["accuracy"]
    analysis = analyse(record_of(procedure, rows, second.facts, bench.sample))
    assert f"{flags.GAPS}: {gap['points']} of 31" in analysis.results["drift"].flags
    assert analysis.tables["gaps"].rows == (
        (gap["first"], gap["last"], gap["points"], 2.0 * gap["points"], gap["why"]),
    )


def test_taken_up_after_its_end_it_names_the_rest_as_missing(tmp_path):
    bench = LogBench(tmp_path)
    _, first = bench.log(**SHORT, checkpoint_every="10 s", stop_after=14)
    bench.clock.sleep(600.0)
    _, second = bench.log(restored=first.checkpoints[-1], **SHORT, checkpoint_every="10 s")
    assert second.rows == []
    assert second.facts["gaps"][-1]["last"] == 30


def test_a_pause_costs_points_and_shifts_none(tmp_path):
    bench = LogBench(tmp_path)

    def paused(context):
        sleep, extra_s = context.sleep, [7.0]

        def longer(seconds):
            sleep(seconds + (extra_s.pop() if extra_s and len(context.attempt.rows) == 5 else 0.0))

        context.sleep = longer

    _, attempt = bench.log(**SHORT, meanwhile=paused)
    (gap,) = attempt.facts["gaps"]
    assert (gap["first"], gap["why"]) == (5, "the run was held up")
    missing = set(range(31)) - {row["Point"] for row in attempt.rows}
    assert missing == set(range(gap["first"], gap["last"] + 1))
    assert np.ptp([row["Time"] - 2.0 * row["Point"] for row in attempt.rows]) < 0.6


def test_the_figures_have_units_and_can_be_saved(tmp_path):
    bench = LogBench(tmp_path)
    procedure, attempt = bench.log(**SHORT)
    rows = attempt.rows[:10] + attempt.rows[15:]
    record = record_of(procedure, rows, attempt.facts, bench.sample)
    figures = draw(record, analyse(record))
    assert set(figures) == {"log", "allan"}
    upper, lower = figures["log"].axes
    assert upper.get_ylabel().endswith("Ω")
    assert lower.get_xlabel() == "Time / s"
    assert figures["allan"].axes[0].get_xscale() == "log"
    for name, figure in figures.items():
        figure.savefig(tmp_path / f"{name}.png")
        assert any("SIMULATED" in text.get_text() for text in figure.texts)


def test_tables_can_be_written_and_read(tmp_path):
    bench = LogBench(tmp_path)
    procedure, attempt = bench.log(**SHORT)
    for name, table in analyse(
        record_of(procedure, attempt.rows, attempt.facts, bench.sample)
    ).tables.items():
        (tmp_path / f"{name}.csv").write_text(table.as_csv())
        assert len(read_table(tmp_path / f"{name}.csv")) == len(table.rows)


def test_nothing_measured_gives_no_number():
    from procedures.transport.stability.procedure import ResistanceLog

    analysis = analyse(record_of(ResistanceLog(), [], {}, None))
    assert all(result.value is None and result.flags for result in analysis.results.values())


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"interval": "100 ms"}, "shorter than a point takes"),
        ({"interval": "1 h", "duration": "3 h"}, "at least 10"),
        ({"pellet": "z"}, "no pellet 'z'"),
    ],
)
def test_problems_are_found_before_anything_is_connected(tmp_path, parameters, expected):
    from procedures.transport.stability.procedure import ResistanceLog

    bench = LogBench(tmp_path)
    (problem,) = ResistanceLog(**parameters).problems(bench.sample)
    assert expected in problem
    assert ResistanceLog(interval="10 s", duration="3 d").problems(bench.sample) == []
    assert math.isclose(ResistanceLog(duration="3 d").duration, 259_200.0)
