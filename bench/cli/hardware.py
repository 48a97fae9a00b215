"""`bench doctor --hardware NAME`: one instrument of a station against its driver, with a report to send."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from bench.cli import console
from bench.cli.exits import Exit

if TYPE_CHECKING:
    from bench.core.clock.interface import Clock
    from bench.station.checkup import Check, CheckUp
    from bench.station.model import InstrumentEntry

STYLES = {"ok": "green", "skipped": "dim", "failed": "bold red"}


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for."""

    name: str
    station: Path
    simulate: bool = False
    world: str | None = None
    seed: int = 0
    yes: bool = False
    as_json: bool = False
    report: Path | None = None


def check_hardware(wanted: Wanted) -> Exit:
    """Examine, show and write the report. Raises ConfigError and BenchError for wrong files and names."""
    from bench.station.checkup import Examination, as_json, examine, write_report
    from bench.station.checkup.report import summary
    from bench.station.load import load_station

    if wanted.report is not None and not wanted.report.absolute().parent.is_dir():
        raise typer.BadParameter(f"there is no folder {wanted.report.parent}", param_hint="--report")
    station = load_station(wanted.station)
    station.instrument(wanted.name)  # before a world is built
    page = console.err() if wanted.as_json else console.out()
    with _reached(wanted) as (entry, clock, library):
        simulated = wanted.simulate or wanted.world is not None
        kind = "simulated instrument" if simulated else "HARDWARE"
        page.print(f"{entry.name}: {entry.driver} at {entry.resource}, {kind}", style="bold", markup=False)
        result, notebook = examine(
            Examination(
                entry,
                clock,
                library,
                simulated,
                consent=lambda found: _consent(found, wanted),
                watch=lambda check: _show(page, check),
            )
        )
    page.print(summary(result), style="green" if result.ok else "bold red", markup=False, soft_wrap=True)
    if wanted.report is not None:
        places = write_report(result, notebook, wanted.report)
        page.print(f"Report: {', '.join(map(str, places))}", markup=False, soft_wrap=True)
    if wanted.as_json:
        console.emit_json(as_json(result))
    if result.unsafe is not None:
        return Exit.UNSAFE
    return Exit.DONE if result.ok else Exit.FAILED


@contextmanager
def _reached(wanted: Wanted) -> Iterator[tuple[InstrumentEntry, Clock, object]]:
    """The instrument's entry, the clock and the VISA library it is on."""
    from bench.core.clock import RealClock, VirtualClock
    from bench.station.load import load_station
    from bench.station.remote_world import RemoteWorld
    from bench.station.world import build_world

    station = load_station(wanted.station)
    if wanted.world is not None:
        with RemoteWorld(wanted.world) as served:
            entry = served.stationed(station).instrument(wanted.name)
            yield entry, served.clock(), served.visa_library
    elif wanted.simulate:
        clock = VirtualClock()
        world = build_world(station, clock, wanted.seed)
        try:
            yield station.instrument(wanted.name), clock, world.visa_library
        finally:
            world.close()
    else:
        yield station.instrument(wanted.name), RealClock(), ""


def _consent(found: CheckUp, wanted: Wanted) -> bool:
    """Whether settings may be changed: --yes, or a person at a terminal who says so."""
    if wanted.yes:
        return True
    if wanted.as_json or not sys.stdin.isatty():
        return False
    page = console.err()
    page.print("So far nothing was changed. The rest changes settings and puts them back:", style="bold")
    page.print("the output is switched off, its levels go to zero, and nothing is ever switched on.")
    if not found.ok:
        page.print("Something above has failed; look at it first.", style="yellow")
    return typer.confirm("Go on?", err=True)


def _show(page: Any, check: Check) -> None:
    from rich.text import Text

    from bench.station.checkup.report import line_of

    first, *rest = line_of(check)
    line = Text(first[:8], style=STYLES[check.verdict])
    line.append(first[8:], style="default")
    for more in rest:
        line.append(f"\n{more}", style="dim")
    page.print(line, soft_wrap=True)
