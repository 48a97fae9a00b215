"""A laboratory with two presses and two meters, its world in a process of its own, and the benches on it."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from bench.core import wall
from bench.station.remote_world import RemoteWorld

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PATIENCE_S = 60.0
METERS = ("meter", "second")
SPEED = 20

QUEUE = """
station = "station.toml"
samples = "samples.toml"
{runs}
"""
LOG = """
[[runs]]
id = "{id}"
procedure = "resistance-log"
sample = "qms-0p7"
roles = {{ meter = "{meter}" }}
fixtures = {{ press = "{press}" }}
[runs.parameters]
pellet = "a"
current = "1 mA"
voltage_max = "2 V"
interval = "1 s"
duration = "{seconds} s"
between = "on"
checkpoint_every = "5 s"
"""
PELLET = """
[[runs]]
id = "{id}"
procedure = "pellet-conductivity"
sample = "qms-0p3"
roles = {{ meter = "{meter}" }}
fixtures = {{ press = "{press}" }}
parameters = {{ pellets = "a", levels = 2, repeats = 2 }}
"""
ON_FIRST = {"meter": "meter", "press": "press"}
ON_SECOND = {"meter": "second", "press": "press2"}
LOG_POINTS = 31


def write_lab(folder):
    """The example's station with everything twice, and a queue of four runs, two by two at the same time."""
    folder.mkdir(parents=True, exist_ok=True)
    examples = ROOT / "examples" / "qms"
    shutil.copy(examples / "samples.toml", folder)
    for name in ("station.toml", "world.toml"):
        text = (examples / name).read_text("utf-8")
        (folder / name).write_text(text + _second(text), encoding="utf-8")
    runs = [
        LOG.format(id="log", seconds=LOG_POINTS - 1, **ON_FIRST),
        PELLET.format(id="pellet", **ON_SECOND),
        PELLET.format(id="beside", **ON_SECOND),
        PELLET.format(id="behind", **ON_FIRST),
    ]
    one = PELLET.format(id="one", **ON_FIRST)
    (folder / "one.toml").write_text(QUEUE.format(runs=one), encoding="utf-8")
    (folder / "queue.toml").write_text(QUEUE.format(runs="".join(runs)), encoding="utf-8")


def _second(text):
    """The tables of meter and press once more, as `second` and `press2`."""
    tables = [f"[{part}" for part in ("\n" + text).split("\n[")[1:]]
    chosen = [part for part in tables if part.startswith(("[instruments.meter", "[fixtures.press"))]
    renamed = "\n".join(chosen).replace("instruments.meter", "instruments.second")
    renamed = renamed.replace("fixtures.press", "fixtures.press2").replace('"meter.', '"second.')
    return "\n" + renamed.replace("GPIB0::24::INSTR", "GPIB0::25::INSTR") + "\n"


def environment():
    path = os.pathsep.join([str(ROOT), str(HERE), os.environ.get("PYTHONPATH", "")])
    more = {"PYTHONUNBUFFERED": "1", "NO_COLOR": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {**os.environ, "PYTHONPATH": path, **more}


def until(condition, what, patience_s=PATIENCE_S, look_every_s=0.02):
    """Look until it holds; the real seconds that took. The patience only bounds a failing test."""
    begun = wall.now()
    while not condition():
        assert wall.now() - begun < patience_s, f"{what} never came"
        wall.sleep(look_every_s)
    return wall.now() - begun


@contextlib.contextmanager
def piped(*line, within=()):
    """A Python process with pipes, ended and reaped whatever happens; `within` another command."""
    process = subprocess.Popen(
        [*within, sys.executable, *map(str, line)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    try:
        yield process
    finally:
        for child in psutil.Process(process.pid).children() if process.poll() is None else ():
            with contextlib.suppress(psutil.Error):
                child.kill()
        process.kill()
        process.wait(PATIENCE_S)
        process.stdin.close()
        process.stdout.close()


@contextlib.contextmanager
def served(folder, speed=SPEED):
    """`bench sim serve` on the lab: its endpoint and a client."""
    line = ("-m", "bench.cli", "sim", "serve", folder / "station.toml", "--json", "--speed", speed)
    with piped(*line) as process:
        endpoint = json.loads(process.stdout.readline())["endpoint"]
        with RemoteWorld(endpoint) as world:
            yield endpoint, world


class Nursery:
    """Where benches are started: one at a time."""

    def __init__(self, process):
        self._process = process

    def start(self, *arguments, folder, number=0, die=None, jump_s=0.0):
        """A `bench` with these arguments; its files in `folder`."""
        order = {
            "arguments": [str(argument) for argument in arguments],
            "out": str(folder / f"out-{number}"),
            "err": str(folder / f"err-{number}"),
            "acknowledged": str(folder / f"acknowledged-{number}"),
            "die": die,
            "jump_s": jump_s,
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Child(self._process, self._answer()["pid"], order)

    def _answer(self):
        return json.loads(self._process.stdout.readline())


class Child:
    """One bench."""

    def __init__(self, nursery, pid, order):
        self._nursery, self.pid, self._order = nursery, pid, order
        self.code = None

    def end(self, number=None):
        """Its exit code, minus the signal that ended it; first send it a signal, if it still is there."""
        if number is not None and self.alive:
            self.send(number)
        if self.code is None:
            self.code = json.loads(self._nursery.stdout.readline())["code"]
        return self.code

    def send(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    @property
    def alive(self):
        return self.code is None and psutil.pid_exists(self.pid)

    @property
    def said(self):
        """What it acknowledged so far."""
        path = Path(self._order["acknowledged"])
        lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
        return [json.loads(line) for line in lines]

    @property
    def document(self):
        """What it printed with --json."""
        return json.loads(Path(self._order["out"]).read_text("utf-8"))

    @property
    def errors(self):
        return Path(self._order["err"]).read_text("utf-8")


@contextlib.contextmanager
def nursery(within=()):
    """(The nursery, its pid); `within` a command that prepares its surroundings and then becomes it."""
    with piped(HERE / "survival_nursery.py", within=within) as process:
        yield Nursery(process), process.pid


def guards(data):
    """The guards that watch over this data folder."""
    found = []
    for one in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            line = one.cmdline()
            if "guard" in line and str(data) in line and one.status() != psutil.STATUS_ZOMBIE:
                found.append(one)
    return found


def end_guards(data):
    """After a test that failed: nobody is left behind."""
    for guard in guards(data):
        with contextlib.suppress(psutil.Error):
            guard.send_signal(signal.SIGKILL)


def outputs(world):
    """Which meters are on."""
    state = world.inspect()["instruments"]
    return [name for name in METERS if state[name]["output"]]
