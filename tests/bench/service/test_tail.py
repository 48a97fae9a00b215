"""The tail of a data file: however it grows and whoever asks, every row has its number and its place."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.runs.columns import Column
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.request import RunRequest
from bench.service.feed import tail as tails_of
from bench.service.feed import tails as tails_shared
from bench.service.feed.log import KEPT, EventLog
from bench.service.feed.tail import STEP, RowTail
from bench.service.feed.tails import Tails, UnknownRunError

COLUMNS = (Column("V", "V"), Column("N", kind="integer"), Column("F", kind="flag"), Column("T", kind="text"))


def make(data, run_id="r", columns=COLUMNS):
    return RunFolder.create(data, run_id, RunRequest(run_id, "p", columns))


rows_of_any_kind = st.fixed_dictionaries(
    {
        "V": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "N": st.none() | st.integers(-(10**30), 10**30),
        "F": st.none() | st.booleans(),
        "T": st.none() | st.text(st.characters(exclude_categories=["Cs"])),
    }
)


@given(rows=st.lists(rows_of_any_kind, min_size=1, max_size=8))
@settings(deadline=None, max_examples=15)
def test_a_row_comes_as_it_was_measured(rows, tmp_path_factory):
    folder = make(tmp_path_factory.mktemp("data"))
    tail = RowTail(folder)
    for row in rows:
        folder.rows.write(row)
        assert tail.advance()
    folder.close()
    expected = [[*(row[name] for name in ("V", "N", "F", "T")), 1] for row in rows]
    assert tail.page(0).as_lists() == expected
    for number, row in enumerate(expected):
        (kept,) = tail.after(number).as_lists()
        assert kept == row
        assert [type(cell) for cell in kept] == [type(cell) for cell in row]


def test_pages_begin_anywhere_however_the_file_was_taken_in(tmp_path, monkeypatch):
    monkeypatch.setattr(tails_of, "_SCAN_BYTES", 1000)
    monkeypatch.setattr(tails_of, "_READ_BYTES", 777)
    folder = make(tmp_path, columns=(Column("V", "V"),))
    tail, written = RowTail(folder), 0
    for size in (0, 1, STEP - 2, 1, 1, 3 * STEP + 17, 5):
        folder.rows.write_columns({"V": np.arange(written, written + size, dtype=float)})
        written += size
        (tail.scan if size % 2 else tail.advance)()
        assert tail.rows == written
    folder.close()
    for start in (0, 1, STEP - 1, STEP, STEP + 1, 2 * STEP, written - 1, written, written + 5):
        page = tail.page(start, 10)
        wanted = [[float(number), 1] for number in range(start, min(written, start + 10))]
        assert (page.start, page.as_lists()) == (start, wanted)


def test_half_a_row_is_not_there_yet(tmp_path):
    folder = make(tmp_path, columns=(Column("V", "V"),))
    tail = RowTail(folder)
    path = folder.path / "data.csv"
    with path.open("ab") as file:
        file.write(b"1.0,1\n2.")
        file.flush()
        tail.advance()
        assert tail.page(0).as_lists() == [[1.0, 1]]
        file.write(b"5,1\n")
    tail.advance()
    assert tail.page(0).as_lists() == [[1.0, 1], [2.5, 1]]
    folder.close()


def test_json_has_no_number_that_python_has_not(tmp_path):
    folder = make(tmp_path, columns=(Column("V", "V"),))
    values = [5e-324, 1.7976931348623157e308, -0.0, 1e16, 1e-7, 123456789.123456789]
    for value in values:
        folder.rows.write({"V": value})
    tail = RowTail(folder)
    tail.scan()
    found = [row[0] for row in json.loads(tail.page(0).text)]
    assert found == values
    assert math.copysign(1, found[2]) == -1
    folder.close()


def test_tails_are_shared_kept_for_a_while_and_made_anew_for_a_file_that_became_shorter(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(tails_shared, "UNUSED", 3)
    folder = make(tmp_path, columns=(Column("V", "V"),))
    folder.rows.write({"V": 1.0})
    folder.rows.write({"V": 2.0})
    tails = Tails(tmp_path)
    with tails.tail("r") as first, tails.tail("r") as second:
        assert first is second
        assert tails.followed() == [first]
    assert tails.followed() == []
    with tails.tail("r") as again:
        assert again is first
    path = folder.path / "data.csv"
    path.write_bytes(path.read_bytes()[:-6])
    with tails.tail("r") as anew:
        assert anew is not first
        assert anew.rows == 1
    folder.close()
    for number in range(5):
        make(tmp_path, f"x{number}").close()
        with tails.tail(f"x{number}"):
            pass
    with tails.tail("r") as forgotten:
        assert forgotten is not anew


@pytest.mark.parametrize("name", ["..", "a/b", "", "nothing", "x\0y", "a\\b", "."])
def test_a_name_is_no_path(tmp_path, name):
    (tmp_path / "runs").mkdir()
    with pytest.raises(UnknownRunError):
        Tails(tmp_path).folder(name)


def test_events_that_are_kept_no_more_are_a_gap():
    log = EventLog()
    for _ in range(KEPT + 10):
        log.add("notice")
    found = log.after(3)
    assert (found[0].kind, found[0].seq) == ("gap", 10)
    assert [event.seq for event in found[1:]] == list(range(11, KEPT + 11))
    assert log.after(log.last) == []
