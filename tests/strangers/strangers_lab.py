"""Two kinds of TCP server: a simulated instrument of ours, and whatever a stranger's simulator answers."""

import asyncio
import contextlib
import socketserver
import threading

import pytest

from bench.core.clock import PacedClock, VirtualClock
from simulators.backends.serving.instrument import ServedInstrument
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.catalogue import MODELS, Site
from simulators.physics.electrical import Load, node, settled
from simulators.physics.surroundings import Surroundings
from simulators.tables import Table
from simulators.wire.port import Port

RESISTANCE_OHM = 1000.0
OPEN_OHM = 1e12
SPEED = 50.0
"""How fast the meters' time runs; no assertion depends on it."""
PATIENCE_S = 30.0


def stranger(module):
    """Import somebody else's package, or skip with how to get it."""
    return pytest.importorskip(module, reason=f"{module} is not installed: pip install qms-bench[strangers]")


class Resistor:
    """What hangs on the terminals."""

    def __init__(self, ohm):
        self.ohm, self.now = ohm, None

    def drive(self, drive, time):
        self.now = drive

    def operating_point(self, time):
        return settled(self.now, node(Load(self.ohm, 0.0, 0.0), leakage_ohm=1e15, lead_ohm=1e-9))


def build(name, clock, ohm=RESISTANCE_OHM, meets=None):
    """A simulated instrument and its port; `meets` is the Connection at its terminals."""
    model = MODELS[name]
    connections = {"": meets} if meets is not None else {}
    site = Site("meter", clock, 7, Surroundings(296.15), Resistor(ohm), True, Resistor(OPEN_OHM), connections)
    device = model.build(site, model.options(Table("", {}, [])))
    return device, Port(
        device, clock, name="meter", output_terminator=model.output_terminator, latency_s=model.latency_s
    )


def in_process(name, resource, meets=None):
    """An instrument in virtual time, and the VISA library that leads to it."""
    device, port = build(name, VirtualClock(), meets=meets)
    library = BenchVisaLibrary.create()
    library.attach(resource, port)
    return device, library


class Lab(contextlib.AbstractContextManager):
    """A meter served by a thread of this process; `device` is looked into between messages only."""

    def __init__(self, name, meets=None):
        clock = PacedClock(SPEED)
        self.device, port = build(name, clock, meets=meets)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._served = self._call(ServedInstrument.open(port, clock))
        host, _, number = self._served.published["tcp"].rpartition(":")
        self.address = (host, int(number))

    @property
    def visa(self):
        return "TCPIP::{}::{}::SOCKET".format(*self.address)

    def inspect(self):
        """What the meter does, asked in the thread that serves it."""
        return self._call(self._look())

    async def _look(self):
        return self.device.inspect()

    async def _close(self):
        self._served.close()

    def _call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE_S)

    def __exit__(self, *error):
        self._call(self._close())
        self._call(self._loop.shutdown_asyncgens())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()


class Reference(contextlib.AbstractContextManager):
    """A server of lines: what `handle` returns is sent, nothing for None."""

    def __init__(self, handle):
        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                for line in self.rfile:
                    reply = handle(line.decode("ascii").strip())
                    if reply is not None:
                        self.wfile.write(reply.encode("ascii") + b"\n")

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = self._server.server_address
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def __exit__(self, *error):
        self._server.shutdown()
        self._thread.join(PATIENCE_S)
        self._server.server_close()
