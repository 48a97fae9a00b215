"""Runs what is queued on one station: in parallel what shares nothing, fair, never stuck on a failure."""

from __future__ import annotations

import collections
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bench.core.clock.interface import Clock, ClockEvent
from bench.core.errors import BenchError, ConfigError
from bench.runs.engine.control import QueueControl
from bench.runs.engine.events import RunEvent, RunFinished, RunStarted, StatusChanged
from bench.runs.engine.leases import Resource
from bench.runs.engine.outcome import RunOutcome
from bench.runs.engine.run_task import RunTask
from bench.runs.engine.services import RunServices
from bench.runs.interlocks.interlocks import LOOK_EVERY_S, Interlocks
from bench.runs.interlocks.rule_state import WatchedRun
from bench.runs.planning.plan import PlannedRun
from bench.runs.queue.changes import Change
from bench.runs.queue.item import GOING, LIVE, Item, State
from bench.runs.queue.queue import RunQueue
from bench.runs.scheduling.admission import admission
from bench.runs.scheduling.line import Waiting, WaitingLine, needs_of
from bench.runs.scheduling.mail import MailWatch
from bench.runs.scheduling.notes import QueueNotes
from bench.runs.scheduling.outcomes import not_run, outcome_of_item
from bench.runs.scheduling.policy import GOES_ON, not_begun, taking_up
from bench.runs.scheduling.releases import ASKED, answer_release
from bench.runs.scheduling.steps import QueuedSteps
from bench.runs.storage.folder import RUNS
from bench.runs.storage.request import new_run_id

Planner = Callable[[Item], PlannedRun]
"""What an item comes to on the station as it is now; ConfigError with everything wrong."""


def holder_of(item: Item) -> str:
    """What the lease table calls the run."""
    return f"run #{item.key} {item.id}"


@dataclass(frozen=True)
class _Going:
    item: Item
    run: PlannedRun
    task: RunTask
    step: str = ""


class Scheduler:
    """Call `run` from the thread that made the clock. `wake` is the event that RunServices.wake sets.

    `mine` says which items are for this station. The queue is written by this thread only.
    """

    def __init__(
        self,
        services: RunServices,
        queue: RunQueue,
        control: QueueControl,
        planner: Planner,
        *,
        mine: Callable[[Item], bool],
        steps: QueuedSteps,
        wake: ClockEvent,
        interlocks: Interlocks,
    ) -> None:
        self._services = services
        self._clock: Clock = services.clock
        self._queue = queue
        self._control = control
        self._plan = planner
        self._mine = mine
        self._steps = steps
        self._wake = wake
        self._interlocks = interlocks
        self._notes = QueueNotes(queue, services.events)
        self._line = WaitingLine()
        self._later: dict[int, datetime] = {}
        self._dependents: dict[int, set[int]] = {}
        self._going: dict[int, _Going] = {}
        self._given_up: set[str] = set()
        self._phases: collections.deque[tuple[str, str]] = collections.deque()
        self._outcomes: dict[int, RunOutcome] = {}
        self._barred = False
        self._keys: frozenset[int] | None = None
        self._total = 0
        services.events.subscribe(self._watch)
        control.on_stop(wake.set)

    def run(self, keys: Collection[int] | None = None, *, stay: bool = False) -> Mapping[int, RunOutcome]:
        """Run these, or all that are for this station, until nothing more can be run; the outcomes by key.

        With `stay` it waits for more to be queued until it is stopped. Raises nothing that a run does.
        """
        self._keys = None if keys is None else frozenset(keys)
        waiting = [item for item in self._queue.list(states=LIVE) if self._wanted(item)]
        self._total = len(waiting)
        for item in waiting:
            self._consider(item)
        with MailWatch(self._queue.path, self._wake.set) as mail, self._interlocks:
            while True:
                self._wake.clear()
                self._read()
                self._reap()
                stopped = self._control.stop_reason is not None
                if not stopped:
                    self._start_all()
                if not self._going and (stopped or not (stay or self._later or self._waits_for_something())):
                    break
                mail.known(self._queue.size)
                if not self._queue.news:  # else somebody wrote while this thread did
                    self._wait()
        if stopped:
            self._leave_the_rest()
        return self._outcomes

    # -- who may start ------------------------------------------------------------------------------------

    def _wanted(self, item: Item) -> bool:
        return (item.key in self._keys if self._keys is not None else True) and self._mine(item)

    def _consider(self, item: Item) -> None:
        """Put an item where it belongs: into the line, or where it waits for something else."""
        self._line.remove(item.key)
        self._later.pop(item.key, None)
        if item.state not in LIVE or not self._wanted(item):
            return
        found = admission(item, self._queue.get, self._clock.utc())
        if found.ready:
            self._line.put(Waiting(item.key, item.order, needs_of(item)))
        elif found.refuse:
            self._refuse(item, found.refuse)
        elif found.hold:
            self._notes.hold(item, found.hold)
            self._consider_dependents(item.key)
        else:
            if found.until is not None:
                self._later[item.key] = found.until
            for key in item.after:
                self._dependents.setdefault(key, set()).add(item.key)
            self._notes.waits(item, found.waiting_for)

    def _consider_dependents(self, key: int) -> None:
        for dependent in sorted(self._dependents.pop(key, ())):
            self._consider(self._queue.get(dependent))

    def _start_all(self) -> None:
        utc = self._clock.utc()
        for key in sorted(key for key, until in self._later.items() if until <= utc):
            self._consider(self._queue.get(key))
        while self._control.stop_reason is None:
            choice = self._line.choose(self._held, self._interlocks.barred)
            self._barred = choice.barred
            for key, why in choice.blocked.items():
                self._notes.waits(self._queue.get(key), why)
            if choice.start is None:
                return
            self._start(self._queue.get(choice.start))

    def _waits_for_something(self) -> bool:
        """For the room, or for what a run that was given up still has in its hands."""
        return self._waits_for_room() or (
            bool(self._line) and not self._given_up.isdisjoint(self._services.leases.held())
        )

    def _waits_for_room(self) -> bool:
        return self._barred and self._interlocks.worth_waiting()

    def _held(self, key: int, needs: frozenset[Resource]) -> str | None:
        return self._services.leases.conflict(holder_of(self._queue.get(key)), needs)

    # -- one run ------------------------------------------------------------------------------------------

    def _start(self, item: Item) -> None:
        """Plan it anew on the station as it is now, note that it runs, and only then let it begin."""
        try:
            run = self._plan(item)
        except BenchError as error:
            self._line.remove(item.key)
            self._refuse(item, _in_short(error))
            return
        if run.resources != needs_of(item) and self._held(item.key, run.resources) is not None:
            self._line.put(Waiting(item.key, item.order, run.resources))
            return
        self._line.remove(item.key)
        if any(going.run.id == run.id for going in self._going.values()):
            run = replace(run, id=f"{run.id}-{item.key}")
        again = taking_up(item, self._services.data_dir)
        run_id = again.folder.name if again is not None else new_run_id(run.id, self._clock.utc())
        if item.run_id is not None and not_begun(item, self._services.data_dir):
            run_id = item.run_id
        noted = self._notes.state(
            item,
            "running",
            why="" if again is None else f"taken up again: {again.how}",
            run_id=run_id,
            folder=f"{RUNS}/{run_id}",
            attempt=item.attempt + 1,
            resume=run.resume,
            on_host_loss=run.procedure.on_host_loss,
            instruments=list(run.instruments),
        )
        if not noted:  # what nobody could find after a loss must not be energised
            self._outcomes[item.key] = self._announced(
                not_run(run, "failed", "storage: the queue", self._services)
            )
            return
        self._publish_start(run, item.key, run_id)
        holder = holder_of(item)
        self._services.leases.release(holder)  # re-taken at start-up, and now for good
        self._services.leases.take(holder, run.resources)
        task = RunTask(self._services, run, run_id=run_id, holder=holder, taking_up=again)
        self._going[item.key] = _Going(item, run, task)
        self._control.began(task.control)
        hear = self._interlocks.began(
            WatchedRun(run.id, run.procedure.columns, run.resources, task.control, task.note)
        )
        self._services.board.began(run.id, run.procedure.columns, run.instruments, hear)
        self._clock.spawn(task.attend, name=f"run {run.id}")

    def _publish_start(self, run: PlannedRun, key: int, folder: str) -> None:
        begun = len(self._outcomes) + len(self._going) + 1
        self._total = max(self._total, begun)
        self._services.events.publish(
            RunStarted(
                run_id=run.id,
                procedure=run.procedure.name,
                sample=None if run.sample is None else run.sample.name,
                index=begun,
                total=self._total,
                expected_duration_s=run.estimate.duration_s,
                expected_rows=run.estimate.rows,
                key=key,
                folder=folder,
                units={column.name: column.unit for column in run.procedure.columns},
                instruments=run.instruments,
            )
        )

    def _reap(self) -> None:
        """Take in what has ended, and what may start because of it."""
        for key, going in tuple(self._going.items()):
            if not going.task.ended.is_set():
                continue
            if going.task.abandoned:
                going.task.finish_abandoned()
                self._given_up.add(holder_of(going.item))
            self._control.ended(going.task.control)
            self._interlocks.ended(going.run.id)
            self._services.board.ended(going.run.id)
            del self._going[key]
            outcome = going.task.outcome
            self._outcomes[key] = outcome
            goes_on = _goes_on(outcome, going)
            self._notes.state(
                self._queue.get(key),
                outcome.status,
                why=outcome.reason,
                reason=outcome.reason,
                safe=outcome.safe,
                waiting_for=GOES_ON if goes_on else "",
            )
            if goes_on:
                why = f"cut off by {going.task.control.abort_reason}; its policy is {going.run.resume}"
                self._notes.state(self._queue.get(key), "queued", why=why)
            if self._control.stop_reason is None:  # else they are told why the queue was stopped
                self._consider_dependents(key)

    def _refuse(self, item: Item, why: str) -> None:
        self._notes.state(item, "refused", why=why, reason=why, safe="verified")
        self._outcomes[item.key] = self._announced(outcome_of_item(item, "refused", why, self._services))
        self._consider_dependents(item.key)

    def _announced(self, outcome: RunOutcome) -> RunOutcome:
        self._services.events.publish(RunFinished(outcome.id, outcome.status, outcome.safe, outcome.reason))
        return outcome

    # -- what comes from outside --------------------------------------------------------------------------

    def _watch(self, event: RunEvent) -> None:
        """In the actors of runs: a run was paused, or goes on."""
        if isinstance(event, StatusChanged) and event.phase in ("paused", "resumed"):
            self._phases.append((event.run_id, event.phase))
            self._wake.set()

    def _key_of(self, run_id: str) -> int | None:
        return next((key for key, going in self._going.items() if going.run.id == run_id), None)

    def _read(self) -> None:
        while self._phases:
            run_id, phase = self._phases.popleft()
            key = self._key_of(run_id)
            if key is not None:
                why = self._going[key].task.control.pause_reason if phase == "paused" else ""
                state: State = "paused" if phase == "paused" else "running"
                waits = f"a person to resume it: {why}" if why else ""
                self._notes.state(self._queue.get(key), state, why=why, waiting_for=waits)
        try:
            for key, instruction in self._steps.post(self._queue, self._key_of):
                item = self._queue.get(key)
                if item.state in GOING:
                    waits = f"a person: {instruction}" if instruction else ""
                    self._notes.state(item, item.state, waiting_for=waits)
            for change in self._queue.catch_up():
                self._obey(change)
        except BenchError as error:
            self._notes.tell("", "error", f"the queue cannot be read: {error}")

    def _obey(self, change: Change) -> None:
        if change.kind == "added":
            for added in change.facts["items"]:
                self._consider(self._queue.get(added["key"]))
        elif change.kind == ASKED:
            answer_release(change, self._interlocks, self._queue, self._notes)
        elif not change.key:
            return  # a note about the journal itself
        elif change.kind == "operator answered":
            self._steps.answered(
                change.key, change.facts["step"], change.facts["by"], change.facts["answers"]
            )
        elif change.kind == "operator declined":
            self._steps.declined(change.key, change.facts["step"], change.facts["by"], change.facts["reason"])
        elif change.kind == "request":
            self._request(change)
        elif change.key not in self._going:
            item = self._queue.get(change.key)
            if item.state not in LIVE and item.state != "interrupted":
                self._services.leases.release(holder_of(item))  # of one that was left unsafe, and is given up
            self._consider(item)
            self._consider_dependents(change.key)

    def _request(self, change: Change) -> None:
        going = self._going.get(change.key)
        if going is None:
            return
        who = f"{change.facts['who']}" + (f": {change.facts['why']}" if change.facts.get("why") else "")
        control = going.task.control
        match change.facts["request"]:
            case "pause":
                control.pause()
            case "resume":
                control.resume()
            case "abort":
                control.abort(who)
            case "safe":
                control.safe_now(who)

    # -- waiting ------------------------------------------------------------------------------------------

    def _wait(self) -> None:
        """Until something has changed, or the next run may start by the clock."""
        timeout = None
        if self._later and self._control.stop_reason is None:
            timeout = max(0.0, (min(self._later.values()) - self._clock.utc()).total_seconds())
        if not self._going and self._control.stop_reason is None and self._waits_for_room():
            timeout = LOOK_EVERY_S if timeout is None else min(timeout, LOOK_EVERY_S)
        try:
            self._wake.wait(timeout)
        except KeyboardInterrupt:  # nobody installed handlers (control.handle_signals)
            self._control.interrupt("Ctrl+C")
        except Exception as error:  # the clock's: what it raises here has reached the runs as well
            for going in self._going.values():
                going.task.tell_clock_failure(error)
            if not self._going:
                raise

    def _leave_the_rest(self) -> None:
        """A person who stops the queue takes back what waits; a computer that stops leaves it queued."""
        reason = f"not started: the queue was stopped ({self._control.stop_reason})"
        for item in self._queue.list(states=LIVE):
            if not self._wanted(item) or item.key in self._outcomes:
                continue
            if self._control.cut_off or self._keys is None:
                self._outcomes[item.key] = self._announced(
                    outcome_of_item(item, "waiting", f"{reason}; it stays in the queue", self._services)
                )
            else:
                self._notes.state(item, "aborted", why=reason, reason=reason, safe="verified")
                self._outcomes[item.key] = self._announced(
                    outcome_of_item(item, "aborted", reason, self._services)
                )


def _goes_on(outcome: RunOutcome, going: _Going) -> bool:
    """What the computer's stop has cut off goes back to the queue, if its policy takes it up again."""
    cut_off = outcome.status == "interrupted" and going.task.control.cut_off
    return cut_off and going.run.resume != "abandon"


def _in_short(error: BenchError) -> str:
    if isinstance(error, ConfigError):
        return "; ".join(f"{problem.place}: {problem.what}" for problem in error.problems)
    return error.what
