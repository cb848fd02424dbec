# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Any record as a JSON object of its fields, and the JSON Schema (2020-12) of that object.

A record is a dataclass or a msgspec struct. If its object differs from its fields, the class
attribute `json_form` describes the difference for both the encoder and the schema.
"""

from __future__ import annotations

import ast
import functools
import inspect
import itertools
import math
import textwrap
import types
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from operator import or_
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, Struct, UnsetType

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["JsonForm", "encode", "object_hint", "object_type", "record_of"]


class JsonForm(Struct, frozen=True):
    """The differences between the JSON object of a record and its fields: attribute `json_form`.

    A field that is `msgspec.UNSET` is always left out.

    Args:
        derived: properties that are added after the fields.
        optional: fields that are left out if they are empty: "", 0, False, None and similar values.
        hidden: fields that are always left out.
        renamed: keys of fields whose key differs from their name.
        measured: the attribute that says whether a measurement exists; "" if it always does.
        estimates: fields that are null without a measurement.
    """

    derived: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    renamed: Mapping[str, str] = types.MappingProxyType({})
    measured: str = ""
    estimates: tuple[str, ...] = ()


_PLAIN = JsonForm()
_NO_OBJECTS: Mapping[type, type[Struct]] = types.MappingProxyType({})


def encode(value: Any, *, keep_surrogates: bool = False) -> Any:
    """A record, or a collection with records, as JSON values.

    Numbers that are not finite become null, keys and paths become text, enumerations become their
    values. Values of other types are unchanged.

    Args:
        value: the value to encode.
        keep_surrogates: keep lone surrogates, which JSON can represent but UTF-8 cannot; else they
            become "?".
    """
    scalar = _scalar if keep_surrogates else _valid_scalar
    encoded = functools.partial(encode, keep_surrogates=keep_surrogates)
    if value is None or isinstance(value, (str, int, float, Enum)):
        return scalar(value)
    if isinstance(value, Mapping):
        return {scalar(str(scalar(key))): encoded(item) for key, item in value.items()}
    if isinstance(value, AbstractSet):
        return [encoded(item) for item in sorted(value)]
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [encoded(item) for item in value]
    if isinstance(value, PurePath):
        return scalar(str(value))
    kind: type = type(value)
    names = _names(kind)
    return value if names is None else _encode_record(value, names, encoded)


def _scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _valid_scalar(value: Any) -> Any:
    value = _scalar(value)
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "replace").decode()
    return value


def _encode_record(
    record: object, names: tuple[str, ...], encode: Callable[[Any], Any]
) -> dict[str, Any]:
    form = _form(type(record))
    is_measured = not form.measured or getattr(record, form.measured)
    encoded: dict[str, Any] = {}
    for name in names:
        value = getattr(record, name)
        if value is UNSET or name in form.hidden or (name in form.optional and not value):
            continue
        is_known = is_measured or name not in form.estimates
        encoded[form.renamed.get(name, name)] = encode(value) if is_known else None
    for name in form.derived:
        encoded[name] = encode(getattr(record, name))
    return encoded


def _form(kind: type) -> JsonForm:
    form: JsonForm = getattr(kind, "json_form", _PLAIN)
    return form


@functools.cache
def _names(kind: type) -> tuple[str, ...] | None:
    """The fields of a class of records; None for any other class."""
    if issubclass(kind, Struct):
        return kind.__struct_fields__
    if not hasattr(kind, "__dataclass_fields__"):
        return None
    from dataclasses import fields, is_dataclass  # a millisecond, which few records need

    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None


@functools.cache
def object_type(kind: type) -> type[Struct]:
    """The object type of a record class, from which msgspec makes the schema.

    The docstring below a field is its description in the schema.
    """
    form, hints, descriptions = _form(kind), get_type_hints(kind, include_extras=True), _docs(kind)
    members: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    for name in _names(kind) or ():
        if name in form.hidden:
            continue
        hint = object_hint(hints[name])
        if name in form.estimates:
            hint |= None
        if name in descriptions:
            hint = Annotated[hint, msgspec.Meta(description=descriptions[name])]
        key = form.renamed.get(name, name)
        if name in form.optional or UnsetType in get_args(hints[name]):
            members.append((key, hint | UnsetType, UNSET))
        else:
            members.append((key, hint))
    for name in form.derived:
        getter: Callable[..., Any] = getattr(kind, name).fget
        meta = msgspec.Meta(description=_one_line(getter.__doc__))
        members.append((name, Annotated[object_hint(get_type_hints(getter)["return"]), meta]))
    return msgspec.defstruct(
        kind.__name__, members, kw_only=True, module=kind.__module__,
        namespace={"__doc__": kind.__doc__, "record_kind": kind},
    )  # fmt: skip


def record_of(value: Struct) -> Any:
    """The record for an instance of an `object_type`; only for classes without `json_form`."""
    kind = getattr(type(value), "record_kind", None)
    return value if kind is None else kind(**msgspec.structs.asdict(value))


def object_hint(hint: Any, objects: Mapping[type, type[Struct]] = _NO_OBJECTS) -> Any:
    """A type with object types instead of record classes.

    Args:
        hint: type of a field.
        objects: object types of records for which `object_type` is not used.
    """
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return Annotated[(object_hint(arguments[0], objects), *arguments[1:])]
    if origin in (types.UnionType, Union):
        return functools.reduce(or_, (object_hint(each, objects) for each in arguments))
    if isinstance(origin, type) and issubclass(origin, Iterable):
        inner = tuple(each if each is ... else object_hint(each, objects) for each in arguments)
        return types.GenericAlias(origin, inner)
    if not isinstance(hint, type) or hint is object:
        return Any if hint is object else hint
    if issubclass(hint, PurePath):
        return str
    kind: type = hint
    return objects.get(kind) or (kind if _names(kind) is None else object_type(kind))


def _docs(kind: type) -> dict[str, str]:
    """The docstrings of the fields of a class, from its source."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    docs: dict[str, str] = {}
    for base in filter(_names, kind.__bases__):
        docs |= _docs(base)
    for field, text in itertools.pairwise(definition.body if hasattr(definition, "body") else ()):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            match text:
                case ast.Expr(ast.Constant(str(doc))):
                    docs[field.target.id] = _one_line(doc)
    return docs


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
