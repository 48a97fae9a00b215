"""One queue from its first start to its end, through every kill on the way, and what has to be true after."""

import random
from contextlib import closing
from dataclasses import dataclass, field
from signal import SIGKILL

import survival_points
from survival_lab import LOG_POINTS, guards, outputs, until

from bench.core import wall
from bench.runs.planning.items import new_items
from bench.runs.planning.queue import load_queue
from bench.runs.queue.queue import RunQueue
from bench.runs.storage import journal
from bench.runs.storage.folder import RunFolder
from bench.runs.survival.ownership import is_owned, owner_of

RUNS = ("log", "pellet", "beside", "behind")
SAFE_WITHIN_S = 30.0
"""Real seconds from the kill until every output is off, on a busy machine; the report has the true ones."""


@dataclass(frozen=True)
class Kill:
    """When: at a place (its n-th time), or some seconds after so many acknowledgements.

    `with_guard`: its guard is killed first. `wait`: for the guard to act, before the next start.
    """

    place: str = ""
    nth: int = 1
    heard: int = 0
    delay_s: float = 0.0
    with_guard: bool = False
    wait: bool = True

    @classmethod
    def drawn(cls, dice):
        """Any of them."""
        wait, with_guard = dice.random() < 0.7, dice.random() < 0.1
        if dice.random() < 0.5:
            place = dice.choice(sorted(survival_points.PLACES))
            return cls(place, dice.choice([1, 1, 1, 2, 3, 5, 10, 40]), wait=wait)
        heard = int(60 * dice.random() ** 2)
        return cls(heard=heard, delay_s=0.5 * dice.random() ** 2, with_guard=with_guard, wait=wait)


@dataclass
class Life:
    """`data` is its data folder, `place` the served world, `nursery` where benches come from.

    With `submitted` the runs are put into the queue first and done by `bench queue run`, else by `bench run`.
    """

    lab: object
    data: object
    place: object
    nursery: object
    submitted: bool = False
    left_on: object = outputs
    """What of a world is still on."""
    said_in: object = None
    """Folder for what its benches say, beside `data` by default."""
    more: dict = field(default_factory=dict)
    benches: list = field(default_factory=list)
    kills: list = field(default_factory=list)
    seconds: list = field(default_factory=list)
    """From each kill that was waited for to the last output off."""

    def start(self, die=None):
        endpoint, _ = self.place
        what = (
            ["queue", "run", self.lab / "station.toml"]
            if self.submitted
            else ["run", self.lab / "queue.toml"]
        )
        where = ["--world", endpoint, "--data", self.data, "--json"]
        if self.submitted and not self.benches:
            plan = load_queue(self.lab / "queue.toml", data_dir=self.data)
            with closing(RunQueue(self.data)) as queue:
                queue.add(new_items(plan, target="served", batch="one"), who="a person")
        self.data.mkdir(exist_ok=True)
        bench = self.nursery.start(
            *what,
            *where,
            folder=self.said_in or self.data.parent,
            number=len(self.benches),
            die=die,
            **self.more,
        )
        self.benches.append(bench)
        return bench

    def go_on_until(self, kill):
        """Start a bench and kill it as told; False if it was done before. Then look at what it left."""
        bench = self.start(die=[kill.place, kill.nth] if kill.place else None)
        if not kill.place:
            until(lambda: not bench.alive or len(bench.said) >= kill.heard, "so many acknowledgements")
            wall.sleep(kill.delay_s)
            if kill.with_guard:
                for guard in guards(self.data):
                    guard.kill()
            bench.send(SIGKILL)
        code = bench.end()
        if code != -SIGKILL:
            assert code == 0, bench.errors
            return False
        self.kills.append(kill)
        if kill.wait and not kill.with_guard and kill.place not in survival_points.UNGUARDED:
            self.see_it_made_safe()
        return True

    def see_it_made_safe(self):
        """Nobody helps: the guard alone switches off, and then says so."""
        _, world = self.place
        what = f"all outputs off after {self.kills[-1]}"
        taken = until(lambda: not self.left_on(world), what, SAFE_WITHIN_S)
        self.seconds.append(taken)
        until(lambda: not guards(self.data), "the end of the guard", look_every_s=0.1)
        assert not is_owned(self.data)
        owner = owner_of(self.data)
        if owner is not None and owner.command == "bench guard":
            assert owner.clean
        for item in self.items():
            assert item.state not in ("running", "paused") or owner.command != "bench guard", item
        self.nothing_was_lost()

    def finish(self):
        """Start once more and let it come to its end; then everything has to be as it was promised."""
        _, world = self.place
        bench = self.start()
        code = bench.end()
        assert code == 0, bench.errors
        assert self.left_on(world) == []
        assert {(run["status"], run["safe"]) for run in bench.document["runs"]} <= {("done", "verified")}
        self.check()

    def check(self):
        """After the end."""
        items = self.items()
        assert [item.id for item in items] == list(RUNS)  # each once, whatever happened meanwhile
        ends = [(item.state, item.safe) for item in items]
        assert ends == [("done", "verified")] * len(RUNS), [(item.id, item.reason) for item in items]
        folders = sorted(path.name for path in (self.data / "runs").iterdir())
        assert folders == sorted(item.run_id for item in items)
        self.nothing_was_lost()
        for item in items:
            folder = RunFolder.open(self.data / item.folder)
            assert (folder.status, folder.end()["safe"]) == ("done", "verified")
            assert folder.results()
            if item.id == "log":
                self._resumed(folder)
            else:
                self._restarted(folder, item.id)
        self._nothing_done_twice()
        guard_log = self.data / "guard.jsonl"
        assert journal.verify(guard_log) == []
        assert "NOT SAFE" not in [entry.kind for entry in journal.read(guard_log)]
        until(lambda: not guards(self.data), "the end of the last guard", look_every_s=0.1)

    def nothing_was_lost(self):
        """Every acknowledged row is in its file, once, as it was; at most one more for each bench."""
        for item in self.items():
            acknowledged = [row for rows in self._acknowledged(item.id) for row in rows]
            if item.folder is None or not (self.data / item.folder).exists():
                assert acknowledged == []
                continue
            folder = RunFolder.open(self.data / item.folder)
            assert folder.verify() == []
            stored = iter(folder.table().rows())
            kept = 0
            for row in acknowledged:
                assert _found(row, stored), f"{item.id}: {row} was acknowledged and is not there"
                kept += 1
            assert 0 <= len(folder.table()) - kept <= len(self.benches)
        with closing(RunQueue(self.data)) as queue:
            assert queue.verify() == []

    def items(self):
        with closing(RunQueue(self.data)) as queue:
            return sorted(queue.list(), key=lambda item: item.key)

    def _acknowledged(self, run):
        """The rows of this run, bench by bench."""
        return [
            [one["row"] for one in bench.said if one["kind"] == "row" and one["run"] == run]
            for bench in self.benches
        ]

    def _resumed(self, folder):
        """Every point of the grid once, or named as missing; what came after a checkpoint is superseded."""
        record = folder.record()
        points = [row["Point"] for row in record.rows]
        assert points == sorted(set(points))
        missing = [
            point for gap in record.facts.get("gaps", ()) for point in range(gap["first"], gap["last"] + 1)
        ]
        assert len(missing) == len(set(missing))
        assert not set(missing) & set(points)
        assert set(missing) | set(points) == set(range(LOG_POINTS))

    def _restarted(self, folder, run):
        """What counts is the last attempt and nothing else."""
        table = folder.table()
        valid = table.valid()
        assert len(valid) > 5
        assert set(valid.attempt.tolist()) == {int(table.attempt[-1])}
        last = [rows for rows in self._acknowledged(run) if rows][-1]
        assert list(valid.rows())[: len(last)] == [_whole(row, valid) for row in last]
        assert len(valid) - len(last) in (0, 1)

    def _nothing_done_twice(self):
        """A run that a bench has reported as done was not begun again by a later one."""
        done = set()
        for bench in self.benches:
            for one in bench.said:
                assert not (one["kind"] == "started" and one["run"] in done), f"{one['run']} was done twice"
            done |= {
                one["run"] for one in bench.said if one["kind"] == "finished" and one["status"] == "done"
            }
        assert done <= set(RUNS)


def _found(row, stored):
    return any(all(other.get(name) == value for name, value in row.items()) for other in stored)


def _whole(row, table):
    return {column.name: row.get(column.name) for column in table.columns}


def live(life, kills):
    """A life with these kills; those that came after the end of the queue do not count."""
    for kill in kills:
        if not life.go_on_until(kill):
            break
    life.finish()
    return life


def drawn(seed, number):
    dice = random.Random(seed)
    return [Kill.drawn(dice) for _ in range(number)]
