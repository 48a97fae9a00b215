"""Which header means what: the `command` decorator and the tree a header is looked up in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from simulators.wire.scpi.errors import ScpiError
from simulators.wire.scpi.grammar import Header, Mnemonic, parse_header
from simulators.wire.scpi.parameters import Parameter

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Declaration:
    """One header with its parameters, as declared on a method."""

    header: Header
    parameters: tuple[Parameter[Any], ...]
    suffixes: tuple[range, ...]

    def __post_init__(self) -> None:
        for earlier, later in zip(self.parameters, self.parameters[1:], strict=False):
            if earlier.takes_rest or (earlier.optional and not later.optional):
                raise ValueError(f"{self.header.canonical}: no parameter can follow such a one")
        if len(self.suffixes) > sum(node.numbered for node in self.header.nodes):
            raise ValueError(f"{self.header.canonical}: more ranges than numeric suffixes")


def command(pattern: str, *parameters: Parameter[Any], suffixes: Sequence[range] = ()) -> Callable[[F], F]:
    """Declare that a method executes a header; may be stacked. A pattern that ends in `?` is a query.

    The method gets the numbers of `#` nodes first (default 1; outside its range in `suffixes`: -114), then
    the parameters. A query returns its reply: str as it is, bool as 1 or 0, int, float in the instrument's
    format; None means that nothing is said. To refuse, raise ScpiError.
    The query of a header whose command takes one number answers `? MIN`, `? MAX` and `? DEF` by itself.
    """
    declaration = Declaration(parse_header(pattern), parameters, tuple(suffixes))

    def mark(function: F) -> F:
        declared: list[Declaration] = function.__dict__.setdefault("__scpi__", [])
        declared.append(declaration)
        return function

    return mark


@dataclass(frozen=True, slots=True)
class Handler:
    """A declaration bound to the object that executes it."""

    owner: object
    function: Callable[..., Any]
    declaration: Declaration
    standard: bool = False


@dataclass(slots=True)
class Node:
    """One place in the tree."""

    children: dict[str, Node] = field(default_factory=dict)
    numbered: bool = False
    command: Handler | None = None
    query: Handler | None = None


class Tree:
    """All headers of one instrument."""

    def __init__(self) -> None:
        self._root = Node()

    def add(self, handler: Handler, *, standard: bool = False) -> None:
        """Insert a header in all its spellings. Raises ValueError if another handler has it.

        A `standard` handler gives way to one that is not, whichever comes first.
        """
        handler = replace(handler, standard=standard)
        header = handler.declaration.header
        for variant in header.variants:
            node = self._root
            for mnemonic in variant:
                node = _child(node, mnemonic)
            slot = "query" if header.is_query else "command"
            present: Handler | None = getattr(node, slot)
            if present is None or (present.standard and not standard):
                setattr(node, slot, handler)
            elif present is not handler and present.standard == standard:
                raise ValueError(f"{header.canonical}{'?' * header.is_query} is declared twice")

    def find(self, nodes: tuple[str, ...]) -> tuple[Node, tuple[int, ...]]:
        """The place of a header given in upper case, and the numbers after its `#` nodes.

        Raises ScpiError -113 if there is none.
        """
        place = self._root
        numbers = []
        for word in nodes:
            following = place.children.get(word)
            digits = ""
            if following is None:
                stem = word.rstrip("0123456789")
                digits = word[len(stem) :]
                following = place.children.get(stem)
                if following is None or not following.numbered:
                    raise ScpiError(-113)
            if following.numbered:
                numbers.append(int(digits or "1"))
            place = following
        return place, tuple(numbers)


def _child(parent: Node, mnemonic: Mnemonic) -> Node:
    found = [parent.children[word] for word in mnemonic.spellings if word in parent.children]
    node = found[0] if found else Node(numbered=mnemonic.numbered)
    if any(other is not node for other in found) or node.numbered != mnemonic.numbered:
        raise ValueError(f"{mnemonic.long} is declared in ways that contradict each other")
    for word in mnemonic.spellings:
        parent.children[word] = node
    return node


def handlers_of(owner: object) -> list[Handler]:
    """What the methods and settings of an object declare; an override in a subclass replaces its parent's."""
    declared: dict[str, Any] = {}
    for kind in reversed(type(owner).__mro__):
        for name, attribute in vars(kind).items():
            if hasattr(attribute, "scpi_handlers"):
                declared[name] = attribute
            elif declarations := getattr(attribute, "__scpi__", None):
                declared[name] = tuple(declarations)
    found: list[Handler] = []
    for name, what in declared.items():
        if isinstance(what, tuple):
            found.extend(Handler(owner, getattr(owner, name), declaration) for declaration in what)
        else:
            found.extend(what.scpi_handlers(owner))
    return found
