"""What driver tests share: exact message pairs, and an adapter whose every exchange can go wrong."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import contextmanager

import pytest
from pymeasure.adapters import Adapter
from pymeasure.test import expected_protocol
from pyvisa.constants import StatusCode
from pyvisa.errors import VisaIOError

from bench.core.clock import VirtualClock
from drivers.faults import TruncatedReplyError
from simulators.backends.serving.instrument import ServedInstrument

PATIENCE_S = 20.0


def timeout():
    raise VisaIOError(StatusCode.error_timeout)


def disconnect():
    raise VisaIOError(StatusCode.error_connection_lost)


def truncate():
    raise TruncatedReplyError("b'+1.00' ends without b'\\n'")


class FaultyAdapter(Adapter):
    """Answers queries from `replies`; `faults[command]` is a list of actions used up first, one an exchange.

    An action is a reply, or a callable that raises. `late` replies arrive after the timeout that they caused,
    unless the input is cleared.
    """

    def __init__(self, replies: dict[str, str | Callable[[], str]]):
        super().__init__()
        self.replies = replies
        self.faults: dict[str, list] = {}
        self.write_faults: dict[str, list] = {}
        self.sent: list[str] = []
        self.inbox: list = []
        self.clears = 0

    def _write(self, command):
        self.sent.append(command)
        for fault in self.write_faults.get(command, [])[:1]:
            self.write_faults[command].remove(fault)
            fault()
        head = command.split(" ")[0]
        if head.endswith("?"):
            faults = self.faults.get(command, [])
            self.inbox.append(faults.pop(0) if faults else self.replies.get(command, timeout))

    def _read(self):
        if not self.inbox:
            timeout()
        reply = self.inbox.pop(0)
        return reply() if callable(reply) else reply

    def flush_read_buffer(self):
        self.clears += 1
        self.inbox.clear()


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def talk(clock):
    """`with talk(Driver, pairs, **kwargs) as driver`: exactly these messages, in this order."""

    @contextmanager
    def exchange(cls, pairs, **kwargs):
        with expected_protocol(cls, pairs, name="meter", clock=clock, **kwargs) as driver:
            yield driver

    return exchange


@pytest.fixture
def faulty():
    return FaultyAdapter


@pytest.fixture
def faults():
    """The things that go wrong below a driver, by name."""
    return {"timeout": timeout, "disconnect": disconnect, "truncate": truncate}


@contextmanager
def _served(port, clock):
    """The instrument behind this port, served from a thread of its own."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    found = []

    async def run():
        stop = asyncio.Event()
        instrument = await ServedInstrument.open(port, clock)
        found.extend((instrument.published, stop))
        ready.set()
        await stop.wait()
        instrument.close()
        await asyncio.sleep(0.05)

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    assert ready.wait(PATIENCE_S)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(found[1].set)
        thread.join(PATIENCE_S)
        loop.close()


@pytest.fixture
def served():
    """Serves what is behind a port on TCP and a terminal: `with served(port, clock) as published`."""
    return _served
