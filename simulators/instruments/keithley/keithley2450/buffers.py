"""Reading buffers: a limited number of readings, filled once or for ever, with statistics."""

from __future__ import annotations

import math
import statistics
from collections import deque

from simulators.instruments.keithley.keithley2450.conversion import Reading
from simulators.instruments.keithley.keithley2450.event_log import NAME_TAKEN
from simulators.wire.scpi import ScpiError
from simulators.wire.scpi.errors import EXECUTION_ERROR

DEFAULT_NAMES = ("defbuffer1", "defbuffer2")
DEFAULT_CAPACITY = 100_000
LARGEST = 6_875_000
"""All standard buffers together (2461 manual p. 6-167)."""
SMALLEST = 10


class ReadingBuffer:
    """Filled continuously it forgets the oldest reading when full, filled once it takes no more."""

    def __init__(self, capacity: int, fill: str) -> None:
        self.capacity = capacity
        self.fill = fill
        self.logs = fill == "CONT"
        self.readings: deque[Reading] = deque(maxlen=capacity)
        self._total: list[float] = []

    def clear(self) -> None:
        """Forget readings and statistics."""
        self.readings.clear()
        self._total.clear()

    def clear_statistics(self) -> None:
        """Start the statistics anew, keep the readings."""
        self._total.clear()

    def resize(self, capacity: int) -> None:
        """Another size; the readings are lost."""
        self.capacity = capacity
        self.readings = deque(maxlen=capacity)
        self._total.clear()

    @property
    def full(self) -> bool:
        """Whether it holds as many readings as it can."""
        return len(self.readings) >= self.capacity

    def take(self, reading: Reading) -> bool:
        """Store a reading; whether the buffer became full by it."""
        if self.full and self.fill == "ONCE":
            return False
        became_full = len(self.readings) == self.capacity - 1
        self.readings.append(reading)
        self._total.append(reading.value)
        return became_full

    @property
    def latest(self) -> Reading:
        """The newest reading; raises -230 if there is none."""
        if not self.readings:
            raise ScpiError(-230)
        return self.readings[-1]

    def between(self, start: int, end: int) -> list[Reading]:
        """Readings number `start` to `end`, the oldest is 1; raises -222 where there are not so many."""
        if not 1 <= start <= end <= len(self.readings):
            raise ScpiError(-222)
        return [self.readings[index] for index in range(start - 1, end)]

    def statistic(self, name: str) -> float:
        """AVER, MAX, MIN, PK2P or STDD, also of readings that were overwritten; raises -230 without any."""
        values = self._total
        if not values:
            raise ScpiError(-230)
        if name == "AVER":
            return math.fsum(values) / len(values)
        if name == "STDD":
            return statistics.stdev(values) if len(values) > 1 else 0.0
        highest, lowest = max(values), min(values)
        return {"MAX": highest, "MIN": lowest, "PK2P": highest - lowest}[name]


class Buffers:
    """All buffers by name."""

    def __init__(self) -> None:
        self._buffers: dict[str, ReadingBuffer] = {}
        self.reset()

    def reset(self) -> None:
        """*RST: the two default buffers, empty; those of the user are gone."""
        self._buffers = {name: ReadingBuffer(DEFAULT_CAPACITY, "CONT") for name in DEFAULT_NAMES}

    def __getitem__(self, name: str) -> ReadingBuffer:
        """The buffer of that name; raises -224 if there is none (the code is from memory)."""
        found = self._buffers.get(name)
        if found is None:
            raise ScpiError(-224)
        return found

    def make(self, name: str, capacity: int) -> None:
        """A buffer of the user, filled once. Raises 1115 for a name that is taken, -225 beyond the memory."""
        if name in self._buffers:
            text = "Parameter error: TRACe:MAKE cannot take an existing reading buffer name"
            raise ScpiError(NAME_TAKEN, text, EXECUTION_ERROR)
        if not name or not name.replace("_", "").isalnum() or name[0].isdigit():
            raise ScpiError(-224)
        self.check_memory(capacity)
        self._buffers[name] = ReadingBuffer(capacity, "ONCE")

    def delete(self, name: str) -> None:
        """Raises -224 for a default buffer or one that does not exist."""
        if name in DEFAULT_NAMES or name not in self._buffers:
            raise ScpiError(-224)
        del self._buffers[name]

    def check_memory(self, capacity: int, instead_of: str = "") -> None:
        """Raises -225 if so many readings more do not fit."""
        others = sum(one.capacity for name, one in self._buffers.items() if name != instead_of)
        if others + capacity > LARGEST:
            raise ScpiError(-225)
