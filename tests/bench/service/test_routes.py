"""Every route through the client: what is told, and what is refused in words that help."""

import pytest

from bench.core.errors import ConfigError
from bench.service.client import ServiceRefusedError
from bench.service.models.base import Act
from bench.service.models.queue import Edit, Move, QueueText, RunAsked, Submission

TEXT = """
station = "../station.toml"
samples = "samples.toml"
[[runs]]
id = "one"
procedure = "steady"
[[runs]]
id = "two"
procedure = "steady"
parameters = { rows = 3 }
"""


def steady(name="one", **parameters):
    return Submission(runs=[RunAsked(id=name, procedure="steady", parameters=parameters)], by="AB")


def test_health_and_station(client, lab):
    health = client.health()
    assert (health.state, health.target, health.going, health.unsafe) == ("working", "simulated", 0, [])
    station = client.station()
    assert station.file == str(lab.station.resolve())
    assert (station.simulated, station.role, station.seed) == (True, "operate", 0)
    with lab.client("view") as viewer:
        assert viewer.station().role == "view"


def test_instruments_with_limits_and_fixtures_with_wiring(client):
    meter = client.instrument("meter")
    assert (meter.driver, meter.has_output, meter.lease, meter.readings) == ("keithley2400", True, None, [])
    assert meter.state == "not opened yet"
    assert meter.limits["current"].high > 0
    assert meter.limits["current"].unit == "A"
    (press,) = client.fixtures()
    assert press.kind == "pellet_press"
    assert press.wiring["force_high"] == "meter.force_high"
    with pytest.raises(ServiceRefusedError, match="no instrument 'metre'") as refusal:
        client.instrument("metre")
    assert refusal.value.status == 404
    assert "meter" in refusal.value.remedy


def test_a_procedure_says_what_a_form_needs(client):
    by_name = {procedure.name: procedure for procedure in client.procedures()}
    assert {"steady", "pellet-conductivity", "resistance-log"} <= set(by_name)
    interval = next(one for one in by_name["steady"].parameters if one.name == "interval")
    assert (interval.kind, interval.unit, interval.default) == ("quantity", "s", 0.05)
    assert (interval.minimum, interval.maximum) == (0.001, 86400.0)
    log = by_name["resistance-log"]
    assert log.candidates == {"meter": ["meter"]}
    assert (log.optional_roles, log.needs_sample) == ({}, False)
    drying = by_name["drying"]
    assert drying.optional_roles["gauge"] == "PressureGauge"
    assert drying.candidates["gauge"] == [], "this station has none, and it can be done all the same"
    between = next(one for one in log.parameters if one.name == "between")
    assert (between.kind, between.choices) == ("choice", ["auto", "off", "on"])
    current = next(one for one in log.parameters if one.name == "current")
    assert current.limited_by == ["meter", "current"]
    with pytest.raises(ServiceRefusedError) as refusal:
        client.procedure("os:system")
    assert refusal.value.status == 404


def test_samples_as_declared(client):
    (sample,) = client.samples()
    assert sample.name == "my-sample"
    assert sample.declared["pellets"]


def test_pre_flight_lists_every_problem_with_its_place(client):
    text = TEXT.replace("rows = 3", "rows = -3, color = 1").replace('"one"', '"One"')
    found = client.check(QueueText(text=text))
    assert not found.ok
    places = [problem.place for problem in found.problems]
    assert any("runs[1].parameters.rows (line " in place for place in places)
    assert any("runs[1].parameters.color" in place for place in places)
    assert any("runs[0].id" in place for place in places)
    assert client.queue() == []


def test_pre_flight_says_what_would_be_energised(client):
    found = client.check(QueueText(runs=[RunAsked(id="hot", procedure="sourcing")]))
    assert found.ok, found.problems
    assert found.energised == ["meter"]
    assert found.runs[0].fixtures == ["press"]
    timed = client.check(QueueText(text=TEXT))
    assert timed.rows == 23
    assert timed.duration_s == pytest.approx(23 * 0.05)


@pytest.mark.parametrize(
    "line", ['station = "other.toml"', 'samples = "/etc/passwd"', 'station = "..\\\\..\\\\windows.toml"']
)
def test_a_text_may_name_no_other_files(client, line):
    key = line.partition(" ")[0]
    text = "\n".join(line if old.startswith(key) else old for old in TEXT.splitlines())
    found = client.check(QueueText(text=text))
    assert [problem.what for problem in found.problems if key in problem.place]
    with pytest.raises(ConfigError, match="not what this service works with"):
        client.submit(Submission(text=text))


def test_a_submission_is_all_or_none(client):
    with pytest.raises(ServiceRefusedError) as refusal:
        client.submit(Submission(text=TEXT.replace("rows = 3", "rows = 0")))
    assert refusal.value.status == 422
    assert len(refusal.value.problems) == 1
    assert client.queue() == []


def test_text_or_runs_but_not_both(client):
    for asked in (Submission(), Submission(text=TEXT, runs=[RunAsked(id="x", procedure="steady")])):
        with pytest.raises(ServiceRefusedError, match="text of a queue file, or runs"):
            client.submit(asked)


def test_a_run_from_its_submission_to_its_result(client, ended):
    (item,) = client.submit(steady(rows=4))
    assert (item.key, item.state, item.by) == (1, "queued", "AB")
    found = ended(client, item.key)
    assert (found.state, found.safe) == ("done", "verified")
    assert [line.kind for line in found.history][:2] == ["added", "state"]
    (summary,) = client.runs(procedure="steady", status="done")
    run = client.run(summary.run_id)
    assert (run.rows, run.status, run.attempt) == (4, "done", 1)
    assert run.facts["measured"] == {"rows": 4}  # the last of each name
    page = client.rows(run.run_id, start=1, limit=2)
    assert (page.start, page.total, page.next, page.superseded) == (1, 4, 3, [])
    assert [row[2] for row in page.rows] == ['a "quoted", text'] * 2
    assert client.rows(run.run_id).rows[0][2] is None
    assert client.rows(run.run_id, start=99).rows == []
    journal = client.journal(run.run_id, limit=2)
    assert [line.seq for line in journal.lines] == [1, 2]
    assert client.journal(run.run_id, after=journal.last).lines == []
    assert client.verify(run.run_id).ok
    with pytest.raises(ServiceRefusedError, match="no table 'x'") as refusal:
        client.table(run.run_id, "x")
    assert refusal.value.status == 404


@pytest.mark.parametrize("name", ["..", "../runs", "%2e%2e", "a/b", "nothing", "con", "x" * 119])
def test_a_run_is_a_name_and_never_a_path(client, name):
    with pytest.raises(ServiceRefusedError) as refusal:
        client.run(name)
    assert refusal.value.status == 404


def test_the_queue_by_http(client):
    for name in ("a", "b", "c"):
        client.submit(Submission(runs=[RunAsked(id=name, procedure="steady")], by="AB", hold=True))
    assert [item.held for item in client.queue()] == ["held at its submission"] * 3
    client.move("c", Move(first=True, by="AB"))
    assert [item.id for item in client.queue()] == ["c", "a", "b"]
    changed = client.edit("a", Edit(parameters={"rows": 7}, priority=3, not_before="2031-01-31T08:00:00Z"))
    assert (changed.rows, changed.priority, changed.not_before) == (7, 3, "2031-01-31T08:00:00+00:00")
    with pytest.raises(ServiceRefusedError, match="rows") as refusal:
        client.edit("a", Edit(parameters={"rows": 0}))
    assert refusal.value.status == 422
    copy = client.act("b", "duplicate", Act(by="CD", why="once more"))
    assert (copy.key, copy.id) == (4, "b")
    assert client.act("3", "cancel", Act(by="AB")).state == "aborted"
    client.act("a", "release", Act(by="AB"))  # it still waits for its time
    client.act("a", "hold", Act(by="CD", why="look first"))
    history = [(line.kind, line.who, line.why) for line in client.queued("a").history]
    assert ("held", "CD", "look first") in history
    assert 3 not in [item.key for item in client.queue()]
    assert 3 in [item.key for item in client.queue(every=True)]
    assert client.edit("a", Edit(not_before="none")).not_before is None


@pytest.mark.parametrize(
    ("verb", "said"), [("pause", "goes on"), ("release", "not held"), ("take-up", "interrupted")]
)
def test_what_the_state_forbids_is_a_conflict(client, verb, said):
    client.submit(steady().model_copy(update={"hold": True}))
    if verb == "release":
        client.act("1", "release", Act())
    with pytest.raises(ServiceRefusedError, match=said) as refusal:
        client.act("1", verb, Act())
    assert refusal.value.status == 409


def test_unknown_runs_are_not_found(client):
    for run in ("99", "nobody"):
        with pytest.raises(ServiceRefusedError, match="there is no run") as refusal:
            client.queued(run)
        assert refusal.value.status == 404


def test_paused_resumed_and_aborted(client, until, ended):
    client.submit(steady(rows=10_000))
    until(lambda: client.queued("1").state == "running")
    client.act("1", "pause", Act(by="AB"))
    until(lambda: client.queued("1").state == "paused")
    client.act("1", "resume", Act(by="AB"))
    until(lambda: client.queued("1").state == "running")
    client.act("1", "abort", Act(by="AB", why="enough"))
    item = ended(client, 1)
    assert (item.state, item.reason) == ("aborted", "AB: enough")


def test_who_holds_what_and_what_it_last_read(client, until):
    client.submit(Submission(runs=[RunAsked(id="hot", procedure="sourcing")]))
    until(lambda: client.instrument("meter").readings)
    meter = client.instrument("meter")
    assert meter.lease.run == 1
    assert meter.state == "open"
    assert "2400" in meter.identity
    reading = next(one for one in meter.readings if one.quantity == "Voltage")
    assert (reading.unit, reading.run_id) == ("V", client.queued("1").run_id)
    assert 0 <= reading.age_s < 10
    assert client.fixtures()[0].lease.run == 1
    health = client.health()
    assert health.going == 1
    assert (health.ambient.quantity, health.ambient.unit, health.ambient.run_id) == (
        "ambient",
        "K",
        reading.run_id,
    )
    assert health.ambient.value == pytest.approx(296.15)


def test_where_a_result_comes_from(served, client, powder):
    powder.data = served.data
    powder.furnace("f1")
    powder.measured("p1", "s/1")
    for name, kind in (("s/1", "sample"), ("B1", "batch"), ("run-p1", "run")):
        found = client.trace(name)
        assert found.kind == kind
        (lineage,) = found.lineages
        assert (lineage.batch, lineage.masses_g["Al"]) == ("B1", 1.0)
        assert [(one.id, one.accepted, one.made) for one in lineage.treatments] == [("f1", "pass", True)]
        assert lineage.samples[0].runs[0].sample_batch == "B1"
    with pytest.raises(ServiceRefusedError, match="no sample, batch or run is called 'B2'") as refusal:
        client.trace("B2")
    assert refusal.value.status == 404
