"""From the text of a message to steps that can be run again: what no state can change is done once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from simulators.wire.scpi.errors import ScpiError
from simulators.wire.scpi.message import Unit, read_units
from simulators.wire.scpi.numbers import KEYWORDS, Numeric
from simulators.wire.scpi.parameters import Parameter
from simulators.wire.scpi.tree import Handler, Node, Tree


class Step(NamedTuple):
    """One program message unit, ready to run; may raise ScpiError."""

    is_query: bool
    run: Callable[[], Any]


def compile_message(tree: Tree, message: str) -> tuple[Step, ...]:
    """The steps of a message. What cannot be read becomes a last step that raises.

    A header without leading colon continues from the node above the last mnemonic of the unit before, as it
    was sent (optional nodes that were left out do not count). Common commands leave that path alone.
    """
    steps = []
    path: tuple[str, ...] = ()
    try:
        for unit in read_units(message):
            nodes = unit.nodes if unit.absolute or unit.is_common else path + unit.nodes
            if not unit.is_common:
                path = nodes[:-1]
            place, numbers = tree.find(nodes)
            steps.append(_step(unit, place, numbers))
    except ScpiError as error:
        steps.append(Step(False, partial(_raise, error.code, error.text, error.bit)))
    return tuple(steps)


def _raise(code: int, text: str, bit: int) -> None:
    raise ScpiError(code, text, bit)  # a new one each time: a kept exception would grow its traceback


def _step(unit: Unit, place: Node, numbers: tuple[int, ...]) -> Step:
    handler = place.query if unit.is_query else place.command
    if handler is None:
        raise ScpiError(-113)
    for number, allowed in zip(numbers, handler.declaration.suffixes, strict=False):
        if number not in allowed:
            raise ScpiError(-114)
    if unit.is_query and not handler.declaration.parameters and unit.parameters:
        return Step(True, _bound_query(unit, place))
    return Step(unit.is_query, _call(handler, numbers, unit.parameters))


def _bound_query(unit: Unit, place: Node) -> Callable[[], str]:
    """`CURR? MAX`: the limit itself."""
    setter = place.command
    numeric = setter.declaration.parameters[0] if setter and setter.declaration.parameters else None
    which = KEYWORDS.get(unit.parameters[0].upper())
    if setter is None or not isinstance(numeric, Numeric) or which is None or len(unit.parameters) > 1:
        raise ScpiError(-108)
    owner = setter.owner
    return lambda: numeric.format(numeric.bound(which, owner))


def _call(handler: Handler, numbers: tuple[int, ...], texts: tuple[str, ...]) -> Callable[[], Any]:
    pairs = _read_parameters(handler.declaration.parameters, texts)
    function = handler.function
    owner = handler.owner
    if any(parameter.depends_on_state for parameter, _ in pairs):
        return lambda: function(*numbers, *[parameter.resolve(token, owner) for parameter, token in pairs])
    values = []
    for parameter, token in pairs:
        try:
            values.append(parameter.resolve(token, owner))
        except ScpiError as error:
            return partial(_raise, error.code, error.text, error.bit)  # the message goes on after it
    arguments = (*numbers, *values)
    return partial(function, *arguments) if arguments else function


def _read_parameters(
    parameters: tuple[Parameter[Any], ...], texts: tuple[str, ...]
) -> list[tuple[Parameter[Any], Any]]:
    pairs: list[tuple[Parameter[Any], Any]] = []
    left = list(texts)
    for parameter in parameters:
        if not left:
            if parameter.optional:
                break
            raise ScpiError(-109)
        if parameter.takes_rest:
            pairs.append((parameter, [parameter.parse(text) for text in left]))
            left.clear()
        else:
            pairs.append((parameter, parameter.parse(left.pop(0))))
    if left:
        raise ScpiError(-108)
    return pairs
