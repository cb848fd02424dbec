# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A decoded text that knows which bytes of the outer text each of its bytes stands for."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from codescan.records import Region, Span

__all__ = ["Builder", "Label", "MappedText"]

Label = tuple[str, ...]
"""Path of a place inside nested texts, for example ("cell 3", "fence 1")."""


@dataclass(frozen=True, slots=True)
class MappedText:
    """A text made of pieces of an outer text, some of them decoded.

    Piece i holds the decoded bytes from `starts[i]` to the next start. It stands for the outer
    bytes from `outer_starts[i]` to `outer_ends[i]`. Pieces of equal length map byte by byte.
    """

    content: bytes = field(repr=False)
    starts: tuple[int, ...] = field(repr=False)
    outer_starts: tuple[int, ...] = field(repr=False)
    outer_ends: tuple[int, ...] = field(repr=False)
    label_starts: tuple[int, ...] = field(repr=False)
    """Where each label begins to hold, in decoded bytes; the first is 0."""
    labels: tuple[Label, ...]

    @classmethod
    def whole(cls, content: bytes) -> MappedText:
        """The outer text itself."""
        return cls(content, (0,), (0,), (len(content),), (0,), ((),))

    def outer_span(self, span: Span) -> Span:
        """The outer bytes that a decoded span stands for; both are half open.

        Costs the logarithm of the number of pieces. An empty span maps to an empty span.
        """
        first = self._piece(span.start)
        start = self.outer_starts[first]
        if self._is_plain(first):
            start += span.start - self.starts[first]
        if span.end <= span.start:
            return Span(start, start)
        last = self._piece(span.end - 1)
        end = self.outer_ends[last]
        if self._is_plain(last):
            end = self.outer_starts[last] + span.end - self.starts[last]
        return Span(start, max(start, end))

    def label_of(self, span: Span) -> Label:
        """The path of the part that holds a span; of two parts, "first - last" as its end."""
        first = self.labels[self._label(span.start)]
        last = self.labels[self._label(max(span.start, span.end - 1))]
        if first == last:
            return first
        shared = 0
        for ours, other in zip(first, last, strict=False):
            if ours != other:
                break
            shared += 1
        ends = [" ".join(path[shared:]) for path in (first, last)]
        return (*first[:shared], " - ".join(end for end in ends if end))

    def region_of(self, span: Span) -> Region:
        """The lines of a span, counted from the begin of the part in which it begins."""
        begin = self.label_starts[self._label(span.start)]
        first = 1 + self.content.count(b"\n", begin, span.start)
        return Region(first, first + self.content.count(b"\n", span.start, max(0, span.end - 1)))

    def _piece(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def _label(self, offset: int) -> int:
        return bisect_right(self.label_starts, offset) - 1

    def _is_plain(self, piece: int) -> bool:
        end = self.starts[piece + 1] if piece + 1 < len(self.starts) else len(self.content)
        return end - self.starts[piece] == self.outer_ends[piece] - self.outer_starts[piece]


class Builder:
    """Makes a decoded text out of pieces of a source, which may itself be decoded.

    The result maps to the outermost text. Building costs time linear in what is kept.

    Args:
        source: where the pieces come from.
    """

    def __init__(self, source: MappedText) -> None:
        self._source = source
        self._pieces: list[bytes] = []
        self._size = 0
        self._starts: list[int] = []
        self._outer_starts: list[int] = []
        self._outer_ends: list[int] = []
        self._label_starts: list[int] = []
        self._labels: list[Label] = []

    def __len__(self) -> int:
        """Bytes so far."""
        return self._size

    def keep(self, start: int, end: int, name: str = "") -> None:
        """Append bytes of the source as they are, under the label of the source and a name."""
        if end <= start:
            return
        source = self._source
        self._relabel(start, end, name)
        starts, outer_starts, outer_ends = source.starts, source.outer_starts, source.outer_ends
        piece = bisect_right(starts, start) - 1
        last = len(starts) - 1
        size = self._size
        at = start
        while at < end:
            begin = starts[piece]
            stop = starts[piece + 1] if piece < last else len(source.content)
            high = min(stop, end)
            outer_start, outer_end = outer_starts[piece], outer_ends[piece]
            if stop - begin == outer_end - outer_start:
                outer_start, outer_end = outer_start + at - begin, outer_start + high - begin
            self._append(size, high - at, outer_start, outer_end)
            size += high - at
            at = high
            piece += 1
        self._pieces.append(source.content[start:end])
        self._size = size

    def replace(self, start: int, end: int, decoded: bytes, name: str = "") -> None:
        """Append bytes that stand for a range of the source."""
        if not decoded:
            return
        self._relabel(start, start + 1, name)
        outer = self._source.outer_span(Span(start, end))
        self._starts.append(self._size)
        self._outer_starts.append(outer.start)
        self._outer_ends.append(outer.end)
        self._pieces.append(decoded)
        self._size += len(decoded)

    def build(self) -> MappedText:
        """The text."""
        if not self._size:
            return MappedText(b"", (0,), (0,), (0,), (0,), ((),))
        return MappedText(
            b"".join(self._pieces),
            tuple(self._starts),
            tuple(self._outer_starts),
            tuple(self._outer_ends),
            tuple(self._label_starts),
            tuple(self._labels),
        )

    def _append(self, at: int, length: int, outer_start: int, outer_end: int) -> None:
        outer_ends = self._outer_ends
        if (
            outer_ends
            and outer_ends[-1] == outer_start
            and length == outer_end - outer_start
            and at - self._starts[-1] == outer_start - self._outer_starts[-1]
        ):
            outer_ends[-1] = outer_end
            return
        self._starts.append(at)
        self._outer_starts.append(outer_start)
        outer_ends.append(outer_end)

    def _relabel(self, start: int, end: int, name: str) -> None:
        source = self._source
        labels = source.labels
        number = bisect_right(source.label_starts, start) - 1 if len(labels) > 1 else 0
        at = start
        while number < len(labels) and at < end:
            label = (*labels[number], name) if name else labels[number]
            if not self._labels or self._labels[-1] != label:
                self._labels.append(label)
                self._label_starts.append(self._size + at - start)
            number += 1
            at = source.label_starts[number] if number < len(labels) else end
