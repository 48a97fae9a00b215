"""`bench doctor`: everything the bench needs from this computer, each with a verdict and a remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from bench.cli import console, options
from bench.cli.complete import data_folder
from bench.cli.exits import Exit

if TYPE_CHECKING:
    from bench.cli.checkup.finding import Finding

STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def doctor(data: options.Data = None, as_json: options.Json = False) -> None:
    """Check Python, packages, VISA, plug-ins, disk and data folder."""
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
