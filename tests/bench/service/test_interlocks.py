"""Interlocks by HTTP, by command and beside a bench: how they stand, and releasing one with who and why."""

import json

import pytest
from typer.testing import CliRunner

from bench.cli.main import app
from bench.runs.interlocks.status import NotReleasedError
from bench.runs.queue.log import QueueLog
from bench.runs.queue.queue import RunQueue
from bench.runs.queue.store import Mark
from bench.service.client import ServiceRefusedError
from bench.service.interlocks import LocalInterlocks
from bench.service.models.base import Act
from bench.service.models.interlocks import Release
from bench.service.models.queue import RunAsked, Submission

RULE = """
[interlocks.contact]
quantity = "Voltage of meter"
below = "99 V"
then = "pause"
"""


def bench(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def submit(client, name):
    client.submit(Submission(runs=[RunAsked(id=name, procedure="sourcing")], by="AB"))


def released(lab):
    lines = [one for one in QueueLog(lab.data).read(Mark())[0] if one.kind == "interlock released"]
    return [(one.facts["who"], one.facts["why"], one.facts["rule"]) for one in lines]


@pytest.fixture
def latched(lab, until):
    """A client of a service on which a run left the rule violated, and a second run waits for it."""
    with lab.station.open("a", encoding="utf-8") as file:
        file.write(RULE)
    lab.data.mkdir()
    (lab.data / "alarms.toml").write_text('[rules.trip]\ninterlocks = ["contact"]\n', "utf-8")
    lab.start()
    with lab.client() as client:
        (rule,) = client.interlocks()
        assert (rule.standing, rule.text, rule.since) == ("idle", "", None)
        submit(client, "hot")
        until(lambda: client.queued("hot").state == "paused")
        with pytest.raises(ServiceRefusedError, match="violated still, now ") as refusal:
            client.release_interlock("contact", Release(by="AB", why="hope"))
        assert refusal.value.status == 409
        assert "Voltage of meter is below 99 V" in str(refusal.value)
        client.act("hot", "abort", Act(by="AB"))
        until(lambda: client.interlocks()[0].standing == "latched")
        submit(client, "next")
        until(lambda: "interlock contact: Voltage of meter" in client.queued("next").waiting_for)
        yield client


def test_it_is_told_released_by_who_may_and_written_down(latched, lab, until):
    (rule,) = latched.interlocks()
    assert (rule.name, rule.comparison, rule.limit, rule.then) == ("contact", "below", "99 V", "pause")
    assert (rule.quantity, rule.unit) == ("Voltage of meter", "V")
    assert rule.value < 99.0
    assert rule.text.startswith("interlock contact: Voltage of meter is below 99 V (")
    (alarm,) = latched.alarms()
    assert (alarm.rule, alarm.text, alarm.active, alarm.count) == ("trip", rule.text, True, 1)
    with lab.client("view") as viewer, pytest.raises(ServiceRefusedError) as refusal:
        viewer.release_interlock("contact", Release(by="AB", why="mended"))
    assert refusal.value.status == 403
    with pytest.raises(ServiceRefusedError, match=r"no interlock 'contatc'.*contact") as refusal:
        latched.release_interlock("contatc", Release(by="AB", why="mended"))
    assert refusal.value.status == 404
    assert released(lab) == []
    with latched.events(after=0, epoch="") as events:
        latched.release_interlock("contact", Release(by="AB", why=" mended "))
        told = next(one for one in events if one.facts.get("change") == "interlock released")
    assert (told.facts["who"], told.facts["why"], told.facts["rule"]) == ("AB", "mended", "contact")
    until(lambda: latched.queued("next").state == "paused")
    assert released(lab) == [("AB", "mended", "contact")]
    until(lambda: latched.alarms()[0].count == 2)


def test_a_service_that_starts_again_is_no_person_who_has_looked(latched, lab, until):
    (before,) = latched.interlocks()
    lab.stop()
    assert (lab.data / "interlocks.json").exists()
    lab.start()
    with lab.client() as client:
        assert client.interlocks() == [before]
        until(lambda: client.queued("next").waiting_for == before.text)
        client.release_interlock("contact", Release(by="AB", why="mended"))
        until(lambda: client.queued("next").state == "paused")
        client.act("next", "abort", Act(by="AB"))
        until(lambda: client.interlocks()[0].standing == "latched")
        client.release_interlock("contact", Release(by="AB", why="mended again"))
        lab.stop()
    lab.start()
    with lab.client() as client:
        assert client.interlocks()[0].standing == "idle"


def test_by_command(latched, lab, until):
    (rule,) = json.loads(bench("interlock", "list", "--json", "--data", lab.data).stdout)["interlocks"]
    assert rule == latched.interlocks()[0].model_dump()
    told = bench("interlock", "list", "--data", lab.data)
    assert "latched" in told.stdout
    assert rule["text"] in told.stdout
    assert bench("interlock", "release", "contact", "--why", " ", "--data", lab.data).exit_code == 2
    done = bench("interlock", "release", "contact", "--why", "mended", "--by", "AB", "--data", lab.data)
    assert done.exit_code == 0, done.output
    until(lambda: latched.queued("next").state == "paused")
    assert released(lab) == [("AB", "mended", "contact")]
    again = bench("interlock", "release", "contact", "--why", "mended", "--data", lab.data)
    assert again.exit_code == 1
    assert "violated still" in again.output


def test_beside_a_bench_that_is_no_service_the_queue_carries_it(latched, lab, until):
    queue = RunQueue(lab.data)
    beside = LocalInterlocks(lab.data, queue)
    (rule,) = beside.interlocks()
    assert rule.standing == "unknown"
    assert rule.text == latched.queued("next").waiting_for
    assert beside.release_interlock("contact", Release(by="AB", why="mended")).name == "contact"
    until(lambda: latched.queued("next").state == "paused")
    assert released(lab) == [("AB", "mended", "contact")]
    with pytest.raises(NotReleasedError, match="violated still"):
        beside.release_interlock("contact", Release(by="AB", why="mended"))
    slow = LocalInterlocks(lab.data, queue, patience_s=0.0)
    with pytest.raises(NotReleasedError, match="does not answer"):
        slow.release_interlock("contact", Release(by="AB", why="mended"))
    queue.close()


def test_without_a_bench_nothing_is_latched(lab):
    for arguments in (("list",), ("release", "contact", "--why", "mended")):
        told = bench("interlock", *arguments, "--data", lab.data)
        assert told.exit_code == 1
        assert "no bench works on" in told.output
