"""The context of a bench procedure under stock pymeasure: rows go to its Worker, waits ask its stop flag."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bench.core.clock.interface import Clock
from bench.core.clock.threaded import RealClock
from bench.core.errors import BenchError, MeasurementError, RunAbortedError
from bench.core.readings import Reading
from bench.runs.columns import RowEncoder, Value
from bench.runs.context import Restored
from bench.runs.engine.operators import ConsoleOperator, Operator, OperatorRequest, SimulatedOperator
from bench.runs.procedure import Procedure, pymeasure_label
from bench.runs.record import RunRecord
from bench.station.roles import missing_methods

if TYPE_CHECKING:
    from bench.samples import Sample

_LOOK_EVERY_S = 0.1
"""How often a wait asks pymeasure whether to stop: its flag wakes nobody."""

_log = logging.getLogger(__name__)


class StandInContext:
    """See RunContext, which it is. Made by `Procedure.bind`.

    `measure` hands the row to pymeasure's recorder, which flushes it; facts and notes go to the log, since
    pymeasure's file has no place for them. `record()` gives what `analyse` needs.
    """

    def __init__(
        self,
        procedure: Procedure,
        instruments: Mapping[str, Any],
        *,
        sample: Sample | None,
        fixtures: Mapping[str, str] | None,
        operator: Operator | None,
        clock: Clock | None,
        ambient: Reading | Callable[[], Reading] | None,
        ambient_u_K: float | None,
    ) -> None:
        _check_cast(procedure, instruments)
        self.clock: Clock = clock if clock is not None else RealClock()
        self.simulated = isinstance(operator, SimulatedOperator)
        self.sample = sample
        self.restored: Restored | None = None  # stock pymeasure takes nothing up again
        self._procedure = procedure
        self._unplayed = dict.fromkeys(procedure.optional_roles)
        self._instruments = {role: one for role, one in instruments.items() if one is not None}
        self._fixtures = {name: (fixtures or {}).get(name, name) for name in procedure.fixtures}
        self._operator = operator if operator is not None else ConsoleOperator()
        self._ambient = ambient
        self._ambient_u_K = ambient_u_K
        self._encoder = RowEncoder(procedure.columns)
        self._labels = {column.name: pymeasure_label(column) for column in procedure.columns}
        self._numbers = {column.name for column in procedure.columns if column.kind in ("number", "integer")}
        self._fills_time = any(column.name == "Time" and column.unit == "s" for column in procedure.columns)
        self._rows: list[dict[str, Value]] = []
        self._facts: dict[str, Any] = {}
        self._start = self.clock.now()
        self._teardown = False
        self._wrap()

    # -- what pymeasure calls -----------------------------------------------------------------------------

    def _wrap(self) -> None:
        """Put ourselves around the three phases of this one procedure object.

        pymeasure calls a run that raised "failed", so an abort must come back as a return; an exception in
        its shutdown leaves its queue "running" for ever; and it never makes an instrument safe.
        """
        procedure, kind = self._procedure, type(self._procedure)

        def begin() -> None:
            self._rows.clear()
            self._facts = {} if self._ambient_u_K is None else {"ambient_u_K": self._ambient_u_K}
            self._start = self.clock.now()
            self._teardown = False
            self._until_stopped(lambda: kind.startup(procedure))

        procedure.startup = begin
        procedure.execute = lambda: self._until_stopped(lambda: kind.execute(procedure))
        procedure.shutdown = lambda: self._tear_down(lambda: kind.shutdown(procedure))

    def _until_stopped(self, phase: Callable[[], None]) -> None:
        try:
            phase()
        except RunAbortedError:
            if not self._procedure.should_stop():
                raise

    def _tear_down(self, shutdown: Callable[[], None]) -> None:
        self._teardown = True
        failures: list[str] = []
        try:
            shutdown()
        except Exception:
            failures.append(traceback.format_exc())
        for role, instrument in self._instruments.items():
            try:
                instrument.make_safe()
            except Exception as error:
                failures.append(f"{role} could not be made safe: {error}")
        if failures:
            text = "\n".join(failures)
            _log.error("the run ended badly: %s", text)
            self._procedure.status = Procedure.FAILED
            self._procedure.emit("error", text)
            self._procedure.emit("status", Procedure.FAILED)

    # -- the context --------------------------------------------------------------------------------------

    @property
    def should_stop(self) -> bool:
        """See RunContext."""
        return not self._teardown and bool(self._procedure.should_stop())

    def fixture(self, name: str) -> str:
        """See RunContext; the name given to `bind`, or the procedure's own."""
        return self._fixtures[name]

    def instrument(self, role: str) -> Any:
        """See RunContext."""
        return (self._unplayed | self._instruments)[role]

    def sleep(self, seconds: float) -> None:
        """See RunContext."""
        self._check()
        until = self.clock.now() + seconds
        while (left := until - self.clock.now()) > 0:
            self.clock.sleep(min(left, _LOOK_EVERY_S))
            self._check()

    def measure(self, row: Mapping[str, Value]) -> None:
        """See RunContext. A value that is missing on purpose reaches pymeasure's file as nan."""
        if self._fills_time and "Time" not in row:
            row = {**row, "Time": self.clock.now() - self._start}
        self._encoder.line(row, len(self._rows) + 1)  # checks every name and value
        self._procedure.emit(
            "results", {self._labels[name]: self._for_csv(name, row[name]) for name in self._labels}
        )
        self._rows.append(dict(row))
        self._check()

    def _for_csv(self, name: str, value: Value) -> Value:
        if name in self._numbers:
            return float("nan") if value is None else value if type(value) is int else float(value)
        # pymeasure's format neither quotes nor escapes
        return "" if value is None else str(value).replace(",", ";").replace("\n", " ").replace("#", "no.")

    def checkpoint(self, label: str, **state: Any) -> None:
        """See RunContext; pymeasure cannot take up a run again, so this only notes the place."""
        _log.info("checkpoint %s %s", label, state)
        self._check()

    def operator(
        self,
        instruction: str,
        *,
        action: str,
        details: Mapping[str, Any] | None = None,
        confirms: Sequence[str] = (),
    ) -> Mapping[str, Any]:
        """See RunContext."""
        self._check()
        request = OperatorRequest(
            type(self._procedure).name,
            instruction,
            action,
            dict(details or {}),
            lambda: None,
            tuple(confirms),
        )
        self._operator.ask(request)
        try:
            while request.open:
                self.clock.sleep(_LOOK_EVERY_S)
                self._check()
        finally:
            request.withdraw()
        if request.declined is not None:
            raise MeasurementError(f"the step '{instruction}' was not done: {request.declined}", step=action)
        _log.info("%s: done by %s, %s", instruction, request.by, request.answers)
        return request.answers

    def ambient(self) -> Reading:
        """See RunContext. Raises BenchError unless `bind` was given an ambient temperature."""
        if self._ambient is None:
            raise BenchError(
                "the temperature of the room is not known",
                remedy='bind(..., ambient=Reading(296.15, "K", 0.0)), or a function that reads it',
            )
        return self._ambient() if callable(self._ambient) else self._ambient

    def progress(self, fraction: float, text: str = "") -> None:
        """See RunContext."""
        self._procedure.emit("progress", 100.0 * min(1.0, max(0.0, fraction)))

    def fact(self, name: str, value: Any) -> None:
        """See RunContext."""
        _log.info("%s: %r", name, value)
        self._facts[name] = value

    def note(self, text: str, **facts: Any) -> None:
        """See RunContext."""
        _log.info("%s %s", text, facts or "")

    def warn(self, text: str) -> None:
        """See RunContext."""
        _log.warning("%s", text)

    def record(self) -> RunRecord:
        """What has been recorded so far, for the procedure's `analyse` and `draw`."""
        return RunRecord(
            columns=self._procedure.columns,
            rows=list(self._rows),
            facts=dict(self._facts),
            sample=self.sample,
            parameters=self._procedure.parameter_values(),
            simulated=self.simulated,
        )

    def _check(self) -> None:
        if self.should_stop:
            raise RunAbortedError("stopped by pymeasure")


def _check_cast(procedure: Procedure, instruments: Mapping[str, Any]) -> None:
    every = procedure.every_role()
    unknown = sorted(set(instruments) - set(every))
    absent = sorted(set(procedure.roles) - set(instruments))
    if unknown or absent:
        raise TypeError(
            f"procedure '{procedure.name}' has the roles {', '.join(every) or 'none'}"
            + (f"; not given: {', '.join(absent)}" if absent else "")
            + (f"; unknown: {', '.join(unknown)}" if unknown else "")
        )
    for role, protocol in every.items():
        if role in procedure.optional_roles and instruments.get(role) is None:
            continue
        missing = missing_methods(type(instruments[role]), protocol)
        if missing:
            kind = type(instruments[role]).__name__
            raise TypeError(
                f"{kind} cannot be the {role}, a {protocol.__name__}: it has no {', '.join(missing)}"
            )
