"""The board: what was published last, when, by which run, on which instruments."""

from interlock_bench import on_furnace, room

from bench.core.clock import VirtualClock
from bench.core.readings import Reading
from bench.runs.columns import Column
from bench.runs.engine.events import AmbientRead, RowRecorded
from bench.runs.interlocks.board import MOST_ENDED, Board, LastValue

COLUMNS = (Column("Time", "s"), Column("Voltage", "V"), Column("Phase", kind="text"))


def test_after_a_queue_it_shows_the_room_and_the_last_row_of_each_run(make_bench):
    bench = make_bench()
    bench.run(bench.planned("a", points=3), on_furnace(bench, "b", points=2))
    shown = {(value.quantity, value.run_id): value for value in bench.runner.board.values()}
    assert shown["Level", "a"] == LastValue("Level", "V", 3.0, shown["Time", "a"].time, "a", ("meter",))
    assert shown["Level", "b"].value == 2.0
    assert shown["Level", "b"].instruments == ("furnace",)
    assert shown["Level", "a"].time > shown["Level", "b"].time > 0
    room_now = bench.runner.board.values()[0]
    assert (room_now.quantity, room_now.unit, room_now.value) == ("ambient", "K", 296.0)
    assert room_now.instruments == ("ambient",)
    assert [value.quantity for value in bench.runner.board.of("ambient")] == ["ambient"]
    assert {value.run_id for value in bench.runner.board.of("furnace")} == {"b"}
    assert bench.runner.board.of("press") == []


def test_what_was_measured_with_an_instrument_is_of_the_run_that_published_last():
    with VirtualClock() as clock:
        board = Board(clock, "meter")
        for run_id, volts in (("a", 1.0), ("b", 2.0), ("a", 3.0)):
            if volts < 3.0:
                board.began(run_id, COLUMNS, ("meter",))
            board(RowRecorded(run_id, {"Time": 0.0, "Voltage": volts, "Phase": ""}, 1))
        board(AmbientRead("b", Reading(295.0, "K", 0.0)))
        shown = board.of("meter")
        assert [(one.run_id, one.value) for one in shown[:3:2]] == [("b", 295.0), ("a", 3.0)]
        assert all(one.seen > 0 for one in shown), "on the computer's own time, for whoever looks"


def test_a_value_that_is_not_there_is_shown_as_none():
    with VirtualClock() as clock:
        board = Board(clock)
        board.began("a", COLUMNS, ("meter",))
        board(RowRecorded("a", {"Time": 0.0, "Voltage": 1.0, "Phase": "up"}, 1))
        clock.sleep(5.0)
        board(RowRecorded("a", {"Time": 5.0, "Voltage": None, "Phase": "up"}, 2))
        assert [(one.quantity, one.value, one.time) for one in board.values()] == [
            ("Time", 5.0, 5.0),
            ("Voltage", None, 5.0),
            ("Phase", "up", 5.0),
        ]


def test_it_forgets_the_oldest_of_the_runs_that_have_ended():
    with VirtualClock() as clock:
        board = Board(clock)
        for number in range(MOST_ENDED + 5):
            board.began(f"r{number}", COLUMNS, ())
            board(RowRecorded(f"r{number}", {"Time": 0.0, "Voltage": 1.0, "Phase": ""}, 1))
            board.ended(f"r{number}")
            board.ended("unknown")
        runs = {value.run_id for value in board.values()}
        assert runs == {f"r{number}" for number in range(5, MOST_ENDED + 5)}


def test_who_listens_hears_rows_of_runs_that_go_on_and_the_room():
    heard = []
    with VirtualClock() as clock:
        board = Board(clock)
        board.began("a", COLUMNS, (), lambda now, row: heard.append((now, row["Voltage"])))
        board.listen_to_room(lambda now, kelvin: heard.append((now, kelvin)))
        row = {"Time": 0.0, "Voltage": 1.0, "Phase": ""}
        board(RowRecorded("a", row, 1))
        board(RowRecorded("b", row, 1))
        board(AmbientRead("a", Reading(295.0, "K", 0.0)))
        board(AmbientRead("a", Reading(None, "K", 0.0, overload=True)))
        board.ended("a")
        board(RowRecorded("a", row, 2))
    assert heard == [(0.0, 1.0), (0.0, 295.0), (0.0, None)]


def test_a_look_of_the_bench_itself_belongs_to_no_run(make_bench):
    bench = make_bench(interlocks=[room("abort")])
    bench.devices["ambient"].kelvin = 305.0
    bench.run(bench.planned("a"), bench.planned("b"))
    room_now = bench.runner.board.values()[0]
    assert (room_now.value, room_now.run_id) == (305.0, "")
