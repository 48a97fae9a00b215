"""A synthesis from its first start to the opening of the furnace, through every kill on the way."""

import random
import shutil
from dataclasses import dataclass, field
from signal import SIGKILL

from survival_lab import ROOT, guards, until
from survival_life import Kill, Life

from bench.core import wall
from bench.runs.storage.folder import RunFolder

SPEED = 60
"""What is to be made safe has a minute of the world: a second of ours, enough on a busy machine."""
GOING = {"run", "holdback"}
QUEUE = """
station = "station.toml"
[[runs]]
id = "synthesis"
procedure = "synthesis"
roles = { vessel = "vessel" }
[runs.parameters]
batch = "B1"
temperature = "50 degC"
ramp = "10 K/min"
slow_from = "45 degC"
dwell = "8 min"
interval_ramp = "4 s"
interval_dwell = "4 s"
interval_cooling = "8 s"
"""
BEFORE_THE_START = ("programme not loaded", "programme loaded, not started")
AGAIN_AND_AGAIN = (
    "queue: half a line",
    "queue: lines written",
    "half a row or line",
    "row written",
    "checkpoint: rows synced",
    "checkpoint written",
)
AT_A_START = (
    "catalogue: before its commit",
    "new attempt not begun",
    "new attempt begun",
    "recovery: made safe, not told",
)
AT_THE_END = (
    "teardown: not safe yet",
    "teardown: safe, not written",
    "result written",
    "end not written",
    "end written, queue not told",
)


def write_furnace_lab(folder):
    """The example's furnace with a thin insulation and a light vessel: it cools in minutes, not in hours."""
    examples = ROOT / "examples" / "qms"
    shutil.copy(examples / "furnace-station.toml", folder / "station.toml")
    world = (examples / "furnace-world.toml").read_text("utf-8")
    world = world.replace('vessel_mass = "200 g"', 'insulation = "2.5 W/K"\nvessel_mass = "40 g"')
    assert "2.5 W/K" in world
    (folder / "furnace-world.toml").write_text(world, "utf-8")
    (folder / "queue.toml").write_text(QUEUE, "utf-8")


@dataclass
class FurnaceLife:
    """`life` starts the benches and knows what they acknowledged; the furnace has had `energy_J` before."""

    life: Life
    energy_J: float
    kills: list = field(default_factory=list)
    started: bool = False
    """Whether the controller has been seen at work; from then on nobody may write to it."""
    wear: int = 0

    @classmethod
    def begun(cls, lab, data, place, nursery):
        return cls(Life(lab, data, place, nursery, submitted=True), energy_of(place[1]))

    def live(self, kills):
        """Through these kills, as far as there is something to kill, and to the end."""
        for kill in kills:
            if not self.kill(kill) or not self.started:
                break
        self.finish()
        return self

    def controller(self):
        return self.life.place[1].inspect()["instruments"]["furnace"]

    @property
    def item(self):
        (item,) = self.life.items()
        return item

    @property
    def folder(self):
        return RunFolder.open(self.life.data / self.item.folder)

    def kill(self, kill):
        """Start a bench and kill it there; False if it ended before. Then see what it left behind."""
        before = self.controller()
        bench = self.life.start(die=[kill.place, kill.nth] if kill.place else None)
        if not kill.place:
            until(lambda: not bench.alive or len(bench.said) > kill.heard, f"{kill.heard} rows")
            wall.sleep(kill.delay_s)
            if kill.with_guard:
                for guard in guards(self.life.data):
                    guard.kill()
            bench.send(SIGKILL)
        if bench.end() != -SIGKILL:
            return False
        self.kills.append(kill)
        if kill.wait:
            until(lambda: not guards(self.life.data), "the end of the guard", look_every_s=0.1)
        self.look(before)
        return True

    def look(self, before):
        """Nobody sent it anything since it was started, and it went on, or came to its end by itself."""
        now = self.controller()
        if before["state"] in GOING:
            assert now["state"] in {*GOING, "reset"}
            assert now["segment"] >= before["segment"] or now["state"] == "reset"
        if self.started:
            assert now["eeprom_writes"] == self.wear, "somebody wrote to the controller"
        self.started = self.started or now["state"] in GOING
        self.wear = now["eeprom_writes"]
        if self.started and now["state"] in GOING:
            assert self.item.safe in ("kept", None), self.item.reason

    def finish(self):
        """Let it come to its end; then everything has to be as it was promised."""
        bench = self.life.start()
        if not self.started:
            bench.end()
            self.was_never_heated()
            return
        assert bench.end() == 0, bench.errors
        item, folder = self.item, self.folder
        assert (item.state, item.safe) == ("done", "verified"), item.reason
        assert (folder.status, folder.end()["safe"]) == ("done", "verified")
        self.is_off()
        self.life.nothing_was_lost()
        self.no_time_twice()
        done = [entry.facts["action"] for entry in folder.entries() if entry.kind == "operator done"]
        assert done == ["load", "gas", "open", "wash", "wash", "wash", "wash"], "each step once"
        self.every_gap_is_named()
        assert folder.record().facts["batch"]["steps"][-1]["what"].startswith("washed")

    def was_never_heated(self):
        """Killed before the start: a person has to queue it anew."""
        assert (self.item.state, self.item.safe) == ("interrupted", "verified"), self.item.reason
        self.is_off()
        assert energy_of(self.life.place[1]) == self.energy_J
        assert self.folder.results() == {}
        self.life.nothing_was_lost()

    def is_off(self):
        controller = self.controller()
        assert (controller["state"], controller["output_percent"]) == ("reset", 0.0)

    def no_time_twice(self):
        times = self.folder.table().column("Time").tolist()
        assert times == sorted(times)

    def every_gap_is_named(self):
        """As many as the record has, and none is shorter in the table than between its rows."""
        record = self.folder.record()
        times = record.column("Time")
        long = [step for step in (times[1:] - times[:-1]) if step > 35.0]
        named = sorted(gap["seconds"] for gap in record.facts.get("gaps", ()))
        assert len(named) >= len(long), (named, long)
        if long:
            assert "gaps in the record" in self.folder.results()["in_band_soak"].flags


def energy_of(world):
    return world.inspect()["fixtures"]["tube"]["energy_J"]


def drawn(seed, number):
    """Kills at any instant of the life, or at a place that instants rarely hit; the end comes last.

    One life in five is cut off about its start.
    """
    dice = random.Random(seed)
    kills = []
    if dice.random() < 0.2:
        place = dice.choice(["", *BEFORE_THE_START])
        kills.append(Kill(place, delay_s=0.0 if place else 0.5 * dice.random()))
    while len(kills) < number - 1:
        wait, with_guard = dice.random() < 0.5, dice.random() < 0.2
        if kills and dice.random() < 0.5:
            place = dice.choice((*AGAIN_AND_AGAIN, *AT_A_START))
            nth = dice.choice([1, 1, 2, 3]) if place in AGAIN_AND_AGAIN else 1
            kills.append(Kill(place, nth, wait=wait))
        else:
            heard, delay_s = 12 + int(30 * dice.random() ** 2), 0.4 * dice.random()
            kills.append(Kill(heard=heard, delay_s=delay_s, with_guard=with_guard, wait=wait))
    return [*kills, Kill(dice.choice(AT_THE_END))]
