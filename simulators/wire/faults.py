"""Faults of the line, by rule: what goes wrong with the Nth message that matches.

The rules belong to the port, not to the instrument: no command can switch one on, and none can notice it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

OVER_RANGE = b"+9.9E37"
"""What SCPI instruments send for a reading beyond their range (SCPI-99 volume 1, 7.2.1.4)."""

_NUMBER_FIELD = re.compile(rb"(?<![^,;\s])[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![^,;\s])")
_ROT47 = bytes((code - 33 + 47) % 94 + 33 if 33 <= code < 127 else code for code in range(256))


@dataclass(slots=True)
class Exchange:
    """One message and what becomes of it. `payload`: the reply with its terminator, if there is one."""

    message: str
    terminator: bytes
    payload: bytes | None = None
    delay_s: float = 0.0
    is_lost: bool = False
    disconnects: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """What a fault does to an exchange. `before`: it acts before the instrument has seen the message."""

    name: str
    apply: Callable[[Exchange], None]
    before: bool = False


@dataclass(slots=True, eq=False)
class Fault:
    """A rule: `action` on each message in which `pattern` (a regular expression) is found.

    The first `after` matches go well; then it strikes `times` times (None: for ever). `hits` counts its
    strikes, `seen` its matches.
    """

    pattern: str
    action: Action
    after: int = 0
    times: int | None = 1
    seen: int = 0
    hits: int = 0
    _expression: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._expression = re.compile(self.pattern)

    def strikes(self, message: str) -> bool:
        """Count this message; whether the fault acts on it."""
        if self._expression.search(message) is None:
            return False
        self.seen += 1
        if self.seen <= self.after or (self.times is not None and self.hits >= self.times):
            return False
        self.hits += 1
        return True


class Faults:
    """The rules of one port; several that match the same message act in the order they were added."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Put a rule in force, also while the bench runs."""
        self.rules.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Take a rule out of force; raises ValueError if it is not there."""
        if fault not in self:
            raise ValueError(f"no such rule here: {fault!r}")
        self.rules = [rule for rule in self.rules if rule is not fault]

    def clear(self) -> None:
        """Take all rules out of force."""
        self.rules = []

    def striking(self, message: str) -> list[Action]:
        """The actions on this message, counted."""
        return [rule.action for rule in self.rules if rule.strikes(message)]

    def __contains__(self, fault: object) -> bool:
        return any(rule is fault for rule in self.rules)

    def __iter__(self) -> Iterator[Fault]:
        return iter(tuple(self.rules))

    def __len__(self) -> int:
        return len(self.rules)


def _drop(exchange: Exchange) -> None:
    exchange.payload = None


def _lose(exchange: Exchange) -> None:
    exchange.is_lost = True


def _garble(exchange: Exchange) -> None:
    _on_body(exchange, lambda body: body.translate(_ROT47))


def _flip(exchange: Exchange) -> None:
    def flipped(body: bytes) -> bytes:
        middle = len(body) // 2
        return body[:middle] + bytes([body[middle] ^ 0x10]) + body[middle + 1 :] if body else body

    _on_body(exchange, flipped)


def _truncate(exchange: Exchange) -> None:
    if exchange.payload is not None:
        exchange.payload = _body(exchange)[: len(_body(exchange)) // 2] or None


def _disconnect(exchange: Exchange) -> None:
    exchange.disconnects = True


def _over_range(exchange: Exchange) -> None:
    _on_body(exchange, lambda body: _NUMBER_FIELD.sub(OVER_RANGE, body))


def _body(exchange: Exchange) -> bytes:
    return (exchange.payload or b"").removesuffix(exchange.terminator)


def _on_body(exchange: Exchange, change: Callable[[bytes], bytes]) -> None:
    if exchange.payload is not None:
        ending = exchange.payload[len(_body(exchange)) :]
        exchange.payload = change(_body(exchange)) + ending


drop = Action("drop", _drop)
"""The message is carried out; its reply is lost."""

lose = Action("lose", _lose, before=True)
"""The message itself is lost: nothing is carried out."""

garble = Action("garble", _garble)
"""Every printable character of the reply is another one (ROT47); the terminator stays."""

flip = Action("flip", _flip)
"""One bit in the middle of the reply is another one: a checksum has to notice."""

truncate = Action("truncate", _truncate)
"""The second half of the reply and its terminator are missing; a bus still signals END on what is left."""

disconnect = Action("disconnect", _disconnect)
"""The message is carried out, then the plug is out: the reply is lost, all later traffic fails."""

over_range = Action("over_range", _over_range)
"""Each number in the reply becomes +9.9E37."""


def delay(seconds: float) -> Action:
    """The reply comes so much later."""

    def apply(exchange: Exchange) -> None:
        exchange.delay_s += seconds

    return Action(f"delay({seconds!r})", apply)


def replace(body: bytes) -> Action:
    """The reply, if there is one, is this instead (the terminator is added)."""

    def apply(exchange: Exchange) -> None:
        _on_body(exchange, lambda _: body)

    return Action(f"replace({body!r})", apply)
