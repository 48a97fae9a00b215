"""The driver on a simulated AI-518P with its furnace, over a simulated serial line; and on exact frames."""

import pytest

from bench.core.clock import VirtualClock
from bench.core.programme import Dwell, Ramp, TemperatureProgramme
from drivers.yudian.yudianai import YudianAI
from simulators.backends.serial_line import SerialLine
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.yudian.yudianai import YudianAI as SimulatedYudianAI
from simulators.physics.furnace import Furnace, FurnaceBuild
from simulators.physics.surroundings import Surroundings
from simulators.wire.aibus import AibusFraming, Bus
from simulators.wire.port import Port

RESOURCE = "ASRL6::INSTR"
LINE = SerialLine(9600, 8, "none")


class FurnaceBench:
    """Furnaces with a controller each on one RS-485 line; `driver` is on the first."""

    def __init__(
        self, *, units=(1,), others=None, clock=None, resource=RESOURCE, unit_options=None, **options
    ):
        self.clock = clock or VirtualClock()
        self.resource = resource
        self.opened = []
        self.furnaces = {
            unit: Furnace(FurnaceBuild(), Surroundings(293.15), start=self.clock.now()) for unit in units
        }
        self.units = {
            unit: SimulatedYudianAI(
                self.clock, name=f"furnace-{unit}", seed=unit, furnace=furnace, **(unit_options or {})
            )
            for unit, furnace in self.furnaces.items()
        }
        self.units |= others or {}
        self.framing = AibusFraming()
        serial = resource.startswith("ASRL")
        self.port = Port(
            Bus(self.clock, self.units),
            self.clock,
            name="furnace",
            framing=self.framing,
            seconds_per_byte=LINE.seconds_per_byte if serial else 0.0,
        )
        self.library = BenchVisaLibrary.create()
        self.library.attach(resource, self.port, LINE if serial else None)
        first = next(iter(self.units))
        self.simulated = self.units[first]
        self.furnace = self.furnaces.get(first)
        self.driver = self.open(unit=first, **options)

    def open(self, **options):
        options = {"program_time_step": "1 min", **options}
        driver = YudianAI.open(
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
        driver = YudianAI(FrameWire(*pairs), name="furnace", clock=clock, **options)
        driver._matched = True  # as after connect: no model word is asked for before a write
        return driver

    return make


@pytest.fixture
def qms():
    """5 K/min to 180, 2 K/min to 250, ten hours, stop."""
    return TemperatureProgramme((Ramp(180.0, 5.0), Ramp(250.0, 2.0), Dwell(36_000.0)))


@pytest.fixture
def short():
    return TemperatureProgramme((Ramp(60.0, 20.0), Dwell(120.0)))


@pytest.fixture(scope="session")
def bench_class():
    """For hypothesis, which wants a fresh bench for each example: close it yourself."""
    return FurnaceBench
