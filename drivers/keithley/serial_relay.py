"""An instrument behind another one's serial port: an adapter over SYSTem:COMMunicate:SERial of a 622x.

SEND passes a message on, ENTer? returns what has come back by now: an empty line as long as nothing has (622x
reference manual p. 5-15; the empty lines and the stray flow-control characters were met on real ones).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from bench.core.errors import BenchError
from drivers.faults import TruncatedReplyError
from drivers.link import Link
from drivers.settings import do

SEND, ENTER = ":SYST:COMM:SER:SEND", ":SYST:COMM:SER:ENT?"
POLL_S = 0.05
LEFT_OVERS = 8
"""More lines than a forgotten reply can leave."""


class SerialRelay:
    """Stands where a VISA connection stands. `check_free` raises if the line is in other hands.

    Raises TimeoutError where no reply comes, TruncatedReplyError where flow-control characters say that the
    two ends disagree: what else arrived then may be half a number.
    """

    def __init__(self, link: Link, check_free: Callable[[], None], *, timeout_s: float = 3.0) -> None:
        self._link = link
        self._check_free = check_free
        self._timeout_s = timeout_s

    def write(self, command: str) -> None:
        """Pass one message on; whether it was understood there is not known."""
        self._check_free()
        quoted = command.replace('"', '""')
        do(self._link, f'{SEND} "{quoted}"')

    def read(self) -> str:
        """Wait for one line."""
        self._check_free()
        clock = self._link.clock
        end = clock.now() + self._timeout_s
        while True:
            line = self._link.ask(ENTER, str)
            text = line.strip("\r\n ")
            if any(ord(character) < 32 for character in text):
                raise TruncatedReplyError(
                    f"{line!r} holds flow-control characters (PACE differs at the ends)"
                )
            if text:
                return text
            if clock.now() >= end:
                raise TimeoutError(f"nothing came back through {self._link.name}")
            clock.sleep(POLL_S)

    @contextlib.contextmanager
    def patience(self, seconds: float) -> Iterator[None]:
        """Wait up to `seconds` for replies inside the block, if that is more than usual."""
        usual = self._timeout_s
        self._timeout_s = max(usual, seconds)
        try:
            yield
        finally:
            self._timeout_s = usual

    def flush_read_buffer(self) -> None:
        """Discard what has come back by now."""
        with contextlib.suppress(BenchError):
            self._check_free()
            for _ in range(LEFT_OVERS):
                if not self._link.ask(ENTER, str):
                    return

    def close(self) -> None:
        """Nothing to close: the line is the other instrument's."""
