# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Regular expressions that are compiled when they are first used.

Compiling the expressions of all modules takes longer than most commands need for all else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, AnyStr, cast

if TYPE_CHECKING:
    from typing import Final

__all__ = ["lazy_pattern"]

_METHODS: Final = (
    "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn", "pattern",
    "flags", "groups", "groupindex",
)  # fmt: skip


class _LazyPattern:
    """Stands for a pattern; once compiled, its methods are those of the pattern itself."""

    def __init__(self, expression: str | bytes, flags: int) -> None:
        self._expression = expression
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self._expression, self._flags)
        for each in _METHODS:
            setattr(self, each, getattr(compiled, each))
        return getattr(compiled, name)


def lazy_pattern(expression: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` gives, compiled at the first use of one of its attributes.

    A fault in the expression is raised then. It can be passed to no function of `re`.

    Args:
        expression: of characters or bytes.
        flags: of `re`.
    """
    return cast("re.Pattern[AnyStr]", _LazyPattern(expression, flags))
