"""The context of a run on the bench: rows and facts into the run folder, waits through the gate."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.core.clock.interface import Clock
from bench.core.errors import BenchError, MeasurementError
from bench.core.readings import Reading
from bench.runs.columns import Column, Value
from bench.runs.context import Restored
from bench.runs.engine.ambient import AmbientLog
from bench.runs.engine.control import RunControl
from bench.runs.engine.events import (
    Notice,
    OperatorAnswered,
    OperatorAsked,
    Progressed,
    RowRecorded,
    RunEvents,
)
from bench.runs.engine.gate import RunGate
from bench.runs.engine.operators import Operator, OperatorRequest
from bench.runs.storage.files import StorageError
from bench.runs.storage.folder import RunFolder

if TYPE_CHECKING:
    from bench.samples import Sample


@dataclass(frozen=True)
class RunSetting:
    """What a run has been given to work with."""

    run_id: str
    columns: tuple[Column, ...]
    instruments: Mapping[str, Any]
    fixtures: Mapping[str, str]
    sample: Sample | None
    simulated: bool
    operator: Operator
    restored: Restored | None = None
    elapsed_s: float = 0.0
    """Clock seconds of the run before this attempt, which its Time goes on from."""


class BenchContext:
    """See RunContext, which it is; made by the runner."""

    def __init__(
        self,
        setting: RunSetting,
        *,
        clock: Clock,
        control: RunControl,
        gate: RunGate,
        folder: RunFolder,
        ambient: AmbientLog,
        events: RunEvents,
    ) -> None:
        self.clock = clock
        self.simulated = setting.simulated
        self.sample = setting.sample
        self.restored = setting.restored
        self.storage_error: StorageError | None = None
        self.count = 0
        self._setting = setting
        self._control = control
        self._gate = gate
        self._folder = folder
        self._rows = folder.rows
        self._journal = folder.journal
        self._ambient = ambient
        self._events = events
        self._start = clock.now() - setting.elapsed_s
        self._fills_time = any(column.name == "Time" and column.unit == "s" for column in setting.columns)

    @property
    def should_stop(self) -> bool:
        """For code that asks instead of being told (stock pymeasure)."""
        return self._gate.aborted

    def fixture(self, name: str) -> str:
        """See RunContext."""
        name_in_station: str = _declared(self._setting.fixtures, name, "fixture")
        return name_in_station

    def instrument(self, role: str) -> Any:
        """See RunContext."""
        return _declared(self._setting.instruments, role, "role")

    def sleep(self, seconds: float) -> None:
        """See RunContext."""
        if not math.isfinite(seconds):
            raise ValueError(f"cannot sleep for {seconds!r} seconds: give a finite number")
        self._gate.sleep(seconds)

    def measure(self, row: Mapping[str, Value]) -> None:
        """See RunContext."""
        if self._fills_time and "Time" not in row:
            row = {**row, "Time": self.clock.now() - self._start}
        try:
            self._rows.write(row)
        except StorageError as error:
            self.storage_error = error
            raise
        self.count += 1
        if self._events.watched:
            self._events.publish(RowRecorded(self._setting.run_id, dict(row), self.count))
        self._gate.check()

    def checkpoint(self, label: str, **state: Any) -> None:
        """See RunContext."""
        try:
            self._folder.checkpoint(label, state)
            self._journal.sync()
        except StorageError as error:
            self.storage_error = error
            raise
        self._gate.check()

    def operator(
        self,
        instruction: str,
        *,
        action: str,
        details: Mapping[str, Any] | None = None,
        confirms: Sequence[str] = (),
    ) -> Mapping[str, Any]:
        """See RunContext."""
        self._gate.check()
        run_id = self._setting.run_id
        request = OperatorRequest(
            run_id, instruction, action, dict(details or {}), self._control.changed.set, tuple(confirms)
        )
        self._append(
            "operator asked",
            instruction=instruction,
            action=action,
            details=request.details,
            confirms=request.confirms,
        )
        self._events.publish(OperatorAsked(run_id, request))
        self._setting.operator.ask(request)
        try:
            self._gate.wait_until(lambda: not request.open)
        finally:
            request.withdraw()
        if request.declined is not None:
            self._append("operator declined", action=action, reason=request.declined)
            raise MeasurementError(
                f"the step '{instruction}' was not done: {request.declined}",
                step=action,
                remedy="run it again",
            )
        self._append("operator done", action=action, by=request.by, answers=request.answers)
        self._events.publish(OperatorAnswered(run_id, request.by or "", request.answers))
        return request.answers

    def ambient(self) -> Reading:
        """See RunContext."""
        return self._ambient.take("asked by the procedure")

    def progress(self, fraction: float, text: str = "") -> None:
        """See RunContext."""
        if self._events.watched:
            self._events.publish(Progressed(self._setting.run_id, min(1.0, max(0.0, fraction)), text))

    def fact(self, name: str, value: Any) -> None:
        """See RunContext."""
        self._append("fact", name=name, value=value)

    def note(self, text: str, **facts: Any) -> None:
        """See RunContext."""
        self._append("note", text=text, facts=facts)

    def warn(self, text: str) -> None:
        """See RunContext."""
        self._events.publish(Notice(self._setting.run_id, "warning", text))
        self._append("warning", text=text)

    def _append(self, kind: str, **facts: Any) -> None:
        try:
            self._journal.append(kind, **facts)
        except StorageError as error:
            self.storage_error = error
            raise


def _declared(table: Mapping[str, Any], name: str, what: str) -> Any:
    try:
        return table[name]
    except KeyError:
        raise BenchError(
            f"this procedure declares no {what} '{name}'",
            remedy=f"declare it, or use one of {', '.join(sorted(table)) or 'none'}",
        ) from None
