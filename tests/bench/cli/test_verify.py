"""`bench verify`: every change after the fact is found, and a result that does not follow from its rows."""

import json

import pytest


@pytest.fixture
def verify(lab, bench, document):
    """Run one procedure, change something, and verify: outcome by check, and the exit code."""
    assert bench("run", lab.queue("quick"), "--simulate", "--data", lab.data).exit_code == 0
    (folder,) = lab.runs

    def call(change=lambda folder: None):
        change(folder)
        line = ("verify", folder.name, "--station", lab.station, "--data", lab.data)
        found, code = document(*line)
        assert found["run_id"] == folder.name
        assert found["ok"] == (code == 0)
        return {check["name"]: (check["outcome"], check["details"]) for check in found["checks"]}, code

    return call


CHAIN, PREFIX, END, RESULT = (
    "journal chain",
    "rows up to each checkpoint",
    "end record",
    "result follows from the rows",
)


def altered(name, old, new):
    def change(folder):
        path = folder / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    return change


def test_a_run_as_it_was_written(verify, bench, lab):
    found, code = verify()
    assert code == 0
    assert {name: outcome for name, (outcome, _) in found.items()} == {
        CHAIN: "ok",
        PREFIX: "not checked",
        END: "ok",
        RESULT: "ok",
    }
    assert found[RESULT][1] == ["2 results, 1 tables, each number the same"]
    shown = bench("verify", lab.runs[0].name, "--station", lab.station, "--data", lab.data)
    assert "result follows from the rows: ok" in shown.stdout


def test_a_line_of_the_journal_that_was_changed(verify):
    found, code = verify(altered("journal.jsonl", '"phase":"execute"', '"phase":"exekute"'))
    assert code == 1
    assert found[CHAIN][0] == "altered"
    assert "line" in found[CHAIN][1][0]


def test_a_row_that_was_changed_breaks_the_end_record_and_the_result(verify):
    found, code = verify(altered("data.csv", "0.8414709848078965", "0.9414709848078965"))
    assert code == 1
    assert found[END][0] == "altered"
    assert found[RESULT][0] == "differs"
    assert any(line.startswith("results.voltage.value: ") for line in found[RESULT][1])


def test_a_result_that_was_improved_by_hand(verify):
    def change(folder):
        path = folder / "result.json"
        document = json.loads(path.read_text("utf-8"))
        document["results"]["voltage"]["u"] /= 2
        path.write_text(json.dumps(document), "utf-8")

    found, code = verify(change)
    assert code == 1
    assert found[END][0] == "ok"
    assert found[RESULT][0] == "differs"
    assert found[RESULT][1][0].startswith("results.voltage.u: ")


def test_a_flag_that_was_taken_away_a_budget_and_a_table(verify):
    def change(folder):
        path = folder / "result.json"
        document = json.loads(path.read_text("utf-8"))
        document["results"]["voltage"]["flags"] = []
        document["budgets"]["voltage"][0]["u"] = 0.5
        path.write_text(json.dumps(document), "utf-8")
        (folder / "rows.csv").write_text("Row,Attempt\n9,1\n", "utf-8")

    found, _ = verify(change)
    said = "\n".join(found[RESULT][1])
    for place in ("results.voltage.flags", "budgets.voltage[0].u", "table 'rows'"):
        assert place in said


def test_a_result_that_is_gone_or_damaged(verify):
    found, _ = verify(lambda folder: (folder / "result.json").write_text("{", "utf-8"))
    assert found[RESULT][0] == "altered"
    found, _ = verify(lambda folder: (folder / "result.json").unlink())
    assert found[RESULT] == ("differs", ["result.json is missing, though the run is done"])


def test_another_version_of_numpy_is_said_and_bounds_what_can_be_checked(verify):
    def change(folder):
        path = folder / "run.json"
        document = json.loads(path.read_text("utf-8"))
        document["versions"]["numpy"] = "0.1"
        path.write_text(json.dumps(document), "utf-8")

    found, code = verify(change)
    assert (code, found[END][0], found[RESULT][0]) == (1, "altered", "ok"), "changing run.json is found too"
    assert "numpy 0.1 then" in found[RESULT][1][0]


def test_without_the_station_its_own_procedures_are_not_known(verify, document, lab):
    verify()
    found, code = document("verify", lab.runs[0].name, "--data", lab.data)
    assert code == 0
    (check,) = [one for one in found["checks"] if one["name"] == RESULT]
    assert check["outcome"] == "not checked"
    assert "no procedure 'quick'" in check["details"][0]


def test_a_run_that_failed_has_no_result_to_follow(lab, bench, document):
    bench("run", lab.queue("hopeless"), "--simulate", "--data", lab.data)
    found, code = document("verify", lab.runs[0].name, "--data", lab.data)
    assert code == 0
    assert found["checks"][-1]["details"] == ["the run is failed"]


def test_rows_before_any_checkpoint_are_checked_one_checkpoint_after_another(tmp_path):
    from bench.runs.columns import Column
    from bench.runs.storage.folder import RunFolder
    from bench.runs.storage.request import RunRequest
    from bench.runs.verification import verify_run

    folder = RunFolder.create(tmp_path, "r", RunRequest("r", "p", (Column("V", "V"),)))
    for number in range(3):
        folder.rows.write({"V": float(number)})
        folder.checkpoint(f"c{number}", {})
    folder.close()
    checks = {check.name: check for check in verify_run(RunFolder.open(folder.path))}
    assert checks[PREFIX].details == ("3 checkpoints, the last at row 3",)
    assert checks[END].outcome == "not checked"
    altered("data.csv", "1.0,1", "1.5,1")(folder.path)
    checks = {check.name: check for check in verify_run(RunFolder.open(folder.path))}
    assert checks[PREFIX].outcome == "altered"
    assert checks[PREFIX].details == (
        "the first 2 rows are not those of 'c1'",
        "the first 3 rows are not those of 'c2'",
    )
