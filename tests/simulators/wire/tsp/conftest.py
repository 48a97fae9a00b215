"""A bare TSP instrument, and what its client hears."""

import pytest

from bench.core.clock import VirtualClock
from simulators.wire.port import Port
from simulators.wire.tsp import Node, TspInstrument


class Lamp(TspInstrument):
    """One thing to switch: `lamp.on`, and `lamp.flash()`, which takes 0.3 s."""

    def __init__(self, clock):
        super().__init__(clock, name="lamp", identity="QMS, Model LAMP, 1, 1.0")
        self.history = []
        node = Node(functions={"flash": self.flash})
        node.attribute("on", lambda: float(bool(self.history and self.history[-1][1])), self.switch)
        self.install("lamp", node)

    def switch(self, on):
        self.history.append((self.time, on))

    def flash(self):
        self.spend(0.3)
        return 1.5, 2.5


class Client:
    """Sends messages and reads what has arrived by a clock second."""

    def __init__(self):
        self.clock = VirtualClock()
        self.device = Lamp(self.clock)
        self.port = Port(self.device, self.clock, name="lamp")
        self.port.has_message_exchange = False  # a socket: replies queue up

    def send(self, *messages):
        for message in messages:
            self.port.feed(message.encode() + b"\n")

    def hear(self):
        """All lines that are there by now."""
        heard = b""
        while data := self.port.take(10_000)[0]:
            heard += data
        return heard.decode("latin-1").splitlines()

    def ask(self, message):
        self.send(message)
        (line,) = self.hear_soon()
        return line

    def hear_soon(self):
        self.clock.sleep(0.01)
        return self.hear()

    def errors(self):
        """The codes in the error queue; empty afterwards."""
        codes = []
        while len(self.device.errors):
            codes.append(self.device.errors.next().code)
        return codes


@pytest.fixture
def client():
    return Client()
