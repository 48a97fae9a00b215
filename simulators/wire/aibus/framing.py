"""Where one request ends: after eight bytes that begin with an address, sent twice, without a pause."""

from __future__ import annotations

from collections.abc import Iterator

LENGTH = 8
PATIENCE_s = 0.02
"""A request has to come in one piece (chapter 2); how long the next byte may take is our choice."""
FIRST, LAST = 0x80, 0xD0
"""Addresses 0 to 80 on the line: two such bytes in a row occur nowhere else."""


class AibusFraming:
    """The requests of one connection. What comes while a reply is on the line is lost."""

    def __init__(self) -> None:
        self._open = b""
        self._last = -float("inf")
        self._busy_until = -float("inf")
        self.collisions = 0
        """Requests that were lost because somebody did not wait."""

    def frames(self, data: bytes, now: float) -> Iterator[bytes]:
        """See Framing."""
        if now < self._busy_until:
            self.collisions += 1
            return
        if now - self._last > PATIENCE_s:
            self._open = b""
        self._last = now
        self._open += data
        while len(self._open) >= 3:
            first, second, command = self._open[:3]
            if not (first == second and FIRST <= first <= LAST and command < FIRST):
                self._open = self._open[1:]
                continue
            if len(self._open) < LENGTH:
                return
            frame, self._open = self._open[:LENGTH], self._open[LENGTH:]
            yield frame

    def line_busy_until(self, time: float) -> None:
        """See Framing."""
        self._busy_until = max(self._busy_until, time)

    def forget(self) -> None:
        """See Framing."""
        self._open = b""

    def another(self) -> AibusFraming:
        """See Framing."""
        return AibusFraming()
