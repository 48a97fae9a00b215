"""A field sweep on a Hall rack in a process of its own, and what has to be true of it after kills."""

import shutil
from dataclasses import dataclass

from survival_lab import ROOT
from survival_life import Life

from bench.runs.storage.folder import RunFolder
from procedures.transport.hall import flags
from procedures.transport.van_der_pauw.columns import HALL, RECHECK, SEAM

POINTS, READINGS = 5, 16
"""Fields from -B to +B, and rows in each."""
QUEUE = f"""
station = "station.toml"
samples = "samples.toml"
[[runs]]
id = "sweep"
procedure = "hall-field-sweep"
sample = "qms-0p7"
roles = {{ magnet = "supply" }}
[runs.parameters]
current = "1 uA"
voltage_max = "20 V"
field = "0.15 T"
points = {POINTS}
groups = 1
rim_groups = 2
nplc = 1
source_delay = "50 ms"
"""


def write_hall_lab(folder):
    """The example's Hall rack, and a queue of one sweep."""
    examples = ROOT / "examples" / "qms"
    for name, here in (("hall.toml", "station.toml"), ("world.toml",) * 2, ("samples.toml",) * 2):
        shutil.copy(examples / name, folder / here)
    (folder / "queue.toml").write_text(QUEUE, encoding="utf-8")


def energised(world):
    """What of the rack is on: a current in film or magnet, or a closed relay."""
    state = world.inspect()
    instruments, holder = state["instruments"], state["fixtures"]["holder"]
    found = {
        "source": instruments["source"]["output"],
        "relays": instruments["switch"]["closed"],
        "supply": instruments["supply"]["set_A"],
        "magnet": abs(holder["magnet_A"]) > 0.05,
    }
    return [name for name, on in found.items() if on]


@dataclass
class SweepLife:
    """One sweep through its kills; `life` does what every life does."""

    life: Life

    @classmethod
    def begin(cls, lab, data, place, nursery):
        return cls(Life(lab, data, place, nursery, submitted=True, left_on=energised))

    def through(self, kills):
        """Kill it at each of them, see it made safe by the guard alone; then to its end."""
        for kill in kills:
            if not self.life.go_on_until(kill):
                break
            _, world = self.life.place
            assert abs(world.inspect()["fixtures"]["holder"]["field_T"]) < 0.005, "iron keeps no more"
        bench = self.life.start()
        assert bench.end() == 0, bench.errors
        self.life.nothing_was_lost()
        self._is_whole()

    def _is_whole(self):
        """Every field once, in its order; nobody asked twice; the truth within U."""
        _, world = self.life.place
        assert energised(world) == []
        assert world.inspect()["fixtures"]["holder"]["hot_switches"] == 0
        (item,) = self.life.items()
        assert (item.state, item.safe) == ("done", "verified"), item.reason
        folder = RunFolder.open(self.life.data / item.folder)
        record = folder.record()
        steps = [row["Step"] for row in record.rows if row["Phase"] == HALL]
        begun = [step for k, step in enumerate(steps) if k % READINGS == 0]
        assert begun == list(range(2 * POINTS))
        assert steps == [step for step in begun for _ in range(READINGS)]
        gaps = record.facts.get("gaps", [])
        seams = [row["Step"] for row in record.rows if row["Phase"] == SEAM]
        assert seams == [gap["next"] - 1 for gap in gaps for _ in range(READINGS) if gap["next"]]
        assert [row["Phase"] for row in record.rows].count(RECHECK) == 16 * len(gaps)
        self._is_true(folder.results(), len(gaps))

    def _is_true(self, results, gaps):
        _, world = self.life.place
        truth = world.truth()["qms-0p7"]
        for name in ("sheet_resistance", "hall_coefficient", "mobility"):
            assert abs(results[name].value - truth[name]["value"]) < 1.5 * results[name].U, name
        said = results["hall_coefficient"].flags
        told = [flag for flag in said if flag.startswith(flags.GAPS)]
        assert told == [f"{flags.GAPS}: {gaps}"][: bool(gaps)]
        assert not {flags.GAP_FIELD, flags.GAP_FILM, flags.HYSTERESIS, flags.HALVES} & set(said), said
