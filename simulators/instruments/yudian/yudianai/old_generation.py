"""An AI-518P of the old generation (V7), as far as it takes to show what a mistake would do to it.

After the V7.0 description of AIBUS: 15H is the programme's control word, 1AH to 55H are its segments. No
furnace: it keeps what is written to it.
"""

from __future__ import annotations

from typing import Any

from simulators.wire.aibus import Reply

RUN, HOLD, STOP = 0, 4, 12
CONTROL_WORD = 0x15
LATENCY_s = 0.05
_LAST = 0x56


class OldGeneration:
    """A Unit for a Bus that runs a programme at 250 degC."""

    def __init__(self) -> None:
        self.values = dict.fromkeys(range(_LAST + 1), 0)
        self.values |= {0x0C: 1, CONTROL_WORD: RUN, 0x1A: 250, 0x1B: 45, 0x1C: 2500, 0x1D: 600}
        self.writes: list[tuple[int, int]] = []

    def is_listening(self) -> bool:
        """See Unit."""
        return True

    def latency_s(self) -> float:
        """See Unit."""
        return LATENCY_s

    def read(self, code: int) -> Reply:
        """See Unit."""
        return Reply(2500, 2500, 7, 0, self.values.get(code, 0))

    def write(self, code: int, value: int) -> Reply:
        """See Unit."""
        self.writes.append((code, value))
        self.values[code] = value
        return self.read(code)

    def inspect(self) -> dict[str, Any]:
        """State for tests."""
        return {"control_word": self.values[CONTROL_WORD], "writes": list(self.writes)}
