"""A piece of the command tree: attributes that are read and written, functions, constants, and objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Value = float | str | bool | None


@dataclass(slots=True)
class Node:
    """What becomes one Lua table. A setter refuses by raising TspError; the chunk goes on after it."""

    getters: dict[str, Callable[[], Value]] = field(default_factory=dict)
    setters: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    functions: dict[str, Callable[..., Any]] = field(default_factory=dict)
    constants: Mapping[str, float | str] = field(default_factory=dict)
    objects: dict[str, Node] = field(default_factory=dict)

    def attribute(
        self, name: str, read: Callable[[], Value], write: Callable[[Any], None] | None = None
    ) -> None:
        """Add an attribute; without `write` it is read-only."""
        self.getters[name] = read
        if write is not None:
            self.setters[name] = write

    def wrapped(self, wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Node:
        """The same, and below it, with every call of the host wrapped."""
        return Node(
            {name: wrap(call) for name, call in self.getters.items()},
            {name: wrap(call) for name, call in self.setters.items()},
            {name: wrap(call) for name, call in self.functions.items()},
            self.constants,
            {name: one.wrapped(wrap) for name, one in self.objects.items()},
        )

    def held(self, name: str, default: float, check: Callable[[object], float]) -> None:
        """Add an attribute that is only remembered; `check` refuses by raising TspError."""
        value = [default]

        def write(new: object) -> None:
            value[0] = check(new)

        self.attribute(name, lambda: value[0], write)
