# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Fenced code blocks of Markdown (CommonMark 4.5), as models and people really write them.

A fence may be indented by any width and may follow the mark of a list item. A fence whose language
is known is a part of its own; a fence without one, or one of plain text, stays in the text under
its name. A fence that is never closed ends at the next opening fence, or at the end.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from codescan.text.languages import by_tag, kind
from codescan.text.views.lines import line_end
from codescan.text.views.part import Part, Place, pieces_between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find"]

_FENCE = re.compile(
    rb"^[ \t]*+(?:(?:[-*+]|\d{1,9}[.)])[ \t]++)*+(`{3,}+(?=[^`\n]*$)|~{3,}+)[ \t]*+([^\n]*+)",
    re.MULTILINE,
)
_LONGEST_TAG = 200
_LONGEST = 1 << 40
"""More than any mark has signs."""


class _Mark:
    """A fence line."""

    __slots__ = ("end", "language", "length", "sign", "start", "tag")

    def __init__(self, fence: re.Match[bytes], content: bytes) -> None:
        self.start = fence.start()
        self.end = line_end(content, fence.end())
        self.sign = fence[1][:1]
        self.length = len(fence[1])
        self.tag = fence[2].strip()
        word = self.tag[:_LONGEST_TAG].decode("utf-8", "replace")
        named = by_tag(word) if self.tag else None
        self.language = named if kind(named) != "prose" else None

    def closes(self, other: _Mark) -> bool:
        return not self.tag and self.sign == other.sign and self.length >= other.length


class _Opened(NamedTuple):
    """A fence that is not closed yet."""

    mark: _Mark
    name: str
    shortest: dict[bytes, int]
    """By sign, the length of the shortest mark among it and those around it."""

    @classmethod
    def inside(cls, opened: list[_Opened], mark: _Mark, name: str) -> _Opened:
        before = opened[-1].shortest if opened else {b"`": _LONGEST, b"~": _LONGEST}
        if mark.length < before[mark.sign]:
            before = {**before, mark.sign: mark.length}
        return cls(mark, name, before)


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the fences of a text, in order."""
    if b"```" not in content and b"~~~" not in content:
        return
    marks = [_Mark(fence, content) for fence in _FENCE.finditer(content)]
    longest = _longest_closers(marks)
    opened: list[_Opened] = []
    number = at = position = 0
    while at < len(marks):
        mark = marks[at]
        if opened and position < mark.start:  # the text of a fence without a language
            yield Part(opened[-1].name, position, mark.start, pieces_between(position, mark.start))
        position = mark.end
        at += 1
        if opened and not mark.tag and mark.length >= opened[-1].shortest[mark.sign]:
            while not mark.closes(opened.pop().mark):
                pass
            yield Part("", mark.start, mark.end, ())
            continue
        number += 1
        name = f"fence {number}"
        if mark.language is None:
            opened.append(_Opened.inside(opened, mark, name))
            yield Part("", mark.start, mark.end, ())
            continue
        closed = longest[at].get(mark.sign, 0) >= mark.length
        while at < len(marks) and not (marks[at].closes(mark) if closed else marks[at].tag):
            at += 1
        end = marks[at].start if at < len(marks) else len(content)
        position = marks[at].end if closed else end
        at += closed
        yield Part(
            name, mark.start, position, pieces_between(mark.end, end), mark.language, Place.APART
        )
    if opened and position < len(content):
        yield Part(opened[-1].name, position, len(content), pieces_between(position, len(content)))


def _longest_closers(marks: list[_Mark]) -> list[dict[bytes, int]]:
    """For each place among the marks, the longest closing mark from there on, by sign."""
    longest: list[dict[bytes, int]] = [{} for _ in range(len(marks) + 1)]
    for at in range(len(marks) - 1, -1, -1):
        after = longest[at + 1]
        mark = marks[at]
        if mark.tag or after.get(mark.sign, 0) >= mark.length:
            longest[at] = after
        else:
            longest[at] = {**after, mark.sign: mark.length}
    return longest
