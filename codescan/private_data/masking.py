# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Mask private values in a report, keeping the length, lines and offsets of its texts."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

if TYPE_CHECKING:
    from collections.abc import Callable

    from codescan.private_data.finder import Finder
    from codescan.records import Report

__all__ = ["ReportMask"]

_MARK = "*"
_SHORTEST = 5
"""Minimum characters of a line of a value that is masked everywhere."""
_MOST_PIECES = 20_000


class ReportMask:
    """Mask the private values of a report, including placeholders.

    Each byte of a value becomes "*", so spans, lines and columns of findings stay correct. A value
    is masked where its rule finds it, and each of its lines wherever it occurs in the report.

    Args:
        finder: finder of values.
    """

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._pieces: dict[str, None] = {}

    def report(self, report: Report) -> Report:
        """The report with every value masked in all fields."""
        _mapped(report, self._collect)
        pattern = self._pattern()

        def masked(text: str) -> str:
            return self._masked(text, pattern)

        mapped: Report = _mapped(report, masked)
        return mapped

    def _collect(self, text: str) -> str:
        for each in self._finder.find(text):
            for line in text[each.start : each.end].splitlines():
                bare = line.strip()
                if len(bare) >= _SHORTEST and len(self._pieces) < _MOST_PIECES:
                    self._pieces[bare] = None
        return text

    def _pattern(self) -> re.Pattern[str] | None:
        if not self._pieces:
            return None
        longest_first = sorted(self._pieces, key=lambda piece: (-len(piece), piece))
        return re.compile("|".join(map(re.escape, longest_first)))

    def _masked(self, text: str, pattern: re.Pattern[str] | None) -> str:
        parts, position = [], 0
        for each in self._finder.find(text):
            parts += [text[position : each.start], _stars(text[each.start : each.end])]
            position = each.end
        masked = "".join((*parts, text[position:]))
        return masked if pattern is None else pattern.sub(lambda match: _stars(match[0]), masked)


def _stars(value: str) -> str:
    """A star for each UTF-8 byte of a value; line breaks are kept."""
    return "".join(
        character if character in "\r\n" else _MARK * len(character.encode("utf-8", "replace"))
        for character in value
    )


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """A value of a report with every text changed; keys of mappings are kept."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return change(value) if len(value) >= _SHORTEST else value
    if isinstance(value, tuple | list):
        items = [_mapped(each, change) for each in value]
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, dict):
        return {name: _mapped(each, change) for name, each in value.items()}
    if isinstance(value, Struct):
        changed = {name: _mapped(getattr(value, name), change) for name in value.__struct_fields__}
        return structs.replace(value, **changed)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {each.name: _mapped(getattr(value, each.name), change) for each in fields(value)}
        return replace(value, **changed)
    return value
