"""Where one request ends: by silence on a serial line, and at once where length and checksum already tell.

A slave counts 3.5 characters of silence (MODBUS over Serial Line V1.02, 2.5.1.1). A simulated one cannot wait
for what does not come, so it closes a frame as soon as its length is that of its function and its checksum
fits; the silence before a frame is still asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulators.wire.modbus_rtu.crc import is_whole

LONGEST = 256
"""Bytes of the longest frame (MODBUS over Serial Line V1.02, 2.3)."""

GATEWAY_PATIENCE_s = 0.05
"""How long a gateway waits for the rest of a frame."""

_SHORTEST = 4
_FIXED = {1: 8, 2: 8, 3: 8, 4: 8, 5: 8, 6: 8, 7: 4, 8: 8}
_COUNTED = {15: 6, 16: 6}
"""Functions whose frames carry the number of their data bytes, and where."""


class RtuFraming:
    """The frames of one connection.

    `silence_s`: frames that follow each other, or a reply, sooner than this run into one another and are lost
    with their checksum, as on RS-485. 0 is a gateway that takes a stream of frames and keeps the silence
    on its own line.
    """

    def __init__(self, silence_s: float = 0.0) -> None:
        self._silence_s = silence_s
        self._open = b""
        self._quiet_since = -float("inf")
        self.collisions = 0
        """Frames that were lost because somebody did not wait."""

    def frames(self, data: bytes, now: float) -> Iterator[bytes]:
        """See Framing. What is no frame is dropped after the next silence."""
        quiet_s = now - self._quiet_since
        if quiet_s >= (self._silence_s or GATEWAY_PATIENCE_s):
            self._open = b""
        elif self._silence_s and not self._open:
            self.collisions += 1
            self._quiet_since = now
            return
        self._quiet_since = max(self._quiet_since, now)
        self._open += data
        while self._begins_with_a_frame():
            length = expected_length(self._open)
            frame, self._open = self._open[:length], self._open[length:]
            yield frame
        self._open = self._open[-LONGEST:]

    def _begins_with_a_frame(self) -> bool:
        length = expected_length(self._open)
        return length is not None and len(self._open) >= length and is_whole(self._open[:length])

    def line_busy_until(self, time: float) -> None:
        """See Framing."""
        self._quiet_since = max(self._quiet_since, time)

    def forget(self) -> None:
        """See Framing."""
        self._open = b""

    def another(self) -> RtuFraming:
        """See Framing."""
        return RtuFraming(self._silence_s)


def expected_length(start: bytes) -> int | None:
    """How many bytes the request that begins so has; None while that cannot be told.

    Of a function that is not known the end is taken to be here: it gets no answer anyway.
    """
    if len(start) < _SHORTEST:
        return None
    function = start[1]
    if function in _FIXED:
        return _FIXED[function]
    if function in _COUNTED:
        at = _COUNTED[function]
        return None if len(start) <= at else at + 1 + start[at] + 2
    return len(start)
