"""Every instrument of lost runs ends safe or verifiably kept, once, and every run's journal says so."""

import threading

import pytest
from lost_fakes import lost

from bench.runs.storage import journal
from bench.runs.storage.files import StorageError
from bench.runs.storage.journal import Journal
from bench.runs.survival.settle import settle


@pytest.fixture
def folder(tmp_path):
    """Make the folder of a run with a journal that a kill left open."""

    def make(name):
        path = tmp_path / "runs" / name
        path.mkdir(parents=True)
        book = Journal(path / "journal.jsonl")
        book.append("created")
        book.close()
        return path

    return make


def entries(path):
    assert journal.verify(path / "journal.jsonl") == []
    return journal.read(path / "journal.jsonl")


def test_it_is_made_safe_and_the_journal_says_by_whom(lab, folder):
    path = folder("a")
    (one,) = settle(lab.connected, [lost(1, "meter", folder=path)], by="guard")
    assert (one.safe, one.error) == ("verified", "")
    assert not lab.devices["meter"].on
    assert lab.devices["furnace"].on  # no lost run used it
    last = entries(path)[-1]
    assert last.kind == "made safe"
    assert last.facts == {"by": "guard", **one.safing.as_json()}
    assert last.facts["safe"] == "verified"


def test_one_that_guards_itself_is_kept_and_stays_so_when_the_station_is_left(lab, folder):
    path = folder("a")
    lab.devices["furnace"].guards = True
    with lab.connected as station:
        (one,) = settle(
            station, [lost(1, "furnace", "meter", folder=path, on_host_loss="keep")], by="start-up"
        )
    assert one.safe == "kept"
    assert lab.devices["furnace"].on
    assert lab.devices["furnace"].made_safe == 0
    assert not lab.devices["meter"].on
    facts = entries(path)[-1].facts
    assert (facts["safe"], facts["by"]) == ("kept", "start-up")
    assert "08:00" in facts["kept"]["furnace"]


@pytest.mark.parametrize("guards", [False, None])
def test_one_that_cannot_prove_that_it_guards_itself_is_made_safe(lab, guards):
    lab.devices["furnace"].guards = guards
    (one,) = settle(lab.connected, [lost(1, "furnace", on_host_loss="keep")], by="guard")
    assert one.safe == "verified"
    assert not lab.devices["furnace"].on


def test_what_several_runs_used_is_settled_once(lab, folder):
    paths = [folder("a"), folder("b")]
    runs = [lost(1, "meter", folder=paths[0]), lost(2, "meter", "oven", folder=paths[1])]
    settled = settle(lab.connected, runs, by="guard")
    assert [one.safe for one in settled] == ["verified", "verified"]
    assert lab.devices["meter"].made_safe == 1
    assert [[one["instrument"] for one in entries(path)[-1].facts["instruments"]] for path in paths] == [
        ["meter"],
        ["meter", "oven"],
    ]


def test_whoever_wants_it_safe_beats_whoever_wants_it_kept(lab):
    lab.devices["furnace"].guards = True
    runs = [lost(1, "furnace", on_host_loss="keep"), lost(2, "furnace")]
    assert [one.safe for one in settle(lab.connected, runs, by="guard")] == ["verified", "verified"]
    assert not lab.devices["furnace"].on


def test_one_that_does_not_answer_at_first_is_tried_again(lab):
    lab.devices["meter"].gone = 2
    (one,) = settle(lab.connected, [lost(1, "meter", "oven")], by="guard", pause_s=2.0)
    assert one.safe == "verified"
    assert lab.clock.now() == 4.0
    assert lab.devices["oven"].made_safe == 1


def test_one_that_never_answers_is_told_loudly_and_stops_nobody(lab, folder):
    path = folder("a")
    lab.devices["meter"].gone = 1000
    lab.devices["furnace"].stuck = True
    (one, other) = settle(
        lab.connected, [lost(1, "meter", "furnace", folder=path), lost(2, "oven")], by="guard"
    )
    assert (one.safe, other.safe) == ("failed", "verified")
    assert not lab.devices["oven"].on
    assert "NOT SAFE: meter, furnace" in one.text()
    assert "no reply" in one.text()
    assert [outcome.outcome for outcome in one.safing.outcomes] == ["unreachable", "failed"]
    assert entries(path)[-1].facts["safe"] == "failed"
    assert 1000 - lab.devices["meter"].gone == 3


def test_a_port_that_hangs_while_it_is_opened_is_given_up(lab):
    lab.devices["meter"].hangs_s = 1e6
    (one,) = settle(lab.connected, [lost(1, "meter")], by="guard", tries=1)
    assert one.safe == "failed"
    assert "within 60 s" in one.text()
    assert lab.clock.now() == 60.0


def test_a_name_that_the_station_has_no_longer(lab):
    (one,) = settle(lab.connected, [lost(1, "toaster", "meter")], by="guard", pause_s=0)
    assert one.safe == "failed"
    assert "toaster" in one.text()
    assert not lab.devices["meter"].on


def test_a_run_that_somebody_writes_is_not_lost(lab, folder):
    alive, dead = folder("alive"), folder("dead")
    book = Journal(alive / "journal.jsonl")
    runs = [lost(1, "meter", folder=alive), lost(2, "meter", "oven", folder=dead)]
    one, other = settle(lab.connected, runs, by="guard", pause_s=0)
    book.close()
    assert (one.safe, one.safing) == (None, None)
    assert "still writing" in one.error
    assert [entry.kind for entry in entries(alive)] == ["created"]
    assert lab.devices["meter"].on
    assert other.safe == "failed"  # it shares the meter with the living
    assert not lab.devices["oven"].on


def test_while_it_is_settled_nobody_takes_the_run_up(lab, folder, monkeypatch):
    path = folder("a")
    refused = []

    def take_up():
        with pytest.raises(StorageError):
            Journal(path / "journal.jsonl")
        refused.append(True)

    def make_safe(driver):
        thread = threading.Thread(target=take_up)
        thread.start()
        thread.join()
        return original(driver)

    driver = type(lab.connected.instrument("meter"))
    original = driver.make_safe
    monkeypatch.setattr(driver, "make_safe", make_safe)
    settle(lab.connected, [lost(1, "meter", folder=path)], by="guard")
    assert refused


@pytest.mark.parametrize("damage", ["no folder", "damaged", "not yet a folder"])
def test_a_journal_that_cannot_be_written_keeps_nothing_on(lab, tmp_path, damage):
    path = {"no folder": tmp_path / "gone", "damaged": tmp_path, "not yet a folder": None}[damage]
    if damage == "damaged":
        (path / "journal.jsonl").write_bytes(b"nonsense\n")
    (one,) = settle(lab.connected, [lost(1, "meter", folder=path)], by="guard")
    assert one.safe == "verified"
    assert not lab.devices["meter"].on
    assert ("journal was not written" in one.error) is (path is not None)


def test_half_a_line_that_the_kill_left_is_cut_and_noted(lab, folder):
    path = folder("a")
    with (path / "journal.jsonl").open("ab") as file:
        file.write(b'{"seq": 2, "ut')
    settle(lab.connected, [lost(1, "meter", folder=path)], by="guard")
    assert [entry.kind for entry in entries(path)] == ["created", "torn", "made safe"]


def test_nothing_lost_opens_nothing(lab):
    assert settle(lab.connected, [], by="guard") == ()
    assert lab.connected.opened == {}
