"""The driver on a simulated 2408 with its furnace, over a simulated serial line; and on exact frames."""

import pytest

from bench.core.clock import VirtualClock
from bench.core.programme import Dwell, Holdback, Ramp, TemperatureProgramme
from drivers.eurotherm.eurotherm2400 import Eurotherm2400
from simulators.backends.serial_line import SerialLine
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.eurotherm.eurotherm2400 import Eurotherm2400 as SimulatedEurotherm2400
from simulators.physics.furnace import Furnace, FurnaceBuild
from simulators.physics.surroundings import Surroundings
from simulators.wire.modbus_rtu import Bus, RtuFraming
from simulators.wire.port import Port

RESOURCE = "ASRL4::INSTR"
LINE = SerialLine(9600, 8, "none")


class FurnaceBench:
    """Furnaces with a controller each on one RS-485 line; `driver` is on the first."""

    def __init__(self, *, units=(1,), build=None, clock=None, resource=RESOURCE, **options):
        self.clock = clock or VirtualClock()
        self.opened = []
        self.resource = resource
        self.furnaces = {
            unit: Furnace(build or FurnaceBuild(), Surroundings(293.15), start=self.clock.now())
            for unit in units
        }
        self.units = {
            unit: SimulatedEurotherm2400(self.clock, name=f"furnace-{unit}", seed=unit, furnace=furnace)
            for unit, furnace in self.furnaces.items()
        }
        serial = resource.startswith("ASRL")
        self.framing = RtuFraming(3.5 * LINE.seconds_per_byte if serial else 0.0)
        self.port = Port(
            Bus(self.clock, self.units),
            self.clock,
            name="furnace",
            framing=self.framing,
            seconds_per_byte=LINE.seconds_per_byte if serial else 0.0,
        )
        self.library = BenchVisaLibrary.create()
        self.library.attach(resource, self.port, LINE if serial else None)
        self.simulated = self.units[units[0]]
        self.furnace = self.furnaces[units[0]]
        self.driver = self.open(unit=units[0], **options)

    def open(self, **options):
        driver = Eurotherm2400.open(
            self.resource, name="furnace", clock=self.clock, visa_library=self.library, **options
        )
        self.opened.append(driver)
        return driver

    def close(self):
        for driver in self.opened:
            driver.close()

    def ready(self):
        self.driver.connect()
        return self

    @property
    def wear(self):
        return self.simulated.memory.writes

    def inspect(self):
        return self.simulated.inspect()


class FrameWire:
    """Exactly these (request, reply) frames in hexadecimal, in this order; no reply is a time-out."""

    def __init__(self, *pairs):
        self.pairs = [tuple(None if one is None else bytes.fromhex(one) for one in pair) for pair in pairs]
        self.position = 0

    def write(self, frame):
        expected = self.pairs[self.position][0]
        assert frame.encode("latin-1").hex(" ") == expected.hex(" "), f"frame {self.position}"

    def read(self):
        reply = self.pairs[self.position][1]
        self.position += 1
        if reply is None:
            raise TimeoutError("silence")
        return reply.decode("latin-1")

    def flush_read_buffer(self):
        pass

    def close(self):
        assert self.position == len(self.pairs), "some frames were never sent"


@pytest.fixture
def make_bench():
    made = []

    def make(**options):
        made.append(FurnaceBench(**options))
        return made[-1]

    yield make
    for bench in made:
        bench.close()


@pytest.fixture
def bench(make_bench):
    return make_bench().ready()


@pytest.fixture
def on_wire(clock):
    def make(*pairs, **options):
        return Eurotherm2400(FrameWire(*pairs), name="furnace", clock=clock, **options)

    return make


@pytest.fixture
def qms():
    """5 K/min to 180, 2 K/min to 250, ten hours, reset."""
    return TemperatureProgramme(
        (Ramp(180.0, 5.0), Ramp(250.0, 2.0), Dwell(36_000.0)), Holdback("band", 10.0), "reset"
    )


@pytest.fixture
def short():
    return TemperatureProgramme((Ramp(60.0, 20.0), Dwell(120.0)), Holdback("band", 10.0), "reset")


@pytest.fixture(scope="session")
def bench_class():
    """For hypothesis, which wants a fresh bench for each example: close it yourself."""
    return FurnaceBench
