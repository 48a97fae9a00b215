"""A real Lua for the scripts of clients, in a cage: no way to the computer, bounded memory and instructions.

The firmware's Lua is 5.0; this is 5.2, the oldest that can suspend a script anywhere, without what 5.0 lacked
the names of. Coroutines are the instrument's, not the client's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from lupa.lua52 import LuaError, LuaRuntime

from simulators.wire.tsp.node import Node

MEMORY_BYTES = 64 << 20
INSTRUCTIONS = 10_000_000
"""Between two waits of a script; one that needs more is taken for endless: it then ends by `abort` only."""

Outcome = Literal["waits", "ended", "endless", "failed"]
_FOLDER = Path(__file__).parent
_PLACE = re.compile(r"^(?:tsp|chunk):(\d+): ", re.MULTILINE)


class SyntaxFault(Exception):  # noqa: N818 - the manual's word for it is in the text
    """A chunk does not compile."""


def told(kind: str, message: str) -> str:
    """Lua's own message in the words of a 2600B."""
    found = _PLACE.search(message)
    place, text = (found[1], message[found.end() :]) if found else ("1", message)
    return f"TSP {kind} error at line {place}: {text.splitlines()[0]}"


class Interpreter:
    """One Lua state. `host` are the functions that sandbox.lua asks for."""

    def __init__(self, host: Mapping[str, Callable[..., Any]], *, fail: Callable[[str], None]) -> None:
        self._lua = LuaRuntime(
            unpack_returned_tuples=True,
            register_eval=False,
            register_builtins=False,
            attribute_filter=_no_attribute,
            max_memory=MEMORY_BYTES,
        )
        self._build, self._launch, self._compile = self._lua.compile(_source("sandbox"))(
            self._lua.table_from(dict(host))
        )
        self._fail = fail
        self._new_script = self.run_file("scripts", self._compile, fail)

    def run_file(self, name: str, *arguments: object, folder: Path = _FOLDER) -> Any:
        """Run a Lua file of ours, which may have what scripts of clients may not."""
        return self._lua.compile(_source(name, folder))(*arguments)

    def install(self, name: str, node: Node) -> Any:
        """Make a node a global."""
        table = self.table(node)
        self._lua.globals()[name] = table
        return table

    def set_function(self, name: str, function: Callable[..., Any]) -> None:
        """Make a function of ours a global."""
        self._lua.globals()[name] = function

    def make_script(self, text: str, name: str) -> bool:
        """A named script, or the anonymous one; False, and `fail` was told, if it does not compile."""
        try:
            return self._new_script(text, name or None) is not None
        except LuaError as error:  # out of memory
            self._fail(str(error))
            return False

    def table(self, node: Node) -> Any:
        """The Lua table of a node."""
        make = self._lua.table_from
        return self._build(
            make(node.getters),
            make(node.setters),
            make(node.functions),
            make(dict(node.constants)),
            make({name: self.table(one) for name, one in node.objects.items()}),
        )

    def start(self, text: str) -> Callable[[], tuple[Outcome, str]]:
        """A chunk ready to run: call it again and again for its steps. Raises SyntaxFault."""
        compiled = self._compile(text)
        if isinstance(compiled, tuple):
            raise SyntaxFault(compiled[1])
        step = self._launch(compiled, INSTRUCTIONS)

        def run() -> tuple[Outcome, str]:
            try:
                found = step()
            except LuaError as error:  # out of memory, outside of the chunk's own protection
                return "failed", str(error)
            return found if isinstance(found, tuple) else (found, "")

        return run


def _source(name: str, folder: Path = _FOLDER) -> str:
    return (folder / f"{name}.lua").read_text("utf-8")


def _no_attribute(_object: object, _name: str, _is_setting: bool) -> str:
    raise AttributeError("a script sees no Python")
