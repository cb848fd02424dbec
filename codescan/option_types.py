# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Options of plug-ins: the types that a constructor declares, and values parsed to them.

The one place that turns the text of `KEY=VALUE` into a value. Types are read from the annotations
of the constructor: str, int, float, bool, Path, None, Literal, enumerations, and sequences and
unions of these. A parameter of any other type is not an option: the program supplies it.
"""

from __future__ import annotations

import ast
import difflib
import enum
import inspect
import math
import re
import sys
import types
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["OptionType", "option_types", "parse_option", "parse_options"]

_SEQUENCES = frozenset({"Sequence", "Iterable", "Collection", "tuple", "list", "set", "frozenset"})
_SCALARS: Mapping[str, type] = types.MappingProxyType(
    {"str": str, "int": int, "float": float, "bool": bool, "Path": Path}
)
_WORDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    Path: "a path",
    str: "text",
}
_TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?")
_NONE = "none"


@dataclass(frozen=True, slots=True)
class OptionType:
    """The types of an option's value; one value never means two things."""

    scalars: tuple[type, ...] = ()
    """Of str, int, float, bool and Path."""
    choices: tuple[object, ...] = ()
    """Values of a Literal, or members of an enumeration."""
    items: OptionType | None = None
    """The type of the items where it may be a sequence."""
    is_optional: bool = False
    """Whether it may be None."""

    @property
    def words(self) -> str:
        """The type in words, for example "a whole number or none"."""
        words = [_WORDS[scalar] for scalar in _ORDER if scalar in self.scalars]
        if self.choices:
            words.append(f"one of {', '.join(map(_text_of, self.choices))}")
        if self.items is not None:
            words.append(f"several, separated by commas, each {self.items.words}")
        return " or ".join([*words, *([_NONE] if self.is_optional else [])])

    def parse(self, text: str) -> object:
        """The value that a text stands for.

        Raises:
            ValueError: it stands for none of this type.
        """
        plain = text.strip()
        if self.is_optional and plain.lower() in {_NONE, ""}:
            return None
        for choice in self.choices:
            if plain == _text_of(choice):
                return choice
        if self.items is not None and ("," in plain or not self.scalars):
            return tuple(self.items.parse(part) for part in plain.split(","))
        for scalar in _ORDER:
            if scalar in self.scalars:
                value = _scalar(scalar, text)
                if value is not None:
                    return value
        raise ValueError(text)

    def accepts(self, value: object) -> bool:
        """Whether a value that is not text, as a TOML file gives it, is of this type."""
        if value is None:
            return self.is_optional
        if isinstance(value, (list, tuple)):
            return self.items is not None and all(map(self.items.accepts, value))
        if any(value == choice or value == _text_of(choice) for choice in self.choices):
            return True
        fitting: set[type] = {type(value)}
        if isinstance(value, int) and not isinstance(value, bool):
            fitting.add(float)
        if isinstance(value, str):
            fitting.add(Path)
            if self.items is not None and str in self.items.scalars:
                return True
        return any(issubclass(each, self.scalars) for each in fitting if self.scalars) and not (
            isinstance(value, bool) and bool not in self.scalars
        )


_ORDER = (bool, int, float, Path, str)
"""Narrowest type first: a text is taken for the first one that it fits."""


def option_types(
    plug_in: type, reserved: Iterable[str] = (), *, keyword_only: bool = False
) -> dict[str, OptionType]:
    """The options of a plug-in by name, in the order of its constructor.

    Args:
        plug_in: a class.
        reserved: parameters that the program supplies.
        keyword_only: whether parameters that can be given by position are none.
    """
    reserved = frozenset(reserved)
    module = getattr(sys.modules.get(plug_in.__module__), "__dict__", {})
    types: dict[str, OptionType] = {}
    for name, parameter in inspect.signature(plug_in).parameters.items():
        is_keyword = parameter.kind is inspect.Parameter.KEYWORD_ONLY
        is_either = parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        if name in reserved or not (is_keyword or (is_either and not keyword_only)):
            continue
        declared = _declared(parameter, module)
        if declared is not None:
            types[name] = declared
    return types


def parse_option(owner: str, name: str, text: str, options: Mapping[str, OptionType]) -> object:
    """The value of one option.

    Args:
        owner: the plug-in, in words, for example "the prompt strategy 'prefix'".
        name: of the option.
        text: as given.
        options: the options of the plug-in.

    Raises:
        UsageError: there is no such option, or the text is not of its type.
    """
    if name not in options:
        near = difflib.get_close_matches(name, options, n=1)
        raise UsageError(
            f"{owner} has no option {name!r}",
            f"did you mean {near[0]!r}?"
            if near
            else f"its options: {', '.join(sorted(options))}"
            if options
            else "it has no options",
        )
    try:
        return options[name].parse(text)
    except ValueError as error:
        raise UsageError(
            f"the option {name!r} of {owner} is {text!r}", f"give {options[name].words}"
        ) from error


def parse_options(
    owner: str, pairs: Iterable[tuple[str, str]], options: Mapping[str, OptionType]
) -> dict[str, object]:
    """The values of several options, each of which is given once.

    Raises:
        UsageError: an option is not known, is given twice, or is not of its type.
    """
    values: dict[str, object] = {}
    for name, text in pairs:
        if name in values:
            raise UsageError(f"the option {name!r} of {owner} is given twice", "give it once")
        values[name] = parse_option(owner, name, text, options)
    return values


def _scalar(scalar: type, text: str) -> object:
    """The text as a value of a type; None if it is not such a value."""
    plain = text.strip()
    if scalar is bool:
        return _TRUTH.get(plain.lower())
    if scalar is int:
        return int(plain) if _WHOLE.fullmatch(plain) else None
    if scalar is float:
        value = float(plain) if _NUMBER.fullmatch(plain) else math.nan
        return value if math.isfinite(value) else None
    return Path(text) if scalar is Path and text else text if scalar is str else None


def _declared(parameter: inspect.Parameter, module: Mapping[str, object]) -> OptionType | None:
    annotation = parameter.annotation
    if annotation is inspect.Parameter.empty:
        default = parameter.default
        if isinstance(default, tuple(_SCALARS.values())):
            return OptionType((type(default),))
        return OptionType((str,)) if default in (inspect.Parameter.empty, None) else None
    if isinstance(annotation, str):
        return _from_text(annotation, module)
    return _from_object(annotation)


def _from_text(annotation: str, module: Mapping[str, object]) -> OptionType | None:
    try:
        tree = ast.parse(annotation, mode="eval").body
    except SyntaxError:
        return None
    return _from_tree(tree, module)


def _from_tree(node: ast.expr, module: Mapping[str, object]) -> OptionType | None:
    """The type that an annotation in text names; it is read, never run."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _union((_from_tree(node.left, module), _from_tree(node.right, module)))
    if isinstance(node, ast.Constant):
        if node.value is None:
            return OptionType(is_optional=True)
        return _from_text(node.value, module) if isinstance(node.value, str) else None
    if isinstance(node, ast.Subscript):
        return _subscript(node, module)
    name = _name(node)
    if name in _SCALARS:
        return OptionType((_SCALARS[name],))
    member = module.get(name)
    return _from_object(member) if isinstance(member, type) else None


def _subscript(node: ast.Subscript, module: Mapping[str, object]) -> OptionType | None:
    name = _name(node.value)
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if name == "Literal":
        values = [each.value for each in inner if isinstance(each, ast.Constant)]
        return OptionType(choices=tuple(values))
    if name in _SEQUENCES:
        items = _from_tree(inner[0], module)
        return None if items is None else OptionType(items=items)
    parts = [_from_tree(each, module) for each in inner]
    if name == "Optional":
        return _union((*parts, OptionType(is_optional=True)))
    if name == "Union":
        return _union(parts)
    return parts[0] if name == "Annotated" else None


def _from_object(annotation: object) -> OptionType | None:
    if annotation is None or annotation is type(None):
        return OptionType(is_optional=True)
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is None:
        return _from_class(annotation)
    if origin is typing.Literal:
        return OptionType(choices=inner)
    if origin in {typing.Union, types.UnionType}:
        return _union(map(_from_object, inner))
    items = _from_object(inner[0])
    is_sequence = getattr(origin, "__name__", "") in _SEQUENCES
    return None if items is None or not is_sequence else OptionType(items=items)


def _from_class(annotation: object) -> OptionType | None:
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return OptionType(choices=tuple(annotation))
    scalar = next((each for each in _SCALARS.values() if each is annotation), None)
    return OptionType((scalar,)) if scalar is not None else None


def _union(parts: Iterable[OptionType | None]) -> OptionType | None:
    """The union of types; None if one of them cannot be written as text."""
    union = OptionType()
    for part in parts:
        if part is None:
            return None
        union = OptionType(
            (*union.scalars, *part.scalars),
            (*union.choices, *part.choices),
            part.items or union.items,
            union.is_optional or part.is_optional,
        )
    return union


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _text_of(choice: object) -> str:
    return str(choice.value if isinstance(choice, enum.Enum) else choice)
