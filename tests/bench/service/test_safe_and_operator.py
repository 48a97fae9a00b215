"""Making safe with a report of each instrument, and the steps that wait for a person."""

import httpx
import pytest

from bench.service.client import ServiceRefusedError
from bench.service.models.base import Act
from bench.service.models.queue import RunAsked, StepDeclined, StepDone, Submission


def submit(client, procedure, name="one", **more):
    (item,) = client.submit(Submission(runs=[RunAsked(id=name, procedure=procedure, **more)], by="AB"))
    return str(item.key)


def output(served):
    """Whether the meter's output is on; says why where its run has ended instead."""
    for item in served.service.room.desk.items(every=True):
        assert item.procedure != "sourcing" or item.state in ("queued", "waiting", "running"), item.reason
    return switched_on(served)


def switched_on(served):
    return served.service.room.connected.world.inspect()["instruments"]["meter"]["output"]


def test_everything_safe_ends_what_goes_on_and_holds_what_waits(client, served, until):
    run = submit(client, "sourcing", "hot")
    submit(client, "sourcing", "next")
    until(lambda: output(served))
    report = client.safe(Act(by="AB", why="smoke"))
    assert report.safe, report
    assert not switched_on(served)
    (told,) = report.runs
    assert (told.id, told.state, told.safe) == ("hot", "aborted", "verified")
    assert [(one.instrument, one.outcome) for one in told.instruments] == [("meter", "verified")]
    assert report.held == [2]
    assert client.queued("2").held == "everything was made safe: smoke"
    assert client.queued(run).reason.startswith("AB: smoke")
    assert not switched_on(served)


def test_an_idle_instrument_that_somebody_switched_on_is_made_safe_too(client, served):
    meter = served.service.room.connected.instrument("meter")
    meter.source_current(range_A=1e-3, compliance_V=2.0)
    meter.set_output(True)
    assert switched_on(served)
    report = client.safe()
    assert [(one.instrument, one.outcome) for one in report.instruments] == [("meter", "verified")]
    assert not switched_on(served)


def test_what_cannot_be_made_safe_is_named_loudly_until_it_can(client, served):
    world = served.service.room.connected.world
    served.service.room.connected.instrument("meter")
    world.ports["meter"].disconnect()
    report = client.safe()
    assert not report.safe
    assert "NOT SAFE: meter" in report.summary
    assert report.instruments[0].outcome != "verified"
    assert client.health().unsafe == ["meter"]
    assert client.instrument("meter").state == "NOT SAFE"
    world.ports["meter"].reconnect()
    served.service.room.connected.close(["meter"])
    assert client.safe().safe
    assert client.health().unsafe == []


def test_one_run_is_made_safe_and_the_others_go_on(client, served, until):
    hot, steady = submit(client, "sourcing", "hot"), submit(client, "steady", parameters={"rows": 10_000})
    until(lambda: output(served) and client.queued(steady).state == "running")
    told = client.safe_run(hot, Act(by="AB"))
    assert (told.state, told.safe) == ("aborted", "verified")
    assert [one.instrument for one in told.instruments] == ["meter"]
    assert client.queued(steady).state == "running"
    with pytest.raises(ServiceRefusedError, match="goes on") as refusal:
        client.safe_run(hot)
    assert refusal.value.status == 409


def test_a_step_waits_is_confirmed_and_done_in_the_world(lab, until, ended):
    lab.start(attended=True)
    with lab.client() as client:
        run = submit(client, "confirming")
        (step,) = until(client.steps)
        assert step.instruction == "Open the press."
        assert step.confirms == ["the hood is on", "gloves are worn"]
        assert client.health().steps == 1
        with pytest.raises(ServiceRefusedError, match="'gloves are worn' is not confirmed") as refusal:
            client.step_done(step.step, StepDone(by="AB", confirmed=["the hood is on"]))
        assert refusal.value.status == 409
        told = client.step_done(step.step, StepDone(by="AB", confirmed=step.confirms, note="sticky"))
        assert told.run == int(run)
        item = ended(client, run)
        assert item.state == "done", item.reason
        lines = client.journal(item.run_id).lines
        done = next(line for line in lines if line.kind == "operator done")
        assert done.facts["by"] == "AB"
        assert done.facts["answers"]["confirmed"] == step.confirms
        assert done.facts["answers"]["note"] == "sticky"
        with pytest.raises(ServiceRefusedError, match="does not wait for anybody") as again:
            client.step_done(step.step, StepDone(by="AB"))
        assert again.value.status == 409


def test_a_step_that_is_declined_ends_its_run(lab, until, ended):
    lab.start(attended=True)
    with lab.client() as client:
        run = submit(client, "confirming")
        (step,) = until(client.steps)
        client.step_declined(step.step, StepDeclined(by="AB", why="no press"))
        item = ended(client, run)
    assert item.state == "failed"
    assert "no press" in item.reason


def test_what_the_simulated_world_does_not_know_is_no_mistake_of_the_service(lab, until):
    lab.start(attended=True)
    with lab.client() as client:
        submit(client, "confirming", parameters={"action": "sing"})
        (step,) = until(client.steps)
        with pytest.raises(ServiceRefusedError, match="cannot 'sing'") as refusal:
            client.step_done(step.step, StepDone(by="AB", confirmed=step.confirms))
        assert refusal.value.status == 409
        assert client.steps() == [step]


def test_initials_are_needed(lab, until):
    lab.start(attended=True)
    with lab.client() as client:
        submit(client, "confirming")
        (step,) = until(client.steps)
        answer = httpx.post(
            f"{client.find().url}/api/v1/operator/steps/{step.step}/done",
            headers={"Authorization": f"Bearer {client.find().token}"},
            json={"by": "  "},
            trust_env=False,
        )
        assert answer.status_code == 422
        assert answer.json()["problems"][0]["place"] == "body.by"
