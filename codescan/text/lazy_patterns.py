# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Regular expressions that are compiled at their first use.

To compile the expressions of all modules takes longer than the rest of most commands.
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
    """A proxy of a pattern; once compiled, its methods are the methods of the pattern."""

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
    """A pattern like that of `re.compile`, compiled at the first use of one of its attributes.

    An error in the expression is raised at that time. Functions of `re` do not accept the pattern.

    Args:
        expression: a regular expression, as str or bytes.
        flags: flags of `re`.
    """
    return cast("re.Pattern[AnyStr]", _LazyPattern(expression, flags))
