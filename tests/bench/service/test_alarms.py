"""Alarms: from a rule to somebody's mailbox, latched until acknowledged, also over a restart."""

import email
import json
import socketserver
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bench.core import wall
from bench.core.errors import ConfigError
from bench.runs.storage import journal
from bench.service.alarms.board import AlarmBoard, Raised, UnknownAlarmError
from bench.service.alarms.load import AlarmSettings, load_alarms
from bench.service.alarms.outbox import Outbox
from bench.service.alarms.senders import Email, Message, senders_of
from bench.service.alarms.watchman import _next
from bench.service.client import ServiceRefusedError
from bench.service.models.alarms import Acknowledge
from bench.service.models.base import Act
from bench.service.models.queue import RunAsked, Submission
from bench.station import load_station


class SmtpHandler(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs."""

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        sink = self.server.sink
        if sink.refuse:
            self.say("421 not now")
            return
        self.say("220 sink")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"EHLO":
                self.say("250 sink")
            elif word == b"DATA":
                self.say("354 go on")
                lines = []
                while (line := self.rfile.readline()) != b".\r\n":
                    lines.append(line)
                sink.letters.append(email.message_from_bytes(b"".join(lines)))
                self.say("250 taken")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


class HookHandler(BaseHTTPRequestHandler):
    def do_POST(self):
        sink = self.server.sink
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not sink.refuse:
            sink.letters.append(json.loads(body))
        self.send_response(503 if sink.refuse else 204)
        self.end_headers()

    def log_message(self, *arguments):
        pass


class Sink:
    """A server in this process that keeps what it is sent; `refuse` makes it take nothing."""

    def __init__(self, kind, handler):
        self.letters, self.refuse = [], False
        self.server = kind(("127.0.0.1", 0), handler)
        self.server.sink = self
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


@pytest.fixture
def smtp():
    sink = Sink(Server, SmtpHandler)
    yield sink
    sink.close()


@pytest.fixture
def hook():
    sink = Sink(HTTPServer, HookHandler)
    yield sink
    sink.close()


def write(lab, text):
    lab.data.mkdir(exist_ok=True)
    (lab.data / "alarms.toml").write_text(text, "utf-8")


def submit(client, procedure="steady", name="one", **parameters):
    (item,) = client.submit(
        Submission(runs=[RunAsked(id=name, procedure=procedure, parameters=parameters)], by="AB")
    )
    return str(item.key)


def test_a_quantity_beyond_its_limit_reaches_mailbox_and_webhook(lab, smtp, hook, until, ended):
    write(
        lab,
        f"""
        [rules.high]
        quantity = "Voltage"
        above = "900 mV"
        guidance = "Look at the furnace."
        [email]
        host = "127.0.0.1"
        port = {smtp.port}
        security = "none"
        from = "bench@example.org"
        to = ["ana@example.org", "bo@example.org"]
        [webhook]
        url = "http://127.0.0.1:{hook.port}/x"
        """,
    )
    lab.start()
    with lab.client() as client:
        run = submit(client, rows=20)
        ended(client, run)
        (alarm,) = until(client.alarms)
        assert (alarm.rule, alarm.severity, alarm.run, alarm.count) == ("high", "critical", 1, 1)
        assert alarm.text.startswith("Voltage of run #1 is above 900 mV (0.9")
        assert client.health().alarms == 1
        letter = until(lambda: smtp.letters)[0]
        assert letter["To"] == "ana@example.org, bo@example.org"
        assert "CRITICAL: Voltage of run #1 is above 900 mV" in letter["Subject"]
        assert "Look at the furnace." in letter.get_payload()
        told = until(lambda: hook.letters)[0]
        assert told["alarm"]["rule"] == "high"
        until(lambda: not client.alarms()[0].active)
        acknowledged = client.acknowledge(alarm.number, Acknowledge(by="AB", why="seen"))
        assert (acknowledged.by, acknowledged.note) == ("AB", "seen")
        assert client.alarms() == []
        with pytest.raises(ServiceRefusedError, match="no alarm 1") as refusal:
            client.acknowledge(alarm.number, Acknowledge())
        assert refusal.value.status == 404
        assert [len(smtp.letters), len(hook.letters)] == [1, 1]


def test_runs_that_end_badly_are_alarms_without_any_file_and_survive_a_restart(lab, until):
    lab.start()
    with lab.client() as client:
        run = submit(client, rows=10_000)
        until(lambda: client.queued(run).state == "running")
        lab.stop()  # the computer's stop: the run is interrupted, and taken up again
    lab.start()
    with lab.client() as client:
        alarms = until(client.alarms)
        assert [(one.rule, one.run, one.active) for one in alarms] == [("bad-end", 1, False)]
        assert "interrupted" in alarms[0].text
        lab.stop()
    lab.start()
    with lab.client() as client:
        client.act(run, "abort", Act(by="AB"))
        numbers = [one.number for one in client.alarms()]
        assert alarms[0].number in numbers
        assert len(numbers) == len(set(numbers))
        for number in numbers:
            client.acknowledge(number, Acknowledge(by="AB"))
        until(lambda: not client.alarms())
    lab.stop()
    assert journal.verify(lab.data / "alarms.jsonl") == []


def test_a_person_who_lets_a_run_wait(lab, until):
    write(lab, '[rules.waits]\nwaiting_for_person = "0.2 s"\nseverity = "warning"\n')
    lab.start(attended=True)
    with lab.client() as client:
        run = submit(client, "confirming")
        (alarm,) = until(client.alarms)
        assert "Open the press." in alarm.text
        assert (alarm.severity, alarm.active) == ("warning", True)
        client.acknowledge(alarm.number, Acknowledge(by="AB"))
        assert client.alarms()[0].by == "AB"  # it still holds
        client.act(run, "abort", Act(by="AB"))
        until(lambda: not client.alarms())


def test_a_sender_that_fails_is_an_alarm_itself_and_is_tried_again(tmp_path, smtp, until):
    smtp.refuse = True
    errors = []
    settings = AlarmSettings(email=account(smtp.port))
    (sender,) = senders_of(settings)
    outbox = Outbox(sender, errors.append, first_pause_s=0.02)
    outbox.put(Message("one", "text", {}))
    outbox.put(Message("two", "text", {}))
    until(lambda: len(errors) > 2)
    assert all("421" in error for error in errors)
    smtp.refuse = False
    until(lambda: len(smtp.letters) == 2)
    outbox.close()
    assert [letter["Subject"] for letter in smtp.letters] == ["one", "two"]
    assert errors[-1] is None


def test_a_failing_sender_shows_on_the_screen(lab, hook, until):
    hook.refuse = True
    write(lab, f'[rules.bad]\nruns = ["aborted"]\n[webhook]\nurl = "http://127.0.0.1:{hook.port}/secret"\n')
    lab.start()
    with lab.client() as client:
        run = submit(client, rows=10_000)
        until(lambda: client.queued(run).state == "running")
        client.act(run, "abort", Act(by="AB"))
        found = until(
            lambda: {one.rule: one for one in client.alarms()} if len(client.alarms()) == 2 else None
        )
        assert found["sender"].text.startswith("alarms cannot be sent by webhook: OSError: it answered 503")
        assert "secret" not in str(found)
        assert found["sender"].active


def account(port, **more):
    from bench.service.alarms.load import EmailAccount

    return EmailAccount("127.0.0.1", port, "none", "bench@x.org", ("a@x.org",), "", "", **more)


def test_a_subject_cannot_smuggle_a_header(smtp, until):
    Email(account(smtp.port)).send(Message("a\r\nBcc: evil@x.org", "text", {}))
    (letter,) = until(lambda: smtp.letters)
    assert letter["Bcc"] is None
    assert letter["Subject"] == "a Bcc: evil@x.org"


def test_the_same_cause_is_one_alarm_until_it_was_over(tmp_path):
    heard = []
    board = AlarmBoard(tmp_path, lambda change, alarm: heard.append((change, alarm.number, alarm.count)))
    cause = Raised("k", "rule", "critical", "hot")
    assert board.raise_(cause)
    assert not board.raise_(cause)
    board.clear("k")
    assert board.raise_(cause)
    board.acknowledge(1, "AB", "")
    assert not board.raise_(cause)
    board.clear("k")
    assert board.alarms() == []
    assert board.raise_(cause)
    assert [one.number for one in board.alarms()] == [2]
    event = Raised("e", "rule", "critical", "failed", lasting=False)
    assert board.raise_(event)
    board.acknowledge(3, "AB", "")
    assert not board.raise_(event)
    board.close()
    again = AlarmBoard(tmp_path)
    assert not again.raise_(event)
    assert [(one.number, one.active, one.acknowledged) for one in again.alarms()] == [(2, False, None)]
    with pytest.raises(UnknownAlarmError):
        again.acknowledge(1, "AB", "")
    again.close()
    assert heard[:4] == [("raised", 1, 1), ("cleared", 1, 1), ("raised", 1, 2), ("acknowledged", 1, 2)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[rules.a]\n", "one of quantity, interlocks, runs, waiting_for_person"),
        ('[rules.a]\nquantity = "V"\n', "one limit"),
        ('[rules.a]\nquantity = "V"\nabove = 1\nbelow = 2\n', "one limit"),
        ('[rules.a]\nquantity = "V of metre"\nabove = 1\n', "no quantity"),
        ('[rules.a]\nquantity = "V"\nabove = true\n', "no limit"),
        ('[rules.a]\nquantity = " "\nabove = 1\n', "names no quantity"),
        ('[rules.a]\nruns = ["failed"]\nabove = 1\n', "belong to a quantity"),
        ('[rules.a]\nruns = ["bad"]\n', "bad"),
        ('[rules.a]\ninterlocks = ["bad"]\n', "no interlock 'bad'"),
        ("[rules.a]\nwaiting_for_person = 1\ncolor = 1\n", "color"),
        ('[email]\nhost = "x"\nfrom = "a@b"\nto = ["c@d"]\nuser = "u"\n', "no password"),
        ('[email]\nhost = "x"\nfrom = "a@b"\nto = ["c@d"]\npassword_env = "NOT_SET_HERE"\n', "NOT_SET_HERE"),
        ('[email]\nhost = "x"\nfrom = "a@b"\nto = ["c@d"]\npassword_file = "nothing"\n', "cannot be read"),
        ("[webhook]\n", "one of url"),
        ('[webhook]\nurl = "ftp://x"\n', "no http"),
        ('[alive]\nat = "8 am"\n', "time of day"),
        ("[alive]\n", "nobody to tell"),
        ("[[rules]]\n", "table"),
    ],
)
def test_every_mistake_of_the_file_is_told_before_anything_starts(lab, text, said):
    write(lab, text)
    with pytest.raises(ConfigError, match=said):
        lab.start()
    assert not (lab.data / "queue.jsonl").exists()


def test_secrets_come_from_a_variable_or_a_private_file(lab, monkeypatch):
    write(
        lab,
        '[email]\nhost = "x"\nfrom = "a@b"\nto = ["c@d"]\nuser = "u"\npassword_file = "pw"\n'
        '[webhook]\nurl_env = "HOOK_HERE"\n',
    )
    monkeypatch.setenv("HOOK_HERE", "https://example.org/hook")
    (lab.data / "pw").write_text("hush\n")
    (lab.data / "pw").chmod(0o600)
    found = load_alarms(lab.data, load_station(lab.station))
    assert (found.email.password, found.webhook) == ("hush", "https://example.org/hook")
    assert "hush" not in repr(found) + repr(found.email)
    (lab.data / "pw").chmod(0o644)
    with pytest.raises(ConfigError, match="read by others"):
        load_alarms(lab.data, load_station(lab.station))


def test_the_daily_message_comes_at_its_time_each_day():
    at = datetime(2026, 3, 1, 7, 59, 30, tzinfo=UTC)
    first = _next("08:00", at)
    assert first == datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
    assert _next("08:00", first) == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert _next(None, at) is None


def test_the_daily_message_says_what_goes_on(lab, hook, until):
    write(lab, f'[webhook]\nurl = "http://127.0.0.1:{hook.port}/"\n[alive]\nat = "08:00"\n')
    lab.start()
    watchman = lab.service.room.watchman
    watchman._next_alive = wall.utc()
    told = until(lambda: hook.letters)[0]
    assert told["kind"] == "alive"
    assert "going on: nothing" in told["text"]
    assert watchman._next_alive > wall.utc()


def test_a_room_temperature_that_is_declared_cannot_be_watched(lab):
    write(lab, '[rules.hot]\nquantity = "ambient"\nabove = "30 degC"\n')
    with pytest.raises(ConfigError, match=r"rules.hot.quantity.*never changes"):
        load_alarms(lab.data, load_station(lab.station))
