"""A magnet with a supply and a gaussmeter, simulated, and the drivers that reach them."""

import pytest

from bench.core.clock import VirtualClock
from bench.core.limits import Limit, Limits
from drivers.lakeshore.lakeshore475 import LakeShore475
from drivers.lakeshore.lakeshore643 import LakeShore643
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.lakeshore.electromagnet_supply import ElectromagnetSupply
from simulators.instruments.lakeshore.gaussmeter import Gaussmeter
from simulators.physics.analog_cable import AnalogCable
from simulators.physics.magnet import Magnet, Yoke
from simulators.physics.surroundings import Surroundings
from simulators.wire.port import Port

METER, SUPPLY = "GPIB0::9::INSTR", "GPIB0::13::INSTR"


class MagnetBench:
    """12 mT/A with a lag of a second and 3 mT of remanence; a cable from the gaussmeter to the supply."""

    def __init__(self, *, meter=LakeShore475, supply=LakeShore643, meter_model="475", supply_model="643"):
        self.clock = VirtualClock()
        self.magnet = Magnet(Yoke(0.012, 2.0, 3e-3, 5.0, 1.0), 0.5, 0.3)
        cable = AnalogCable()
        self.supply_device = ElectromagnetSupply(
            self.clock, name="supply", seed=3, coil=self.magnet, program=cable, model=supply_model
        )
        self.meter_device = Gaussmeter(
            self.clock,
            name="gaussmeter",
            seed=3,
            probe=self.magnet,
            room=Surroundings(296.15),
            model=meter_model,
            control=cable,
        )
        self.library = BenchVisaLibrary.create()
        self.ports = {}
        for name, resource, device in (
            ("gaussmeter", METER, self.meter_device),
            ("supply", SUPPLY, self.supply_device),
        ):
            port = Port(device, self.clock, name=name, output_terminator=b"\r\n", latency_s=5e-3)
            self.library.attach(resource, port)
            self.ports[name] = port
        self._meter, self._supply = meter, supply

    def meter(self, **options):
        meter = self._meter.open(
            METER, name="gaussmeter", clock=self.clock, visa_library=self.library, **options
        )
        meter.connect()
        return meter

    def supply(self, *, largest_A=60.0, **options):
        limits = Limits(
            (
                {
                    "current": Limit(-largest_A, largest_A, "A", "station file"),
                    "ramp rate": Limit(-5.0, 5.0, "A/s", "station file"),
                },
            )
        )
        options = {"field_per_current_T_per_A": 0.012, "ramp_rate_A_per_s": 2.0, **options}
        supply = self._supply.open(
            SUPPLY,
            name="supply",
            clock=self.clock,
            visa_library=self.library,
            limits=limits,
            **options,
        )
        supply.connect()
        return supply

    def wait(self, source, patience_s=200.0):
        """As a procedure waits; returns how long it took."""
        start = self.clock.now()
        while source.is_ramping():
            assert self.clock.now() - start < patience_s
            self.clock.sleep(0.5)
        return self.clock.now() - start


@pytest.fixture
def magnets():
    return MagnetBench


@pytest.fixture
def bench():
    return MagnetBench()
