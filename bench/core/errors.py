"""The error family: every message says what happened, where, what state things are in, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class BenchError(Exception):
    """An error a person at the bench can act on.

    The message is built from the parts, so that none is forgotten and programs can read each:
    `what` happened, on which `instrument`, in which `step`, what `state` things are in now, and the `remedy`.
    """

    def __init__(
        self,
        what: str,
        *,
        instrument: str | None = None,
        step: str | None = None,
        state: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.what = what
        self.instrument = instrument
        self.step = step
        self.state = state
        self.remedy = remedy
        super().__init__(what)

    def __str__(self) -> str:
        where = ", ".join(
            text
            for text in (
                f"instrument '{self.instrument}'" if self.instrument else "",
                f"step '{self.step}'" if self.step else "",
            )
            if text
        )
        parts = [f"{self.what} ({where})." if where else f"{self.what.rstrip('.')}."]
        if self.state:
            parts.append(f"State now: {self.state.rstrip('.')}.")
        if self.remedy:
            parts.append(f"What to do: {self.remedy.rstrip('.')}.")
        return " ".join(parts)

    def as_json(self) -> dict[str, str | None]:
        """The parts by name, with the class name under `kind`."""
        return {
            "kind": type(self).__name__,
            "what": self.what,
            "instrument": self.instrument,
            "step": self.step,
            "state": self.state,
            "remedy": self.remedy,
        }


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file: `place` is "FILE: key.path[2]", `remedy` says what to write instead."""

    place: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" + (f" ({self.remedy})" if self.remedy else "")


class ConfigError(BenchError):
    """One or more files are wrong; `problems` lists every mistake found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        number = len(self.problems)
        super().__init__(f"{number} problem{'s' if number != 1 else ''} in the files:\n{lines}")

    def __str__(self) -> str:
        return self.what


class QuantityError(BenchError):
    """A text that should be a number with a unit is not, or has the wrong dimension."""


class InstrumentError(BenchError):
    """An instrument did not do what was asked."""


class CommunicationError(InstrumentError):
    """No reply, half a reply, or the link is gone."""


class GarbledReplyError(CommunicationError):
    """A reply arrived that is not what this query answers."""


class LinkLostError(CommunicationError):
    """The connection is gone (cable pulled, power off); only opening it again can help."""


class IdentityError(InstrumentError):
    """Another instrument answers at this address than the driver was written for."""


class CommandRejectedError(InstrumentError):
    """The instrument queued an error; `codes` holds its (code, text) pairs, oldest first."""

    def __init__(self, what: str, codes: Iterable[tuple[int, str]] = (), **parts: str | None) -> None:
        self.codes = tuple(codes)
        super().__init__(what, **parts)


class ReadBackError(InstrumentError):
    """A setting was accepted but reads back as something else."""


class LimitError(InstrumentError):
    """A value is beyond what the instrument can do or what the station allows; nothing was sent."""


class SafeStateError(InstrumentError):
    """make_safe could not be verified: treat the output as live."""


class RunAbortedError(BenchError):
    """The operator (or an interlock) asked the run to stop; raised at the next checkpoint."""


class MeasurementError(BenchError):
    """The measurement itself cannot go on: a check failed that no retry will mend."""
