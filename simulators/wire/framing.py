"""How a stream of bytes falls into messages where no terminator ends them: what a Port asks of a framing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Framing(Protocol):
    """Keeps what has arrived of an unfinished frame: one for each connection, used under the port's lock."""

    def frames(self, data: bytes, now: float) -> Iterable[bytes]:
        """Bytes arrive at clock second `now`; the frames that they complete, in order."""
        ...

    def line_busy_until(self, time: float) -> None:
        """The instrument's own reply is on the line until then."""
        ...

    def forget(self) -> None:
        """Throw away what has arrived of an unfinished frame."""
        ...

    def another(self) -> Framing:
        """A fresh one for a further connection."""
        ...
