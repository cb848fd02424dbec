# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A decoded text that knows which bytes of the outer text each of its bytes stands for."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from msgspec import Struct

from codescan._core import _native
from codescan.records import Region, Span

if TYPE_CHECKING:
    from codescan.text.views.part import Pieces

__all__ = ["Builder", "Label", "MappedText"]

Label = tuple[str, ...]
"""Path of a place inside nested texts, for example ("cell 3", "fence 1")."""


class MappedText(Struct, frozen=True, eq=False):
    """A text made of pieces of an outer text, some of them decoded."""

    content: bytes
    map: _native.TextMap
    """The bytes of the outer text that each byte stands for."""
    label_starts: tuple[int, ...]
    """The decoded offset from which each label applies; the first is 0."""
    labels: tuple[Label, ...]

    @classmethod
    def whole(cls, content: bytes) -> MappedText:
        """The outer text itself."""
        return cls(content, _native.TextMap(len(content)), (0,), ((),))

    def outer_span(self, span: Span) -> Span:
        """The outer bytes that a decoded span stands for; both are half open.

        Costs the logarithm of the number of pieces. An empty span maps to an empty span.
        """
        return Span(*self.map.outer(span.start, span.end))

    def label_of(self, span: Span) -> Label:
        """The path of the part that holds a span; of two parts, "first - last" as its end."""
        first = self.labels[self._label(span.start)]
        last = self.labels[self._label(max(span.start, span.end - 1))]
        if first == last:
            return first
        shared = 0
        for line, other in zip(first, last, strict=False):
            if line != other:
                break
            shared += 1
        ends = [" ".join(path[shared:]) for path in (first, last)]
        return (*first[:shared], " - ".join(end for end in ends if end))

    def region_of(self, span: Span) -> Region:
        """The lines of a span, counted from the begin of the part in which it begins."""
        begin = self.label_starts[self._label(span.start)]
        first = 1 + self.content.count(b"\n", begin, span.start)
        return Region(first, first + self.content.count(b"\n", span.start, max(0, span.end - 1)))

    def _label(self, offset: int) -> int:
        return bisect_right(self.label_starts, offset) - 1


class Builder:
    """Makes a decoded text out of pieces of a source, which may itself be decoded.

    The result maps to the outermost text. Building costs time linear in what is kept.

    Args:
        source: where the pieces come from.
    """

    def __init__(self, source: MappedText) -> None:
        self._source = source
        self._text = _native.TextBuilder(source.map, source.content)
        self._label_starts: list[int] = []
        self._labels: list[Label] = []

    def __len__(self) -> int:
        """Bytes so far."""
        return len(self._text)

    def keep(self, start: int, end: int, name: str = "") -> None:
        """Append bytes of the source as they are, under the label of the source and a name."""
        if end > start:
            self._relabel(start, end, name)
            self._text.keep(start, end)

    def replace(self, start: int, end: int, decoded: bytes, name: str = "") -> None:
        """Append bytes that stand for a range of the source."""
        if decoded:
            self._relabel(start, start + 1, name)
            self._text.replace(start, end, decoded)

    def add(self, pieces: Pieces, name: str = "") -> None:
        """Append ranges of the source, each as it is or decoded."""
        if len(self._source.labels) == 1:  # all of them have the same label
            at = len(self._text)
            self._text.add(pieces)
            if len(self._text) > at:
                self._begin_label(self._labelled(0, name), at)
            return
        for start, end, decoded in pieces:
            if decoded is None:
                self.keep(start, end, name)
            else:
                self.replace(start, end, decoded, name)

    def build(self) -> MappedText:
        """The text."""
        if not len(self._text):
            return MappedText(b"", _native.TextMap(0), (0,), ((),))
        content, pieces = self._text.build()
        return MappedText(content, pieces, tuple(self._label_starts), tuple(self._labels))

    def _relabel(self, start: int, end: int, name: str) -> None:
        source = self._source
        number = bisect_right(source.label_starts, start) - 1
        at = start
        while number < len(source.labels) and at < end:
            self._begin_label(self._labelled(number, name), len(self._text) + at - start)
            number += 1
            at = source.label_starts[number] if number < len(source.labels) else end

    def _labelled(self, number: int, name: str) -> Label:
        label = self._source.labels[number]
        return (*label, name) if name else label

    def _begin_label(self, label: Label, at: int) -> None:
        if not self._labels or self._labels[-1] != label:
            self._labels.append(label)
            self._label_starts.append(at)
