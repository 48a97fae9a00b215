"""A library with one instrument, reachable in any of VISA's ways, on a virtual clock."""

import sys

import pytest
import pyvisa

import simulators.backends.pyvisa_bench
from bench.core.clock import VirtualClock
from simulators.backends.visa import BenchVisaLibrary
from simulators.wire.port import Port
from simulators.wire.scpi import ScpiInstrument, Setting, Text, command


class Meter(ScpiInstrument):
    label = Setting("LABel", Text(200), "none")

    @command("READ?")
    def read(self):
        self.spend(0.1)
        return "+1.250000E+00"

    @command("TRACe?")
    def trace(self):
        return ",".join(["+1.250000E+00"] * 3000)  # several of pyvisa's 20 kB chunks

    @command("BINary?")
    def binary(self):
        return "#15\x00\n\r\xffA"

    def trigger(self):
        self.label = "triggered"


@pytest.fixture(autouse=True)
def pyvisa_bench(monkeypatch):
    """The backend's package under the name that it has once installed."""
    monkeypatch.setitem(sys.modules, "pyvisa_bench", simulators.backends.pyvisa_bench)


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def meter(clock):
    return Meter(clock, name="meter", identity="QMS,METER,0,1")


@pytest.fixture
def library():
    return BenchVisaLibrary.create()


@pytest.fixture
def port(meter, clock):
    return Port(meter, clock, name="meter")


@pytest.fixture
def connect(library, port):
    """Attach the port under a resource name and open it."""

    def open_resource(resource, line=None, **settings):
        library.attach(resource, port, line)
        manager = pyvisa.ResourceManager(library)
        return manager.open_resource(
            resource, **({"read_termination": "\n", "write_termination": "\n", "timeout": 2000} | settings)
        )

    return open_resource
