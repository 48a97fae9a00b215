"""`bench scan`: who answers on which VISA resource. Asks `*IDN?` and changes nothing."""

from __future__ import annotations

import warnings
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import console, options
from bench.cli.complete import driver_names

if TYPE_CHECKING:
    from bench.station.scan import ScanResult


def scan(
    *,
    visa_library: Annotated[
        str,
        typer.Option(
            "--visa-library",
            metavar="LIB",
            help="As pyvisa takes it: @py, a path, or STATION.toml@bench for the simulated instruments.",
        ),
    ] = "",
    driver: Annotated[
        str | None,
        typer.Option(
            "--driver",
            metavar="NAME",
            help="Only what this driver fits.",
            autocompletion=driver_names,
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Ask everything that is connected who it is."""
    from bench.station import registry
    from bench.station.scan import scan as ask_all

    if driver is not None:
        registry.find(registry.drivers(), "driver", driver)
    page = console.err()
    with (
        page.status("Asking every resource for its identity ..."),
        warnings.catch_warnings(record=True) as hints,
    ):
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", UserWarning)
        found = ask_all(visa_library)
    if driver is not None:
        found = [result for result in found if driver in result.drivers]
    for text in dict.fromkeys(str(hint.message) for hint in hints):
        page.print(f"VISA says: {text}", style="yellow", markup=False, soft_wrap=True)
    if as_json:
        console.emit_json({"resources": [asdict(result) for result in found]})
        return
    _show(found, "Nothing" if driver is None else f"Nothing that driver {driver} fits")


def _show(found: list[ScanResult], nothing: str) -> None:
    page = console.out()
    if not found:
        page.print(
            f"{nothing} is connected, as far as VISA can see. `bench doctor` tells which VISA that is."
        )
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("Resource", "Driver", "Identity"):
        table.add_column(heading, overflow="fold")
    for result in found:
        drivers = Text(", ".join(result.drivers), style="green") if result.drivers else Text("-", style="dim")
        answer = (
            Text(result.identity or "") if result.identity else Text(result.why_not or "", style="yellow")
        )
        table.add_row(Text(result.resource), drivers, answer)
    page.print(table)
