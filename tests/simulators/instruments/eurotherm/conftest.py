"""A simulated 2408 on a furnace, without a line: function codes go straight to the unit."""

import struct

import pytest

from bench.core.clock import VirtualClock
from simulators.instruments.eurotherm.eurotherm2400 import Eurotherm2400
from simulators.physics.furnace import Charge, Furnace, FurnaceBuild
from simulators.physics.surroundings import Surroundings

IEEE = 0x8000


class Refused(Exception):
    """The unit answered with this exception code."""


class Unit:
    """One unit, asked as a client would."""

    def __init__(self, *, seed=1, model="2408", charge_g=None, build=None, **options):
        self.clock = VirtualClock()
        self.furnace = Furnace(build or FurnaceBuild(), Surroundings(293.15), start=0.0)
        if charge_g is not None:
            self.furnace.load(Charge(charge_g), 0.0)
        self.simulated = Eurotherm2400(
            self.clock, name="furnace", seed=seed, furnace=self.furnace, model=model, **options
        )
        self.panel = self.simulated.panel

    def call(self, function, data):
        if not self.simulated.is_listening():
            return None
        reply = self.simulated.answer(function, data)
        if reply is not None and reply[0] & 0x80:
            raise Refused(reply[1])
        return None if reply is None else reply[1:]

    def words(self, address, count=1):
        data = self.call(3, struct.pack(">HH", address, count))
        return struct.unpack(f">{count}H", data[1:])

    def word(self, address):
        return self.words(address)[0]

    def number(self, register):
        return struct.unpack(">f", struct.pack(">HH", *self.words(IEEE + 2 * register, 2)))[0]

    def duration(self, register):
        return struct.unpack(">i", struct.pack(">HH", *self.words(IEEE + 2 * register, 2)))[0] / 1000

    def block(self, address, *words):
        self.call(16, struct.pack(f">HHB{len(words)}H", address, len(words), 2 * len(words), *words))

    def one(self, address, word):
        self.call(6, struct.pack(">HH", address, word))

    def set_number(self, register, value):
        self.block(IEEE + 2 * register, *struct.unpack(">HH", struct.pack(">f", value)))

    def set_duration(self, register, seconds):
        self.block(IEEE + 2 * register, *struct.unpack(">HH", struct.pack(">i", round(seconds * 1000))))

    def programme(self, *segments, end=1, number=1, holdback=0, band=10.0):
        """("ramp", target, K/min), ("dwell", s), ("time", target, s), ("step", target)."""
        base = 8192 + 136 * number
        self.block(base, holdback)
        self.set_number(base + 1, band)
        self.block(base + 2, 1)
        for place, (kind, *values) in enumerate(segments, 1):
            at = base + 8 * place
            self.block(at, {"ramp": 1, "time": 2, "dwell": 3, "step": 4}[kind])
            if kind != "dwell":
                self.set_number(at + 1, values[0])
            if kind == "ramp":
                self.set_number(at + 2, values[1])
            if kind in ("time", "dwell"):
                self.set_duration(at + 2, values[-1])
        at = base + 8 * (len(segments) + 1)
        self.block(at, 0)
        self.block(at + 3, end)

    def run(self):
        self.block(23, 2)

    def sleep(self, seconds):
        self.clock.sleep(seconds)
        return self.simulated.inspect()

    def until(self, state, limit_s, step_s=10.0):
        """Seconds until the programmer is in this state."""
        begin = self.clock.now()
        while self.simulated.inspect()["state"] != state:
            assert self.clock.now() - begin < limit_s, self.simulated.inspect()
            self.clock.sleep(step_s)
        return self.clock.now() - begin

    def true_degC(self):
        return self.furnace.inspect(self.clock.now())["tube_K"] - 273.15


@pytest.fixture
def make_unit():
    return Unit


@pytest.fixture
def unit():
    return Unit()


@pytest.fixture
def refused():
    return Refused
