"""Every recording in tests/recordings: the driver runs through, the simulated instrument answers alike."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.core.errors import BenchError
from bench.core.traffic import RecordingError, read_recording
from bench.station.load import load_station
from bench.station.replay import ask_again, feed

ROOT = Path(__file__).resolve().parents[4]
FOLDER = ROOT / "tests" / "recordings"
RECORDINGS = sorted(FOLDER.glob("*.jsonl"))
READING = FOLDER / "simulated-keithley2400-reading.jsonl"
each = pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)


@pytest.fixture
def stationed(tmp_path):
    """The example station, with the recorded driver as its meter."""

    def build(recording):
        for name in ("station.toml", "world.toml"):
            text = (ROOT / "examples" / "qms" / name).read_text("utf-8")
            if recording.header.driver.startswith("keithley"):
                text = text.replace("keithley2400", recording.header.driver)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return load_station(tmp_path / "station.toml")

    return build


def test_there_are_recordings():
    assert READING in RECORDINGS


@each
def test_its_name_and_row_say_whether_it_is_simulated(path):
    simulated = read_recording(path).header.simulated
    assert path.stem.startswith("simulated-") == simulated
    (row,) = [
        line for line in (FOLDER / "README.md").read_text("utf-8").splitlines() if f"`{path.name}`" in line
    ]
    assert ("**simulated**" in row) == simulated


@each
def test_the_driver_runs_through(path):
    fed = feed(read_recording(path))
    assert fed.ok, fed.problem
    assert fed.exchanges == fed.total


@each
def test_the_simulated_instrument_answers_alike(path, stationed):
    recording = read_recording(path)
    found = ask_again(recording, stationed(recording))
    assert not found, "\n".join(f"line {one.line}: {one.request}: {one.what}" for one in found)


def altered(tmp_path, change):
    """The reading with `change` applied to (line number, line): None leaves it out."""
    lines = READING.read_text("utf-8").splitlines()
    out = [json.loads(line) for line in lines]
    kept = [new for number, line in enumerate(out, 1) if (new := change(number, line)) is not None]
    path = tmp_path / "altered.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")
    return read_recording(path)


def replied(query, text):
    """A change that gives the reply to each `query` this text."""
    state = {"asked": False}

    def change(number, line):
        if line.get("op") == "write":
            state["asked"] = line["text"] == query
        elif line.get("op") == "read" and state["asked"]:
            return {**line, "text": text(line["text"]) if callable(text) else text}
        return line

    return change


@pytest.mark.parametrize(
    ("query", "text", "told"),
    [
        (":READ?", "+1.0E+00", "1 fields were recorded"),
        (":READ?", lambda reply: reply.replace("E", "00E"), "not written alike"),
        (":OUTP?", "ON", "not written alike"),
        (":OUTP:SMOD?", "NORMAL", "text 'NORMAL' was recorded"),
        (":SENS:VOLT:NPLC?", "7.770000E+00", "recorded after it was set"),
        ("*IDN?", "KEITHLEY INSTRUMENTS INC.,MODEL 2410,1,C1", "text 'MODEL 2410'"),
        (":SYST:ERR?", '0,"no error"', "text"),
    ],
)
def test_a_reply_of_another_shape_is_a_difference(tmp_path, stationed, query, text, told):
    recording = altered(tmp_path, replied(query, text))
    found = ask_again(recording, stationed(recording))
    assert found
    assert told in found[0].what
    assert found[0].request == query


def test_another_reading_serial_number_and_firmware_are_none(tmp_path, stationed):
    def change(number, line):
        text = line.get("text", "")
        if line.get("op") == "read" and text.startswith("KEITHLEY"):
            return {**line, "text": "KEITHLEY INSTRUMENTS INC.,MODEL 2400,9999999,C34"}
        if line.get("op") == "read" and text.count("E+") > 1:
            return {**line, "text": "+1.234567E-03,-1.234567E-05,+9.910000E+37,+8.123456E+00,+1.234560E+04"}
        return line

    recording = altered(tmp_path, change)
    assert ask_again(recording, stationed(recording)) == []


def test_a_missing_exchange_is_told_with_its_line(tmp_path):
    fed = feed(altered(tmp_path, lambda number, line: None if number == 3 else line))
    assert not fed.ok
    assert "line 3" in fed.problem
    assert not fed.connected


def test_a_reply_the_driver_does_not_understand(tmp_path):
    recording = altered(
        tmp_path, lambda number, line: {**line, "text": "2"} if line.get("text") == "0" else line
    )
    fed = feed(recording)
    assert not fed.ok


def test_silence_is_a_difference_unless_the_line_failed(tmp_path, stationed):
    def failing(kind):
        def change(number, line):
            if line.get("op") == "read" and line["text"].count("E+") > 1:
                line = {key: value for key, value in line.items() if key != "text"}
                line["error"] = {"kind": kind, "text": "nothing came"}
            return line

        return change

    recording = altered(tmp_path, failing("timeout"))
    assert {one.what for one in ask_again(recording, stationed(recording))} == {
        "the recorded instrument gave no answer"
    }
    assert feed(recording).ok
    recording = altered(tmp_path, failing("garbled"))
    assert ask_again(recording, stationed(recording)) == []


def test_a_station_without_the_instrument(stationed):
    recording = read_recording(READING)
    station = stationed(recording)
    other = replace(recording, header=replace(recording.header, driver="keithley2450"))
    with pytest.raises(BenchError, match="keithley2450"):
        ask_again(other, station)


def test_a_driver_nobody_has():
    recording = read_recording(READING)
    with pytest.raises(BenchError, match="no driver 'keithley9999'") as caught:
        feed(replace(recording, header=replace(recording.header, driver="keithley9999")))
    assert not isinstance(caught.value, RecordingError)
