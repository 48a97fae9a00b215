"""Who is let in: tokens, roles, hosts, origins, sizes, rates; and what the files of the tokens look like."""

import json
import os
import stat

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from bench.runs.storage.files import StorageError
from bench.service.client import Client, ServiceGoneError, ServiceRefusedError, Where, find_service
from bench.service.models.base import Act
from bench.service.models.files import API, ENDPOINT, TOKENS
from bench.service.security import BURST, LARGEST, Bucket
from bench.service.tokens import Tokens, tokens_of


@pytest.fixture
def ask(served):
    """A bare request with the token for operating, unless other headers are given."""
    where = find_service(served.data)

    def call(method="GET", path="/health", headers=None, **more):
        ours = {"Authorization": f"Bearer {where.token}"}
        given = {**ours, **(headers or {})}
        kept = {name: value for name, value in given.items() if value is not None}
        with httpx.Client(trust_env=False) as http:
            return http.request(method, f"{where.url}{API}{path}", headers=kept, **more)

    return call


def test_a_token_is_always_required(ask):
    for given in (
        None,
        "",
        "Bearer",
        "Bearer nonsense",
        "Basic abc",
        "bearer " + "x" * 500,
        b"Bearer \xe4\xff",
    ):
        answer = ask(headers={"Authorization": given})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "token" in answer.json()["what"]
    assert ask().status_code == 200


def test_the_description_needs_a_token_too(ask):
    assert ask(path="/openapi.json", headers={"Authorization": None}).status_code == 401
    assert "/api/v1/queue" in ask(path="/openapi.json").json()["paths"]
    assert ask(path="/../../docs").status_code == 404


def test_who_may_only_look_changes_nothing(served, ask):
    with served.client("view") as viewer:
        assert viewer.health().state == "working"
        for act in (
            viewer.safe,
            lambda: viewer.act("1", "abort", Act()),
            lambda: viewer.act("1", "hold", Act()),
        ):
            with pytest.raises(ServiceRefusedError, match="may only look") as refusal:
                act()
            assert refusal.value.status == 403
        with viewer.events() as stream:
            assert next(iter(stream)).kind == "hello"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", ""])
def test_a_name_that_was_bound_to_this_computer_is_refused(ask, host):
    answer = ask(headers={"Host": host})
    assert answer.status_code in (400, 403)
    assert "starting" not in answer.text
    assert "working" not in answer.text


def test_a_page_of_another_site_is_refused(ask, served):
    for origin in ("http://evil.example", "null", "https://127.0.0.1"):
        answer = ask(headers={"Origin": origin})
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers
    where = find_service(served.data)
    assert ask(headers={"Origin": where.url}).status_code == 200
    assert ask("OPTIONS", headers={"Origin": "http://evil.example"}).status_code == 403


def test_the_streams_pass_the_same_gate(served):
    where = find_service(served.data)
    url = where.url.replace("http", "ws") + API
    good = {"Authorization": f"Bearer {where.token}"}
    for path in ("/live", "/events"):
        for headers in ({}, {"Authorization": "Bearer x"}, {**good, "Origin": "http://evil.example"}):
            with (
                pytest.raises(InvalidStatus) as refused,
                connect(url + path, additional_headers=headers, proxy=None),
            ):
                pass
            assert refused.value.response.status_code in (401, 403)
            assert json.loads(refused.value.response.body)["what"]


def test_a_stream_with_a_wrong_token_says_so_instead_of_trying_for_ever(served):
    where = find_service(served.data)
    with Client(where=Where(where.url, "wrong")) as stranger:
        stream = stranger.events()
        with pytest.raises(ServiceRefusedError, match="token"):
            next(iter(stream))


def test_a_large_request_is_refused_before_it_is_read(ask):
    answer = ask("POST", "/queue/check", content=b"x" * (LARGEST + 1))
    assert answer.status_code == 413

    def parts():
        for _ in range(12):
            yield b" " * 100_000

    answer = ask("POST", "/queue/check", content=parts(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert ask().status_code == 200


def test_too_many_requests_are_slowed_and_the_off_switch_is_not(served, monkeypatch):
    gate = served.service.gate
    monkeypatch.setattr(gate, "_buckets", {role: Bucket(0.001, 3) for role in ("view", "operate", None)})
    with served.client() as client:
        for _ in range(3):
            client.health()
        with pytest.raises(ServiceRefusedError, match="a second") as refusal:
            client.health()
        assert refusal.value.status == 429
        assert client.safe(Act(by="AB")).safe
        with pytest.raises(ServiceRefusedError, match="no run #1"):
            client.act("1", "abort", Act())


def test_a_bucket_fills_again(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("bench.core.wall.now", lambda: now[0])
    bucket = Bucket(2.0, 4)
    assert [bucket.take() for _ in range(5)] == [True] * 4 + [False]
    now[0] += 1.0
    assert [bucket.take() for _ in range(3)] == [True, True, False]
    now[0] += 1000.0
    assert sum(bucket.take() for _ in range(10)) == 4
    assert BURST > 1


def test_tokens_are_made_once_and_are_private(served):
    path = served.data / TOKENS
    for name in (TOKENS, ENDPOINT):
        if os.name == "posix":
            assert stat.S_IMODE((served.data / name).stat().st_mode) == 0o600
    before = json.loads(path.read_bytes())
    assert len(before["view"]) >= 40
    assert before["view"] != before["operate"]
    served.stop()
    served.start()
    assert json.loads(path.read_bytes()) == before


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_a_token_file_that_others_could_read_is_not_trusted(tmp_path):
    tokens_of(tmp_path)
    (tmp_path / TOKENS).chmod(0o644)
    with pytest.raises(StorageError, match="read by other users"):
        tokens_of(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"view": "", "operate": "x"}', '{"view": "x"}', "\xff"])
def test_a_damaged_token_file_is_refused(tmp_path, text):
    (tmp_path / TOKENS).write_text(text, "latin-1")
    (tmp_path / TOKENS).chmod(0o600)
    with pytest.raises(StorageError, match="damaged"):
        tokens_of(tmp_path)


def test_tokens_do_not_show_in_messages():
    assert "secret" not in repr(Tokens("secret", "secret2"))
    assert "secret" not in repr(Where("http://127.0.0.1:1", "secret"))


def test_the_address_is_withdrawn_at_the_end(served):
    url = find_service(served.data).url
    served.stop()
    assert find_service(served.data) is None
    with served.client() as client, pytest.raises(ServiceGoneError, match="no service"):
        client.health()
    with Client(where=Where(url, "x")) as client, pytest.raises(ServiceGoneError, match="does not answer"):
        client.health()


def test_a_port_that_is_taken_is_said_before_anything_starts(served, tmp_path):
    from bench.core.errors import BenchError

    other = type(served)(tmp_path / "other")
    with pytest.raises(BenchError, match="port"):
        other.start(port=served.service.port)
    assert not (other.data / "queue.jsonl").exists()
