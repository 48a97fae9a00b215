"""Files and disks: modules that shadow ours, the examples, and room for the data."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.cli.checkup.finding import Finding
from bench.cli.examples import examples_folder

LITTLE_BYTES, TOO_LITTLE_BYTES = 2e9, 5e7
"""Below the first a month of data may not fit; below the second hardly a run."""


def shadowed_modules() -> Iterator[Finding]:
    """Packages of somebody else that hide ours, or are hidden."""
    from bench.station.shadows import shadows

    found = shadows()
    for shadow in found:
        yield Finding(
            f"module {shadow.name}",
            "fail",
            f"comes from {shadow.found} and not from {shadow.expected}",
            "uninstall or rename that package, or install QMS Bench in an environment of its own",
        )
    if not found:
        yield Finding("modules", "ok", "none of ours is shadowed by another package")


def examples() -> Iterator[Finding]:
    """The example station that `bench demo` runs."""
    folder = examples_folder()
    if (folder / "station.toml").is_file():
        yield Finding("examples", "ok", str(folder))
    else:
        yield Finding("examples", "fail", f"not in {folder}", "reinstall qms-bench")


def data_folder(data: Path) -> Iterator[Finding]:
    """Whether runs can be written, and for how long."""
    place = data.absolute()
    while not place.exists():
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        yield Finding(
            "data folder",
            "fail",
            f"{data}: {error.strerror or error}",
            "give this user the right to write there, or name another folder with --data or BENCH_DATA",
        )
        return
    yield Finding("data folder", "ok", f"{data.absolute()}{'' if data.exists() else ' (will be made)'}")
    free = shutil.disk_usage(place).free
    verdict = "fail" if free < TOO_LITTLE_BYTES else "warn" if free < LITTLE_BYTES else "ok"
    remedy = "" if verdict == "ok" else "free space on that disk, or name another folder with --data"
    yield Finding("free disk", verdict, f"{free / 1e9:.1f} GB", remedy)  # type: ignore[arg-type]
