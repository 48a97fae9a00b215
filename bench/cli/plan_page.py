"""The page of `bench plan`: a table of all runs, and below it what each one holds, energises and needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from bench.runs.estimate import format_duration

if TYPE_CHECKING:
    from rich.console import Console

    from bench.runs.outlook.energised import LimitOf, Use
    from bench.runs.outlook.outlook import Outlook, RunOutlook
    from bench.runs.planning.plan import PlannedRun

_TIME = "%Y-%m-%d %H:%M:%S"
NARROW = 90
"""Below so many characters a line the table would be nothing but folds; each run gets some lines instead."""


def show(page: Console, found: Outlook) -> None:
    """Print it."""
    if page.width >= NARROW:
        page.print(_table(found))
    for run in found.runs:
        page.print(_details(run, found, with_times=page.width < NARROW), soft_wrap=True)
    page.print(_last_lines(found), soft_wrap=True)


def _table(found: Outlook) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("Run", "Takes", "Starts", "Ends"):
        table.add_column(heading, no_wrap=True)
    table.add_column("Waits for", overflow="fold")
    for run in found.runs:
        table.add_row(run.id, _takes(run), *_times(run, found), _waits(run, found))
    return table


def _takes(run: RunOutlook) -> Text:
    if run.run is None:
        return Text("refused", style="bold red")
    if run.how == "unknown":
        return Text("not known", style="yellow")
    text = Text(format_duration(run.duration_s))
    text.append(" measured" if run.measured is not None else " estimated", style="dim")
    return text


def _times(run: RunOutlook, found: Outlook) -> tuple[str, str]:
    if run.span is None:
        return "", ""
    start, end = (found.at(seconds) for seconds in (run.span.start_s, run.span.end_s))
    return f"{start:{_TIME}}", f"{end:{_TIME}}"


def _waits(run: RunOutlook, found: Outlook) -> Text:
    if run.span is None:
        return Text(run.why_not, style="yellow")
    parts = [f"{found.names[wait.key]} ({wait.because})" for wait in run.span.waits]
    if run.span.waits_until is not None:
        parts.append(f"{run.span.waits_until:{_TIME}} UTC")
    return Text(", ".join(parts))


def _details(run: RunOutlook, found: Outlook, *, with_times: bool) -> Text:
    text = Text(f"\n{run.id}", style="bold")
    if run.run is not None:
        sample = f", sample {run.run.sample.name}" if run.run.sample is not None else ""
        text.append(f"  {run.run.procedure.name}{sample}", style="not bold")
    if with_times:
        _line(text, "takes", _takes(run))
        if run.span is not None:
            _line(text, "goes on", " to ".join(_times(run, found)))
        if waits := _waits(run, found):
            _line(text, "waits for", waits)
    for problem in run.problems:
        _line(text, "refused", f"{problem.place}: {problem.what}", "bold red")
        if problem.remedy:
            text.append(f"\n      -> {problem.remedy}", style="not bold green")
    for doubt in run.doubts:
        _line(text, "doubtful", doubt, "bold yellow")
    if run.measured is not None and run.measured.status != "done":
        _line(text, "in simulation", f"{run.measured.status}: {run.measured.reason}", "bold red")
    if run.run is None:
        return text
    _line(text, "parameters", _parameters(run.run))
    _line(text, "holds", ", ".join(sorted(str(resource) for resource in run.run.resources)))
    for use in run.uses:
        if use.has_output:
            _line(text, "energises", _energises(use))
    _line(text, "writes", f"{run.rows} rows, up to {_megabytes(run.bytes)}")
    _line(text, "a person", _person(run))
    _line(text, "cut off", f"{run.run.resume}; if the PC is lost: {_on_loss(run)}")
    return text


def _parameters(run: PlannedRun) -> str:
    units = run.parameter_units()
    values = {name: value for name, value in run.parameters_in_full().items() if value is not None}
    return ", ".join(f"{name} {value} {units.get(name, '')}".rstrip() for name, value in values.items())


def _line(text: Text, label: str, words: str | Text, style: str = "cyan") -> None:
    text.append(f"\n  {label + ':':<14} ", style=f"not bold {style}")
    text.append_text(Text(words, style="not bold") if isinstance(words, str) else words)


def _energises(use: Use) -> str:
    limits = [_limit(limit) for limit in use.limits if limit.layers or limit.asked]
    told = "".join(f"\n      {limit}" for limit in limits) or ", no limits are known"
    return f"{use.name} ({use.driver}), load {use.load}{told}"


def _limit(limit: LimitOf) -> str:
    parts = [f"{_interval(layer.low, layer.high)} {layer.unit} ({layer.source})" for layer in limit.layers]
    parts += [f"the run asks for {asked.value:g} {limit.unit} ({asked.parameter})" for asked in limit.asked]
    return f"{limit.quantity}: {', '.join(parts)}"


def _interval(low: float, high: float) -> str:
    return f"±{high:g}" if low == -high else f"{low:g} to {high:g}"


def _person(run: RunOutlook) -> str:
    if run.steps is None:
        return "not known; --measure tells"
    if not run.steps:
        return "is not needed"
    times = "once" if len(run.steps) == 1 else f"{len(run.steps)} times"
    return f"is needed {times}" + "".join(f"\n      {step}" for step in run.steps)


def _on_loss(run: RunOutlook) -> str:
    assert run.run is not None
    kept = run.run.procedure.on_host_loss == "keep"
    return "kept, where the device verifiably guards itself" if kept else "made safe"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _last_lines(found: Outlook) -> Text:
    text = Text("\n")
    for line in _closing(found):
        text.append(line + "\n")
    text.rstrip()
    return text


def _closing(found: Outlook) -> Iterator[str]:
    end = found.at(found.duration_s)
    least = "at least " if any(run.how == "unknown" for run in found.runs if run.run) else ""
    yield (
        f"All times are UTC. Started at {found.start:{_TIME}}, the queue ends at {end:{_TIME}}, after "
        f"{least}{format_duration(found.duration_s)}, without the time that people take."
    )
    free = "not known" if found.free_bytes is None else _megabytes(found.free_bytes)
    yield f"Disk: up to {_megabytes(found.needed_bytes)} needed, {free} free for {found.data_dir}."
    if found.full is not None:
        yield f"It does not fit: {found.full.what}."
    refused = [run.id for run in found.runs if run.refused]
    if any(run.problems for run in found.runs):
        yield f"Refused: {', '.join(refused)}. Nothing of this queue is started until that is corrected."
    elif refused:
        yield f"Did not end as done in simulation: {', '.join(refused)}."
