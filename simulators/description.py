"""The world file: the truth about samples, fixtures and surroundings, read and checked as a whole."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulators.fixtures.catalogue import KINDS
from simulators.specimens.sample import SampleTruth, read_sample
from simulators.tables import Table, WorldError


@dataclass(frozen=True, slots=True)
class FixtureTruth:
    """One fixture: its kind, and how it is really made (what the kind's `read` returned)."""

    kind: str
    build: Any


@dataclass(frozen=True, slots=True)
class WorldFile:
    """The checked contents of a world file."""

    ambient_mean_K: float
    ambient_swing_K: float
    samples: Mapping[str, SampleTruth]
    fixtures: Mapping[str, FixtureTruth]
    instruments: Mapping[str, Table] = field(default_factory=dict)


def read(path: Path, problems: list[str]) -> WorldFile | None:
    """Read a world file, adding what is wrong to `problems`; None where it is no TOML at all."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        problems.append(f"{path.name}: cannot be read ({error.strerror})")
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{path.name}: is not TOML ({error})")
        return None
    return parse(content, path.name, problems)


def parse(content: Mapping[str, Any], file: str, problems: list[str]) -> WorldFile:
    """Check a parsed world file, adding what is wrong to `problems`."""
    root = Table(file, content, problems)
    ambient = root.table("ambient", required=True)
    mean_K = ambient.quantity("mean", "K", above=0.0)
    swing_K = ambient.quantity("daily_swing", "K", 0.0)
    ambient.done()
    common = root.table("all_samples")
    samples_table = root.table("samples", required=True)
    samples = {}
    for name in samples_table:
        table = samples_table.table(name)
        samples[name] = read_sample(name, table.over(common), mean_K)
    if samples:
        common.done()
    fixtures_table = root.table("fixtures")
    fixtures = {name: _fixture(fixtures_table.table(name)) for name in fixtures_table}
    options = root.table("instruments")
    instruments = {name: options.table(name) for name in options}
    root.done()
    return WorldFile(mean_K, swing_K, samples, fixtures, instruments)


def _fixture(table: Table) -> FixtureTruth:
    kind = table.text("kind", "pellet_press")
    if kind not in KINDS:
        table.problem("kind", f"fixtures of kind {kind!r} are not simulated (known: {', '.join(KINDS)})")
        return FixtureTruth(kind, None)
    return FixtureTruth(kind, KINDS[kind].read(table))


def raise_if_any(problems: list[str]) -> None:
    """Raise WorldError with all of them, if there are any."""
    if problems:
        raise WorldError(problems)
