# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Records as JSON objects, and the JSON Schema (2020-12) of these objects.

The objects of most records have the same keys as their fields: `records.json_form` writes them. The
objects of a report are a stable interface, so a `Layout` lists their keys. It defines the encoder,
the decoder, which checks every type, and the schema. A key may be nested ("origin.path"), and so
may an attribute ("attribution.origin.path").
"""

from __future__ import annotations

import functools
from enum import Enum
from importlib import import_module
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import msgspec
from msgspec import Struct

from codescan.records.json_decode import convert
from codescan.records.json_form import encode, object_hint, record_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["Codec", "Computed", "Key", "Layout"]


class Computed(Struct, frozen=True):
    """A key whose value is computed, not one attribute.

    Args:
        type: type of the value, as for a field of a record; or "module:NAME" of the type.
        read: returns the value for a record.
        write: takes the value and the attributes decoded so far, and returns the attribute to set
            and its value; None for a key that only repeats others.
    """

    type: Any
    read: Callable[[Any], Any]
    write: Callable[[Any, Mapping[str, Any]], tuple[str, Any]] | None = None


class Key(Struct, frozen=True):
    """One key of an object.

    Args:
        key: its name; dots for a key of an inner object.
        source: the attribute, dots for an attribute of an inner record; or how it is computed.
        description: description in the schema.
        is_optional: whether older objects of the same schema version may lack it.
        least: minimum of a whole number.
    """

    key: str
    source: str | Computed
    description: str
    is_optional: bool = False
    least: int | None = None


class Layout(Struct, frozen=True):
    """The JSON objects for records of one class.

    Args:
        kind: the class of the records, a dataclass.
        description: description in the schema.
        keys: keys in the order of the output; a computed key follows the keys that it needs.
        inner: description of each inner object, by its key.
    """

    kind: type
    description: str
    keys: Sequence[Key]
    inner: Mapping[str, str]


class Codec:
    """Encodes and decodes the records of some layouts, and the records inside them.

    Args:
        layouts: layouts; the layout of an inner record comes first.
    """

    def __init__(self, layouts: Sequence[Layout]) -> None:
        self._layouts = {layout.kind: layout for layout in layouts}

    @functools.cached_property
    def _objects(self) -> dict[type, type[msgspec.Struct]]:
        """The object type of each record class, made late: it takes as long as a small check."""
        objects: dict[type, type[msgspec.Struct]] = {}
        for layout in self._layouts.values():
            objects[layout.kind] = _object_type(layout, objects)
        return objects

    @functools.cached_property
    def _by_object(self) -> dict[type, Layout]:
        return {each: self._layouts[kind] for kind, each in self._objects.items()}

    def encode(self, value: Any) -> Any:
        """A record, or a tuple of records, as JSON values."""
        layout = self._layouts.get(type(value))
        if layout is not None:
            return self._encode_record(value, layout)
        if isinstance(value, tuple | list):
            return [self.encode(item) for item in value]
        is_other = isinstance(value, Struct | Enum)
        return encode(value, keep_surrogates=True) if is_other else value

    def decode(self, data: object, kind: type) -> Any:
        """The record of a JSON object. Unknown keys are ignored.

        Raises:
            DecodingError: a key is missing, or has a value of another type.
        """
        return self._record(convert(data, self._objects[kind]))

    def object_type(self, kind: type) -> type[msgspec.Struct]:
        """The object type of a record class, from which msgspec makes the schema."""
        return self._objects[kind]

    def _encode_record(self, record: object, layout: Layout) -> dict[str, Any]:
        encoded: dict[str, Any] = {}
        for key in layout.keys:
            source = key.source
            read = source.read if isinstance(source, Computed) else attrgetter(source)
            *outer, name = key.key.split(".")
            target = encoded
            for part in outer:
                target = target.setdefault(part, {})
            target[name] = self.encode(read(record))
        return encoded

    def _record(self, value: Any) -> Any:
        """The value with records instead of objects."""
        if isinstance(value, tuple):
            return tuple(self._record(item) for item in value)
        layout = self._by_object.get(type(value))
        if layout is None:
            return value if not isinstance(value, Struct) else record_of(value)
        attributes: dict[str, Any] = {}
        for key in layout.keys:
            item = attrgetter(key.key)(value)
            if item is msgspec.UNSET:
                continue
            item, source = self._record(item), key.source
            if isinstance(source, str):
                attributes[source] = item
            elif source.write is not None:
                name, item = source.write(item, attributes)
                attributes[name] = item
        return _built(layout.kind, attributes)


def _object_type(
    layout: Layout, objects: Mapping[type, type[msgspec.Struct]]
) -> type[msgspec.Struct]:
    """The object type of a layout; the types of inner objects must exist already."""
    tree: dict[str, Any] = {}
    for key in layout.keys:
        *outer, name = key.key.split(".")
        target = tree
        for part in outer:
            target = target.setdefault(part, {})
        target[name] = key
    return _struct(layout.kind.__name__, tree, "", layout, objects)


def _struct(
    name: str,
    tree: Mapping[str, Any],
    prefix: str,
    layout: Layout,
    objects: Mapping[type, type[msgspec.Struct]],
) -> type[msgspec.Struct]:
    description = layout.inner[prefix.removesuffix(".")] if prefix else layout.description
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    for part, item in tree.items():
        if not isinstance(item, Key):
            inner = prefix + part
            text = layout.inner[inner]
            struct = _struct(f"{name}{part.title()}", item, f"{inner}.", layout, objects)
            fields.append((part, Annotated[struct, msgspec.Meta(description=text)]))
            continue
        source = item.source
        hint = _type(source) if isinstance(source, Computed) else _hint(layout.kind, source)
        meta = msgspec.Meta(description=item.description, ge=item.least)
        value_type: Any = Annotated[object_hint(hint, objects), meta]
        if item.is_optional:
            fields.append((part, value_type | msgspec.UnsetType, msgspec.UNSET))
        else:
            fields.append((part, value_type))
    return msgspec.defstruct(name, fields, kw_only=True, namespace={"__doc__": description})


def _type(source: Computed) -> Any:
    """The type of a computed key."""
    if not isinstance(source.type, str):
        return source.type
    module, _, name = source.type.partition(":")
    return getattr(import_module(module), name)


def _hint(kind: type, path: str) -> Any:
    """The type of an attribute, given by its path."""
    hint: Any = kind
    for name in path.split("."):
        hint = get_type_hints(hint)[name]
    return hint


def _built(kind: type, attributes: Mapping[str, Any]) -> Any:
    """A record from its attributes and those of its inner records, by path."""
    values: dict[str, Any] = {}
    inner: dict[str, dict[str, Any]] = {}
    for path, value in attributes.items():
        name, dot, subpath = path.partition(".")
        if dot:
            inner.setdefault(name, {})[subpath] = value
        else:
            values[name] = value
    for name, inner_values in inner.items():
        values[name] = _built(_hint(kind, name), inner_values)
    return kind(**values)
