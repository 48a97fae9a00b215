"""`bench catalogue rebuild`: index and queue anew, from folders and journal."""

import sqlite3


def test_it_is_built_anew_and_says_from_what(bench, document, lab):
    assert bench("run", lab.queue("quick", "quick"), "--simulate", "--data", lab.data).exit_code == 0
    assert bench("submit", lab.queue("asking", name="more"), "--data", lab.data).exit_code == 0
    file = lab.data / "catalogue.sqlite"
    connection = sqlite3.connect(file)
    connection.execute("UPDATE runs SET status = 'aborted'")  # by somebody who thought it was the truth
    connection.execute("UPDATE queue SET item = replace(item, 'asking-1', 'asking-9')")
    connection.commit()
    connection.close()
    found, code = document("catalogue", "rebuild", "--data", lab.data)
    assert (code, found) == (0, {"runs": 2, "queue": 3, "problems": []})
    runs, _ = document("show", "--data", lab.data)
    assert [run["status"] for run in runs["runs"]] == ["done", "done"]
    waiting, _ = document("queue", "list", "--data", lab.data)
    assert [run["id"] for run in waiting["runs"]] == ["asking-1"]


def test_a_deleted_one_needs_no_command(document, bench, lab):
    bench("run", lab.queue("quick"), "--simulate", "--data", lab.data)
    before = document("show", "--data", lab.data)
    for path in lab.data.glob("catalogue.sqlite*"):
        path.unlink()
    assert document("show", "--data", lab.data) == before


def test_a_folder_that_cannot_be_read_is_named(bench, lab):
    bench("run", lab.queue("quick"), "--simulate", "--data", lab.data)
    (lab.runs[0] / "run.json").write_text("{")
    result = bench("catalogue", "rebuild", "--data", lab.data)
    assert result.exit_code == 1
    assert lab.runs[0].name in result.stderr


def test_nothing_is_made_where_there_is_no_data_folder(bench, lab):
    result = bench("catalogue", "rebuild", "--data", lab.path / "nowhere")
    assert result.exit_code == 1
    assert not (lab.path / "nowhere").exists()
