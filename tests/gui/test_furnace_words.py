"""What a furnace's tile says: programme, time, soak, events, and of which runs it speaks; no Qt."""

from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.runs.storage.tables import array_of
from bench.service.models.station import ColumnInfo
from gui.logic.furnace.columns import of_furnace, others, warnings
from gui.logic.furnace.finding import furnace_procedures, newest
from gui.logic.furnace.now import KEPT, furnace_now, notes_of
from gui.logic.furnace.programme import hour_text, left_text, programmer_sign, segment_text
from gui.logic.furnace.soaking import SoakSoFar, segment_marks, soak_so_far, soak_text
from gui.logic.series import RunSeries
from procedures.thermal.analysis import Curves
from procedures.thermal.columns import COLUMNS

INFO = [ColumnInfo(name=one.name, unit=one.unit, kind=one.kind) for one in COLUMNS]
WITH_ATTEMPT = [*INFO, ColumnInfo(name="Attempt", unit="", kind="integer")]
PROGRAMME = {
    "segments": [
        {"kind": "ramp", "target_degC": 250.0, "rate_K_per_min": 5.0},
        {"kind": "dwell", "duration_s": 36000.0},
    ]
}
RECIPE = {
    "soak_segment": 2,
    "soak_s": 36000.0,
    "soak_degC": 250.0,
    "soak_band_K": 5.0,
    "soak_settle_s": 60.0,
    "gap_s": 30.0,
}
FACTS = {"programme": PROGRAMME, "recipe": RECIPE, "guard": {"verified": True}}


def row(time, state="run", segment=2, control=250.0, **more):
    values = {"Time": time, "State": state, "Segment": segment, "Set-point": 250.0, "Control": control}
    values |= {"Output": 12.0, "Programme left": 1800.0, "Attempt": 1, **more}
    return values


def series_of(rows, columns=WITH_ATTEMPT):
    series = RunSeries("run")
    series.take(columns, [[values.get(column.name) for column in columns] for values in rows])
    return series


def run_of(facts=FACTS, columns=INFO, status="running", reason=""):
    return SimpleNamespace(
        run_id="run",
        id="qms",
        procedure="synthesis",
        columns=columns,
        facts=facts,
        status=status,
        reason=reason,
    )


def item_of(state="running", on_host_loss="keep", safe=None, steps=()):
    return SimpleNamespace(
        key=3, state=state, on_host_loss=on_host_loss, safe=safe, steps=steps, held="", run_id="run"
    )


def now_of(run, series, item):
    return furnace_now(run, series, item, None, "2026-11-27T22:50:00+00:00", simulated=True)


def test_a_furnace_is_known_by_its_columns_and_whatever_else_it_measures_is_shown():
    humidity = ColumnInfo(name="Humidity", unit="%", kind="number")
    columns = [*WITH_ATTEMPT, humidity]
    assert of_furnace(columns)
    assert not of_furnace([one for one in columns if one.name != "Segment"])
    assert [one.name for one in others(columns)] == ["Flow", "Pressure", "Humidity"]
    assert "Gas lost" in warnings(columns)
    series = series_of(
        [row(0.0, **{"Flow": 99.0}), row(1.0, **{"Flow": 98.76, "Gas lost": True, "Humidity": 5.0})], columns
    )
    now = now_of(run_of(columns=columns), series, item_of())
    assert now.others == [("Flow", "98.76 cm³/min"), ("Humidity", "5 %")], "no pressure was measured"
    assert now.warning == "Gas lost"
    assert now.temperatures == {"Set-point": "250.0 °C", "Control": "250.0 °C", "Vessel": "—"}


@pytest.mark.parametrize(
    ("state", "segment", "facts", "word", "tone"),
    [
        ("run", 1, FACTS, "ramp", "going"),
        ("run", 2, FACTS, "dwell", "going"),
        ("holdback", 2, FACTS, "holdback: waits for the furnace", "notice"),
        ("reset", 0, FACTS, "programme over: cooling", "going"),
        ("reset", 0, {}, "reset", "quiet"),
        ("reset", 0, {**FACTS, "failure": "too hot"}, "failed, in reset: cooling", "bad"),
        ("run", 7, FACTS, "run", "going"),
    ],
)
def test_what_the_programmer_does(state, segment, facts, word, tone):
    sign = programmer_sign(facts, state, segment)
    assert (sign.word, sign.tone) == (word, tone)


def test_segments_are_told_as_they_were_loaded():
    assert segment_text(FACTS, 1) == "Segment 1 of 2: to 250 °C at 5 K/min"
    assert segment_text(FACTS, 2) == "Segment 2 of 2: dwell for 10 h"
    assert segment_text({}, 2) == "Segment 2"
    assert segment_text(FACTS, 0) == ""


def test_an_end_is_only_promised_while_the_programmes_clock_goes():
    clock = "2026-11-27T22:50:00+00:00"  # a Friday
    assert left_text("run", 600.0, clock, simulated=True) == "10 min left, ends 23:00 UTC"
    assert left_text("run", 7200.0, clock, simulated=True) == "2 h left, ends Sat 00:50 UTC"
    assert left_text("holdback", 600.0, clock, simulated=True).startswith("at least 10 min left")
    assert left_text("reset", 0.0, clock, simulated=True) == ""
    assert left_text("run", None, clock, simulated=True) == ""
    local = datetime(2026, 11, 27, 22, 50, tzinfo=UTC).astimezone()
    assert hour_text(clock, simulated=False) == f"{local:%H:%M}"


def test_events_and_gaps_come_newest_first_and_a_furnace_found_again_is_told():
    facts = {
        "events": [{"utc": "2026-11-27T10:00:00+00:00", "text": "somebody holds the programme"}],
        "gaps": [{"until": "2026-11-27T11:00:00+00:00", "seconds": 90.0, "why": "the bench was lost"}],
    }
    first, second = notes_of(facts, simulated=True)
    assert (first.hour, first.text) == (
        "11:00 UTC",
        "found again: 1 min 30 s were not recorded, the bench was lost",
    )
    assert (second.hour, second.text) == ("10:00 UTC", "somebody holds the programme")


def test_it_is_only_said_to_go_on_without_the_pc_where_that_was_verified_and_is_so():
    series = series_of([row(0.0)])
    assert now_of(run_of(), series, item_of()).kept == KEPT
    assert now_of(run_of(), series, item_of("interrupted", safe="kept")).kept == KEPT
    assert now_of(run_of(), series, item_of("interrupted", safe="verified")).kept == ""
    assert now_of(run_of(), series, item_of(on_host_loss="safe")).kept == ""
    assert now_of(run_of({**FACTS, "guard": {"verified": False}}), series, item_of()).kept == ""
    assert now_of(run_of(), series_of([row(0.0, state="reset", segment=0)]), item_of()).kept == ""
    assert now_of(run_of(status="done"), series, None).kept == ""


def test_what_failed_is_said_while_it_cools_and_afterwards():
    series = series_of([row(0.0, state="reset", segment=0)])
    failed = run_of({**FACTS, "failure": "the vessel is too hot"})
    assert now_of(failed, series, item_of()).warning == "the vessel is too hot"
    event = {"utc": "2026-11-27T10:00:00+00:00", "text": "the vessel is too hot"}
    noted = now_of(run_of({**failed.facts, "events": [event]}), series, item_of())
    assert (noted.warning, noted.notes) == ("10:00 UTC  the vessel is too hot", [])
    over = now_of(run_of(status="failed", reason="the vessel is too hot"), series, None)
    assert (over.warning, over.sign.word, over.left, over.segment) == (
        "the vessel is too hot",
        "failed",
        "",
        "",
    )
    unsafe = now_of(failed, series, item_of("interrupted", safe="failed"))
    assert unsafe.sign.word == "NOT SAFE"


@given(st.data())
def test_the_soak_so_far_is_that_which_the_analysis_of_these_rows_would_say(data):
    steps = data.draw(st.lists(st.sampled_from([5.0, 5.0, 5.0, 400.0]), min_size=2, max_size=60))
    controls = data.draw(
        st.lists(st.sampled_from([250.0, 253.0, 258.0, None]), min_size=len(steps), max_size=len(steps))
    )
    begins = data.draw(st.integers(0, len(steps)))
    ends = data.draw(st.integers(begins, len(steps)))
    rows = []
    for place, (time, control) in enumerate(zip(np.cumsum(steps), controls, strict=True)):
        segment = 1 if place < begins else 2 if place < ends else 0
        rows.append(row(float(time), "run" if segment else "reset", segment, control))
    columns = {one.name: array_of([values.get(one.name) for values in rows], one.kind) for one in COLUMNS}
    record = SimpleNamespace(column=columns.__getitem__, columns=COLUMNS, facts={"recipe": RECIPE})
    assert soak_so_far(series_of(rows), RECIPE) == Curves(record).soak()


def test_the_soak_in_words():
    series = series_of([row(float(time)) for time in range(0, 3700, 5)])
    soak = SoakSoFar().of(series, RECIPE)
    assert soak_text(soak, RECIPE) == "Soak: 1 h 1 min of 10 h within ±5 K of 250 °C"
    assert soak_text(None, RECIPE) == "Soak: none of 10 h within ±5 K of 250 °C yet"
    assert soak_text(None, {"soak_segment": 0, "soak_degC": None}) == ""
    assert soak_so_far(series, {}) is None
    assert segment_marks(series_of([row(0.0, segment=1), row(9.0), row(20.0, "reset", 0)])) == [
        (0.0, 1),
        (9.0, 2),
        (20.0, 0),
    ]


class FakeClient:
    """Four runs, the newest first, of which two shared the tube."""

    def __init__(self):
        self.full = {
            name: SimpleNamespace(run_id=name, roles=roles, fixtures=fixtures, columns=columns)
            for name, roles, fixtures, columns in (
                ("d", {"furnace": "f2"}, {}, INFO),
                ("c", {"furnace": "f1"}, {"tube": "t1"}, INFO),
                ("b", {"furnace": "f1", "vessel": "v"}, {"tube": "t1"}, INFO),
                ("a", {"furnace": "gone"}, {}, INFO),
                ("s", {"furnace": "f3"}, {}, INFO),
            )
        }

    def runs(self, *, procedure, limit):
        names = {"anneal": "dcb", "drying": "as"}[procedure]
        return [SimpleNamespace(run_id=one, started=one, simulated=one == "s") for one in names][:limit]

    def run(self, run_id):
        return self.full[run_id]


def test_each_furnace_of_the_station_has_its_newest_run_and_no_simulated_one_on_hardware():
    found = newest(FakeClient(), ["drying", "anneal"], ["f1", "f2", "f3", "v"], simulated=False)
    assert [run.run_id for run in found] == ["d", "c"]


def test_only_procedures_that_the_station_can_run_are_asked_for():
    def procedure(name, columns, candidates):
        return SimpleNamespace(name=name, columns=columns, candidates=candidates, roles={"furnace": "x"})

    time = ColumnInfo(name="Time", unit="s", kind="number")
    procedures = [
        procedure("anneal", INFO, {"furnace": ["f1"]}),
        procedure("drying", INFO, {"furnace": []}),
        procedure("log", [time], {"furnace": ["f1"]}),
    ]
    assert furnace_procedures(procedures) == ["anneal"]
