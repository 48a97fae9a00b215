"""Bits of the event registers of a Model 622x (reference manual, section 11), and its own errors."""

from __future__ import annotations

from simulators.wire.scpi.errors import EXECUTION_ERROR, ScpiError

# measurement event register (figure 11-6)
READING_OVERFLOW = 1 << 0
INTERLOCK = 1 << 1
COMPLIANCE = 1 << 3
READING_AVAILABLE = 1 << 5
BUFFER_AVAILABLE = 1 << 7
BUFFER_FULL = 1 << 9

# operation event register (p. 11-14, from memory)
SWEEP_DONE = 1 << 1
SWEEP_ABORTED = 1 << 2
SWEEPING = 1 << 3
IDLE = 1 << 10


def blocked_by_interlock() -> ScpiError:
    """What OUTPut ON raises while the interlock is open (code and text from memory)."""
    return ScpiError(802, "Output blocked by interlock", EXECUTION_ERROR)
