"""`interlocks.json`: what is latched, for a bench that starts again without a person, as a service does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from bench.runs.engine.leases import Resource
from bench.runs.storage.files import StorageError, refused, write_atomic

FILE = "interlocks.json"


@dataclass(frozen=True, slots=True)
class Latch:
    """What a run that has ended left violated. `first` is the value that violated, None for silence.

    `held` is what the run held, `bars` what may not begin; None is everything. See Violation and Violated.
    """

    rule: str
    since: datetime
    first: float | None
    value: float | None
    unit: str
    held: frozenset[Resource]
    bars: frozenset[Resource] | None


class LatchMemory:
    """The file of a data folder. What another station, or a simulated one, left latched is not ours."""

    def __init__(self, data_dir: Path, *, station: Path, target: str) -> None:
        self._path = data_dir / FILE
        self._whose = {"station": str(station.resolve()), "target": target}

    def kept(self) -> list[Latch]:
        """What was latched when the last bench on this station ended. Raises StorageError."""
        try:
            found = json.loads(self._path.read_bytes())
            ours = {name: found[name] for name in self._whose} == self._whose
            return [_latch(entry) for entry in found["latched"]] if ours else []
        except FileNotFoundError:
            return []
        except OSError as error:
            raise refused(error, self._path, "reading") from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise StorageError(
                f"{self._path} is damaged: {type(error).__name__}: {error}",
                path=self._path,
                state="which interlocks were latched is not known; nothing was started",
                remedy="look at the bench, then remove the file: that is your word that all is well",
            ) from error

    def keep(self, latches: Sequence[Latch]) -> None:
        """These from now on. Raises StorageError."""
        entries = [_entry(latch) for latch in latches]
        text = json.dumps({**self._whose, "latched": entries}, indent=1) + "\n"
        write_atomic(self._path, text.encode())


def _entry(latch: Latch) -> dict[str, Any]:
    return {
        "rule": latch.rule,
        "since": latch.since.isoformat(),
        "first": latch.first,
        "value": latch.value,
        "unit": latch.unit,
        "held": _names(latch.held),
        "bars": None if latch.bars is None else _names(latch.bars),
    }


def _latch(entry: dict[str, Any]) -> Latch:
    return Latch(
        rule=entry["rule"],
        since=datetime.fromisoformat(entry["since"]),
        first=entry["first"],
        value=entry["value"],
        unit=entry["unit"],
        held=_resources(entry["held"]),
        bars=None if entry["bars"] is None else _resources(entry["bars"]),
    )


def _names(resources: frozenset[Resource]) -> list[list[str]]:
    return [[one.kind, one.name] for one in sorted(resources)]


def _resources(names: list[list[str]]) -> frozenset[Resource]:
    return frozenset(Resource(cast("Any", kind), name) for kind, name in names)
