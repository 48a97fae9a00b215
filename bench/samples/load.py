"""Read a samples file: all of its problems at once, or the samples in SI units."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.core.errors import ConfigError, Problem
from bench.core.files import Keys, TomlDocument, colliding, read_toml, validate
from bench.samples.model import SampleBook
from bench.samples.tables import SamplesFile


def load_samples(path: Path | str) -> SampleBook:
    """The samples declared in the TOML file; raises ConfigError with every problem in it."""
    document = read_toml(path)
    tables, problems = validate(SamplesFile, document)
    problems += _between_keys(document)
    if tables is None or problems:
        raise ConfigError(document.in_order(problems))
    samples = {name: table.sample(name) for name, table in tables.samples.items()}
    return SampleBook(samples, document.path)


def check_samples(path: Path | str) -> list[Problem]:
    """Every problem of the file; an empty list if it can be loaded."""
    try:
        load_samples(path)
    except ConfigError as error:
        return list(error.problems)
    return []


def _between_keys(document: TomlDocument) -> Iterator[Problem]:
    """What no single key shows: looked up in the raw data, so that other mistakes do not hide it."""
    samples = document.table("samples")
    for later, earlier in colliding(list(samples)):
        yield document.problem(
            ("samples", later), f"cannot be told from '{earlier}'", "choose names that differ more"
        )
    for name in samples:
        pellets = document.get(("samples", name, "pellets"))
        seen: set[str] = set()
        for number in range(len(pellets) if isinstance(pellets, list) else 0):
            keys = ("samples", name, "pellets", number)
            yield from _cross_section(document, keys)
            id = document.table(*keys).get("id")
            if isinstance(id, str):
                if id in seen:
                    yield document.problem(
                        (*keys, "id"), f"'{id}' twice in this sample", "give each an id of its own"
                    )
                seen.add(id)


def _cross_section(document: TomlDocument, keys: Keys) -> Iterator[Problem]:
    table = document.get(keys)
    if not isinstance(table, dict):
        return
    if "area" in table and "diameter" in table:
        yield document.problem(keys, "both area and diameter are given", "keep the one that was measured")
    if "area" not in table and "diameter" not in table:
        yield document.problem(
            keys,
            "the cross-section is missing",
            'add area = { value = "1.000 cm^2", u = "0.005 cm^2" } or a diameter likewise',
        )
