"""The plug at the back of an instrument: bytes in and out, terminators, latency, faults; no transport.

The instrument runs a message when its last byte arrives; the reply waits in the port, invisible, until the
clock has reached the time at which the instrument would have sent it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable

from bench.core.clock import Clock, ClockEvent
from simulators.wire.device import MessageDevice, ScriptedDevice
from simulators.wire.faults import Exchange, Fault, Faults
from simulators.wire.framing import Framing

INPUT_LIMIT = 65536
"""Bytes of unterminated input that fit."""


class DisconnectedError(ConnectionError):
    """The plug is out."""


class Port:
    """See the module. Every method may be called from any thread that may use the clock."""

    def __init__(
        self,
        device: MessageDevice,
        clock: Clock,
        *,
        name: str,
        input_terminator: bytes = b"\n",
        output_terminator: bytes = b"\n",
        latency_s: float = 0.0,
        seconds_per_byte: float = 0.0,
        faults: Iterable[Fault] = (),
        lock: threading.RLock | None = None,
        framing: Framing | None = None,
    ) -> None:
        """Make the port of one device.

        latency_s: from the end of processing to the first byte; seconds_per_byte: for each byte of a reply
        (baud rate). `lock`: the world's, so that its physics sees one thread at a time (an ordinary thread
        lock serves, because nobody waits for the clock while holding it); without one the port has its own.
        `framing`: how bytes fall into messages where no terminator ends them; replies then get none either.
        """
        if not input_terminator:
            raise ValueError(f"port {name}: an empty input terminator ends no message")
        self.device = device
        self.clock = clock
        self.name = name
        self.output_terminator = output_terminator if framing is None else b""
        self.latency_s = latency_s
        self.seconds_per_byte = seconds_per_byte
        self.faults = Faults()
        for fault in faults:
            self.faults.add(fault)
        self.connected = True
        self.has_message_exchange = True
        """Whether it is on a bus, where IEEE 488.2 chapter 6 holds: -410, -420, END; not on RS-232."""
        self._terminator = input_terminator
        self._framing = framing
        self._lock = lock if lock is not None else threading.RLock()
        self._input = b""
        self._replies: deque[tuple[bytes, float]] = deque()
        self._position = 0
        self._listeners: list[ClockEvent] = []
        self._scripted = device if isinstance(device, ScriptedDevice) else None
        self._family: list[Port] = [self]

    def another(self) -> Port:
        """A further connection to the same instrument, as its LAN would give: own buffers, same plug.

        Settings, faults and the lock are shared. It is neither on a bus nor has END. `leave` ends it.
        """
        port = Port(
            self.device,
            self.clock,
            name=self.name,
            input_terminator=self._terminator,
            output_terminator=self.output_terminator,
            latency_s=self.latency_s,
            seconds_per_byte=self.seconds_per_byte,
            lock=self._lock,
            framing=None if self._framing is None else self._framing.another(),
        )
        port.faults = self.faults
        port.has_message_exchange = False
        with self._lock:
            port.connected = self.connected
            port._family = self._family
            self._family.append(port)
        return port

    def leave(self) -> None:
        """End a connection that `another` has made: what is in its buffers is lost; no other notices."""
        with self._lock:
            self._family.remove(self)
            self._empty()

    # -- in -------------------------------------------------------------------------------------------------

    def feed(self, data: bytes, end: bool = False) -> None:
        """Bytes arrive; `end`: the last one carries END, which ends a message as a terminator does.

        Raises DisconnectedError.
        """
        self._lock.acquire()  # `with` takes twice as long, and this is the hot path of long runs
        try:
            if not self.connected:
                raise DisconnectedError(f"port {self.name}: the plug is out")
            if self._framing is not None:
                self._feed_frames(data, self._framing)
                return
            if self._input:
                data = self._input + data
                self._input = b""
            messages = data.split(self._terminator)
            rest = messages.pop()
            for message in messages:
                self._process(message)
            if rest:
                self._keep(rest, end)
            if self._listeners:
                self._tell_listeners()
        finally:
            self._lock.release()

    def _feed_frames(self, data: bytes, framing: Framing) -> None:
        for frame in framing.frames(data, self.clock.now()):
            if self.connected:
                self._carry_out(frame.decode("latin-1"))
                if self._replies:
                    framing.line_busy_until(self._replies[-1][1])
        if self._listeners:
            self._tell_listeners()

    def _keep(self, rest: bytes, end: bool) -> None:
        if end:
            self._process(rest)
        elif len(rest) > INPUT_LIMIT:
            self.device.overrun()
        else:
            self._input = rest

    def trigger(self) -> None:
        """A trigger of the bus (group execute trigger). Raises DisconnectedError."""
        with self._lock:
            if not self.connected:
                raise DisconnectedError(f"port {self.name}: the plug is out")
            self._interrupt()
            self.device.bus_trigger()

    def _process(self, raw: bytes) -> None:
        raw = raw.rstrip(b"\r\n")
        if not raw or not self.connected:
            return
        if self._replies:
            self._interrupt()
        self._carry_out(raw.decode("latin-1"))

    def _carry_out(self, text: str) -> None:
        device = self.device
        if self._scripted is not None:
            self._scripted.reply_to = self._say_later
        if self.faults.rules:
            self._process_faulty(text)
            return
        answer = device.execute(text)
        if answer is not None:
            self._say(answer.encode("latin-1", "replace") + self.output_terminator, 0.0)

    def _process_faulty(self, text: str) -> None:
        exchange = Exchange(text, self.output_terminator)
        actions = self.faults.striking(text)
        for action in actions:
            if action.before:
                action.apply(exchange)
        if exchange.is_lost:
            return
        answer = self.device.execute(text)
        if answer is not None:
            exchange.payload = answer.encode("latin-1", "replace") + self.output_terminator
        for action in actions:
            if not action.before:
                action.apply(exchange)
        if exchange.disconnects:
            self._cut()
        elif exchange.payload is not None:
            self._say(exchange.payload, exchange.delay_s)

    def _interrupt(self) -> None:
        if self._replies and self.has_message_exchange:
            self._forget_replies()
            self.device.interrupted()

    def _say(self, payload: bytes, delay_s: float) -> None:
        ready = self.device.busy_until + self.latency_s + len(payload) * self.seconds_per_byte + delay_s
        self._replies.append((payload, ready))

    def _say_later(self, text: str) -> None:
        self._say(text.encode("latin-1", "replace") + self.output_terminator, 0.0)

    # -- out ------------------------------------------------------------------------------------------------

    def take(self, limit: int, stop: int = -1) -> tuple[bytes, bool, bool]:
        """Up to `limit` bytes of the oldest reply that is there by now, not beyond the byte `stop`.

        Also whether the last one ends the reply, and whether it is `stop`.
        """
        self._lock.acquire()
        try:
            if self._scripted is not None:
                self._scripted.resume()
            replies = self._replies
            if not replies:
                return b"", False, False
            payload, ready = replies[0]
            if ready > self.clock.now():
                return b"", False, False
            start = self._position
            end = start + limit
            stopped = False
            if stop >= 0:
                found = payload.find(stop, start, end)
                if found >= 0:
                    end = found + 1
                    stopped = True
            if end < len(payload):
                self._position = end
                return payload[start:end], False, stopped
            replies.popleft()
            self._position = 0
            return (payload[start:] if start else payload), True, stopped
        finally:
            self._lock.release()

    @property
    def available_at(self) -> float | None:
        """Clock second at which the oldest reply is (or was) there; None if none is on its way.

        While a script runs in the instrument: the second at which it goes on, and may say something.
        """
        replies = self._replies
        if replies:
            return replies[0][1]
        return self._scripted.wakes_at if self._scripted is not None else None

    @property
    def bytes_waiting(self) -> int:
        """How many bytes could be read now."""
        with self._lock:
            now = self.clock.now()
            return sum(len(payload) for payload, ready in self._replies if ready <= now) - self._position

    def wait(self, timeout_s: float | None) -> None:
        """Let clock time pass while no reply is on its way, at most so long (None: without end)."""
        news = self.clock.event(f"a reply at port {self.name}")
        with self._lock:
            if self.available_at is not None or not self.connected:
                return
            self._listeners.append(news)
        try:
            news.wait(timeout_s)
        finally:
            with self._lock:
                self._listeners.remove(news)

    def _tell_listeners(self) -> None:
        for news in self._listeners:
            news.set()

    def read_empty(self) -> None:
        """The controller wants to read: an error of the protocol where no reply is there nor on its way."""
        with self._lock:
            if self.has_message_exchange and self.available_at is None and self.connected:
                self.device.unterminated()

    def serial_poll(self) -> int:
        """The status byte. Raises DisconnectedError."""
        with self._lock:
            if not self.connected:
                raise DisconnectedError(f"port {self.name}: the plug is out")
            replies = self._replies
            return self.device.serial_poll(bool(replies) and replies[0][1] <= self.clock.now())

    # -- buffers and the plug -------------------------------------------------------------------------------

    def clear(self) -> None:
        """Device clear: both buffers empty, the device gives up what it does. Raises DisconnectedError."""
        with self._lock:
            if not self.connected:
                raise DisconnectedError(f"port {self.name}: the plug is out")
            self._empty()
            self.device.clear()

    def discard_output(self, *, only_begun: bool = False) -> None:
        """Throw away replies that are there by now; `only_begun`: the rest of one that was partly read."""
        with self._lock:
            now = self.clock.now()
            while self._replies and self._replies[0][1] <= now:
                if only_begun and not self._position:
                    return
                self._replies.popleft()
                self._position = 0

    def discard_input(self) -> None:
        """Throw away what has arrived of an unfinished message."""
        with self._lock:
            self._input = b""
            if self._framing is not None:
                self._framing.forget()

    def disconnect(self) -> None:
        """Pull the plug: what is on the line is lost, and every access fails until `reconnect`.

        It is one plug for all connections to the instrument.
        """
        with self._lock:
            self._cut()

    def reconnect(self) -> None:
        """Put the plug back."""
        with self._lock:
            for port in self._family:
                port.connected = True

    def _cut(self) -> None:
        for port in self._family:
            port.connected = False
            port._empty()
            port._tell_listeners()

    def _empty(self) -> None:
        self._input = b""
        if self._framing is not None:
            self._framing.forget()
        self._forget_replies()

    def _forget_replies(self) -> None:
        self._replies.clear()
        self._position = 0
