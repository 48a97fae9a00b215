"""Makes one run after another as fast as it can and says what was acknowledged, until it is killed.

Every line on standard output was acknowledged before it was printed. See test_kill.py.
"""

import os
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

from bench.core.uncertainty import Result
from bench.runs.columns import Column
from bench.runs.record import Analysis
from bench.runs.storage.catalogue import Catalogue
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.request import RunRequest

COLUMNS = (Column("N", kind="integer"), Column("Square", "V"), Column("Text", kind="text"))


def row(number: int) -> dict:
    """The row of this number, of a length that varies and now and then fills more than a page."""
    length = 5000 if number % 50 == 49 else number % 30
    return {"N": number, "Square": number * number / 7, "Text": "x" * length}


def say(*words: object) -> None:
    """Past all buffers of this process."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def silent(*words: object) -> None:
    """Say nothing."""


def make_run(place: Path, run: int, rows: int, say: Callable[..., None]) -> None:
    """One run from its folder to its end."""
    catalogue = Catalogue(place)
    folder = RunFolder.create(place, f"r{run:06}", RunRequest(f"q{run}", "p", COLUMNS))
    say("created", run, 1)
    catalogue.note(folder)
    for number in range(rows):
        folder.rows.write(row(number))
        say("row", run, number + 1)
        if number % 20 == 19:
            folder.checkpoint(f"c{number}", {"next": number + 1})
            say("checkpoint", run, number // 20 + 1)
        if number % 7 == 0:
            folder.journal.append("fact", name=f"f{number}", value=number)
            say("fact", run, number // 7 + 1)
    folder.write_analysis(Analysis({"sum": Result(float(rows), "V")}))
    say("analysed", run, 1)
    folder.finish("done", safe="verified")
    say("finished", run, 1)
    catalogue.note(folder)


def main(place: Path, rows: int) -> None:
    """Until killed."""
    make_run(place / "first", 0, 3, silent)  # it imports what every run needs
    say("ready")
    for run in count():
        make_run(place, run, rows, say)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
