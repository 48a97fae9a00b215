"""The averaging filter: a stack of conversions, moving or repeating, with a window or without."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable


class DigitalFilter:
    """2182/2182A user's manual p. 3-8 ff.; the 2000 has the same without a window (p. 3-6)."""

    def __init__(self) -> None:
        self._stack: deque[float] = deque()

    def forget(self) -> None:
        """Begin anew."""
        self._stack.clear()

    def averaged(
        self, value: float, following: Callable[[], float | None], *, control: str, count: int, window: float
    ) -> float | None:
        """The reading that begins with the conversion `value`; `following` converts again, None: an overflow.

        A conversion further than `window` (0: none) from the mean starts the filter anew.
        """
        stack = self._stack
        if control == "REP":
            stack.clear()
        while True:
            mean = math.fsum(stack) / len(stack) if stack else value
            if window and abs(value - mean) > window:
                stack.clear()
            stack.append(value)
            while len(stack) > count:
                stack.popleft()
            if control == "MOV" or len(stack) == count:
                return math.fsum(stack) / len(stack)
            another = following()
            if another is None:
                return None
            value = another
