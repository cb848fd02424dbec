# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Computes words of a regular expression such that every match contains one of them.

Most texts have none of these words, so that many slow patterns need not be run on them. The words
are derived from the syntax tree, as code search engines do for trigrams (R. Cox, "Regular
Expression Matching with a Trigram Index", 2012).
"""

from __future__ import annotations

import itertools
import re
import re._parser as parser  # type: ignore[import-not-found]  # no stub; as of Python 3.11
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from codescan._core import _native
from codescan.digests import blake2b
from codescan.licenses import spdx_list, text_normalization
from codescan.records.json_decode import decode_json
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "WordedPatterns",
    "may_add_terms",
    "pattern_key",
    "required_words",
    "shipped_words",
    "words_of",
]

_LEAST = 3
"""Minimum bytes of a useful word."""
_MOST = 4000
"""A pattern with more words than this is run directly."""
_MOST_SPELLINGS = 64
"""Maximum number of texts that are enumerated for a part of a pattern."""


class WordedPatterns:
    """Several patterns, each of which is run only if a text has one of its words.

    Args:
        patterns: patterns for str. Those without such words are always run.
        flags: flags of `re`.
    """

    def __init__(self, *patterns: str, flags: int = 0) -> None:
        self.patterns = patterns
        self.flags = flags

    def is_in(self, text: str) -> bool:
        """Whether one of the patterns matches anywhere in a text."""
        return any(pattern.search(text) is not None for pattern in self._required_by(text))

    def may_be_in(self, text: str) -> bool:
        """Whether a text may match: it has a word of a pattern, or a pattern needs no word."""
        always, _, words = self._compiled
        return bool(always) or not text.isascii() or words.any_in(text.encode())

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Words of which every ASCII text with a match has one.

        Raises:
            ValueError: a pattern can match without any word.
        """
        shipped = shipped_words()
        words: dict[str, None] = {}
        for each in self.patterns:
            required = shipped.get(pattern_key(each, self.flags))
            if not required:
                raise ValueError(f"a pattern without words of its own: {each}")
            words.update(dict.fromkeys(required))
        return tuple(words)

    def _required_by(self, text: str) -> Iterable[re.Pattern[str]]:
        """The patterns that may match in a text."""
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
        """The patterns that are always run, the patterns of each word, and the words."""
        always: list[re.Pattern[str]] = []
        owners: dict[str, list[re.Pattern[str]]] = {}
        shipped = shipped_words()
        for each in self.patterns:
            pattern = lazy_pattern(each, self.flags)
            required = shipped.get(pattern_key(each, self.flags))
            if required is None:  # not a pattern of this package
                required = sorted(required_words(each, self.flags))
            if not required:
                always.append(pattern)
            for word in required:
                owners.setdefault(word, []).append(pattern)
        words = _native.Words([word.encode() for word in owners])
        return tuple(always), list(owners.values()), words


@cache
def shipped_words() -> Mapping[str, list[str]]:
    """The required words of the patterns of this package, from `words_of_patterns`."""
    words: dict[str, list[str]] = decode_json(
        spdx_list.data("pattern_words.json"), dict[str, list[str]]
    )
    return words


@cache
def words_of(kind: str) -> _native.Words:
    """The words under a key of the shipped table, "doubts" or "modal"; see `words_of_patterns`."""
    return _native.Words([word.encode() for word in shipped_words()[kind]])


def may_add_terms(text: bytes) -> bool:
    """Whether a text next to a license may remove rights or add a condition, by its words."""
    if not text.isascii():
        return True
    words = text_normalization.normal(text)
    return words_of("doubts").any_in(words) or words_of("modal").any_in(words)


def pattern_key(pattern: str, flags: int) -> str:
    """The key of a pattern in the shipped table."""
    spelled = f"{flags:d} {pattern}"
    return str(blake2b(spelled.encode(), digest_size=8).hexdigest())


def required_words(pattern: str, flags: int = 0) -> frozenset[str]:
    """Words such that every match in an ASCII text contains at least one, ignoring letter case.

    Empty if the pattern can match without any word of three letters or more.
    """
    required = _of_sequence(parser.parse(pattern, flags))
    return required if required is not None and len(required) <= _MOST else frozenset()


def _of_sequence(items: Iterable[tuple[Any, Any]], before: str = "") -> frozenset[str] | None:
    """The best word set among the parts of a sequence: the one with the longest shortest word.

    Args:
        items: nodes of the syntax tree.
        before: text that always precedes the sequence.
    """
    best: frozenset[str] | None = None
    runs = frozenset((before,))
    for operator, value in items:
        spelled = _spellings(operator, value)
        if spelled is not None and len(runs) * len(spelled) <= _MOST_SPELLINGS:
            runs = frozenset(run + each for run in runs for each in spelled)
            continue
        best = _better(best, _of_runs(runs))
        last = next(iter(runs))[-1:] if len(runs) == 1 else ""
        best = _better(best, _of_item(operator, value, last))
        runs = frozenset(("",))
    return _better(best, _of_runs(runs))


def _of_runs(runs: frozenset[str]) -> frozenset[str] | None:
    if any(len(run) < _LEAST or not _is_telling(run) for run in runs):
        return None
    lower = {run.lower() for run in runs}
    return frozenset(
        run for run in lower if not any(other != run and other in run for other in lower)
    )


def _is_telling(run: str) -> bool:
    """Whether an ASCII text must contain a run to match it, ignoring letter case.

    False for letters outside ASCII, except those that are ASCII in the other case.
    """
    return run.isascii() or not any(
        (each.lower() + each.upper() + each.casefold()).isascii() or each in "\u0130\u0131"
        for each in run
        if not each.isascii()
    )


def _spellings(operator: Any, value: Any) -> frozenset[str] | None:
    """All texts that a part of a pattern matches, if they are few."""
    spellings: frozenset[str] | None = None
    if operator is parser.LITERAL:
        spellings = frozenset((chr(value),))
    elif operator in (parser.AT, parser.ASSERT, parser.ASSERT_NOT):
        spellings = frozenset(("",))
    elif operator is parser.IN and all(kind is parser.LITERAL for kind, _ in value):
        spellings = frozenset(chr(each) for _, each in value)
    elif operator is parser.SUBPATTERN and not value[1] and not value[2]:
        spellings = _all_spellings(value[3])
    elif operator is parser.BRANCH:
        parts = [_all_spellings(branch) for branch in value[1]]
        known = [part for part in parts if part is not None]
        spellings = frozenset().union(*known) if len(known) == len(parts) else None
    elif operator in (parser.MAX_REPEAT, parser.MIN_REPEAT) and value[:2] == (0, 1):
        inner = _all_spellings(value[2])
        spellings = None if inner is None else inner | {""}
    return spellings


def _all_spellings(items: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    spellings = frozenset(("",))
    for operator, value in items:
        own = _spellings(operator, value)
        if own is None or len(spellings) * len(own) > _MOST_SPELLINGS:
            return None
        spellings = frozenset(first + second for first in spellings for second in own)
    return spellings


def _of_item(operator: Any, value: Any, before: str) -> frozenset[str] | None:
    if operator is parser.SUBPATTERN:
        return _of_sequence(value[3], before)
    if operator is parser.ATOMIC_GROUP:
        return _of_sequence(value, before)
    if operator is parser.BRANCH:
        parts = [_of_sequence(branch, before) for branch in value[1]]
        known = [part for part in parts if part is not None]
        return frozenset().union(*known) if len(known) == len(parts) else None
    if operator in (parser.MAX_REPEAT, parser.MIN_REPEAT, parser.POSSESSIVE_REPEAT):
        return _of_sequence(value[2], before) if value[0] > 0 else None
    return None


def _better(first: frozenset[str] | None, second: frozenset[str] | None) -> frozenset[str] | None:
    """The more selective word set: few, long words."""
    if first is None or second is None:
        return first if second is None else second

    def telling(words: frozenset[str]) -> tuple[int, int]:
        return min(map(len, words)), -len(words)

    return max(first, second, key=telling)
