"""What one sender is to send: in order, tried again with growing pauses, and never at anybody's cost."""

from __future__ import annotations

import collections
import logging
import threading
from collections.abc import Callable

from bench.core import wall
from bench.service.alarms.senders import Message, Sender

FIRST_PAUSE_S = 10.0
LONGEST_PAUSE_S = 1800.0
MOST = 500
"""Messages that wait; then the oldest are dropped: what is new matters more."""

_log = logging.getLogger(__name__)


class Outbox:
    """A daemon thread of the computer's own time. `tell` hears of each failure, and None of a success."""

    def __init__(
        self, sender: Sender, tell: Callable[[str | None], None], *, first_pause_s: float = FIRST_PAUSE_S
    ) -> None:
        self.sender = sender
        self._tell = tell
        self._first_pause_s = first_pause_s
        self._waiting: collections.deque[Message] = collections.deque(maxlen=MOST)
        self._something = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"alarms by {sender.name}", daemon=True)
        self._thread.start()

    def put(self, message: Message) -> None:
        """Send it; returns at once."""
        self._waiting.append(message)
        self._something.set()

    def close(self, patience_s: float = 5.0) -> None:
        """Send what waits if that is quick, and end."""
        self._over.set()
        self._something.set()
        self._thread.join(patience_s)

    def _run(self) -> None:
        pause_s = self._first_pause_s
        while True:
            wall.wait(self._something)
            self._something.clear()
            while self._waiting:
                message = self._waiting[0]
                if self._sent(message):
                    pause_s = self._first_pause_s
                    if self._waiting and self._waiting[0] is message:
                        self._waiting.popleft()
                elif self._over.is_set() or wall.wait(self._over, pause_s):
                    return
                else:
                    pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            if self._over.is_set():
                return

    def _sent(self, message: Message) -> bool:
        try:
            self.sender.send(message)
        except Exception as error:  # whatever a mail server or a library does, the bench goes on
            text = f"{type(error).__name__}: {error}"
            _log.warning("%s could not send %r: %s", self.sender.name, message.subject, text)
            self._tell(text)
            return False
        self._tell(None)
        return True
