"""Whether a run is what was written, and whether its result follows from its rows."""

from bench.runs.verification.verify import Check, verify_run

__all__ = ["Check", "verify_run"]
