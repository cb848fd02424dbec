# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A plugin of mypy: functions of dataclasses that are called with msgspec structs.

Both have a `replace` and an `asdict`. To mypy a struct is a dataclass, so that it accepts the wrong
one, which fails when it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.plugin import FunctionContext, Plugin
from mypy.types import Instance, Type, UnionType, get_proper_type

if TYPE_CHECKING:
    from collections.abc import Callable

_OF_DATACLASSES = {f"dataclasses.{name}" for name in ("replace", "asdict", "astuple", "fields")}
_OF_STRUCTS = {f"msgspec.structs.{name}" for name in ("replace", "asdict", "astuple")}


class StructCalls(Plugin):
    """Reports a call of one library's function with an object of the other."""

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """The check of a call, for the functions that both libraries have."""
        if fullname not in _OF_DATACLASSES | _OF_STRUCTS:
            return None

        def check(context: FunctionContext) -> Type:
            argument_types = context.arg_types[0] if context.arg_types else []
            if argument_types and _is_struct(argument_types[0]) != (fullname in _OF_STRUCTS):
                other = "dataclasses" if fullname in _OF_STRUCTS else "msgspec.structs"
                context.api.fail(f'"{fullname}" fails here; use that of {other}', context.context)
            return context.default_return_type

        return check


def _is_struct(type_: Type) -> bool:
    proper = get_proper_type(type_)
    if isinstance(proper, UnionType):
        return any(map(_is_struct, proper.items))
    return isinstance(proper, Instance) and proper.type.has_base("msgspec.Struct")


def plugin(version: str) -> type[Plugin]:
    """The entry point of the plugin, whatever the version of mypy."""
    del version
    return StructCalls
