"""Start a guard in a process of its own, which outlives the bench, its terminal and its Ctrl+C."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

OUTPUT = "guard.log"
PATIENCE_S = 10.0


def start_guard(data_dir: Path, *, patience_s: float = PATIENCE_S) -> int:
    """Have `bench guard` watch over the owner of `data_dir`; returns its pid at once.

    It is cut off from the terminal, so that neither Ctrl+C there nor its closing reaches it, and
    writes to `guard.log` there. One that finds another guard at work ends by itself. Raises OSError.
    """
    line = ["guard", "--background", "--data", str(data_dir.absolute()), "--patience", repr(patience_s)]
    with (data_dir / OUTPUT).open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "bench.cli", *line],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_environment(),
            **_apart(),
        )
    threading.Thread(target=process.wait, name="end of the guard", daemon=True).start()  # leaves no zombie
    return process.pid


def _environment() -> dict[str, str]:
    """Ours, and the same modules: a script, `python -m` and a test find them on different paths."""
    path = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    return {**os.environ, "PYTHONPATH": path}


def _apart() -> dict[str, Any]:
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        return {"creationflags": flags}
    return {"start_new_session": True}
