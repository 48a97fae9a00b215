"""What a procedure sees of the run it is in: the only place where it waits, stores and asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from bench.core.clock.interface import Clock
    from bench.core.readings import Reading
    from bench.runs.columns import Value
    from bench.samples import Sample


@dataclass(frozen=True, slots=True)
class Restored:
    """Where a run is taken up again: the checkpoint with `label` and what it kept, after `rows` rows.

    `gap_s` is the clock time between the last thing that was recorded and now. `attached`: the device went on
    by itself meanwhile and was recognised, so that nothing has to be set up again.
    """

    label: str
    state: Mapping[str, Any]
    rows: int
    gap_s: float
    attached: bool = False


class RunContext(Protocol):
    """The bench runs a procedure with its own context, stock pymeasure with a stand-in; both behave alike.

    `sleep`, `measure`, `checkpoint` and `operator` raise RunAbortedError once an abort was asked, and hold
    while the run is paused, at whatever depth they are called. In `shutdown` they do neither: teardown cannot
    be aborted; only "safe now" or its time limit cuts it short.
    """

    clock: Clock
    simulated: bool
    sample: Sample | None
    restored: Restored | None
    """None in a first attempt and in one that starts over."""

    @property
    def should_stop(self) -> bool:
        """Whether the next wait would raise: for code that asks instead of being told."""
        ...

    def fixture(self, name: str) -> str:
        """The name in the station file of the fixture that plays `name`."""
        ...

    def instrument(self, role: str) -> Any:
        """The driver that plays `role`; it satisfies the protocol that the procedure declared for it.

        None only for an optional role that nothing plays.
        """
        ...

    def sleep(self, seconds: float) -> None:
        """Let clock time pass. A pause does not lengthen it unless the pause lasts longer."""
        ...

    def measure(self, row: Mapping[str, Value]) -> None:
        """Store one row, acknowledged: flushed before this returns, also if it then raises RunAbortedError.

        Keys are column names without units. A missing or unknown column, and a value that does not fit its
        column (not a finite number, for one), raise before anything is written. A column "Time" in seconds
        since the start of the run is filled in where the row leaves it out.
        """
        ...

    def checkpoint(self, label: str, **state: Any) -> None:
        """Note a point from which the run could be taken up again; all rows so far are on disk first."""
        ...

    def operator(
        self,
        instruction: str,
        *,
        action: str,
        details: Mapping[str, Any] | None = None,
        confirms: Sequence[str] = (),
    ) -> Mapping[str, Any]:
        """Have a person do something and wait until they have; in simulation the world does it.

        `instruction` is what the person reads; `action` and `details` say the same to the simulated operator;
        `confirms` are what the person has to confirm one by one ("the valve is closed"). Returns the answers.
        Raises MeasurementError if it will not be done.
        """
        ...

    def ambient(self) -> Reading:
        """The temperature of the room in K; also written to the journal."""
        ...

    def progress(self, fraction: float, text: str = "") -> None:
        """Tell whoever watches how far the run is, from 0 to 1."""
        ...

    def fact(self, name: str, value: Any) -> None:
        """Record something that is not a row (JSON-able); the analysis finds it as `record.facts[name]`."""
        ...

    def note(self, text: str, **facts: Any) -> None:
        """Write a line for the reader of the journal."""
        ...

    def warn(self, text: str) -> None:
        """The same, and tell whoever watches now: a run may go on for hours before its end says it."""
        ...
