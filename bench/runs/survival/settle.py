"""Settle lost runs: each instrument made safe once, or kept where its device verifiably guards itself."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.core.errors import BenchError
from bench.runs.engine.events import Safety
from bench.runs.engine.run_instruments import RunInstruments
from bench.runs.engine.safing import Safing
from bench.runs.storage import filelock
from bench.runs.storage.files import StorageError
from bench.runs.storage.integrity import JOURNAL
from bench.runs.storage.journal import Journal
from bench.runs.survival.lost import LostRun
from bench.safety import SafeOutcome
from bench.safety.outcome import UNKNOWN
from bench.station import ConnectedStation

__all__ = ["LostRun", "Settled", "settle"]

LIMIT_S = 60.0
"""Clock seconds one instrument gets to be reached and made safe."""
TRIES = 3
PAUSE_S = 2.0
"""Clock seconds before what could not be made safe is tried again, over a new connection."""

_ALIVE = "somebody is still writing this run, so it is not lost: it and its instruments were not touched"


@dataclass(frozen=True)
class Settled:
    """What became of a lost run. `safing` is None if it turned out not to be lost.

    `error` says what could not be done or written down, empty if nothing.
    """

    run: LostRun
    safing: Safing | None
    error: str = ""

    @property
    def safe(self) -> Safety | None:
        """One word; "failed" means: treat its outputs as live. None for a run that is not lost."""
        return None if self.safing is None else self.safing.safe

    def text(self) -> str:
        """For a person."""
        lines = [] if self.safing is None else [self.safing.text()]
        return "\n".join([f"run {self.run.id}:", *lines, *([self.error] if self.error else [])])


def settle(
    station: ConnectedStation,
    lost: Sequence[LostRun],
    *,
    by: str,
    tries: int = TRIES,
    pause_s: float = PAUSE_S,
) -> tuple[Settled, ...]:
    """Make safe what the lost runs used, or keep it as they declared, and write that into their journals.

    An instrument is kept only if every lost run that used it says so and its device reads its own limits back
    as verified. What several runs used is settled once. What cannot be made safe is tried `tries` times. One
    run after another gets a line "made safe" with who did it (`by`); a run that somebody still writes is not
    lost, and neither it nor its instruments are touched. What was kept stays so when the station is left
    (`ConnectedStation.keep`). Call it in the thread that made the station's clock; it raises nothing that an
    instrument or a disk does.
    """
    with contextlib.ExitStack() as stack:
        books = {run: stack.enter_context(_Book(run)) for run in lost}
        busy = {name for run, book in books.items() if book.alive for name in run.instruments}
        mine = [run for run, book in books.items() if not book.alive]
        left = _leave(station, mine, busy, tries, pause_s)
        return tuple(book.conclude(left, by) for book in books.values())


class _Book:
    """The journal of one lost run, held while it is settled, so that nobody takes the run up meanwhile."""

    def __init__(self, run: LostRun) -> None:
        self._run = run
        self._journal: Journal | None = None
        self.alive = False
        self._error = ""

    def __enter__(self) -> _Book:
        folder = self._run.folder
        if folder is None:
            return self
        try:
            self._journal = Journal(folder / JOURNAL)
        except StorageError as error:
            self.alive = filelock.is_taken(folder / JOURNAL)
            self._error = f"its journal was not written: {error}"
        return self

    def __exit__(self, *_: object) -> None:
        if self._journal is not None:
            with contextlib.suppress(StorageError):
                self._journal.close()

    def conclude(self, left: Mapping[str, Safing], by: str) -> Settled:
        """Write down what became of this run's instruments."""
        if self.alive:
            return Settled(self._run, None, _ALIVE)
        safings = [left[name] for name in self._run.instruments if name in left]
        safing = Safing(
            tuple(outcome for one in safings for outcome in one.outcomes),
            {name: state for one in safings for name, state in one.kept.items()},
        )
        if self._journal is not None:
            try:
                self._journal.append("made safe", by=by, **safing.as_json())
                self._journal.sync()
            except (StorageError, ValueError) as error:
                self._error = f"its journal was not written: {error}"
        return Settled(self._run, safing, self._error)


def _leave(
    station: ConnectedStation, runs: Sequence[LostRun], busy: Iterable[str], tries: int, pause_s: float
) -> dict[str, Safing]:
    """What came of each instrument. One after another, so that one which does not answer delays no other."""
    names = dict.fromkeys(name for run in runs for name in run.instruments)
    must = {name for run in runs if run.on_host_loss != "keep" for name in run.instruments}
    left: dict[str, Safing] = {
        name: _lost(name, "a run that is still going on uses it, so it was not touched")
        for name in names
        if name in set(busy)
    }
    open_ = sorted((name for name in names if name not in left), key=lambda name: name not in must)
    for attempt in range(tries):
        if attempt:
            _pause(station, pause_s)
            station.close(open_)
        for name in open_:
            left[name] = _leave_one(station, name, keep=name not in must)
        open_ = [name for name in open_ if left[name].safe == "failed"]
        if not open_:
            break
    station.keep(name for safing in left.values() for name in safing.kept)
    return left


def _leave_one(station: ConnectedStation, name: str, *, keep: bool) -> Safing:
    """In an actor of its own: a port may hang while it is opened, and the others have to have their turn."""
    left: list[Safing] = []

    def act() -> None:
        one = RunInstruments(station, [name])
        try:
            left.append(one.keep_or_make_safe() if keep else one.make_safe())
        except Exception as error:  # also a name that the station file has no longer
            text = str(error) if isinstance(error, BenchError) else f"{type(error).__name__}: {error}"
            left.append(_lost(name, text))

    actor = station.clock.spawn(act, name=f"settle {name}", background=True)
    until = station.clock.now() + LIMIT_S
    while actor.alive and station.clock.now() < until:
        with contextlib.suppress(Exception):  # another actor's failure, told here, must not stop it
            actor.join(until - station.clock.now())
    return left[0] if left else _lost(name, f"it could not be reached within {LIMIT_S:g} s")


def _lost(name: str, why: str) -> Safing:
    return Safing((SafeOutcome(name, "unreachable", UNKNOWN, why),), {})


def _pause(station: ConnectedStation, pause_s: float) -> None:
    with contextlib.suppress(Exception):  # another actor's failure, told here, must not stop it
        station.clock.sleep(pause_s)


def unreached(lost: Sequence[LostRun], why: str) -> tuple[Settled, ...]:
    """For when the station itself could not be reached: every instrument counts as live."""
    return tuple(
        Settled(run, Safing(tuple(o for name in run.instruments for o in _lost(name, why).outcomes), {}), why)
        for run in lost
    )
