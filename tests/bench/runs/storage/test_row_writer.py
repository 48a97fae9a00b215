"""Rows are in the file when `write` returns, read back as they were, and survive torn ends."""

import hashlib
import io
import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench.runs.columns import Column, RowError
from bench.runs.storage import reading
from bench.runs.storage.files import StorageError
from bench.runs.storage.rows import Position, RowWriter, read_table
from bench.runs.storage.tables import Table, write_table

COLUMNS = (
    Column("Time", "s"),
    Column("Cycle", kind="integer"),
    Column("Ok", kind="flag"),
    Column("Phase, raw", kind="text"),
)
ROW = {"Time": 0.5, "Cycle": 3, "Ok": True, "Phase, raw": 'say "x", then\ny'}
FINITE = st.floats(allow_nan=False, allow_infinity=False)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "Time": st.none() | FINITE,
            "Cycle": st.none() | st.integers(),
            "Ok": st.none() | st.booleans(),
            "Phase, raw": st.none() | st.text(st.characters(exclude_categories=["Cs"])),
        }
    )
)


def written(path, rows, columns=COLUMNS, **options):
    writer = RowWriter(path, columns, **options)
    for row in rows:
        writer.write(row)
    writer.close()
    return path.read_bytes()


def test_the_file_as_other_programs_see_it(tmp_path):
    path = tmp_path / "data.csv"
    data = written(path, [ROW, {"Time": 1.0, "Cycle": None, "Ok": False, "Phase, raw": ""}])
    assert data.decode() == (
        'Time / s,Cycle,Ok,"Phase, raw",Attempt\n0.5,3,true,"say ""x"", then\\ny",1\n1.0,,false,"",1\n'
    )


def test_a_row_is_in_the_file_when_write_returns(tmp_path):
    path = tmp_path / "data.csv"
    writer = RowWriter(path, COLUMNS)
    for count in range(1, 4):
        writer.write(ROW)
        assert path.read_bytes().count(b"\n") == 1 + count
    writer.close()


@settings(max_examples=40, deadline=None)
@given(rows=ROWS, described=st.booleans())
def test_rows_read_back_as_they_were(tmp_path_factory, rows, described):
    path = tmp_path_factory.mktemp("rows") / "data.csv"
    written(path, rows)
    table = read_table(path, COLUMNS if described else None)
    assert list(table.rows()) == rows
    assert len(table) == len(rows)
    assert table.torn == b""
    for column in COLUMNS if described else ():
        assert table.column(column.name).shape == (len(rows),)


def test_columns_are_typed_arrays(tmp_path):
    path = tmp_path / "data.csv"
    written(path, [ROW, {**ROW, "Time": None}, {**ROW, "Cycle": 2**70}])
    table = read_table(path)
    assert table.columns == COLUMNS
    assert table.column("Time").dtype == np.float64
    assert table.column("Time").tolist()[0] == 0.5
    assert math.isnan(table.column("Time")[1])
    assert table.column("Cycle").tolist() == [3, 3, 2**70]
    assert table.column("Ok").dtype == np.bool_
    assert table.attempt.tolist() == [1, 1, 1]
    assert read_table(path, COLUMNS).column("Phase, raw").tolist() == [ROW["Phase, raw"]] * 3


def test_a_file_without_rows_has_empty_columns_of_the_right_type(tmp_path):
    path = tmp_path / "data.csv"
    written(path, [])
    table = read_table(path, COLUMNS)
    assert len(table) == 0
    assert [table.column(column.name).dtype for column in COLUMNS] == [float, np.int64, np.bool_, object]


def test_a_refused_row_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "data.csv"
    writer = RowWriter(path, COLUMNS)
    writer.write(ROW)
    before = path.read_bytes(), writer.position()
    with pytest.raises(RowError, match="row 2, column 'Time'"):
        writer.write({**ROW, "Time": np.float32("nan")})
    with pytest.raises(RowError, match="row 3, column 'Cycle'"):
        writer.write_block([ROW, {**ROW, "Cycle": 1.5}])
    assert (path.read_bytes(), writer.position()) == before
    writer.close()


def test_position_tells_rows_bytes_and_their_hash(tmp_path):
    path = tmp_path / "data.csv"
    writer = RowWriter(path, COLUMNS)
    for number in range(3):
        data = path.read_bytes()
        assert writer.position() == Position(number, len(data), hashlib.sha256(data).hexdigest())
        writer.write(ROW)
    writer.close()


def test_blocks_give_the_same_bytes_as_single_rows(tmp_path):
    rows = [{"U": 0.1 * number, "N": number} for number in range(10)]
    columns = (Column("U", "V"), Column("N", kind="integer"))
    single = written(tmp_path / "single.csv", rows, columns)
    block = RowWriter(tmp_path / "block.csv", columns)
    block.write_block(rows[:4])
    block.write_block([])
    block.write_columns({"N": np.arange(4, 10), "U": np.array([0.1 * number for number in range(4, 10)])})
    block.write_columns({"N": [], "U": []})
    assert block.position().rows == 10
    block.close()
    assert (tmp_path / "block.csv").read_bytes() == single


def test_a_block_of_columns_is_checked(tmp_path):
    writer = RowWriter(tmp_path / "data.csv", (Column("U"), Column("I")))
    with pytest.raises(RowError, match="'I'"):
        writer.write_columns({"U": [1.0]})
    with pytest.raises(RowError, match="length"):
        writer.write_columns({"U": [1.0], "I": [1.0, 2.0]})
    with pytest.raises(RowError, match="row 2, column 'I'"):
        writer.write_columns({"U": np.ones(2, np.float32), "I": np.array([1, np.nan])})
    assert writer.position().rows == 0
    writer.close()


def test_an_existing_file_is_never_written_over(tmp_path):
    path = tmp_path / "data.csv"
    data = written(path, [ROW])
    with pytest.raises(StorageError, match="exists"):
        RowWriter(path, COLUMNS)
    assert path.read_bytes() == data


def test_a_closed_writer_says_so(tmp_path):
    writer = RowWriter(tmp_path / "data.csv", COLUMNS)
    writer.close()
    writer.close()
    with pytest.raises(StorageError, match="closed"):
        writer.write(ROW)


def test_the_attempt_column_belongs_to_the_bench(tmp_path):
    with pytest.raises(ValueError, match="'Attempt'"):
        RowWriter(tmp_path / "data.csv", (Column("Attempt"),))
    assert not (tmp_path / "data.csv").exists()


@pytest.mark.parametrize("cut", range(1, 25))
def test_a_torn_end_is_dropped_reported_and_cut_off_on_resume(tmp_path, cut):
    path = tmp_path / "data.csv"
    data = written(path, [ROW, ROW])
    last = data[data.rindex(b"\n", 0, -1) + 1 :]
    path.write_bytes(data[:-cut])
    table = read_table(path)
    assert list(table.rows()) == [ROW]
    assert table.torn == last[:-cut]
    assert table.size == len(data) - len(last)
    writer = RowWriter.reopen(path, COLUMNS, attempt=2)
    assert writer.torn == last[:-cut]
    assert writer.position() == Position(
        1, len(data) - len(last), hashlib.sha256(data[: -len(last)]).hexdigest()
    )
    writer.write(ROW)
    writer.close()
    assert read_table(path).attempt.tolist() == [1, 2]


@pytest.mark.parametrize("end", [b"\0" * 5, b"0.5,3\0\0\0"])
def test_zeros_that_a_power_cut_left_at_the_end_are_torn_too(tmp_path, end):
    path = tmp_path / "data.csv"
    path.write_bytes(written(path, [ROW]) + end)
    table = read_table(path)
    assert list(table.rows()) == [ROW]
    assert table.torn == end
    RowWriter.reopen(path, COLUMNS, attempt=2).close()
    assert list(read_table(path).rows()) == [ROW]


def test_a_file_is_taken_up_that_was_killed_within_its_header(tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes(b"Time / s,Cy")
    with pytest.raises(StorageError, match="line 1"):
        read_table(path)
    writer = RowWriter.reopen(path, COLUMNS, attempt=2)
    writer.write(ROW)
    writer.close()
    assert list(read_table(path).rows()) == [ROW]


def test_only_the_same_columns_may_go_on(tmp_path):
    path = tmp_path / "data.csv"
    data = written(path, [ROW])
    with pytest.raises(StorageError, match="header"):
        RowWriter.reopen(path, COLUMNS[:2], attempt=2)
    assert path.read_bytes() == data
    with pytest.raises(StorageError, match="columns"):
        read_table(path, COLUMNS[:2])


def test_carriage_returns_that_another_program_put_in_do_no_harm(tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes(written(path, [ROW, ROW]).replace(b"\n", b"\r\n"))
    assert list(read_table(path).rows()) == [ROW, ROW]


GOOD = b"U / V,N,Attempt\n1.0,1,1\n2.0,2,1\n3.0,3,1\n"


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        (b"2.0,2", "line 3"),
        (b"2.0,2,1,1", "line 3"),
        (b"", "line 3"),
        (b"nan,2,1", "line 3: .*'U'"),
        (b"1e999,2,1", "line 3: .*'U'"),
        (b"1_0,2,1", "line 3: .*'U'"),
        (b"2.0,2.5,1", "line 3: .*'N'"),
        (b'2.0,2,1"', "line 3"),
        (b"2.0,2,", "line 3"),
        (b"2.0,2,x", "line 3: .*'Attempt'"),
        (b"2.\xff,2,1", "line 3"),
        (b"2.\x00,2,1", "line 3: .*'U'"),
        (b"2.0,2,1\n2.0,2,1\n2.0\n2.0,2,1,1", "line 5"),
    ],
)
@pytest.mark.parametrize("bulk", [False, True])
def test_damage_in_the_middle_is_refused_with_its_place(tmp_path, monkeypatch, line, cell, bulk):
    monkeypatch.setattr(reading, "_BULK_BYTES", 1 if bulk else 1 << 60)
    path = tmp_path / "data.csv"
    path.write_bytes(GOOD)
    assert read_table(path).column("U").tolist() == [1.0, 2.0, 3.0]
    path.write_bytes(GOOD.replace(b"2.0,2,1", line))
    with pytest.raises(StorageError, match=cell) as caught:
        read_table(path, (Column("U", "V"), Column("N", kind="integer")))
    assert caught.value.path == path


NUMBERS = st.lists(
    st.tuples(st.none() | FINITE, st.integers(-(2**63), 2**63 - 1) | st.integers()), min_size=1, max_size=30
)


@settings(max_examples=50, deadline=None)
@given(rows=NUMBERS, chunk=st.integers(1, 200))
@example(rows=[(1.0, 2**63)], chunk=9)
@example(rows=[(1.0, 2**64), (None, -(2**63) - 1)], chunk=200)
def test_the_fast_and_the_careful_reader_agree(tmp_path_factory, rows, chunk):
    columns = (Column("U", "V"), Column("N", kind="integer"))
    path = tmp_path_factory.mktemp("bulk") / "data.csv"
    expected = [{"U": number, "N": integer} for number, integer in rows]
    written(path, expected, columns)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_CHUNK_BYTES", chunk)
        for bulk in (1, 1 << 60):
            patch.setattr(reading, "_BULK_BYTES", bulk)
            for given_columns in (columns, None):
                assert list(read_table(path, given_columns).rows()) == expected


def test_the_fast_reader_rounds_every_number_to_the_nearest_float(tmp_path, monkeypatch):
    pandas = pytest.importorskip("pandas")
    bits = np.random.default_rng(1).integers(0, 2**64, 20_000, dtype=np.uint64)
    numbers = bits.view(np.float64)
    numbers = numbers[np.isfinite(numbers)]
    path = tmp_path / "data.csv"
    writer = RowWriter(path, (Column("U"), Column("N", kind="integer")))
    writer.write_columns({"U": numbers, "N": np.arange(len(numbers))})
    writer.close()
    used = []
    read_csv = pandas.read_csv
    monkeypatch.setattr(
        pandas, "read_csv", lambda *args, **options: used.append(1) or read_csv(*args, **options)
    )
    monkeypatch.setattr(reading, "_BULK_BYTES", 1)
    table = read_table(path, (Column("U"), Column("N", kind="integer")))
    new = tuple(map(int, pandas.__version__.split(".")[:2])) >= reading._EXACT_PANDAS
    assert bool(used) == new
    np.testing.assert_array_equal(table.column("U"), numbers)


def test_a_file_can_be_read_while_it_is_being_written(tmp_path):
    path = tmp_path / "data.csv"
    writer = RowWriter(path, COLUMNS)
    for count in range(5):
        assert len(read_table(path)) == count
        writer.write(ROW)
    writer.close()


def test_a_missing_file_is_a_storage_error(tmp_path):
    with pytest.raises(StorageError, match="reading"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(StorageError, match="opening"):
        RowWriter.reopen(tmp_path / "none.csv", COLUMNS, attempt=2)


def test_tables_of_an_analysis_have_no_attempt(tmp_path):
    table = Table((Column("Pellet", kind="text"), Column("R", "ohm")), (("a", 1.5), ("b", None)))
    write_table(tmp_path / "pellets.csv", table)
    assert (tmp_path / "pellets.csv").read_text() == 'Pellet,R / ohm\n"a",1.5\n"b",\n'
    back = read_table(tmp_path / "pellets.csv")
    assert back.columns == table.columns
    assert list(back.rows()) == [{"Pellet": "a", "R": 1.5}, {"Pellet": "b", "R": None}]
    assert back.attempt.tolist() == [1, 1]


def test_a_table_with_a_bad_value_is_not_written(tmp_path):
    with pytest.raises(RowError, match="row 1, column 'R'"):
        write_table(tmp_path / "t.csv", Table((Column("R"),), ((math.nan,),)))
    assert list(tmp_path.iterdir()) == []


def test_pandas_reads_the_file_without_help(tmp_path):
    pandas = pytest.importorskip("pandas")
    path = tmp_path / "data.csv"
    data = written(path, [ROW, {**ROW, "Phase, raw": "rest"}])
    frame = pandas.read_csv(io.BytesIO(data))
    assert list(frame.columns) == ["Time / s", "Cycle", "Ok", "Phase, raw", "Attempt"]
    assert frame["Phase, raw"].tolist() == ['say "x", then\\ny', "rest"]
