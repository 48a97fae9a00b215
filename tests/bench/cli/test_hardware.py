"""`bench doctor --hardware`, `bench run --record` and `bench replay`, from the command line."""

import json

import pytest

from bench.core.traffic import read_recording


@pytest.fixture
def doctor(lab, document):
    def call(*arguments):
        return document("doctor", "--hardware", "meter", "--station", lab.station, "--simulate", *arguments)

    return call


def test_the_document(doctor):
    found, code = doctor("--yes")
    assert code == 0
    assert (found["ok"], found["safe"]) == (True, True)
    assert all(check["verdict"] == "ok" for check in found["checks"])
    assert set(found["checks"][0]) == {
        "phase",
        "check",
        "verdict",
        "detail",
        "remedy",
        "attempts",
        "exchanges",
    }


def test_nobody_to_ask_means_no_consent(doctor):
    found, code = doctor()
    assert code == 0
    assert {check["verdict"] for check in found["checks"]} == {"ok", "skipped"}


def test_the_report_is_written_and_can_be_replayed(bench, lab, tmp_path):
    result = bench(
        *("doctor", "--hardware", "meter", "--station", lab.station, "--simulate", "--yes"),
        *("--report", tmp_path / "meter"),
    )
    assert result.exit_code == 0, result.output
    assert "0 failed" in result.stdout
    assert {path.name for path in tmp_path.glob("meter.*")} == {"meter.json", "meter.txt", "meter.jsonl"}
    result = bench("replay", tmp_path / "meter.jsonl", "--against", lab.station)
    assert result.exit_code == 0, result.output
    assert "answers alike" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("--yes",),
        ("--report", "x"),
        ("--hardware", "meter"),
        ("--hardware", "meter", "--station", "STATION", "--simulate", "--world", "bench-world://x"),
        ("--hardware", "meter", "--station", "STATION", "--simulate", "--report", "no/such/folder"),
    ],
)
def test_options_that_do_not_go_together(bench, lab, arguments):
    result = bench("doctor", *(lab.station if text == "STATION" else text for text in arguments))
    assert result.exit_code == 2


def test_an_instrument_that_is_not_there(bench, lab):
    result = bench("doctor", "--hardware", "metre", "--station", lab.station, "--simulate")
    assert result.exit_code == 1
    assert "meter" in result.stderr


def test_hardware_that_is_not_there_is_a_failed_check(document, lab):
    text = lab.station.read_text("utf-8").replace("GPIB0::24::INSTR", "TCPIP::127.0.0.1::1::SOCKET")
    lab.station.write_text(text, encoding="utf-8")
    found, code = document("doctor", "--hardware", "meter", "--station", lab.station, "--yes")
    assert code == 1
    assert "failed" in [check["verdict"] for check in found["checks"][:2]]
    assert not [check for check in found["checks"] if check["phase"] == "round trips"]
    assert found["instrument"]["simulated"] is False


def test_a_run_keeps_its_traffic_when_asked(bench, lab):
    queue = lab.queue("metered", "metered")
    text = queue.read_text("utf-8").replace('id = "metered-2"', 'id = "again"')
    queue.write_text(text, encoding="utf-8")
    assert bench("run", queue, "--simulate", "--data", lab.data, "--record").exit_code == 0
    assert len(lab.runs) == 2
    for folder in lab.runs:
        recording = read_recording(folder / "traffic" / "meter.jsonl")
        assert recording.header.simulated
        assert "MODEL 2400" in recording.header.identity
        assert any(exchange.data == ":OUTP OFF" for exchange in recording.exchanges)
        assert bench("replay", folder / "traffic" / "meter.jsonl", "--against", lab.station).exit_code == 0


def test_a_run_keeps_no_traffic_unless_asked(bench, lab):
    assert bench("run", lab.queue("metered"), "--simulate", "--data", lab.data).exit_code == 0
    assert not (lab.runs[0] / "traffic").exists()


def test_a_difference_is_exit_1_and_listed(document, bench, lab, tmp_path):
    assert bench("run", lab.queue("metered"), "--simulate", "--data", lab.data, "--record").exit_code == 0
    path = lab.runs[0] / "traffic" / "meter.jsonl"
    other = tmp_path / "other.jsonl"
    other.write_text(path.read_text("utf-8").replace('"text": "NORM"', '"text": "NORMAL"'), encoding="utf-8")
    found, code = document("replay", other, "--against", lab.station)
    assert code == 1
    assert found["differences"][0]["request"] == ":OUTP:SMOD?"
    assert found["differences"][0]["simulated"] == "NORM"
    alone, code = document("replay", path)
    assert (code, alone["differences"], alone["driver"]["ok"]) == (0, None, True)


def test_what_is_no_recording(bench, tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"a": 1}) + "\n", encoding="utf-8")
    result = bench("replay", path)
    assert result.exit_code == 1
    assert "line 1" in result.stderr
