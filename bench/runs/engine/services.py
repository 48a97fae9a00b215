"""What the runs of a queue share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.core.clock.interface import Clock
from bench.runs.engine.events import RunEvents
from bench.runs.engine.guard import GRACE_S
from bench.runs.engine.leases import LeaseTable
from bench.runs.engine.operators import Operator
from bench.runs.interlocks.board import Board
from bench.runs.storage.catalogue import Catalogue
from bench.station import ConnectedStation


def _nobody() -> None:
    return None


@dataclass(frozen=True)
class RunServices:
    """What the runs of a queue share."""

    station: ConnectedStation
    data_dir: Path
    clock: Clock
    leases: LeaseTable
    operator: Operator
    events: RunEvents
    board: Board
    catalogue: Catalogue
    seed: int | None = None
    grace_s: float = GRACE_S
    figures: bool = True
    wake: Callable[[], None] = _nobody
    """Called when a run has ended."""
