# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds the nearest license notice above a passage, anywhere in its file.

A file with many findings is looked up once for each finding, so the claims of its comments are
cached for the last few files.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan._core import _native
from codescan.licenses import spdx_tags
from codescan.licenses.comment_blocks import block_at, openings_in
from codescan.licenses.detect import body_claim
from codescan.licenses.notice_blocks import (
    MAX_BLOCKS,
    MAX_PLACES,
    paragraph_at,
    with_disclaimer,
)
from codescan.licenses.rights_words import ANY_STATING
from codescan.licenses.short_statements import OWNING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import LicenseClaim, Span

__all__ = ["passage_claim"]

_STATING_OR_OWNING = ANY_STATING.joined(OWNING)
_LONGEST_WORD = 64
"""Maximum bytes of a word of `_STATING_OR_OWNING`."""
_MAX_EVIDENCE = 200


def passage_claim(content: bytes, span: Span, *, is_prose: bool = False) -> LicenseClaim | None:
    """The nearest notice above a passage, anywhere in its file.

    Args:
        content: the file.
        span: the passage.
        is_prose: whether the file is a document, whose text is read without comment marks.

    Returns:
        A claim with basis FILE_HEADER; None if no notice is above the passage, or if the nearest
        one is in the leading comment, which `file_claims` reads.
    """
    return _file_notices(content, is_prose).claim_above(min(len(content), span.start + 1))


@lru_cache(maxsize=32)
def _file_notices(content: bytes, is_prose: bool) -> _FileNotices:
    return _FileNotices(content, is_prose)


class _FileNotices:
    """The comments of one file that may be notices, read when needed.

    Args:
        content: the file.
        is_prose: whether it is a document.
    """

    def __init__(self, content: bytes, is_prose: bool) -> None:
        self._content = content
        self._is_prose = is_prose
        self._head = max(_native.leading_end(content), 1)
        self._blocks: dict[int, tuple[int, int] | None] = {}
        self._claims: dict[tuple[int, int], LicenseClaim | None] = {}

    def claim_above(self, end: int) -> LicenseClaim | None:
        """The claim of the last notice that begins before an offset."""
        for start, stop in self._blocks_above(end):
            claim = self._claim(start, stop)
            if claim is not None:
                line = self._content.count(b"\n", 0, start) + 1
                return replace(claim, evidence=f"line {line}: {claim.evidence}"[:_MAX_EVIDENCE])
        return None

    @cached_property
    def _places(self) -> list[int]:
        """Offsets of words about rights in the whole file."""
        return _places_in(self._content, self._head, len(self._content))

    @cached_property
    def _openings(self) -> tuple[tuple[bytes, bytes], ...]:
        return openings_in(self._content)

    def _places_above(self, end: int) -> list[int]:
        """Offsets of words about rights that end before an offset."""
        whole = max(self._head, end - _LONGEST_WORD)
        last = bisect_left(self._places, whole)
        return [
            *self._places[max(0, last - MAX_PLACES) : last],
            *_places_in(self._content, whole, end),
        ][-MAX_PLACES:]

    def _blocks_above(self, end: int) -> Iterator[tuple[int, int]]:
        """The comments above an offset that may be notices, the nearest first."""
        if end <= self._head:
            return
        first = None
        count = 0
        for at in reversed(self._places_above(end)):
            if first is not None and at >= first:
                continue
            block = self._block_at(at)
            if block is not None:
                first = block[0]
                yield with_disclaimer(self._content, block)
                count += 1
            if count == MAX_BLOCKS:
                return

    def _block_at(self, at: int) -> tuple[int, int] | None:
        """The comment at an offset, or the paragraph in a document."""
        if at not in self._blocks:
            content = self._content
            block = block_at(content, at, self._openings) or (
                paragraph_at(content, at, is_prose=True) if self._is_prose else None
            )
            is_other = block is not None and spdx_tags.is_within_snippet(content, block[0])
            self._blocks[at] = None if is_other else block
        return self._blocks[at]

    def _claim(self, start: int, stop: int) -> LicenseClaim | None:
        if (start, stop) not in self._claims:
            self._claims[start, stop] = body_claim(self._content, start, stop)
        return self._claims[start, stop]


def _places_in(content: bytes, start: int, end: int) -> list[int]:
    return [start + place for place in _STATING_OR_OWNING.places_in(content[start:end])]
