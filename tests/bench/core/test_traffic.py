"""A recording: what is written is read back, and what is broken is told with its line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.traffic import Exchange, Header, RecordingError, RecordingWriter, read_recording

HEADER = Header("meter", "GPIB0::24::INSTR", "keithley2400", "passive", True, versions={"python": "3.11"})


def exchange(operation, data=None, fault=None):
    return Exchange(
        1.5, "2026-01-01T00:00:01.5+00:00", operation, data, fault, None if fault is None else "bad"
    )


LATIN = st.text(st.characters(max_codepoint=255))
EXCHANGES = st.one_of(
    st.builds(exchange, st.just("write"), LATIN),
    st.builds(exchange, st.just("read"), LATIN),
    st.builds(exchange, st.just("read"), st.none(), st.sampled_from(["timeout", "lost", "garbled", "other"])),
    st.builds(exchange, st.just("clear")),
)


@given(st.lists(EXCHANGES, max_size=30))
def test_what_is_written_is_read_back(tmp_path_factory, exchanges):
    path = tmp_path_factory.mktemp("traffic") / "meter.jsonl"
    writer = RecordingWriter(path, HEADER)
    for one in exchanges:
        writer.write(one)
    writer.close()
    found = read_recording(path)
    assert found.exchanges == tuple(exchanges)
    assert found.header == writer.header
    assert path.read_bytes().isascii()


def test_the_identity_is_taken_from_the_first_answer(tmp_path):
    writer = RecordingWriter(tmp_path / "a.jsonl", HEADER)
    for one in (exchange("clear"), exchange("write", "*IDN?"), exchange("read", "A,B,1,2")):
        writer.write(one)
    first = (tmp_path / "a.jsonl").read_text().splitlines()[0]  # before it is closed: a kill loses nothing
    assert json.loads(first)["identity"] == "A,B,1,2"
    writer.close()


def test_a_failure_is_on_the_disk_at_once_with_or_without_identity(tmp_path):
    writer = RecordingWriter(tmp_path / "a.jsonl", HEADER)
    writer.write(exchange("write", "*IDN?"))
    writer.write(exchange("read", None, "timeout"))
    found = read_recording(tmp_path / "a.jsonl")
    assert (found.header.identity, len(found.exchanges)) == (None, 2)
    writer.close()


def lines(**change):
    good = {"t": 0, "utc": "x", "instrument": "meter", "op": "write", "text": "A"}
    return json.dumps(HEADER.as_json()) + "\n" + json.dumps({**good, **change}) + "\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no complete line"),
        ("{}\n", "line 1: lacks 'recording'"),
        ("[]\n", "line 1: is not an object"),
        (json.dumps({**HEADER.as_json(), "recording": 99}) + "\n", "line 1: the layout is 99"),
        (json.dumps({**HEADER.as_json(), "load": "motor"}) + "\n", "line 1: load 'motor'"),
        (lines(op="poke"), "line 2: op 'poke'"),
        (lines(text=None), "line 2: a write without text"),
        (lines(text=7), "line 2: text 7"),
        (lines(base64="%"), "line 2"),
        (lines(error={"kind": "sad", "text": ""}), "line 2: error kind 'sad'"),
        (lines() + "nonsense\n", "line 3"),
    ],
)
def test_what_is_broken_is_told_with_its_line(tmp_path, text, told):
    path = tmp_path / "meter.jsonl"
    path.write_text(text)
    with pytest.raises(RecordingError, match=told):
        read_recording(path)


def test_half_a_line_at_the_end_is_left_out(tmp_path):
    path = tmp_path / "meter.jsonl"
    path.write_text(lines() + '{"t": 1, "utc"')
    assert len(read_recording(path).exchanges) == 1


def test_no_file(tmp_path):
    with pytest.raises(RecordingError, match="cannot be read"):
        read_recording(tmp_path / "none.jsonl")
