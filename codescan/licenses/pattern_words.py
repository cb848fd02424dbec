# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Words one of which is in whatever a regular expression finds: most texts have none of them.

The words are read off the syntax tree, as code search engines do for their trigrams (R. Cox,
"Regular Expression Matching with a Trigram Index", 2012). A list of many patterns is then asked
only about the few texts that hold one of its words.
"""

from __future__ import annotations

import itertools
import re
import re._parser as parser  # type: ignore[import-not-found]  # no stub; as of Python 3.11
from functools import cached_property
from typing import TYPE_CHECKING, Any

from codescan._core import _native
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["WordedPatterns", "required_words"]

_LEAST = 3
"""Bytes of the shortest word that tells anything."""
_MOST = 4000
"""Words beyond which a pattern is asked directly."""


class WordedPatterns:
    """Several patterns for text, each asked only where a text has a word of its own.

    Args:
        patterns: of characters. Those without such words are always asked.
        flags: of `re`.
    """

    def __init__(self, *patterns: str, flags: int = 0) -> None:
        self._patterns = patterns
        self._flags = flags

    def is_in(self, text: str) -> bool:
        """Whether one of the patterns is found anywhere in a text."""
        return any(pattern.search(text) is not None for pattern in self._asked(text))

    def may_be_in(self, text: str) -> bool:
        """Whether a text has a word of one of the patterns, or one of them has no such words."""
        always, _, words = self._compiled
        return bool(always) or not text.isascii() or words.any_in(text.encode())

    def _asked(self, text: str) -> Iterable[re.Pattern[str]]:
        """The patterns that may be found in a text."""
        always, owners, words = self._compiled
        if not text.isascii():  # letters outside of ASCII may equal others but for their case
            return (*always, *dict.fromkeys(itertools.chain.from_iterable(owners)))
        if not words.any_in(text.encode()):
            return always
        present = words.present_in(text.encode())
        return (*always, *{pattern: None for at in present for pattern in owners[at]})

    @cached_property
    def _compiled(
        self,
    ) -> tuple[tuple[re.Pattern[str], ...], list[list[re.Pattern[str]]], _native.Words]:
        """Patterns that are always asked; those of each word; and the words."""
        always: list[re.Pattern[str]] = []
        owners: dict[str, list[re.Pattern[str]]] = {}
        for each in self._patterns:
            pattern = lazy_pattern(each, self._flags)
            required = required_words(each, self._flags)
            if not required:
                always.append(pattern)
            for word in sorted(required):
                owners.setdefault(word, []).append(pattern)
        words = _native.Words([word.encode() for word in owners])
        return tuple(always), list(owners.values()), words


def required_words(pattern: str, flags: int = 0) -> frozenset[str]:
    """Words of which every match of a pattern in an ASCII text has one, letter case aside.

    Empty where there are no such words of three letters or more.
    """
    required = _of_sequence(parser.parse(pattern, flags))
    return required if required is not None and len(required) <= _MOST else frozenset()


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """The best of what each part of a sequence requires: that with the longest shortest word."""
    best: frozenset[str] | None = None
    run = ""
    for operator, value in items:
        if operator is parser.LITERAL:
            run += chr(value)
            continue
        best = _better(best, _of_run(run))
        run = ""
        best = _better(best, _of_item(operator, value))
    return _better(best, _of_run(run))


def _of_run(run: str) -> frozenset[str] | None:
    return frozenset((run.lower(),)) if len(run) >= _LEAST and run.isascii() else None


def _of_item(operator: Any, value: Any) -> frozenset[str] | None:
    if operator is parser.SUBPATTERN:
        return _of_sequence(value[3])
    if operator is parser.ATOMIC_GROUP:
        return _of_sequence(value)
    if operator is parser.BRANCH:
        parts = [_of_sequence(branch) for branch in value[1]]
        known = [part for part in parts if part is not None]
        return frozenset().union(*known) if len(known) == len(parts) else None
    if operator in (parser.MAX_REPEAT, parser.MIN_REPEAT, parser.POSSESSIVE_REPEAT):
        return _of_sequence(value[2]) if value[0] > 0 else None
    return None


def _better(first: frozenset[str] | None, second: frozenset[str] | None) -> frozenset[str] | None:
    """The words that tell more: a few long ones."""
    if first is None or second is None:
        return first if second is None else second

    def telling(words: frozenset[str]) -> tuple[int, int]:
        return min(map(len, words)), -len(words)

    return max(first, second, key=telling)
