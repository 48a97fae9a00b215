"""Objects whose public attributes are fixed once built, so that a misspelt assignment is an error."""

from __future__ import annotations

import difflib

_OPEN = frozenset({"isShutdown"})  # pymeasure's own bookkeeping


class Sealed:
    """Mixin: after `_seal()`, assigning a public attribute raises AttributeError unless a property takes it.

    pymeasure lets `meter.source_votage = 5` pass: Python makes a new attribute and nothing is sent.
    Names with a leading underscore stay free. Put it before the pymeasure class in the bases.
    """

    _sealed = False

    def _seal(self) -> None:
        self._sealed = True

    def __setattr__(self, name: str, value: object) -> None:
        if self._sealed and not name.startswith("_") and name not in _OPEN:
            member = getattr(type(self), name, None)
            if not hasattr(type(member), "__set__") or getattr(member, "fset", True) is None:
                raise AttributeError(self._why_not(name, member))
        super().__setattr__(name, value)

    def _why_not(self, name: str, member: object) -> str:
        kind = type(self).__name__
        if callable(member):
            return f"'{name}' of {kind} is a method: call {name}(...) instead of assigning to it"
        if member is not None or name in self.__dict__:
            return f"'{name}' of {kind} is fixed once the driver is built"
        public = [known for known in dir(type(self)) if not known.startswith("_")]
        close = difflib.get_close_matches(name, public, n=1)
        hint = f"; did you mean '{close[0]}'?" if close else ""
        return f"{kind} has no attribute '{name}'{hint}"
