"""`bench init`: a commented station, samples and a first queue that run at once in simulation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bench.cli import console
from bench.core.errors import BenchError

STARTER = Path(__file__).parent / "starter"
FILES = ("station.toml", "samples.toml", "world.toml", "queues/first.toml")


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write; made if it is not there.")],
) -> None:
    """Write a commented starter station, samples and queue that run at once with --simulate."""
    write(folder)
    shown = folder.as_posix()
    console.out().print(
        f"Wrote {', '.join(FILES)} into [bold]{shown}[/].\n"
        f"Next:  bench run {shown}/queues/first.toml --simulate",
        soft_wrap=True,
    )


def write(folder: Path) -> None:
    """Write the starter files. Raises BenchError, with nothing written, if one of them is there already."""
    there = [name for name in FILES if (folder / name).exists()]
    if there:
        raise BenchError(
            f"{', '.join(there)} already in {folder}",
            state="nothing was written",
            remedy="choose another folder, or move these files away",
        )
    try:
        for name in FILES:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:  # never over a file that came meanwhile
                file.write((STARTER / name).read_bytes())
    except OSError as error:
        raise BenchError(
            f"cannot write into {folder}: {error.strerror}", remedy="choose a folder that this user may write"
        ) from error
