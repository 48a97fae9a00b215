"""One check of an instrument, all of them together, and how one is carried out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from bench.core.errors import BenchError
from bench.core.traffic import Exchange, Header

Verdict = Literal["ok", "failed", "skipped"]
Phase = Literal["reading", "round trips", "safe state"]


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, what came of it, and every exchange on the way."""

    phase: Phase
    name: str
    verdict: Verdict
    detail: str
    remedy: str = ""
    exchanges: tuple[Exchange, ...] = ()

    @property
    def attempts(self) -> int:
        """How often the message sent most often was sent: more than once where the line is not clean."""
        sent = [exchange.data for exchange in self.exchanges if exchange.operation == "write"]
        return max((sent.count(message) for message in set(sent)), default=0)


@dataclass
class CheckUp:
    """All checks of one instrument. `unsafe` is what to do where the safe state could not be verified."""

    header: Header
    started: str
    checks: list[Check] = field(default_factory=list)
    left_changed: dict[str, tuple[object, object]] = field(default_factory=dict)
    """Settings by name that are other than they were found: before, after."""
    unsafe: str | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not any(check.verdict == "failed" for check in self.checks)

    def count(self, verdict: Verdict) -> int:
        """How many checks ended so."""
        return sum(check.verdict == verdict for check in self.checks)


class Notebook:
    """Carries checks out and keeps what travelled meanwhile. It is the driver's traffic sink."""

    def __init__(self, result: CheckUp, watch: Callable[[Check], object]) -> None:
        self.result = result
        self.traffic: list[Exchange] = []
        self._watch = watch

    def __call__(self, exchange: Exchange) -> None:
        """Keep an exchange."""
        self.traffic.append(exchange)

    def check(self, phase: Phase, name: str, act: Callable[[], str]) -> bool:
        """One check: `act` says in words what it found, or raises; True if it went well."""
        before = len(self.traffic)
        verdict: Verdict = "failed"
        remedy = ""
        try:
            detail = act()
            verdict = "ok"
        except BenchError as error:
            detail = "; ".join([error.what, *getattr(error, "__notes__", ())])
            remedy = error.remedy or ""
        except Exception as error:  # a driver's mistake is a finding too, and hides no other
            detail = f"{type(error).__name__}: {error}"
            remedy = "this is a mistake in the driver: send us the report"
        self._add(Check(phase, name, verdict, detail, remedy, tuple(self.traffic[before:])))
        return verdict == "ok"

    def skip(self, phase: Phase, name: str, why: str) -> None:
        """A check that is not made."""
        self._add(Check(phase, name, "skipped", why))

    def _add(self, check: Check) -> None:
        self.result.checks.append(check)
        self._watch(check)
