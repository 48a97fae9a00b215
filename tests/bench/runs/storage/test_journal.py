"""The journal: a chain of lines that shows what was changed, and goes on after a kill."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.clock import VirtualClock
from bench.runs.storage import journal
from bench.runs.storage.files import StorageError
from bench.runs.storage.journal import Journal

ROOT = Path(__file__).resolve().parents[4]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.jsonl"


def filled(path, lines=4):
    book = Journal(path)
    for number in range(lines):
        book.append("fact", name="n", value=number)
    book.close()
    return path.read_bytes()


def test_a_line_holds_number_times_kind_facts_and_the_hash_of_the_line_before(path):
    clock = VirtualClock(start=100.0)
    book = Journal(path, clock)
    book.append("start", who="me")
    clock.sleep(2.5)
    book.append("stop")
    book.close()
    first, second = map(json.loads, path.read_text().splitlines())
    assert (first["seq"], first["kind"], first["facts"], first["time_s"]) == (
        1,
        "start",
        {"who": "me"},
        100.0,
    )
    assert first["before"] == "0" * 64
    assert (second["seq"], second["time_s"]) == (2, 102.5)
    assert second["utc"].endswith("+00:00")
    assert journal.verify(path) == []
    entries = journal.read(path)
    assert [(entry.seq, entry.kind, entry.facts) for entry in entries] == [
        (1, "start", {"who": "me"}),
        (2, "stop", {}),
    ]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.dictionaries(st.text(st.characters(exclude_characters="/")), JSON), max_size=5))
def test_facts_read_back_as_they_were(tmp_path_factory, facts):
    path = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    book = Journal(path)
    for one in facts:
        book.append("fact", **one)
    book.close()
    assert [entry.facts for entry in journal.read(path)] == facts
    assert journal.verify(path) == []


def test_a_fact_may_be_named_kind_or_seq(path):
    book = Journal(path)
    book.append("fact", kind="a", seq=7, facts=1, before=2)
    book.close()
    assert journal.read(path)[0].facts == {"kind": "a", "seq": 7, "facts": 1, "before": 2}


def test_numpy_and_paths_are_written_as_json_has_them(path):
    book = Journal(path)
    book.append("fact", value=np.float32(0.5), array=np.arange(3), file=Path("a/b"), flag=np.bool_(True))
    book.close()
    assert journal.read(path)[0].facts == {"value": 0.5, "array": [0, 1, 2], "file": "a/b", "flag": True}


@pytest.mark.parametrize(
    ("facts", "place"),
    [
        ({"value": math.nan}, "fact.value"),
        ({"value": {"a": [1.0, math.inf]}}, r"fact.value.a\[1\]"),
        ({"value": np.array([np.nan])}, r"fact.value\[0\]"),
        ({"value": object()}, "fact.value"),
        ({"value": {1: 2}}, "fact.value"),
    ],
)
def test_what_json_cannot_hold_is_refused_with_its_place(path, facts, place):
    book = Journal(path)
    with pytest.raises(ValueError, match=place):
        book.append("fact", **facts)
    book.append("fact", value=1)
    book.close()
    assert len(journal.read(path)) == 1
    assert journal.verify(path) == []


def test_a_journal_goes_on_with_its_chain(path):
    filled(path, 2)
    filled(path, 3)
    assert [entry.seq for entry in journal.read(path)] == [1, 2, 3, 4, 5]
    assert journal.verify(path) == []


@pytest.mark.parametrize("line", [1, 2, 3])
def test_a_changed_line_is_named(path, line):
    lines = filled(path).splitlines(keepends=True)
    lines[line - 1] = lines[line - 1].replace(b'"value":', b'"value": ')
    path.write_bytes(b"".join(lines))
    (problem,) = journal.verify(path)
    assert f"line {line + 1}:" in problem  # the next line no longer follows it


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: [*lines[:1], *lines[2:]], "line 2: it is numbered 3"),
        (lambda lines: [*lines[:2], lines[1], *lines[2:]], "line 3: it is numbered 2"),
        (lambda lines: [lines[0], b"{}\n", *lines[2:]], "line 2: it is no line of a journal"),
        (lambda lines: [lines[0], b"\0\0\n", *lines[2:]], "line 2: it is no JSON"),
        (lambda lines: [b"[1]\n", *lines[1:]], "line 1: it is no line of a journal"),
        (lambda lines: lines[1:], "line 1: it is numbered 2"),
    ],
)
def test_dropped_added_and_damaged_lines_are_named(path, change, words):
    path.write_bytes(b"".join(change(filled(path).splitlines(keepends=True))))
    (problem,) = journal.verify(path)
    assert words in problem


def test_a_damaged_line_cannot_be_read_over(path):
    lines = filled(path).splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], b"oops\n", *lines[2:]]))
    with pytest.raises(StorageError, match="line 2"):
        journal.read(path)


@pytest.mark.parametrize("cut", [1, 2, 40, 120])
@pytest.mark.parametrize("zeros", [0, 9])
def test_half_a_line_is_dropped_and_its_bytes_are_kept_in_a_line_that_says_so(path, cut, zeros):
    data = filled(path)
    lines = data.splitlines(keepends=True)
    torn = lines[-1][:-cut] + b"\0" * zeros
    path.write_bytes(b"".join(lines[:-1]) + torn)
    assert journal.verify(path) == []
    assert len(journal.read(path)) == 3
    book = Journal(path)
    book.append("fact", name="n", value="after")
    book.close()
    assert journal.verify(path) == []
    entries = journal.read(path)
    assert [entry.kind for entry in entries] == ["fact", "fact", "fact", "torn", "fact"]
    assert entries[3].facts["latin1"].encode("latin-1") == torn


def test_a_journal_killed_before_its_first_line_can_be_gone_on_with(path):
    path.write_bytes(b'{"se')
    filled(path, 1)
    assert [entry.kind for entry in journal.read(path)] == ["torn", "fact"]
    assert journal.verify(path) == []


def test_a_journal_whose_last_line_is_damaged_is_left_alone(path):
    data = filled(path) + b"oops\n" + b"half"
    path.write_bytes(data)
    with pytest.raises(StorageError, match="line 5"):
        Journal(path)
    assert path.read_bytes() == data


def test_only_one_may_write(path):
    book = Journal(path)
    book.append("fact")
    with pytest.raises(StorageError, match="somebody else"):
        Journal(path)
    book.close()
    Journal(path).close()


def test_another_process_may_not_write_either_and_a_killed_one_leaves_no_lock(path):
    code = (
        "import sys, pathlib; from bench.runs.storage.journal import Journal\n"
        "book = Journal(pathlib.Path(sys.argv[1])); book.append('fact'); print('open', flush=True)\n"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as child:
        assert child.stdout.readline() == b"open\n"
        with pytest.raises(StorageError, match="somebody else"):
            Journal(path)
        child.kill()
        child.wait()
    Journal(path).close()
    assert len(journal.read(path)) == 1


def test_position_is_the_number_of_lines_and_the_hash_that_the_next_carries(path):
    book = Journal(path)
    book.append("a")
    count, digest = book.position()
    book.append("b")
    book.close()
    assert count == 1
    assert json.loads(path.read_text().splitlines()[1])["before"] == digest


def test_a_signal_handler_that_raises_while_a_line_is_added_does_not_break_the_chain(path, monkeypatch):
    book = Journal(path)
    append = book._file.append

    def interrupted(data, records=1):
        append(data, records)
        raise KeyboardInterrupt

    monkeypatch.setattr(book._file, "append", interrupted)
    with pytest.raises(KeyboardInterrupt):
        book.append("a")
    monkeypatch.undo()
    book.append("b")
    book.close()
    assert journal.verify(path) == []
    assert [entry.kind for entry in journal.read(path)] == ["a", "b"]
