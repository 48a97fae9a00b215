"""Faults that are switched on from outside: by name with plain arguments, and found again by a number."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from simulators.wire import faults
from simulators.wire.faults import Action, Fault
from simulators.wire.port import Port


def _delay(arguments: Mapping[str, Any]) -> Action:
    seconds = arguments["seconds"]
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < math.inf:
        raise ValueError(f"delay: seconds {seconds!r} is no number from 0 on")
    return faults.delay(float(seconds))


def _replace(arguments: Mapping[str, Any]) -> Action:
    return faults.replace(str(arguments["body"]).encode("latin-1"))


_PLAIN = {
    action.name: action
    for action in (
        faults.drop,
        faults.lose,
        faults.garble,
        faults.flip,
        faults.truncate,
        faults.disconnect,
        faults.over_range,
    )
}
_WITH_ARGUMENTS: Mapping[str, tuple[tuple[str, ...], Callable[[Mapping[str, Any]], Action]]] = {
    "delay": (("seconds",), _delay),
    "replace": (("body",), _replace),
}
ACTIONS = (*_PLAIN, *_WITH_ARGUMENTS)


def action(name: str, arguments: Mapping[str, Any]) -> Action:
    """The action of this name: drop, lose, garble, flip, truncate, disconnect, over_range, delay {seconds}
    (of the clock), replace {body}. Raises ValueError for another name or other arguments.
    """
    names: tuple[str, ...] = ()
    if name in _WITH_ARGUMENTS:
        names, make = _WITH_ARGUMENTS[name]
    elif name not in _PLAIN:
        raise ValueError(f"there is no fault action {name!r} (known: {', '.join(ACTIONS)})")
    if set(arguments) != set(names):
        raise ValueError(f"{name} takes {', '.join(names) or 'no arguments'}, not {sorted(arguments)}")
    return make(arguments) if names else _PLAIN[name]


class FaultBook:
    """The faults that were added here, by number; those a test adds at a port directly are not in it."""

    def __init__(self, ports: Mapping[str, Port]) -> None:
        self._ports = ports
        self._numbers = itertools.count(1)
        self._entries: dict[int, tuple[str, Fault, dict[str, Any]]] = {}

    def add(
        self,
        instrument: str,
        pattern: str,
        action_name: str,
        arguments: Mapping[str, Any],
        *,
        after: int = 0,
        times: int | None = 1,
    ) -> int:
        """Put a rule in force and return its number. Raises ValueError for what makes no sense."""
        port = self._ports.get(instrument)
        if port is None:
            raise ValueError(f"there is no instrument {instrument!r} (known: {', '.join(self._ports)})")
        if not _is_count(after, least=0) or not (times is None or _is_count(times, least=1)):
            raise ValueError(f"after {after!r}, times {times!r}: give whole numbers, or times null for ever")
        try:
            fault = Fault(pattern, action(action_name, arguments), after, times)
        except re.error as error:
            raise ValueError(f"pattern {pattern!r} is no regular expression: {error}") from None
        number = next(self._numbers)
        port.faults.add(fault)
        described = {"action": action_name, "arguments": dict(arguments)}
        self._entries[number] = (instrument, fault, described)
        return number

    def remove(self, number: int) -> None:
        """Take a rule out of force. Raises ValueError if there is none of this number."""
        if number not in self._entries:
            raise ValueError(f"there is no fault {number!r} (known: {sorted(self._entries)})")
        instrument, fault, _ = self._entries.pop(number)
        self._ports[instrument].faults.remove(fault)

    def listed(self) -> list[dict[str, Any]]:
        """All rules with their counts: `seen` matches, `hits` strikes."""
        return [
            {
                "id": number,
                "instrument": instrument,
                "pattern": fault.pattern,
                **described,
                "after": fault.after,
                "times": fault.times,
                "seen": fault.seen,
                "hits": fault.hits,
            }
            for number, (instrument, fault, described) in self._entries.items()
        ]


def _is_count(value: object, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
