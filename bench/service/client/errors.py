"""What can go wrong between a client and the service."""

from __future__ import annotations

from bench.core.errors import BenchError, ConfigError, Problem
from bench.service.models.base import Refusal


class ServiceRefusedError(BenchError):
    """The service said no: `status` is that of HTTP, `refusal` all it said, `problems` every mistake."""

    def __init__(self, status: int, refusal: Refusal) -> None:
        self.status = status
        self.refusal = refusal
        self.problems = tuple(Problem(line.place, line.what, line.remedy) for line in refusal.problems)
        BenchError.__init__(
            self,
            refusal.what,
            instrument=refusal.instrument,
            step=refusal.step,
            state=refusal.state,
            remedy=refusal.remedy,
        )


class RequestProblemsError(ServiceRefusedError, ConfigError):
    """The service found mistakes in what was asked, and lists all of them."""


class ServiceGoneError(BenchError):
    """Nothing answers: the service has ended, or is starting again. Runs may go on all the same."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(
            f"the service at {where} does not answer: {why}",
            state="nothing is known of the runs",
            remedy="is `bench serve` still running? Its log is bench.log in the data folder",
        )


def refused(status: int, refusal: Refusal) -> ServiceRefusedError:
    """The error for an answer that is not 2xx."""
    return (RequestProblemsError if refusal.problems else ServiceRefusedError)(status, refusal)
