"""The queue of a data folder: every operation by its rules, with who and why, for any process at any time."""

from __future__ import annotations

import builtins
import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

from bench.runs.queue import adding, moving
from bench.runs.queue.changes import ALLOWED, Change, apply, items_added
from bench.runs.queue.item import FINAL, GOING, LIVE, Item, NewItem, OperatorStep, State
from bench.runs.queue.log import QueueError, QueueLog
from bench.runs.queue.memory import MemoryStore
from bench.runs.queue.sql import SqlStore
from bench.runs.queue.store import Mark, Store
from bench.runs.storage import journal
from bench.runs.storage.catalogue import FILE as CATALOGUE
from bench.runs.storage.database import CatalogueError, LostError
from bench.runs.storage.files import StorageError

__all__ = ["QueueError", "RunQueue"]

T = TypeVar("T")
Line = tuple[str, Mapping[str, Any]]
InterlockLine: TypeAlias = Literal["release asked", "released", "not released"]
REQUESTS = ("pause", "resume", "abort", "safe")
_AHEAD = "only a run that has not begun can be changed"

_LISTED = "'bench queue list --all' lists them"


class RunQueue:
    """The queue in `data_dir`. `store` is how it is looked at: by default the catalogue, else memory.

    Every operation takes its turn with other processes, reads what they have written, checks the rules, and
    returns when its lines are durable. Raises QueueError where the state of a run forbids it, StorageError
    where the journal cannot be read or written. A catalogue that cannot be used is done without.
    """

    def __init__(self, data_dir: Path, *, store: Store | None = None) -> None:
        self._log = QueueLog(data_dir)
        self._store: Store = store if store is not None else SqlStore(data_dir / CATALOGUE)
        self._unread: list[Change] = []
        self._seen = 0
        data_dir.mkdir(parents=True, exist_ok=True)
        self._read()
        self._unread.clear()

    @property
    def path(self) -> Path:
        """The journal."""
        return self._log.path

    @property
    def size(self) -> int:
        """How many bytes of the journal are known here."""
        return self._safely(lambda store: store.mark()).offset

    def close(self) -> None:
        """Let go of files."""
        self._store.close()

    # -- looking ------------------------------------------------------------------------------------------

    def get(self, key: int) -> Item:
        """One run by its number. Raises QueueError."""
        found = self._safely(lambda store: store.get(key))
        if found is None:
            raise QueueError(f"there is no run #{key} in the queue", remedy=_LISTED)
        return found

    def find(self, text: str) -> Item:
        """One run by its number ("12", "#12") or its id, of several the one that has not ended."""
        number = text.removeprefix("#")
        if number.isdecimal():
            return self.get(int(number))
        found = self._safely(lambda store: store.select(id=text))
        open_ones = [item for item in found if item.state not in FINAL]
        found = tuple(open_ones) or found
        if len(found) == 1:
            return found[0]
        if not found:
            raise QueueError(f"there is no run '{text}' in the queue", remedy=_LISTED)
        numbers = ", ".join(f"#{item.key} ({item.state})" for item in found[:10])
        raise QueueError(f"several runs are called '{text}': {numbers}", remedy="give the number")

    def list(
        self,
        *,
        states: Collection[State] | None = None,
        batch: str | None = None,
        limit: int | None = None,
    ) -> tuple[Item, ...]:
        """Those that go on first, then those that wait in their order, then the ended ones, newest first."""
        return self._safely(lambda store: store.select(states, batch, limit))

    def open_steps(self) -> tuple[OperatorStep, ...]:
        """What waits for a person."""
        return tuple(step for item in self.list(states=GOING) for step in item.steps)

    def catch_up(self) -> tuple[Change, ...]:
        """What other processes have written since this was last asked, in order."""
        self._read()
        found, self._unread = tuple(self._unread), []
        return found

    @property
    def news(self) -> bool:
        """Whether `catch_up` has something to tell that was read already, beside a change of our own."""
        return bool(self._unread)

    def history(self, key: int) -> tuple[Change, ...]:
        """Every line about one run."""
        return tuple(change for change in self._all() if _is_about(change, key))

    def verify(self) -> builtins.list[str]:
        """Where the chain of the journal is broken; empty if nowhere."""
        return journal.verify(self.path) if self.path.exists() else []

    def rebuild(self) -> None:
        """Build the view anew from the whole journal; only needed if somebody has altered it."""
        self._safely(lambda store: store.clear())
        self._read()

    # -- operations of people ------------------------------------------------------------------------------

    def add(self, items: Sequence[NewItem], *, who: str, why: str = "") -> tuple[Item, ...]:
        """Queue runs, all or none."""
        if not items:
            return ()
        keys: list[int] = []

        def lines() -> list[Line]:
            last = self._safely(lambda store: store.last())
            facts = adding.numbered(items, last, self.find)
            keys.extend(item["key"] for item in facts)
            return [("added", {"who": who, "why": why, "items": facts})]

        self._change(lines)
        return tuple(self.get(key) for key in keys)

    def hold(self, key: int, *, who: str, why: str = "") -> Item:
        """Let it not start before a person releases it."""
        return self._on(key, LIVE, "held", {"who": who, "why": why or f"held by {who}"}, _AHEAD)

    def release(self, key: int, *, who: str, why: str = "") -> Item:
        """End `hold`."""
        if not self.get(key).held:
            raise QueueError(f"run #{key} is not held", state="nothing was changed")
        return self._on(key, LIVE, "released", {"who": who, "why": why}, _AHEAD)

    def move(
        self,
        key: int,
        *,
        who: str,
        first: bool = False,
        last: bool = False,
        before: int | None = None,
        after: int | None = None,
        why: str = "",
    ) -> Item:
        """Change its place among the runs of its priority. Say one of where to."""
        if (first, last, before is not None, after is not None).count(True) != 1:
            raise QueueError("say one place to move it to: first, last, before or after another")

        def lines() -> list[Line]:
            item = self._expect(key, LIVE, _AHEAD)
            line = [other for other in self.list(states=LIVE) if other.key != item.key]
            positions = moving.positions(item, line, first=first, last=last, before=before, after=after)
            return [
                ("moved", {"key": one, "who": who, "why": why, "position": place})
                for one, place in positions.items()
            ]

        self._change(lines)
        return self.get(key)

    def edit(self, key: int, changes: Mapping[str, Any], *, who: str, why: str = "") -> Item:
        """Replace fields (`spec`, `priority`, `not_before`, `after`, ...) that whoever asks has validated."""
        unknown = set(changes) - adding.EDITABLE
        if unknown:
            raise QueueError(f"{', '.join(sorted(unknown))} of a queued run cannot be changed")
        if "after" in changes:
            adding.refuse_cycle(key, changes["after"], self.get)
        return self._on(key, LIVE, "edited", {"who": who, "why": why, "changes": dict(changes)}, _AHEAD)

    def set_priority(self, key: int, priority: int, *, who: str, why: str = "") -> Item:
        """Higher goes first; 0 is usual."""
        return self.edit(key, {"priority": priority}, who=who, why=why)

    def set_not_before(self, key: int, not_before: str | None, *, who: str, why: str = "") -> Item:
        """ISO 8601 in UTC, or None for at once."""
        return self.edit(key, {"not_before": not_before}, who=who, why=why)

    def cancel(self, key: int, *, who: str, why: str = "") -> Item:
        """Take it out of the queue; one that goes on is asked to abort."""
        item = self.get(key)
        if item.state in GOING:
            return self.request(key, "abort", who=who, why=why)
        reason = f"cancelled by {who}" + (f": {why}" if why else "")
        return self.note_state(key, "aborted", who=who, why=why, reason=reason)

    def rerun(self, key: int, *, who: str, why: str = "") -> Item:
        """Queue an ended run once more, as a new one; an interrupted one is given up for it."""
        item = self.get(key)
        if item.state in LIVE | GOING:
            raise QueueError(
                f"run #{key} is {item.state}, so it cannot be run again yet",
                remedy="'duplicate' queues a copy",
            )
        if item.state == "interrupted":
            self.note_state(key, "aborted", who=who, why="run again as a new run", reason="run again")
        return self._copied(item, who, why or f"run #{key} again")

    def duplicate(self, key: int, *, who: str, why: str = "") -> Item:
        """Queue a copy, whatever has become of this one."""
        return self._copied(self.get(key), who, why or f"a copy of run #{key}")

    def take_up(self, key: int, *, who: str, why: str = "") -> Item:
        """Let an interrupted run go on by its policy."""
        self._expect(key, {"interrupted"}, "only an interrupted run can be taken up again")
        return self.note_state(key, "queued", who=who, why=why or f"taken up by {who}")

    def request(self, key: int, request: str, *, who: str, why: str = "") -> Item:
        """Ask a run that goes on to pause, resume, abort, or be made safe; its bench reads that soon."""
        if request not in REQUESTS:
            raise QueueError(f"'{request}' cannot be asked of a run", remedy=f"one of {', '.join(REQUESTS)}")
        facts = {"who": who, "why": why, "request": request}
        return self._on(key, GOING, "request", facts, "it can only be asked of a run that goes on")

    def note_interlock(
        self, kind: InterlockLine, rule: str, *, who: str, why: str, text: str = "", answers: int = 0
    ) -> int:
        """Keep who wants an interlock released, or has, or why not; the number of the line.

        `text` is what the rule saw; `answers` the number of the line by which it was asked.
        """
        facts = {"who": who, "why": why, "rule": rule, "text": text, "answers": answers}
        self._change(lambda: [(f"interlock {kind}", facts)])
        return self._safely(lambda store: store.mark()).seq

    # -- operations of the engine --------------------------------------------------------------------------

    def note_state(
        self,
        key: int,
        state: State,
        *,
        who: str = "bench",
        why: str = "",
        waiting_for: str = "",
        **facts: Any,
    ) -> Item:
        """What has become of a run; `facts` such as run_id, folder, attempt, reason, safe."""

        def lines() -> list[Line]:
            item = self.get(key)
            if state not in ALLOWED[item.state]:
                raise QueueError(
                    f"run #{key} is {item.state} and cannot become {state}", state="nothing was changed"
                )
            more = {"who": who, "why": why, "waiting_for": waiting_for, **facts}
            return [("state", {"key": key, "state": state, **more})]

        self._change(lines)
        return self.get(key)

    def ask_operator(
        self, key: int, *, instruction: str, action: str, details: Mapping[str, Any], confirms: Sequence[str]
    ) -> int:
        """A run waits for a person; the number of the step."""
        number = self._safely(lambda store: store.mark()).seq + 1
        asked = {"instruction": instruction, "action": action, "details": details, "confirms": list(confirms)}
        facts = {"who": "bench", "why": "", "step": number, **asked}
        self._on(key, GOING, "operator asked", facts, "it does not go on")
        return number

    def answer_operator(self, key: int, step: int, *, by: str, answers: Mapping[str, Any]) -> Item:
        """The step has been done."""
        facts = {"who": by, "why": "", "step": step, "by": by, "answers": dict(answers)}
        return self._close_step(key, step, "operator answered", facts)

    def decline_operator(self, key: int, step: int, *, by: str, reason: str) -> Item:
        """The step will not be done."""
        facts = {"who": by, "why": reason, "step": step, "by": by, "reason": reason}
        return self._close_step(key, step, "operator declined", facts)

    def withdraw_operator(self, key: int, step: int) -> Item:
        """Nobody waits for it any more."""
        return self._close_step(
            key,
            step,
            "operator withdrawn",
            {"who": "bench", "why": "the run does not wait any more", "step": step},
        )

    # -- how ------------------------------------------------------------------------------------------------

    def _close_step(self, key: int, step: int, kind: str, facts: Mapping[str, Any]) -> Item:
        def lines() -> list[Line]:
            if step not in [one.step for one in self.get(key).steps]:
                raise QueueError(
                    f"step {step} of run #{key} does not wait for anybody (any more)",
                    remedy="'bench operator list' shows what does",
                )
            return [(kind, {"key": key, **facts})]

        self._change(lines)
        return self.get(key)

    def _copied(self, item: Item, who: str, why: str) -> Item:
        return self.add([adding.copy_of(item)], who=who, why=why)[0]

    def _expect(self, key: int, states: Collection[State], otherwise: str) -> Item:
        item = self.get(key)
        if item.state not in states:
            raise QueueError(f"run #{key} is {item.state}: {otherwise}", state="nothing was changed")
        return item

    def _on(
        self, key: int, states: Collection[State], kind: str, facts: Mapping[str, Any], otherwise: str
    ) -> Item:
        def lines() -> list[Line]:
            self._expect(key, states, otherwise)
            return [(kind, {"key": key, **facts})]

        self._change(lines)
        return self.get(key)

    def _change(self, lines: Callable[[], Sequence[Line]]) -> None:
        """Under the lock: read what others wrote, have the rules checked, write, take in what was written.

        What was written here is not news for `catch_up`.
        """
        with self._log.exclusive():
            self._read()
            known = len(self._unread)
            self._log.append(self._safely(lambda store: store.mark()), lines())
            self._read()
            del self._unread[known:]

    def _read(self) -> None:
        self._safely(lambda store: None, fresh=True)

    def _take_in(self) -> None:
        mark = self._store.mark()
        self._seen = max(self._seen, mark.seq)
        try:
            if self._log.size() < mark.offset:
                raise StorageError("the view is ahead of the journal", path=self.path)
            changes, after = self._log.read(mark)
        except StorageError:
            if mark.seq == 0:
                raise
            self._store.clear()  # of another journal, or one that was restored from a copy
            self._seen = 0
            changes, after = self._log.read(self._store.mark())
        if not changes:
            return
        touched: dict[int, Item] = {}
        for change in changes:
            if change.kind == "added":
                touched.update((item.key, item) for item in items_added(change))
            elif change.key:
                item = touched.get(change.key) or self._store.get(change.key)
                if item is not None:
                    touched[change.key] = apply(item, change)
        self._store.put(touched.values(), after)
        self._unread += [change for change in changes if change.seq > self._seen]
        self._seen = after.seq

    def _safely(self, look: Callable[[Store], T], *, fresh: bool = False) -> T:
        """Look, after reading what is new if `fresh`.

        A view that is lost is built anew from the journal; one that cannot be used is replaced by memory.
        """
        try:
            if fresh:
                self._take_in()
            return look(self._store)
        except LostError:
            with contextlib.suppress(CatalogueError):
                self._store.mend()
                self._take_in()
                return look(self._store)
        except CatalogueError:
            pass
        self._store.close()
        self._store = MemoryStore()
        self._take_in()
        return look(self._store)

    def _all(self) -> builtins.list[Change]:
        return self._log.read(Mark())[0]


def _is_about(change: Change, key: int) -> bool:
    if change.kind == "added":
        return any(item["key"] == key for item in change.facts["items"])
    return change.key == key
