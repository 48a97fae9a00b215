"""Where a sample comes from: its batch, the furnace runs of that, and what was measured since.

Nothing here knows a furnace: docs/reference/files.md, Batches, says what ties runs together.
"""

from bench.runs.lineage.model import Lineage, SampleRuns, Step, Trace, Treatment
from bench.runs.lineage.trace import Tracer, UnknownNameError, origin_of

__all__ = [
    "Lineage",
    "SampleRuns",
    "Step",
    "Trace",
    "Tracer",
    "Treatment",
    "UnknownNameError",
    "origin_of",
]
