"""Check a TOML file against pydantic models, and say what is wrong in words for the person who wrote it."""

from __future__ import annotations

import types
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from bench.core.errors import Problem
from bench.core.files.document import TomlDocument
from bench.core.files.lines import Keys
from bench.core.files.names import did_you_mean


class FileModel(BaseModel):
    """Base of what may stand in a file: read-only, and a key nobody knows is an error.

    Give a required field `Field(examples=[...])` with TOML text: it becomes the remedy when the key is
    missing. Avoid unions other than `X | None`: pydantic's places then name types instead of keys.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


M = TypeVar("M", bound=FileModel)


def validate(model: type[M], document: TomlDocument, at: Keys = ()) -> tuple[M | None, list[Problem]]:
    """The table at `at` as a model, or None and everything that is wrong with it."""
    try:
        return model.model_validate(document.get(at) if at else document.data), []
    except ValidationError as error:
        return None, [_translated(model, document, at, line) for line in error.errors(include_url=False)]


def _translated(model: type[FileModel], document: TomlDocument, at: Keys, error: ErrorDetails) -> Problem:
    inner = tuple(key for key in error["loc"] if key != "[key]")
    what, remedy = _words(model, inner, error)
    keys = (*at, *inner)
    return document.problem(keys if error["type"] == "missing" else _existing(document, keys), what, remedy)


def _existing(document: TomlDocument, keys: Keys) -> Keys:
    """As far down as the file goes: a value written short has no keys of its own."""
    depth = len(keys)
    while depth and not document.has(keys[:depth]):
        depth -= 1
    return keys[:depth]


_KINDS = {
    "string_type": "text in quotes",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "list_type": "a list",
    "tuple_type": "a list",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
}


def _words(model: type[FileModel], inner: Keys, error: ErrorDetails) -> tuple[str, str]:
    kind, context = error["type"], error.get("ctx", {})
    key = str(inner[-1]) if inner else ""
    if kind == "missing":
        return f"'{key}' is missing", _example(_model_at(model, inner[:-1]), key)
    if kind == "extra_forbidden":
        parent = _model_at(model, inner[:-1])
        known = _names(parent) if parent else ()
        return f"unknown key '{key}'", did_you_mean(key, known, what="keys here")
    if kind == "literal_error":
        return f"{error['input']!r} is not one of the choices", f"write {context.get('expected', '')}"
    if kind in {"too_short", "string_too_short"}:
        return f"'{key}' is empty", _example(_model_at(model, inner[:-1]), key)
    if kind in _KINDS:
        return f"should be {_KINDS[kind]}, is {error['input']!r}"[:200], ""
    return str(context.get("what", error["msg"])), str(context.get("remedy", ""))


def _example(parent: type[FileModel] | None, key: str) -> str:
    field = parent.model_fields.get(_field_name(parent, key)) if parent else None
    return f"add {key} = {field.examples[0]}" if field is not None and field.examples else f"add {key}"


def _names(model: type[FileModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _field_name(model: type[FileModel], key: str | int) -> str:
    return next((name for name, field in model.model_fields.items() if (field.alias or name) == key), "")


def _model_at(annotation: Any, keys: Keys) -> type[FileModel] | None:
    """The model that a key path below `annotation` leads to, if it is one."""
    for key in keys:
        annotation = _bare(annotation)
        if isinstance(annotation, type) and issubclass(annotation, FileModel):
            field = annotation.model_fields.get(_field_name(annotation, key))
            annotation = field.annotation if field is not None else None
        elif get_origin(annotation) in {dict, list, tuple}:
            annotation = get_args(annotation)[1 if get_origin(annotation) is dict else 0]
        else:
            return None
    annotation = _bare(annotation)
    return annotation if isinstance(annotation, type) and issubclass(annotation, FileModel) else None


def _bare(annotation: Any) -> Any:
    """Without Annotated and without `| None`."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in {Union, types.UnionType}:
        members = [member for member in get_args(annotation) if member is not type(None)]
        return _bare(members[0]) if len(members) == 1 else annotation
    return annotation
