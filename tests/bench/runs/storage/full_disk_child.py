"""A run that meets a full disk, in a process of its own; prints what it saw as JSON."""

import json
import sys
from pathlib import Path

from bench.runs.columns import Column
from bench.runs.storage import filelock
from bench.runs.storage.files import StorageError
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.request import RunRequest

REQUEST = RunRequest("r", "p", (Column("N", kind="integer"), Column("Text", kind="text")))
LIMIT_BYTES = 100_003
BALLAST_BYTES = 40_000


def main(mode: str, place: Path) -> dict:
    if mode == "create":
        try:
            RunFolder.create(place, "r1", REQUEST)
        except StorageError as error:
            return {"errno": error.errno, "remedy": error.remedy}
        return {}
    ballast = place / "ballast"
    ballast.write_bytes(b"x" * BALLAST_BYTES)
    folder = RunFolder.create(place, "r1", REQUEST)
    folder.checkpoint("start", {})
    if mode == "limit":
        limit(LIMIT_BYTES)
    acknowledged, error = fill(folder)
    if mode == "end":
        return end(folder, acknowledged)
    then = RunFolder.open(folder.path).table()
    if mode == "limit":
        limit(None)
    else:
        ballast.unlink()
    folder.rows.write({"N": acknowledged, "Text": "more"})
    folder.finish("failed", reason=str(error), safe="verified")
    later = RunFolder.open(folder.path)
    return {
        "errno": error.errno,
        "remedy": error.remedy,
        "acknowledged": acknowledged,
        "rows_then": len(then),
        "torn_then": len(then.torn),
        "rows_later": sum(n == i for i, n in enumerate(later.record().column("N").tolist())),
        "verify": later.verify(),
        "status": later.status,
    }


def fill(folder: RunFolder) -> tuple[int, StorageError]:
    """Write rows until one is refused; how many were not, and the error."""
    count = 0
    while True:
        try:
            folder.rows.write({"N": count, "Text": "y" * (count % 97)})
        except StorageError as error:
            return count, error
        count += 1


def end(folder: RunFolder, acknowledged: int) -> dict:
    """Finish on a disk that has no room left at all."""
    with (folder.path.parent / "rest").open("wb", buffering=0) as rest:
        try:
            while True:
                rest.write(b"x" * 512)
        except OSError:
            pass
    try:
        folder.finish("failed", reason="z" * 10_000, safe="verified")
        errno = None
    except StorageError as error:
        errno = error.errno
    found = RunFolder.open(folder.path)
    return {
        "errno": errno,
        "acknowledged": acknowledged,
        "run_json": json.loads((folder.path / "run.json").read_text()),
        "rows": len(found.table()),
        "status": found.status,
        "left": [path.name for path in folder.path.iterdir() if path.name.startswith(".")],
        "lock": "taken" if filelock.is_taken(folder.path / "journal.jsonl") else "free",
    }


def limit(size: int | None) -> None:
    """Let no file of this process grow beyond `size` bytes; None: as far as it may."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard if size is None else size, hard))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
