# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Rules for values with a fixed text, such as the prefix of a token.

A text is searched for the fixed texts alone; the pattern is tried at their places only. Every
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
"""Names that code gives to tests and variables."""


@dataclass(frozen=True, slots=True)
class AnchoredRule:
    """The form of values of one kind.

    The pattern matches from the anchor on, or from the run of characters before it. Its group
    "value" is the secret; without that group it is the whole match.
    """

    kind: str
    description: str
    anchors: tuple[str, ...]
    """Texts one of which occurs in every value, as they are spelled."""
    pattern: re.Pattern[str]
    behind: int = 0
    """Characters of the pattern before the anchor, at most."""
    behind_of: re.Pattern[str] = _TOKEN
    """One such character."""
    inside_words: bool = False
    """Whether the anchor may stand inside a word, as the name of a service in a variable does."""
    check: Callable[[str], bool] | None = None
    """Tests the checksum or structure of a value."""
    checked_grade: Grade = Grade.A
    """Of a value whose checksum is right."""
    failed_grade: Grade | None = Grade.C
    """Of a value whose checksum is wrong; None: it is not a value."""
    varies_from: int = 0
    """Characters of the fixed prefix, which say nothing about placeholders."""
    category: Category = Category.SECRET
    placeholder: Callable[[str], str] = field(default=secret_placeholder)


class AnchoredDetector:
    """Finds the values of some rules.

    Args:
        rules: of which each kind may have several.
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
    """Whether a token may begin here: no word character before, but for the letter of an escape."""
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
