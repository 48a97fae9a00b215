"""The folder of a run, which is the truth about it: what was asked, all rows, all that happened, the end.

    <data folder>/runs/<run id>/
        run.json        what was asked, by whom, with which versions and instruments; how it ended
        data.csv        the rows (module rows)
        journal.jsonl   everything that happened, chained (modules journal and history)
        result.json     results, budgets, and the names of the files beside it (module resultfile)

It can be read after a kill at any instant: a folder whose run has no end record and that nobody is writing is
"interrupted", with the rows that are there.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.core import wall
from bench.core.clock import Clock
from bench.core.uncertainty import Result
from bench.runs.columns import Column
from bench.runs.record import Analysis, RunRecord, TableRows
from bench.runs.storage import filelock, history, integrity, journal, resultfile
from bench.runs.storage.files import StorageError, refused, sync_directory, write_atomic
from bench.runs.storage.history import Checkpoint
from bench.runs.storage.integrity import DATA, INFO, JOURNAL
from bench.runs.storage.journal import Entry, Journal
from bench.runs.storage.plain import json_bytes, plain
from bench.runs.storage.reading import read_table
from bench.runs.storage.request import RunRequest, check_name
from bench.runs.storage.rows import RowWriter
from bench.runs.storage.tables import RowTable, array_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RUNS = "runs"


class RunFolder:
    """Made by `create` (a new run), `resume` (a new attempt at an old one), both for writing, or `open`.

    `info` is run.json. Raises StorageError where the system refuses.
    """

    def __init__(self, path: Path, info: dict[str, Any]) -> None:
        self.path = path
        self.info = info
        self._rows: RowWriter | None = None
        self._journal: Journal | None = None
        self._clock: Clock | None = None

    @classmethod
    def create(
        cls, data_dir: Path, run_id: str, request: RunRequest, *, clock: Clock | None = None
    ) -> RunFolder:
        """A new folder, locked and open for writing. `clock` is the bench clock that the journal notes.

        A folder that `is_unborn` is gone on with. Raises StorageError (then no folder is left behind; another
        existing one is untouched), ValueError for a request that cannot be written or a run id that cannot be
        a folder name (`request.new_run_id` can).
        """
        path = data_dir / RUNS / check_name(run_id, "run folder")
        asked = request.as_json()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not is_unborn(path):
                path.mkdir()
            sync_directory(path.parent)
        except OSError as error:
            raise refused(error, path, "creating") from error
        folder = cls(path, {**asked, "run_id": run_id})
        try:
            folder._start(clock, Journal(path / JOURNAL, clock))
            folder.journal.append("created", run_id=run_id)
            folder._rows = RowWriter(path / DATA, request.columns)
            folder.journal.sync()
            return folder
        except BaseException:
            with contextlib.suppress(StorageError):
                folder.close()
            shutil.rmtree(path, ignore_errors=True)  # nothing was recorded yet
            raise

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """An existing folder, to read; also one whose run goes on. Raises StorageError."""
        try:
            info = json.loads((path / INFO).read_bytes())
        except FileNotFoundError:
            if not path.is_dir():
                raise StorageError(f"there is no run folder {path}", path=path) from None
            info = {}  # killed before anything else was written
        except OSError as error:
            raise refused(error, path / INFO, "reading") from error
        except ValueError as error:
            raise StorageError(
                f"{path / INFO} is damaged: {error}", path=path / INFO, remedy="restore it from a copy"
            ) from error
        return cls(path, {"run_id": path.name, **info})

    @classmethod
    def resume(
        cls,
        path: Path,
        checkpoint: Checkpoint | None = None,
        *,
        clock: Clock | None = None,
        keep_rows: bool = False,
    ) -> RunFolder:
        """A new attempt in an existing folder: from `checkpoint` (of `checkpoints()`), or from the start.

        Rows after the checkpoint stay in data.csv and are superseded, unless `keep_rows` says that what is
        to come adds to them (the device kept going). Raises StorageError, also if somebody
        writes this run, if it is done, or if the rows of the checkpoint are not what they were.
        """
        folder = cls.open(path)
        if folder.status == "done":
            raise StorageError(f"the run in {path} is done", path=path, remedy="queue it again as a new run")
        book = Journal(path / JOURNAL, clock)
        try:
            if checkpoint is not None:
                integrity.check_prefix(path / DATA, checkpoint)
            resultfile.withdraw(path)
            attempt = history.attempt_of(folder.entries()) + 1
            data = path / DATA
            begin: Callable[..., RowWriter] = RowWriter.reopen if data.exists() else RowWriter
            folder._rows = begin(data, folder.columns, attempt=attempt)
            folder._rows.sync()  # what the next line says of the rows holds after a power cut too
            folder._start(clock, book)
            if folder._rows.torn:
                book.append("torn row", latin1=folder._rows.torn.decode("latin-1"))
            rows = folder._rows.position().rows
            from_row, from_seq = (0, 0) if checkpoint is None else (checkpoint.rows, checkpoint.seq)
            if keep_rows:
                from_row, from_seq = rows, book.position()[0]
            book.append(
                "attempt",
                attempt=attempt,
                label=None if checkpoint is None else checkpoint.label,
                from_row=from_row,
                from_seq=from_seq,
                at_row=rows,
            )
            book.sync()
            return folder
        except BaseException:
            with contextlib.suppress(StorageError):
                folder.close()
            book.close()
            raise

    def _start(self, clock: Clock | None, book: Journal) -> None:
        self._clock, self._journal = clock, book
        now = wall.utc().isoformat(timespec="milliseconds")
        begun = None if clock is None else {"start_s": clock.now(), "utc": clock.utc().isoformat()}
        self.describe(
            started=self.info.get("started", now),
            ended=None,
            status="running",
            reason="",
            safe=None,
            clock=begun,
        )

    # -- writing -----------------------------------------------------------------------------------------

    @property
    def rows(self) -> RowWriter:
        """Where rows go. Raises StorageError unless the folder is open for writing."""
        return self._rows or self._not_writing()

    @property
    def journal(self) -> Journal:
        """Where everything else goes. Raises StorageError unless the folder is open for writing."""
        return self._journal or self._not_writing()

    def _not_writing(self) -> Any:
        raise StorageError(f"{self.path} is not open for writing", path=self.path)

    def describe(self, **entries: Any) -> None:
        """Put entries into run.json, such as `instruments` once they are connected.

        Raises StorageError (the earlier run.json is untouched), ValueError for what JSON cannot hold.
        """
        info = {**self.info, **{name: plain(value, name) for name, value in entries.items()}}
        write_atomic(self.path / INFO, json_bytes(info, indent=1) + b"\n")
        self.info = info

    def checkpoint(self, label: str, state: Mapping[str, Any]) -> None:
        """Note a place to resume from, after every row so far has become durable. Raises StorageError."""
        self.rows.sync()
        position = self.rows.position()
        self.journal.append("checkpoint", label=label, state=dict(state), **position._asdict())

    def write_analysis(self, analysis: Analysis, figures: Mapping[str, Figure] | None = None) -> None:
        """Write result.json, tables and figures. Raises StorageError, ValueError (see resultfile)."""
        resultfile.write_analysis(self.path, analysis, figures or {})

    def finish(self, status: str, *, reason: str = "", safe: str | None = None) -> None:
        """Write how the run ended ("done", "failed", "aborted", "interrupted") and close the folder.

        `safe` is "verified", "kept" or "failed". Everything is tried even if a part fails (a full disk), the
        folder is closed in any case, and an earlier run.json is never lost; then the first StorageError is
        raised.
        """
        errors: list[StorageError] = []
        with _collected(errors):
            self.rows.sync()
        position = self.rows.position()
        end = {
            "status": status,
            "reason": reason,
            "safe": safe,
            "rows": position.rows,
            "sha256": position.sha256,
        }
        with _collected(errors):
            self.journal.append("end", **end, about=integrity.digest_of(self.info))
            self.journal.sync()
        lines, chained = self.journal.position()
        clock = self.info.get("clock")
        if clock is not None and self._clock is not None:
            clock = {**clock, "end_s": self._clock.now()}
        with _collected(errors):
            self.describe(
                **end,
                ended=wall.utc().isoformat(timespec="milliseconds"),
                clock=clock,
                journal={"lines": lines, "sha256": chained},
            )
        with _collected(errors):
            self.close()
        if errors:
            raise errors[0]

    def close(self) -> None:
        """Close without an end record: the run is then an interrupted one. Raises StorageError."""
        rows, book, self._rows, self._journal = self._rows, self._journal, None, None
        try:
            if rows is not None:
                rows.close()
        finally:
            if book is not None:
                book.close()

    # -- reading -----------------------------------------------------------------------------------------

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that were asked for, without Attempt."""
        return tuple(Column(**column) for column in self.info.get("columns", ()))

    @property
    def status(self) -> str:
        """How the run ended, "running" while somebody writes it, otherwise "interrupted"."""
        return str(self.end()["status"])

    def end(self) -> dict[str, Any]:
        """`status`, `reason`, `safe`: from run.json, or the journal where a full disk kept run.json old."""
        if self.info.get("ended"):
            return {name: self.info.get(name) for name in ("status", "reason", "safe")}
        if filelock.is_taken(self.path / JOURNAL):
            return {"status": "running", "reason": "", "safe": None}
        with contextlib.suppress(StorageError):
            last = history.end_of(self.entries())
            if last is not None:
                return {name: last.facts.get(name) for name in ("status", "reason", "safe")}
        return {"status": "interrupted", "reason": "the run has no end record", "safe": None}

    def entries(self) -> list[Entry]:
        """The journal. Raises StorageError if it is damaged (`verify` says where)."""
        path = self.path / JOURNAL
        return journal.read(path) if path.exists() else []

    def checkpoints(self) -> list[Checkpoint]:
        """Where the run can be resumed, oldest first. Raises StorageError."""
        return history.checkpoints_of(self.entries())

    def table(self) -> RowTable:
        """All rows, the superseded ones marked; half a row at the end is left out. Raises StorageError."""
        path, columns = self.path / DATA, self.columns
        if not path.exists() or b"\n" not in _head_of(path):  # killed before the header was whole
            nothing = {column.name: array_of((), column.kind) for column in columns}
            return RowTable(columns, nothing, array_of((), "integer"), array_of((), "flag"))
        table = read_table(path, columns or None)
        return table.supersede(history.superseded_rows(self.entries(), len(table)))

    def record(self, *, ended: str | None = None) -> RunRecord:
        """What the analysis gets: rows and facts that count, the sample as declared. Raises StorageError.

        `ended` is how the run ended or is about to end, by default what the folder says.
        """
        from bench.samples.json import sample_from_json

        table = self.table().valid()
        sample = self.info.get("sample")
        return RunRecord(
            columns=table.columns,
            rows=TableRows(table),
            facts=history.facts_of(self.entries()),
            sample=None if sample is None else sample_from_json(sample),
            parameters=self.info.get("parameters", {}),
            simulated=bool(self.info.get("simulated", False)),
            ended=ended or self.status,
        )

    def results(self) -> dict[str, Result]:
        """The results, empty where the run has none. Raises StorageError."""
        return resultfile.read_results(self.path)[0]

    def tables(self) -> dict[str, Path]:
        """The files of the tables by name. Raises StorageError."""
        return resultfile.read_results(self.path)[1]

    def figures(self) -> dict[str, list[Path]]:
        """The files of the figures by name. Raises StorageError."""
        return resultfile.read_results(self.path)[2]

    def verify(self) -> list[str]:
        """What was altered after it was written, empty if nothing was (see bench.runs.storage.integrity)."""
        return integrity.verify(self)


def is_unborn(path: Path) -> bool:
    """Whether a kill left a folder in which not even what was asked is written: no row can be in it."""
    return path.is_dir() and not (path / INFO).exists() and not (path / DATA).exists()


def _head_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.readline()
    except OSError as error:
        raise refused(error, path, "reading") from error


@contextlib.contextmanager
def _collected(errors: list[StorageError]) -> Iterator[None]:
    try:
        yield
    except StorageError as error:
        errors.append(error)
