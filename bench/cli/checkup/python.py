"""Python and the packages: the versions that our distribution asks for against those that are there."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from importlib import metadata
from typing import TYPE_CHECKING

from bench.cli.checkup.finding import Finding

if TYPE_CHECKING:
    from packaging.requirements import Requirement

DISTRIBUTION = "qms-bench"
OLDEST = (3, 11)
OPTIONAL = {
    "PySide6-Essentials": ("the window", 'pip install "qms-bench[gui]"'),
    "pyqtgraph": ("the window", 'pip install "qms-bench[gui]"'),
    "pyarrow": ("export to Parquet", "pip install pyarrow"),
    "psutil": ("serial and USB discovery by pyvisa-py, and the tests", "pip install psutil"),
}


def interpreter() -> Iterator[Finding]:
    """The Python that runs."""
    version = platform.python_version()
    where = f"Python {version} at {sys.executable}, {platform.platform()}"
    if sys.version_info[:2] >= OLDEST:
        yield Finding("python", "ok", where)
    else:
        wanted = ".".join(map(str, OLDEST))
        yield Finding("python", "fail", where, f"install Python {wanted} or later")


def packages() -> Iterator[Finding]:
    """Our own version and every package it needs."""
    try:
        wanted = metadata.requires(DISTRIBUTION) or []
        yield Finding("qms-bench", "ok", f"version {metadata.version(DISTRIBUTION)}")
    except metadata.PackageNotFoundError:
        yield Finding(
            "qms-bench",
            "fail",
            "not installed: no driver or procedure can be found by name",
            "pip install . in the source folder (pip install -e . to work on it)",
        )
        return
    from packaging.requirements import Requirement

    for line in wanted:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield _package(requirement)


def _package(requirement: Requirement) -> Finding:
    name = f"package {requirement.name}"
    remedy = f'pip install "{requirement.name}{requirement.specifier}"'
    try:
        found = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return Finding(name, "fail", "not installed", remedy)
    if requirement.specifier.contains(found, prereleases=True):
        return Finding(name, "ok", found)
    return Finding(name, "fail", f"{found}, needed is {requirement.specifier}", remedy)


def optional_packages() -> Iterator[Finding]:
    """What only some people need; the combination that ends the process is a failure."""
    for name, (purpose, remedy) in OPTIONAL.items():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Finding(f"optional {name}", "warn", f"not installed; needed for {purpose}", remedy)
            continue
        if name.startswith("PySide6") and _aborts(version, sys.version_info[:2]):
            yield Finding(
                f"optional {name}",
                "fail",
                f"{version} ends the process on Python 3.11",
                'pip install "PySide6-Essentials<6.12"',
            )
        else:
            yield Finding(f"optional {name}", "ok", version)


def _aborts(pyside: str, python: tuple[int, int]) -> bool:
    """PySide6 6.12 and later abort at import on Python 3.11 (measured)."""
    major, minor = (int(part) for part in pyside.split(".")[:2])
    return python == (3, 11) and (major, minor) >= (6, 12)
