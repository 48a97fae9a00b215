"""A service in this process over a paced simulated bench, and clients of it."""

import threading
from pathlib import Path

import pytest

from bench.cli.init import write
from bench.core import wall
from bench.core.clock import PacedClock
from bench.runs.engine.control import QueueControl
from bench.runs.engine.operators import AbsentOperator
from bench.runs.queue.item import FINAL
from bench.runs.scheduling.runner import Runner
from bench.service.client import Client
from bench.service.room import Room, Settings
from bench.service.server import Service
from bench.station import build_world, connect, load_station

HERE = Path(__file__).parent
PATIENCE_S = 30.0
PROCEDURES = """
[procedures]
steady = "service_procedures:Steady"
confirming = "service_procedures:Confirming"
sourcing = "service_procedures:Sourcing"
"""
THERMOMETER = """
[instruments.ambient]
driver = "lakeshore211"
resource = "ASRL3::INSTR"

"""


class ServedLab:
    """A folder as `bench init` writes it, and a service that works in a thread from `start` to `stop`."""

    def __init__(self, path):
        write(path)
        self.path = path
        self.data = path / "data"
        self.station = path / "station.toml"
        with self.station.open("a", encoding="utf-8") as file:
            file.write(PROCEDURES)
        self.service = None
        self.error = None
        self._thread = None

    def add_thermometer(self):
        """One that reads the room, in place of a temperature that is declared."""
        text = self.station.read_text("utf-8").replace('temperature = "23 degC"', 'instrument = "ambient"')
        text = text.replace("[fixtures.press]", THERMOMETER + "[fixtures.press]")
        self.station.write_text(text, "utf-8")
        return self

    def start(self, *, speed=1.0, attended=False, port=0, slow_s=10.0):
        ready = threading.Event()
        self.control = QueueControl()
        settings = Settings(
            port=port, samples=self.path / "samples.toml", speed=speed, attended=attended, slow_s=slow_s
        )

        def work():
            try:
                clock = PacedClock(speed)
                station = load_station(self.station)
                world = build_world(station, clock, 0)
                with connect(station, clock, world=world) as connected:
                    operator = AbsentOperator("wait") if attended else None
                    runner = Runner(
                        connected, self.data, control=self.control, operator=operator, seed=0, figures=False
                    )
                    self.service = Service(Room(runner, settings))

                    def recovered():
                        self.service.recovered()
                        ready.set()

                    try:
                        runner.work(stay=True, owned=self.service.start, recovered=recovered)
                    finally:
                        self.service.close()
                world.close()
            except BaseException as error:
                self.error = error
                ready.set()

        self._thread = threading.Thread(target=work, name="the bench", daemon=True)
        self._thread.start()
        assert ready.wait(PATIENCE_S)
        if self.error is not None:
            self._thread.join(PATIENCE_S)
            error, self.error, self._thread = self.error, None, None
            raise error
        return self

    def stop(self):
        if self._thread is None:
            return
        self.control.terminate("the end of the test")
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        self._thread = None
        if self.error is not None:
            raise self.error

    def client(self, role="operate"):
        return Client(self.data, role=role)


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(HERE)
    found = ServedLab(tmp_path / "lab")
    yield found
    found.stop()


@pytest.fixture(scope="module")
def common_service(tmp_path_factory):
    """One service for all tests of a module, for those that do not mind each other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(HERE)
        found = ServedLab(tmp_path_factory.mktemp("common") / "lab").start()
        yield found
        found.stop()


@pytest.fixture
def served(lab):
    return lab.start()


@pytest.fixture
def client(served):
    with served.client() as found:
        yield found


@pytest.fixture
def until():
    """Wait (real time) until something holds; gives back what it was."""

    def wait(look, patience_s=PATIENCE_S):
        end = wall.now() + patience_s
        while not (found := look()):
            assert wall.now() < end, f"{look} did not come true"
            wall.sleep(0.02)
        return found

    return wait


@pytest.fixture
def ended(until):
    """Wait until a run of the queue has ended."""

    def wait(client, run):
        return until(lambda: (item := client.queued(str(run))).state in FINAL and item)

    return wait
