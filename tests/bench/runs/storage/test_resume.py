"""A new attempt at an old run: superseded rows stay in the file and out of the analysis."""

import pytest

from bench.runs.columns import Column
from bench.runs.storage.files import StorageError
from bench.runs.storage.folder import RunFolder, is_unborn
from bench.runs.storage.request import RunRequest

REQUEST = RunRequest("r", "p", (Column("N", kind="integer"),))


def begin(tmp_path):
    return RunFolder.create(tmp_path, "r1", REQUEST)


def write(folder, numbers, *, checkpoint_after=None):
    for number in numbers:
        folder.rows.write({"N": number})
        folder.journal.append("fact", name=f"seen {number}", value=True)
        if number == checkpoint_after:
            folder.checkpoint(f"after {number}", {"next": number + 1})


def numbers(folder):
    return folder.record().column("N").tolist()


def test_from_a_checkpoint_only_what_followed_it_is_superseded(tmp_path):
    first = begin(tmp_path)
    write(first, [0, 1, 2, 3, 4], checkpoint_after=2)
    first.close()

    (checkpoint,) = RunFolder.open(first.path).checkpoints()
    second = RunFolder.resume(first.path, checkpoint)
    assert second.status == "running"
    assert checkpoint.state == {"next": 3}
    write(second, [30, 40])
    second.finish("done", safe="verified")

    found = RunFolder.open(first.path)
    assert numbers(found) == [0, 1, 2, 30, 40]
    table = found.table()
    assert table.column("N").tolist() == [0, 1, 2, 3, 4, 30, 40]
    assert table.attempt.tolist() == [1, 1, 1, 1, 1, 2, 2]
    assert table.superseded.tolist() == [False, False, False, True, True, False, False]
    assert set(found.record().facts) == {"seen 0", "seen 1", "seen 2", "seen 30", "seen 40"}
    assert found.status == "done"
    assert found.verify() == []


def test_from_the_start_everything_is_superseded(tmp_path):
    first = begin(tmp_path)
    write(first, [0, 1], checkpoint_after=1)
    first.close()
    second = RunFolder.resume(first.path)
    assert second.checkpoints() == []
    write(second, [5])
    second.close()
    assert numbers(RunFolder.open(first.path)) == [5]
    assert set(RunFolder.open(first.path).record().facts) == {"seen 5"}


def test_a_second_resume_may_start_from_a_checkpoint_of_any_attempt(tmp_path):
    first = begin(tmp_path)
    write(first, [0, 1, 2], checkpoint_after=0)
    first.close()
    (early,) = first.checkpoints()
    second = RunFolder.resume(first.path, early)
    write(second, [10, 20, 30], checkpoint_after=20)
    second.close()
    early, late = RunFolder.open(first.path).checkpoints()

    third = RunFolder.resume(first.path, late)
    write(third, [300])
    third.close()
    assert numbers(RunFolder.open(first.path)) == [0, 10, 20, 300]

    fourth = RunFolder.resume(first.path, early)
    write(fourth, [4])
    fourth.close()
    found = RunFolder.open(first.path)
    assert numbers(found) == [0, 4]
    assert found.checkpoints() == [early]
    assert found.table().attempt.tolist() == [1, 1, 1, 2, 2, 2, 3, 4]


def test_half_a_row_is_cut_off_and_kept_in_the_journal(tmp_path):
    first = begin(tmp_path)
    write(first, [0, 1], checkpoint_after=0)
    first.close()
    data = first.path / "data.csv"
    data.write_bytes(data.read_bytes()[:-2])
    second = RunFolder.resume(first.path, first.checkpoints()[0])
    second.close()
    (torn,) = [entry for entry in second.entries() if entry.kind == "torn row"]
    assert torn.facts == {"latin1": "1,"}
    assert numbers(second) == [0]


@pytest.mark.parametrize("left", [None, b"", b"N,Att"])
def test_a_run_that_was_killed_before_its_first_row(tmp_path, left):
    first = begin(tmp_path)
    first.close()
    data = first.path / "data.csv"
    if left is None:
        data.unlink()
    else:
        data.write_bytes(left)
    second = RunFolder.resume(first.path)
    write(second, [7])
    second.finish("done", safe="verified")
    assert numbers(RunFolder.open(first.path)) == [7]


def test_a_folder_that_a_kill_left_without_what_was_asked_is_begun_in(tmp_path):
    first = begin(tmp_path)
    first.close()
    for name in ("run.json", "data.csv"):
        (first.path / name).unlink()
    assert is_unborn(first.path)
    second = begin(tmp_path)
    write(second, [7])
    second.finish("done", safe="verified")
    found = RunFolder.open(first.path)
    assert (numbers(found), found.verify(), is_unborn(found.path)) == ([7], [], False)
    with pytest.raises(StorageError, match="exists"):
        begin(tmp_path)


def test_rows_that_are_not_those_of_the_checkpoint_are_not_gone_on_with(tmp_path):
    first = begin(tmp_path)
    write(first, [0, 1], checkpoint_after=1)
    first.close()
    data = first.path / "data.csv"
    changed = data.read_bytes().replace(b"0,1", b"9,1")
    data.write_bytes(changed)
    with pytest.raises(StorageError, match="checkpoint 'after 1'"):
        RunFolder.resume(first.path, first.checkpoints()[0])
    assert data.read_bytes() == changed
    data.write_bytes(changed[:10])
    with pytest.raises(StorageError, match="checkpoint 'after 1'"):
        RunFolder.resume(first.path, first.checkpoints()[0])
    RunFolder.resume(first.path).close()  # the failed tries gave the lock back


def test_a_run_that_is_done_or_going_on_is_not_resumed(tmp_path):
    first = begin(tmp_path)
    with pytest.raises(StorageError, match="somebody else"):
        RunFolder.resume(first.path)
    assert RunFolder.open(first.path).status == "running"
    first.finish("done", safe="verified")
    with pytest.raises(StorageError, match="is done"):
        RunFolder.resume(first.path)


def test_an_aborted_run_may_be_resumed_and_is_then_running_again(tmp_path):
    first = begin(tmp_path)
    first.finish("aborted", reason="operator", safe="verified")
    second = RunFolder.resume(first.path)
    assert RunFolder.open(first.path).status == "running"
    second.close()
    found = RunFolder.open(first.path)
    assert found.status == "interrupted"
    assert found.info["started"] == first.info["started"]
