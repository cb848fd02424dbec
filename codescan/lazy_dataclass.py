# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Dataclasses that cost little at import: `__init__` is compiled when it is first used.

`dataclasses.dataclass` compiles up to six functions for a class, which takes about 0.5 ms. A
command such as a hook loads more than a hundred classes and needs half of them. This decorator lets
`dataclasses` read the fields, and adds the same methods itself: `__init__` at the first access, the
others without compiling.
"""

from __future__ import annotations

import dataclasses
from dataclasses import MISSING, FrozenInstanceError
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass

    type_ = type[Any]

__all__ = ["dataclass"]


def _dataclass(cls: type_ | None = None, /, **options: bool) -> Any:
    """As `dataclasses.dataclass`.

    Args:
        cls: the class; None where options are given.
        options: of `dataclasses.dataclass`. Classes that inherit fields, have an `InitVar`, or ask
            for more than `frozen`, `slots`, `kw_only` and `eq` are left to `dataclasses`.
    """
    if cls is not None:
        return _processed(cls, options)
    return lambda decorated: _processed(decorated, options)


if not TYPE_CHECKING:
    dataclass = _dataclass

_KNOWN = frozenset({"frozen", "slots", "kw_only", "eq"})


def _processed(cls: type_, options: dict[str, bool]) -> type_:
    own = cls.__dict__
    if (
        any(hasattr(base, "__dataclass_fields__") for base in cls.__mro__[1:])
        or not options.keys() <= _KNOWN
        or not own.keys().isdisjoint(("__setattr__", "__delattr__"))
        or any("InitVar" in str(each) for each in own.get("__annotations__", {}).values())
    ):
        return dataclasses.dataclass(**options)(cls)
    frozen, eq = options.get("frozen", False), options.get("eq", True)
    has_hash = "__hash__" in own and not (own["__hash__"] is None and "__eq__" in own)
    present = set(own)
    if not cls.__doc__:
        cls.__doc__ = cls.__name__  # `dataclasses` would write the signature here, slowly
    cls = dataclasses.dataclass(
        init=False,
        repr=False,
        eq=False,
        slots=options.get("slots", False),
        kw_only=options.get("kw_only", False),
    )(cls)
    parameters = cls.__dataclass_params__
    parameters.init = parameters.repr = True
    parameters.eq, parameters.frozen = eq, frozen
    methods: dict[str, object] = {"__init__": _LazyInit(cls, frozen), "__repr__": _repr(cls)}
    if eq:
        methods["__eq__"] = _eq(cls)
    for name, method in methods.items():
        if name not in present:
            setattr(cls, name, method)
    if eq and not has_hash:
        cls.__hash__ = _hash(cls) if frozen else None  # type: ignore[assignment]
    if frozen:
        _freeze(cls, present)
    return cls


def _names(cls: type_, flag: str) -> tuple[str, ...]:
    return tuple(each.name for each in dataclasses.fields(cls) if getattr(each, flag))


def _values(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """A function that gives the values of some fields as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda self: tuple(getattr(self, name) for name in names)


def _repr(cls: type_) -> Callable[[Any], str]:
    names = _names(cls, "repr")

    @recursive_repr()
    def represent(self: Any) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{self.__class__.__qualname__}({values})"

    return represent


def _eq(cls: type_) -> Callable[[Any, object], Any]:
    values = _values(_names(cls, "compare"))

    def equals(self: Any, other: object) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return values(self) == values(other)

    return equals


def _hash(cls: type_) -> Callable[[Any], int]:
    values = _values(
        tuple(
            each.name
            for each in dataclasses.fields(cls)
            if (each.compare if each.hash is None else each.hash)
        )
    )

    def hash_of(self: Any) -> int:
        return hash(values(self))

    return hash_of


def _freeze(cls: type_, present: set[str]) -> None:
    """Refuse assignments, and let pickle and copy make instances all the same."""
    fields = tuple(each.name for each in dataclasses.fields(cls))
    names = frozenset(fields)

    def set_attribute(self: Any, name: str, value: object) -> None:
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def delete_attribute(self: Any, name: str) -> None:
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    def state(self: Any) -> list[Any]:
        return [getattr(self, name) for name in fields]

    def restore(self: Any, values: list[Any]) -> None:
        for name, value in zip(fields, values, strict=True):
            object.__setattr__(self, name, value)

    methods = {"__setattr__": set_attribute, "__delattr__": delete_attribute}
    if "__slots__" in cls.__dict__:
        methods |= {"__getstate__": state, "__setstate__": restore}
    for name, method in methods.items():
        if name not in present:
            setattr(cls, name, method)


class _Factory:
    """The default of a parameter whose value a factory makes."""

    def __repr__(self) -> str:
        return "<factory>"


_FACTORY = _Factory()


class _LazyInit:
    """Stands for `__init__`, and puts the compiled function in its place at the first access."""

    def __init__(self, cls: type_, frozen: bool) -> None:
        self._cls, self._frozen = cls, frozen

    def __get__(self, instance: object, owner: type_ | None = None) -> Any:
        init = _compiled_init(self._cls, self._frozen)
        if self._cls.__dict__.get("__init__") is self:
            type.__setattr__(self._cls, "__init__", init)
        return init if instance is None else init.__get__(instance, owner)


def _compiled_init(cls: type_, frozen: bool) -> Any:
    """The function that `dataclasses` would have made."""
    scope: dict[str, Any] = {"_dc_set": object.__setattr__, "_dc_missing": _FACTORY}
    positional: list[str] = []
    keywords: list[str] = []
    body: list[str] = []
    for each in dataclasses.fields(cls):
        parameter = value = each.name
        if each.default is not MISSING:
            scope[f"_default_{each.name}"] = each.default
            parameter += f"=_default_{each.name}"
        elif each.default_factory is not MISSING:
            scope[f"_factory_{each.name}"] = each.default_factory
            parameter += "=_dc_missing"
            value = f"_factory_{each.name}() if {each.name} is _dc_missing else {each.name}"
        if each.init:
            (keywords if each.kw_only else positional).append(parameter)
        elif each.default is not MISSING:
            value = f"_default_{each.name}"
        elif each.default_factory is not MISSING:
            value = f"_factory_{each.name}()"
        else:
            continue
        body.append(
            f"_dc_set(_dc_self, {each.name!r}, {value})"
            if frozen
            else f"_dc_self.{each.name} = {value}"
        )
    if hasattr(cls, "__post_init__"):
        body.append("_dc_self.__post_init__()")
    signature = ", ".join(["_dc_self", *positional, *(["*", *keywords] if keywords else [])])
    lines = "\n ".join(body or ["pass"])
    exec(f"def __init__({signature}):\n {lines}\n", scope)  # noqa: S102  names of fields only
    init = scope["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    init.__module__ = cls.__module__
    init.__annotations__ = {
        each.name: each.type for each in dataclasses.fields(cls) if each.init
    } | {"return": None}
    return init
