"""The example Hall station in simulation, and the HallSystem made of its instruments."""

from pathlib import Path

import pytest

from bench.core.clock import VirtualClock
from bench.station import build_world, connect, load_station
from drivers.hall_system import HallSystem

STATION = Path(__file__).resolve().parents[3] / "examples" / "qms" / "hall-station.toml"


class HallBench:
    """A connected station with a film mounted. `field_source` names the instrument that makes the field."""

    def __init__(self, station=STATION, *, seed=1, field_source="magnet", specimen="qms-0p7/film"):
        self.clock = VirtualClock()
        self.station = load_station(station)
        self.world = build_world(self.station, self.clock, seed)
        self.bench = connect(self.station, self.clock, world=self.world)
        self.world.perform("mount", {"fixture": "holder", "specimen": specimen})
        get = self.bench.instrument
        supply = get("magnet")
        self.system = HallSystem(
            source=get("source"),
            voltmeter=get("nanovoltmeter"),
            switch=get("switch"),
            ammeter=get("ammeter"),
            field_source=get(field_source),
            field_meter=get("gaussmeter"),
            supply=supply if field_source == "gaussmeter" else None,
            clock=self.clock,
        )

    def ready(self, *, current_A=1e-7, compliance_V=20.0):
        self.system.voltmeter.measure_voltage(range_V=10.0, nplc=5)
        self.system.ammeter.measure_current(range_A=2 * current_A, nplc=5)
        self.system.prepare(range_A=current_A, compliance_V=compliance_V)
        return self.system

    def look(self):
        return self.world.inspect()["fixtures"]["holder"]

    def truth(self, quantity):
        return self.world.truth()["qms-0p7"][quantity]["value"]

    def close(self):
        self.bench.make_safe()
        self.bench.close()
        self.world.close()


@pytest.fixture
def hall():
    benches = []

    def make(**options):
        benches.append(HallBench(**options))
        return benches[-1]

    yield make
    for bench in benches:
        bench.close()


@pytest.fixture
def closed_loop(tmp_path):
    """The example with the gaussmeter in control of the supply, by a cable of the world."""
    text = STATION.read_text("utf-8")
    for old, new in (
        (
            'limits = { field = "0.8 T" }',
            'limits = { field = "0.6 T" }\noptions = { field_control = true, control_p = 1.0, '
            "control_i = 1.0, control_ramp_T_per_min = 3.0, control_slope_V_per_min = 100.0 }",
        ),
        ("ramp_rate_A_per_s = 2.0", 'ramp_rate_A_per_s = 2.0, program = "external"'),
    ):
        assert old in text
        text = text.replace(old, new)
    world = (STATION.parent / "world.toml").read_text("utf-8")
    world += (
        '\n[instruments.gaussmeter]\ncontrol_cable = "loop"\n[instruments.magnet]\nprogram_cable = "loop"\n'
    )
    (tmp_path / "hall-station.toml").write_text(text, "utf-8")
    (tmp_path / "world.toml").write_text(world, "utf-8")
    return tmp_path / "hall-station.toml"
