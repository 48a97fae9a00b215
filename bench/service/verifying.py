"""Verifies a run in a process of its own: an analysis takes a core, and the runs that go on need theirs."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from bench.core.errors import BenchError
from bench.service.models.runs import Verification

if TYPE_CHECKING:
    from bench.service.room import Room

PATIENCE_S = 600.0

_one_at_a_time = threading.Lock()


class VerificationError(BenchError):
    """A run cannot be verified now."""


def verified(room: Room, run_id: str) -> Verification:
    """What `bench verify` says. Raises VerificationError, also while another verification goes on."""
    if not _one_at_a_time.acquire(blocking=False):
        raise VerificationError("another run is being verified", remedy="ask again when that is done")
    try:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "bench.cli", "verify", run_id, "--json"),
                *("--data", str(room.data_dir), "--station", str(room.station.path)),
            ],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},  # the same procedures
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE_S,
            check=False,
        )
        return Verification.model_validate_json(done.stdout)
    except subprocess.TimeoutExpired:
        raise VerificationError(
            f"verifying takes longer than {PATIENCE_S:g} s", remedy="bench verify"
        ) from None
    except ValueError:
        said = done.stderr.decode("utf-8", "replace").strip()[-500:]
        raise VerificationError(f"verifying failed: {said}", remedy="bench verify tells more") from None
    finally:
        _one_at_a_time.release()
