"""A simulated AI-518P on its furnace, asked without any codec."""

import pytest

from bench.core.clock import VirtualClock
from simulators.instruments.yudian.yudianai import YudianAI
from simulators.physics.furnace import Furnace, FurnaceBuild
from simulators.physics.surroundings import Surroundings


class Bench:
    """`unit` on `furnace`; programmes are (counts, time) from the first on."""

    def __init__(self, **options):
        self.clock = VirtualClock()
        self.furnace = Furnace(FurnaceBuild(), Surroundings(293.15), start=self.clock.now())
        self.unit = YudianAI(self.clock, name="furnace", seed=3, furnace=self.furnace, **options)

    def get(self, code):
        return self.unit.read(code).value

    def put(self, code, value):
        return self.unit.write(code, value).value

    def programme(self, *vertices):
        for number, (counts, time) in enumerate(vertices):
            self.put(0x50 + 2 * number, counts)
            self.put(0x51 + 2 * number, time)

    def wait(self, seconds):
        self.clock.sleep(seconds)
        return self.unit.inspect()


@pytest.fixture
def make():
    return Bench
