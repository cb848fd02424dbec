# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Rules for values with a fixed text, such as the prefix of a token.

The text is searched only for the fixed texts; the pattern is tried only at their positions. Every
pattern has bounded length, so the cost is linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codescan.private_data.placeholders import is_class_name, secret_placeholder
from codescan.private_data.records import Candidate, Category, Kind
from codescan.private_data.searched_text import FixedTexts
from codescan.records import Grade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from codescan.private_data.searched_text import SearchedText

__all__ = ["AnchoredDetector", "AnchoredRule"]

_WORD = re.compile(r"[A-Za-z0-9_]")
_TOKEN = re.compile(r"[A-Za-z0-9_-]")
_ESCAPE = frozenset("nrtbf0")
_WORDS_ONLY = re.compile(r"[a-z]+(?:[-_][a-z]+)+[-_]?")
"""Names of tests and variables in code."""


@dataclass(frozen=True, slots=True)
class AnchoredRule:
    """Pattern of the values of one kind.

    The pattern matches from the anchor on, or from the run of characters before it. Its group
    "value" is the secret; without that group it is the whole match.
    """

    kind: str
    description: str
    anchors: tuple[str, ...]
    """Fixed texts, one of which occurs in every value; case-sensitive."""
    pattern: re.Pattern[str]
    behind: int = 0
    """Maximum characters of the pattern before the anchor."""
    behind_of: re.Pattern[str] = _TOKEN
    """Pattern of one such character."""
    inside_words: bool = False
    """Whether the anchor may occur inside a word, such as the name of a service in a variable."""
    check: Callable[[str], bool] | None = None
    """Tests the checksum or structure of a value."""
    checked_grade: Grade = Grade.A
    """Grade of a value with a correct checksum."""
    failed_grade: Grade | None = Grade.C
    """Grade of a value with a wrong checksum; None: not a value."""
    varies_from: int = 0
    """Length of the fixed prefix, which is ignored in checks for placeholders."""
    category: Category = Category.SECRET
    placeholder: Callable[[str], str] = field(default=secret_placeholder)


class AnchoredDetector:
    """Find the values of several rules.

    Args:
        rules: the rules; a kind may have several.
    """

    def __init__(self, rules: Iterable[AnchoredRule]) -> None:
        self._rules = tuple(rules)
        self._anchored = tuple((rule, text) for rule in self._rules for text in rule.anchors)
        self._anchors = FixedTexts(text for _rule, text in self._anchored)
        self.kinds: Mapping[str, Kind] = {
            rule.kind: Kind(rule.kind, rule.category, rule.description) for rule in self._rules
        }

    def find(self, searched: SearchedText) -> Iterator[Candidate]:
        """Yield values, rule by rule."""
        for place in searched.held_of(self._anchors):
            yield from _matches(*self._anchored[place], searched.text)


def _matches(rule: AnchoredRule, anchor: str, text: str) -> Iterator[Candidate]:
    position = 0
    while (position := text.find(anchor, position)) >= 0:
        match = None
        start = _start(text, position, rule)
        if rule.inside_words or _starts_word(text, start):
            match = rule.pattern.match(text, start)
        if match is None or match.end() <= position:
            position += len(anchor)
            continue
        candidate = _candidate(rule, match)
        if candidate is not None:
            yield candidate
        position = max(match.end(), position + len(anchor))


def _start(text: str, position: int, rule: AnchoredRule) -> int:
    """The start of the run of token characters before an anchor, at most `behind` of them."""
    start = position
    while start > 0 and position - start < rule.behind and rule.behind_of.match(text[start - 1]):
        start -= 1
    return start


def _starts_word(text: str, position: int) -> bool:
    """Whether a token may begin here: after no word character, except an escape letter."""
    if position == 0 or not _WORD.match(text[position - 1]):
        return True
    return position > 1 and text[position - 2] == "\\" and text[position - 1] in _ESCAPE


def _candidate(rule: AnchoredRule, match: re.Match[str]) -> Candidate | None:
    group = "value" if "value" in rule.pattern.groupindex else 0
    value = match[group]
    if value is None:
        return None
    grade = Grade.B
    if rule.check is not None:
        checked = rule.checked_grade if rule.check(value) else rule.failed_grade
        if checked is None:
            return None
        grade = checked
    anchor = next((each for each in rule.anchors if value.startswith(each)), "")
    varying = value[len(anchor) or rule.varies_from :]
    placeholder = rule.placeholder(varying)
    if not placeholder and (_WORDS_ONLY.fullmatch(varying) or is_class_name(varying)):
        placeholder = "example-word"
    return Candidate(
        rule.kind, match.start(group), match.end(group), value, grade, placeholder=placeholder
    )
