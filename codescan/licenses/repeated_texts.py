# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Caches results for texts that repeat: the headers of a package and their sentences."""

from __future__ import annotations

from functools import lru_cache, wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["kept_by_text"]

_P = ParamSpec("_P")
_T = TypeVar("_T")


def kept_by_text(answers: int, longest: int) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Decorate a pure function of a text to cache its last results.

    Memory is bounded by the product of both numbers: results for longer texts are not cached.
    `__wrapped__` is the function itself.

    Args:
        answers: number of results to cache.
        longest: maximum length of a text, the first argument, whose result is cached.
    """

    def decorate(function: Callable[_P, _T]) -> Callable[_P, _T]:
        keep = lru_cache(maxsize=answers)(function)

        @wraps(function)
        def answer(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            if len(args[0]) > longest:  # type: ignore[arg-type]
                return function(*args, **kwargs)
            return keep(*args, **kwargs)  # type: ignore[arg-type]

        return answer

    return decorate
