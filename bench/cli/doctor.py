"""`bench doctor`: everything the bench needs from this computer, each with a verdict and a remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bench.cli import console, options
from bench.cli.complete import data_folder, toml_files
from bench.cli.exits import Exit

if TYPE_CHECKING:
    from bench.cli.checkup.finding import Finding

STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def doctor(
    *,
    data: options.Data = None,
    hardware: Annotated[
        str | None,
        typer.Option("--hardware", metavar="NAME", help="Check this instrument of a station instead."),
    ] = None,
    station: Annotated[
        Path | None,
        typer.Option("--station", metavar="FILE", help="Its station file.", autocompletion=toml_files),
    ] = None,
    simulate: Annotated[
        bool, typer.Option("--simulate", help="The simulated instrument, in virtual time.")
    ] = False,
    world: Annotated[
        str | None,
        typer.Option("--world", metavar="ENDPOINT", help="The one that `bench sim serve` runs."),
    ] = None,
    seed: options.Seed = 0,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Change settings and put them back, without asking.")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="PATH", help="Write PATH.json, PATH.txt and PATH.jsonl to send."),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Check Python, packages, VISA, plug-ins, disk and data folder; or one instrument."""
    if hardware is None:
        for given, option in (
            (station, "--station"),
            (simulate, "--simulate"),
            (world, "--world"),
            (seed, "--seed"),
            (yes, "--yes"),
            (report, "--report"),
        ):
            if given:
                raise typer.BadParameter("goes with --hardware NAME", param_hint=option)
        _computer(data, as_json=as_json)
    if station is None:
        raise typer.BadParameter("--hardware needs the station file", param_hint="--station")
    if world is not None and (simulate or seed):
        raise typer.BadParameter("a served world has its own clock and seed", param_hint="--world")
    from bench.cli.hardware import Wanted, check_hardware

    wanted = Wanted(hardware, station, simulate, world, seed, yes, as_json, report)
    raise typer.Exit(check_hardware(wanted))


def _computer(data: Path | None, *, as_json: bool) -> NoReturn:
    from bench.cli.checkup import places, plugins, python, visa

    folder = data_folder(data)
    findings = list(
        examine(
            python.interpreter,
            python.packages,
            python.optional_packages,
            places.shadowed_modules,
            plugins.entry_points,
            visa.backends,
            visa.serial_ports,
            places.examples,
            lambda: places.data_folder(folder),
        )
    )
    failed = [finding for finding in findings if finding.verdict == "fail"]
    if as_json:
        console.emit_json({"ok": not failed, "findings": [asdict(finding) for finding in findings]})
    else:
        _show(findings)
    raise typer.Exit(Exit.FAILED if failed else Exit.DONE)


def examine(*checks: Callable[[], Iterable[Finding]]) -> Iterable[Finding]:
    """All findings; a check that fails itself is one more finding and hides none of the others."""
    from bench.cli.checkup.finding import Finding

    for check in checks:
        try:
            yield from check()
        except Exception as error:  # the doctor survives whatever is broken
            name = getattr(check, "__name__", "check").replace("_", " ")
            yield Finding(
                name, "fail", f"{type(error).__name__}: {error}", "report this with the output above"
            )


def _show(findings: list[Finding]) -> None:
    from rich.text import Text

    page = console.out()
    width = max(len(finding.check) for finding in findings)
    for finding in findings:
        line = Text.assemble(
            (f"{finding.verdict:<5}", STYLES[finding.verdict]), f"{finding.check:<{width}}  ", finding.detail
        )
        if finding.remedy:
            line.append(f"\n{'':<{width + 7}}-> {finding.remedy}", style="green")
        page.print(line, soft_wrap=True)
    failed = sum(finding.verdict == "fail" for finding in findings)
    page.print(
        Text("The bench can work here.", style="green")
        if not failed
        else Text(f"{failed} thing{'s' if failed > 1 else ''} to mend.", style="bold red")
    )
