"""SIGKILL of the bench while a furnace heats: it goes on, is found again, and nobody sends it anything."""

import random
import shutil
import sys
from contextlib import closing
from itertools import pairwise
from signal import SIGKILL

import pytest
from survival_lab import ROOT, guards, served, until

from bench.core import wall
from bench.runs.planning.items import new_items
from bench.runs.planning.queue import load_queue
from bench.runs.queue.queue import RunQueue
from bench.runs.storage.folder import RunFolder

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX"),
    pytest.mark.timeout(240),
]
SPEED = 60
GOING = {"run", "holdback"}
QUEUE = """
station = "station.toml"
[[runs]]
id = "heat"
procedure = "heat-programme"
[runs.parameters]
steps = "10 K/min to 60 degC; hold 6 min"
opening_temperature = "55 degC"
interval_ramp = "4 s"
interval_dwell = "4 s"
interval_cooling = "8 s"
"""


@pytest.fixture(scope="module")
def furnace_lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("furnace")
    examples = ROOT / "examples" / "qms"
    shutil.copy(examples / "furnace-station.toml", folder / "station.toml")
    shutil.copy(examples / "furnace-world.toml", folder)
    (folder / "queue.toml").write_text(QUEUE)
    return folder


@pytest.fixture
def furnace_place(furnace_lab):
    with served(furnace_lab, SPEED) as place:
        yield place


class FurnaceLife:
    """One run through its kills, each so many acknowledged rows and real seconds after a start."""

    def __init__(self, lab, data, place, nursery):
        self.lab, self.data, self.nursery = lab, data, nursery
        self.endpoint, self.world = place
        self.benches = []
        data.mkdir()
        plan = load_queue(lab / "queue.toml", data_dir=data)
        with closing(RunQueue(data)) as queue:
            queue.add(new_items(plan, target="served", batch="one"), who="a person")

    def start(self):
        bench = self.nursery.start(
            *("queue", "run", self.lab / "station.toml"),
            *("--world", self.endpoint, "--data", self.data, "--json"),
            folder=self.data.parent,
            number=len(self.benches),
        )
        self.benches.append(bench)
        return bench

    def controller(self):
        return self.world.inspect()["instruments"]["furnace"]

    def kill(self, rows, delay_s=0.0):
        """Start a bench and kill it there: the controller before, and after the guard. None if it ended."""
        bench = self.start()
        until(lambda: not bench.alive or len(self.rows(bench)) >= rows, f"{rows} rows")
        wall.sleep(delay_s)
        if bench.alive:
            before = self.controller()
        bench.send(SIGKILL)
        if bench.end() != -SIGKILL:
            assert bench.code == 0, bench.errors
            return None
        until(lambda: not guards(self.data), "the end of the guard", look_every_s=0.1)
        return before, self.controller()

    @staticmethod
    def rows(bench):
        return [one["row"] for one in bench.said if one["kind"] == "row"]

    @property
    def item(self):
        with closing(RunQueue(self.data)) as queue:
            (item,) = queue.list()
        return item

    @property
    def folder(self):
        return RunFolder.open(self.data / self.item.folder)


def test_it_goes_on_is_found_again_and_nothing_is_sent(furnace_lab, data, furnace_place, nursery):
    life = FurnaceLife(furnace_lab, data, furnace_place, nursery)
    before, after = life.kill(10)
    assert {before["state"], after["state"]} <= GOING
    assert (life.item.state, life.item.safe) == ("interrupted", "kept")
    wear = after["eeprom_writes"]
    wall.sleep(1.0)  # a minute without anybody
    assert life.controller()["state"] in GOING

    before, after = life.kill(10)  # of the second attempt
    assert after["state"] in GOING
    notes = [entry.facts["text"] for entry in life.folder.entries() if entry.kind == "note"]
    assert any(text.startswith("found again: the controller is in ") for text in notes), notes

    last = life.start()
    assert last.end() == 0, last.errors
    assert (life.item.state, life.item.safe, life.item.attempt) == ("done", "verified", 3)
    controller = life.controller()
    assert (controller["state"], controller["output_percent"]) == ("reset", 0.0)
    assert controller["eeprom_writes"] == wear, "attaching and ending write nothing"
    assert life.folder.verify() == []
    gaps = life.folder.record().facts["gaps"]
    assert [gap["why"] for gap in gaps].count("the bench was lost") == 2
    assert max(gap["seconds"] for gap in gaps) > 30.0
    rows = list(life.folder.table().rows())
    acknowledged = sum(len(life.rows(bench)) for bench in life.benches)
    assert acknowledged <= len(rows) <= acknowledged + 2
    results = life.folder.results()
    assert "gaps in the record" in results["in_band_soak"].flags
    assert results["longest_gap"].value == pytest.approx(
        max(b["Time"] - a["Time"] for a, b in pairwise(rows) if b["Segment"] == 2), abs=1.0
    )


@pytest.mark.long
@pytest.mark.parametrize("seed", range(25))
def test_killed_at_random_instants(furnace_lab, data, furnace_place, nursery, seed):
    dice = random.Random(seed)
    life = FurnaceLife(furnace_lab, data, furnace_place, nursery)
    for _ in range(3):
        left = life.kill(int(120 * dice.random() ** 2), 0.5 * dice.random())
        if left is None:
            break
        before, after = left
        if before["state"] != "reset":
            assert after["state"] in {*GOING, "reset"}, "nobody holds it"
            assert after["segment"] >= before["segment"] or after["state"] == "reset"
    last = life.start()
    last.end()
    controller = life.controller()
    assert life.item.state in ("done", "interrupted"), life.item.reason
    assert life.item.safe in ("verified", "kept")
    assert (controller["state"], controller["output_percent"]) == ("reset", 0.0)
    assert life.folder.verify() == []
