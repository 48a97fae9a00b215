"""The tree of `bench trace`: batch, steps, furnace runs, samples and what was measured on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from rich.tree import Tree

from bench.cli.footnotes import Footnotes
from bench.cli.show import STATUS_STYLES
from bench.report import lineage as words

if TYPE_CHECKING:
    from rich.console import Console

    from bench.runs.lineage import Lineage, SampleRuns, Trace, Treatment
    from bench.runs.storage.index import RunEntry


def show(page: Console, trace: Trace) -> None:
    """Print it, with the texts of flags below."""
    notes = Footnotes()
    root = Tree(Text.assemble((trace.name, "bold"), (f"  {trace.kind}", "dim")), guide_style="dim")
    for lineage in trace.lineages:
        _batch(root, lineage, notes)
    page.print(root, soft_wrap=True)
    notes.show(page)


def _batch(root: Tree, lineage: Lineage, notes: Footnotes) -> None:
    branch = root
    if lineage.batch is not None:
        branch = root.add(Text.assemble("batch ", (lineage.batch, "bold")))
    for remark in lineage.remarks:
        branch.add(Text(remark, style="bold yellow"))
    if lineage.masses_g:
        branch.add(Text(f"weighed in: {words.weighed_in(lineage.masses_g)}"))
    for treatment in lineage.treatments:
        _treatment(branch, treatment)
    for sample in lineage.samples:
        _sample(branch, sample, notes)


def _treatment(branch: Tree, treatment: Treatment) -> None:
    style = "green" if treatment.accepted == "pass" else "bold yellow"
    leaf = branch.add(_line(treatment.run, Text(words.verdict(treatment), style=style)))
    values = list(words.treatment_results(treatment.run))
    if values:
        leaf.add(Text(", ".join(words.result_text(value) for value in values)))
    for step in treatment.steps:
        leaf.add(Text(words.step_line(step)))


def _sample(branch: Tree, sample: SampleRuns, notes: Footnotes) -> None:
    leaf = branch.add(Text.assemble("sample ", (sample.name, "bold")))
    for run in sample.runs:
        values = leaf.add(_line(run))
        for named in words.measured_results(run):
            text = Text(words.result_text(named))
            if named[1]["flags"]:
                text.append_text(Text.assemble(" [", notes.marks(named[1]["flags"]), "]"))
            values.add(text)
        more = len(run.results) - words.RESULTS_SHOWN
        if more > 0:
            values.add(Text(f"{more} more: bench show {run.run_id}", style="dim"))
        if not run.results:
            values.add(Text("no results", style="dim"))


def _line(run: RunEntry, *further: Text) -> Text:
    text = Text.assemble(f"{run.id}  {run.procedure}  ", (run.status, STATUS_STYLES.get(run.status, "")))
    if run.safe == "failed":
        text.append(" NOT SAFE", style="bold red")
    simulated = Text(words.origin(run), style="black on yellow" if run.simulated else "")
    for part in (*further, simulated):
        text.append_text(Text.assemble(", ", part))
    return text.append(f"  {words.minute(run.started)}  {run.run_id}", style="dim")
