"""Rows as they come: from any row on, without gap or double, late, slow, together, and over a restart."""

import socket as socketlib
import threading
from urllib.parse import urlsplit

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bench.core import wall
from bench.runs.columns import Column
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.request import RunRequest
from bench.service.client import ServiceRefusedError, find_service
from bench.service.models.base import Act
from bench.service.models.files import API
from bench.service.models.queue import RunAsked, Submission

ROWS = 60


def submit(client, name="one", **parameters):
    (item,) = client.submit(
        Submission(runs=[RunAsked(id=name, procedure="steady", parameters=parameters)], by="AB")
    )
    return str(item.key)


@pytest.fixture
def run_id(client, until):
    """Of a run that goes on for some seconds."""
    run = submit(client, rows=ROWS)
    return until(lambda: client.queued(run).run_id)


def collect(client, run_id, start=0, into=None):
    """All batches until the end; gives back (row numbers, rows, the end)."""
    numbers, rows = ([], []) if into is None else into
    with client.live() as stream:
        stream.follow(run_id, start)
        for batch in stream:
            assert batch.refused is None, batch.refused
            numbers += range(batch.start, batch.start + len(batch.rows))
            rows += batch.rows
            if batch.ended is not None:
                return numbers, rows, batch.ended
    raise AssertionError("the stream ended before the run")


def test_from_the_first_row_to_the_end(client, run_id):
    numbers, rows, ended = collect(client, run_id)
    assert numbers == list(range(ROWS))
    assert ended == "done"
    assert rows == client.rows(run_id).rows
    assert {row[-1] for row in rows} == {1}


def test_a_late_subscriber_gets_history_and_then_the_stream(client, run_id, until):
    until(lambda: client.run(run_id).rows > 20)
    numbers, rows, _ = collect(client, run_id, start=7)
    assert numbers == list(range(7, ROWS))
    assert rows == client.rows(run_id, start=7).rows


def test_a_run_that_has_ended_is_told_to_its_end(client, ended):
    run = submit(client, rows=3)
    found = ended(client, run)
    assert collect(client, found.run_id)[0] == [0, 1, 2]
    assert collect(client, found.run_id, start=3) == ([], [], "done")


def test_two_clients_and_two_runs_at_once(client, lab, until):
    runs = [submit(client, name, rows=ROWS) for name in ("one", "two")]
    ids = [until(lambda run=run: client.queued(run).run_id) for run in runs]
    got = {}

    def follow(number):
        seen = {run_id: [] for run_id in ids}
        left = set(ids)
        with lab.client("view") as viewer, viewer.live() as stream:
            for run_id in ids:
                stream.follow(run_id)
            for batch in stream:
                seen[batch.run_id] += range(batch.start, batch.start + len(batch.rows))
                if batch.ended:
                    left.discard(batch.run_id)
                if not left:
                    break
        got[number] = seen

    threads = [threading.Thread(target=follow, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert got == {number: {run_id: list(range(ROWS)) for run_id in ids} for number in range(2)}


def test_an_unknown_run_is_refused_and_the_others_go_on(client, run_id):
    with client.live() as stream:
        stream.follow("../../etc")
        stream.follow(run_id)
        batches = iter(stream)
        assert "there is no run" in next(batches).refused
        assert next(batches).run_id == run_id


def test_a_stream_that_is_closed_elsewhere_ends(client, run_id):
    stream = client.live()
    stream.follow(run_id)
    threading.Timer(0.3, stream.close).start()
    assert sum(len(batch.rows) for batch in stream) < ROWS


def test_a_message_that_nobody_understands_ends_the_connection_with_a_reason(client, lab):
    where = find_service(lab.data)
    headers = {"Authorization": f"Bearer {where.token}"}
    for text in ("nonsense", '{"follow": [{"run_id": 3}]}', '{"eval": "1"}', "[]"):
        with connect(
            where.url.replace("http", "ws") + API + "/live", additional_headers=headers, proxy=None
        ) as socket:
            socket.send(text)
            with pytest.raises(Exception, match="not understood"):
                socket.recv(timeout=10)


def history(data, run_id, rows):
    """A run that ended long ago, with more rows than the system buffers."""
    columns = (Column("Time", "s"), Column("Voltage", "V"))
    folder = RunFolder.create(data, run_id, RunRequest("big", "steady", columns))
    numbers = np.arange(rows, dtype=float)
    folder.rows.write_columns({"Time": numbers, "Voltage": np.sin(numbers)})
    folder.finish("done", safe="verified")


def socket_of(url):
    """A connection that takes little at once."""
    parts = urlsplit(url)
    made = socketlib.socket()
    made.setsockopt(socketlib.SOL_SOCKET, socketlib.SO_RCVBUF, 4096)
    made.connect((parts.hostname, parts.port))
    return made


def test_the_slow_one_is_disconnected_with_a_reason_and_the_run_is_not_slowed(lab, until, ended):
    """Megabytes of history for somebody who never reads; beside it a run at its own pace."""
    lab.start(slow_s=1.0)
    big = "20260101T000000Z-big-abcdef"
    history(lab.data, big, 400_000)
    with lab.client() as client:
        where = find_service(lab.data)
        small = socket_of(where.url)
        headers = {"Authorization": f"Bearer {where.token}"}
        with connect(
            where.url.replace("http", "ws") + API + "/live",
            additional_headers=headers,
            proxy=None,
            compression=None,
            max_queue=1,
            ping_interval=None,
            sock=small,
        ) as socket:
            socket.send(f'{{"follow": [{{"run_id": "{big}", "start": 0}}]}}')
            until(lambda: lab.service.room.feed.followers)
            run = submit(client, "beside", rows=20)
            began = wall.now()
            ended(client, run)
            assert wall.now() - began < 10
            until(lambda: not lab.service.room.feed.followers)
            with pytest.raises(ConnectionClosed):
                list(socket)  # what was on its way still comes
            assert (socket.close_code, socket.close_reason[:8]) == (1013, "too slow")


def test_a_client_goes_on_over_a_restart_of_the_service(lab, until):
    """The service ends while a client follows, and another one takes the run up: on another port."""
    lab.start()
    with lab.client() as client:
        run = submit(client, rows=400, interval=0.02)
        run_id = until(lambda: client.queued(run).run_id)
        numbers, rows = [], []
        ends = []
        follower = threading.Thread(
            target=lambda: ends.append(collect(client, run_id, into=(numbers, rows))[2]), daemon=True
        )
        follower.start()
        until(lambda: len(numbers) > 10)
        first = client.find().url
        lab.stop()
        lab.start()
        assert client.find().url != first
        follower.join(60)
        assert not follower.is_alive()
        assert ends == ["done"]
        assert numbers == list(range(client.run(run_id).rows))
        assert {row[-1] for row in rows} == {1, 2}
        page = client.rows(run_id, limit=1000)
        assert rows[: len(page.rows)] == page.rows
        assert page.superseded == [number for number, row in enumerate(page.rows) if row[-1] == 1]


def test_events_of_a_run_in_their_order_and_after_a_break(client, ended):
    with client.events() as stream:
        events = iter(stream)
        hello = next(events)
        assert hello.kind == "hello"
        run = submit(client, rows=3)
        seen = [next(events)]
        while seen[-1].kind != "run finished":
            seen.append(next(events))
    mine = [event for event in seen if event.run == int(run)]
    assert [event.seq for event in seen] == list(range(hello.seq + 1, hello.seq + 1 + len(seen)))
    kinds = [event.kind for event in mine]
    assert kinds.index("run started") < kinds.index("progress") < kinds.index("run finished")
    assert mine[-1].facts == {"status": "done", "safe": "verified", "reason": ""}
    with client.events(after=seen[2].seq, epoch=hello.epoch) as stream:
        again = iter(stream)
        assert next(again).kind == "hello"
        assert [next(again).seq for _ in seen[3:]] == [event.seq for event in seen[3:]]


def test_what_others_write_into_the_queue_is_told(client, lab):
    from bench.runs.queue.queue import RunQueue

    client.submit(Submission(runs=[RunAsked(id="x", procedure="steady")], hold=True))
    with client.events() as stream:
        events = iter(stream)
        assert next(events).kind == "hello"
        queue = RunQueue(lab.data)
        queue.hold(1, who="somebody else", why="in another terminal")
        queue.close()
        told = next(event for event in events if event.facts.get("change") == "held")
    assert (told.run, told.facts["who"]) == (1, "somebody else")


def test_an_abort_is_seen_by_who_follows(client, run_id):
    with client.live() as stream:
        stream.follow(run_id)
        batches = iter(stream)
        next(batches)
        client.act("1", "abort", Act(by="AB"))
        last = next(batch for batch in batches if batch.ended is not None)
    assert last.ended == "aborted"
    assert last.start == client.run(run_id).rows


def test_a_run_can_be_followed_from_the_instant_it_begins(client):
    """Before its folder is there; again and again, for that is a matter of microseconds."""
    for number in range(5):
        with client.events() as stream, client.live() as rows:
            events = iter(stream)
            next(events)
            submit(client, f"r{number}", rows=2)
            began = next(event for event in events if event.kind == "run started")
            rows.follow(began.run_id)
            seen = []
            for batch in rows:
                assert batch.refused is None, batch.refused
                seen += batch.rows
                if batch.ended:
                    break
        assert [len(row) for row in seen] == [4, 4]


def test_a_client_that_nobody_understands_is_told_and_does_not_try_for_ever(client, monkeypatch):
    stream = client.live()
    monkeypatch.setattr(stream, "_greet", lambda socket: socket.send("nonsense"))
    with pytest.raises(ServiceRefusedError, match="not understood"):
        next(iter(stream))
