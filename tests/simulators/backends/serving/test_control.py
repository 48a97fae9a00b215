"""The control endpoint: who gets in, what it tells, what it does."""

import asyncio
import json
import math
import re
import socket
import time
from typing import ClassVar
from urllib.parse import urlsplit

import pytest
import pyvisa

from bench.core.clock import PacedClock
from bench.core.errors import CommunicationError, ConfigError
from bench.station.remote_world import RemoteWorld
from simulators.backends.serving.control import ControlEndpoint
from simulators.backends.serving.operations import Operations


def first_reply(endpoint, text):
    parts = urlsplit(endpoint)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as client:
        client.sendall(text)
        client.shutdown(socket.SHUT_WR)
        with client.makefile("rb") as file:
            return file.read()


@pytest.mark.parametrize(
    "text",
    [
        b'{"id": 1, "do": "inspect"}\n',
        b'{"id": 1, "do": "hello", "with": {"token": "guess"}}\n',
        b'{"id": 1, "do": "hello", "with": {"token": ["TOKEN"]}}\n',
        b'{"id": 1, "do": "hello"}\n',
        b'{"id": 1, "do": "shutdown", "with": {"token": "TOKEN"}}\n',
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"[]\n",
        b'{"do": "hello", "with": 7}\n',
        b"\xff\xfe\n",
        b"x" * 3_000_000 + b"\n",
    ],
)
def test_without_the_token_nobody_is_answered(served, world, text):
    token = urlsplit(served.endpoint).path[1:].encode()
    try:
        assert first_reply(served.endpoint, text.replace(b"TOKEN", token)) == b""
    except OSError:
        pass  # it hung up before everything was sent: EPIPE, ECONNRESET or, in shutdown, ENOTCONN
    assert "instruments" in world.inspect()
    assert served.process.poll() is None


def test_a_guessed_token_is_told_as_such(served):
    with pytest.raises(CommunicationError, match="token"):
        RemoteWorld(re.sub(r"/[^/]*$", "/guess", served.endpoint))


@pytest.mark.parametrize(
    "text", ["", "meter", "http://127.0.0.1:1/x", "bench-world://127.0.0.1/x", "bench-world://h:x/y"]
)
def test_what_is_no_endpoint_is_a_mistake_of_the_person(text):
    with pytest.raises(ConfigError, match="bench sim serve"):
        RemoteWorld(text)


def test_it_greets_with_what_a_run_needs(world):
    assert (world.station_name, world.seed) == ("QMS bench", 3)
    assert set(world.addresses) == {"meter", "ambient"}
    assert re.fullmatch(r"TCPIP::127\.0\.0\.1::\d+::SOCKET", world.addresses["meter"].resource)


def test_a_program_that_opens_visa_resources_itself_is_stopped(world):
    """A stock pymeasure procedure would: it must find an error there, not somebody's GPIB bus."""
    with pytest.raises(OSError, match="served at"):
        pyvisa.ResourceManager(f"{world.library_path}@bench")


def test_clocks_of_two_processes_agree_without_talking(world):
    """The server's clock, read between two readings of ours, lies between them."""
    clock = world.clock()
    assert clock.anchor.speed == 20.0
    for _ in range(20):
        before = clock.now()
        theirs = world.request("hello")["now"]
        assert before <= theirs <= clock.now()


def test_a_clock_that_is_not_ours_is_refused(served, monkeypatch):
    real = time.monotonic
    monkeypatch.setattr("bench.core.clock.threaded._monotonic", lambda: real() + 1000.0)
    with pytest.raises(CommunicationError, match="same computer"):
        RemoteWorld(served.endpoint)


def test_the_truth_is_that_of_the_same_seed_elsewhere(world, bench, lab):
    code, out, _ = bench("sim", "truth", lab / "station.toml", "--seed", 3, "--json")
    assert code == 0
    assert world.truth() == json.loads(out)["samples"]


def test_the_simulated_operator(world):
    mount = {"fixture": "press", "specimen": "qms-0p7/a"}
    assert world.perform("mount", mount) == {"fixture": "press", "content": "qms-0p7/a"}
    assert world.inspect()["fixtures"]["press"]["content"] == "qms-0p7/a"
    assert world.perform("open", {"fixture": "press"})["content"] == "open"
    with pytest.raises(ValueError, match="cannot 'dance'"):
        world.perform("dance", {})


@pytest.mark.parametrize(
    ("request_", "arguments"),
    [
        ("explode", {}),
        ("truth", {"of": "everything"}),
        ("perform", {"action": "mount", "details": 7}),
        ("perform", {}),
        ("disconnect", {"instrument": "toaster"}),
        ("fault remove", {"id": 999}),
        ("fault add", {"instrument": "toaster", "pattern": "x", "action": "drop", "arguments": {}}),
        ("fault add", {"instrument": "meter", "pattern": "(", "action": "drop", "arguments": {}}),
        ("fault add", {"instrument": "meter", "pattern": 5, "action": "drop", "arguments": {}}),
        ("fault add", {"instrument": "meter", "pattern": "x", "action": "bite", "arguments": {}}),
        ("fault add", {"instrument": "meter", "pattern": "x", "action": "drop", "arguments": {"s": 1}}),
        (
            "fault add",
            {"instrument": "meter", "pattern": "x", "action": "delay", "arguments": {"seconds": -1}},
        ),
        (
            "fault add",
            {"instrument": "meter", "pattern": "x", "action": "drop", "arguments": {}, "after": -1},
        ),
        ("fault add", {"instrument": "meter", "pattern": "x", "action": "drop", "arguments": {}, "times": 0}),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(world, request_, arguments):
    before = world.faults()
    with pytest.raises(ValueError, match=r"."):
        world.request(request_, **arguments)
    assert world.faults() == before
    assert "instruments" in world.inspect()


@pytest.fixture
def meter(served):
    host, port = served.tcp("meter")
    manager = pyvisa.ResourceManager("@py")
    opened = []

    def connect():
        opened.append(
            manager.open_resource(
                f"TCPIP::{host}::{port}::SOCKET",
                read_termination="\n",
                write_termination="\n",
                timeout=30_000,
            )
        )
        return opened[-1]

    yield connect
    for one in opened:
        one.close()
    manager.close()


def test_faults_can_be_switched_on_and_off_from_outside(world, meter):
    number = world.add_fault("meter", r"VOLT\?", "replace", body="7", after=1, times=None)
    client = meter()
    assert [client.query(":SOUR:VOLT?") for _ in range(3)][1:] == ["7", "7"]
    (listed,) = world.faults()
    assert listed == {
        "id": number,
        "instrument": "meter",
        "pattern": r"VOLT\?",
        "action": "replace",
        "arguments": {"body": "7"},
        "after": 1,
        "times": None,
        "seen": 3,
        "hits": 2,
    }
    world.remove_fault(number)
    assert world.faults() == []
    assert float(client.query(":SOUR:VOLT?")) == 0.0


@pytest.mark.parametrize("action", ["drop", "lose", "garble", "truncate", "over_range"])
def test_every_action_without_arguments(world, meter, action):
    client = meter()
    usual = client.query(":SOUR:VOLT?")
    number = world.add_fault("meter", r"VOLT\?", action)
    client.write(":SOUR:VOLT?")
    client.write("*OPC?")
    said = client.read()
    assert said != usual
    assert world.faults()[0]["hits"] == 1
    world.remove_fault(number)
    if action in ("garble", "over_range"):
        assert client.read() == "1"


def test_a_delayed_reply_takes_time_of_the_clock(world, meter):
    clock = world.clock()
    number = world.add_fault("meter", "OPC", "delay", seconds=5.0)
    client = meter()
    before = clock.now()
    assert client.query("*OPC?") == "1"
    assert clock.now() - before >= 5.0
    world.remove_fault(number)


def lost(client):
    with pytest.raises(OSError, match=r".") as caught:
        client.query("*IDN?")
    return isinstance(caught.value, ConnectionError)


def test_a_pulled_plug_breaks_connections_until_it_is_back(world, meter):
    client = meter()
    client.write(":SOUR:VOLT 1.5")
    assert client.query("*OPC?") == "1"
    world.disconnect("meter")
    assert lost(client)
    assert lost(meter())
    world.reconnect("meter")
    again = meter()
    assert float(again.query(":SOUR:VOLT?")) == 1.5
    again.write(":SOUR:VOLT 0")
    assert again.query("*OPC?") == "1"


def test_a_fault_can_pull_the_plug_of_every_connection(world, meter):
    one, two = meter(), meter()
    assert (one.query("*OPC?"), two.query("*OPC?")) == ("1", "1")
    number = world.add_fault("meter", "IDN", "disconnect")
    assert lost(one)
    assert lost(two)
    world.remove_fault(number)
    world.reconnect("meter")
    assert meter().query("*OPC?") == "1"


class BrokenWorld:
    ports: ClassVar = {}

    def perform(self, action, details):
        raise ZeroDivisionError("inside")

    def truth(self):
        return {"sample": {"conductivity": {"value": math.nan, "unit": "S/m"}}}

    def inspect(self):
        return {"fine": True}


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        ({"do": "perform", "with": {"action": "a", "details": {}}}, "ZeroDivisionError"),
        ({"do": "truth"}, "ValueError"),
    ],
)
def test_a_mistake_inside_the_world_is_told_and_survived(request_, kind):
    """Also a number that JSON cannot carry."""

    async def talk():
        operations = Operations(
            BrokenWorld(), {}, station="s", seed=0, clock=PacedClock(), shut_down=lambda: None
        )
        endpoint = await ControlEndpoint.open(operations)
        parts = urlsplit(endpoint.text)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        replies = []
        for one in (
            {"do": "hello", "with": {"token": parts.path[1:]}},
            {"id": 7, **request_},
            {"do": "inspect"},
        ):
            writer.write(json.dumps(one).encode() + b"\n")
            replies.append(json.loads(await reader.readline()))
        writer.close()
        await writer.wait_closed()
        endpoint.close()
        return replies

    _, answer, after = asyncio.run(talk())
    assert (answer["id"], answer["error"]["kind"]) == (7, kind)
    assert after["result"] == {"fine": True}


def test_shut_down_from_outside(serve):
    served = serve("--json")
    with RemoteWorld(served.endpoint) as world:
        world.shut_down()
    assert served.process.wait(60) == 0
    with pytest.raises(CommunicationError, match="bench sim serve"):
        RemoteWorld(served.endpoint)
