# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds comments and paragraphs after the head of a file that may be license notices."""

from __future__ import annotations

import re

from codescan.licenses import spdx_tags, text_normalization
from codescan.licenses.comment_blocks import block_at, openings_in
from codescan.text.lazy_patterns import lazy_pattern

__all__ = [
    "MAX_BLOCKS",
    "MAX_PLACES",
    "notice_blocks",
    "paragraph_at",
    "with_disclaimer",
    "without_ignored",
]

MAX_BLOCKS = 24
"""Maximum number of comments of a file that are read."""
MAX_PLACES = 400
"""Maximum number of words about rights whose comments are searched for."""
_DISCLAIMER = lazy_pattern(
    rb"(?:[ \t]{0,80}\r?\n){1,4}[ \t]{0,80}(?:#|//|--|;{1,3}|%|dnl|rem)[ \t]{0,20}"
    rb"(?:the|this) (?:software|program|library|code) is (?:provided|distributed)",
    re.IGNORECASE,
)
_CODE_SHARE = 0.05
_MAX_PROSE = 16 * 1024
_LONGEST_OPENING = 8
_OPEN_STRING = lazy_pattern(rb"[=(,\[:][ \t]*[rRuUbBfF]{0,2}(?:\"{3}|'{3}|`|<<|\"|')")
_QUOTES = (b'"', b"'", b"`")
_MAX_BETWEEN = 350
"""Maximum bytes of copyright statements between two paragraphs of one notice."""


def without_ignored(block: bytes) -> bytes:
    """A block without the text between REUSE-IgnoreStart and REUSE-IgnoreEnd, and its tags."""
    for span in spdx_tags.ignored(block):
        block = block[: span.start] + b" " * (span.end - span.start) + block[span.end :]
    return block


def notice_blocks(
    content: bytes, start: int, places: list[int], *, is_prose: bool = False
) -> list[tuple[int, int]]:
    """The comments of a part of a text that may be notices, in order.

    Args:
        content: the text.
        start: start of the part.
        places: offsets of words about rights in the part.
        is_prose: see `file_claims`.
    """
    blocks: list[tuple[int, int]] = []
    # A comment that contains an offset begins before it.
    openings = openings_in(content[: start + places[-1] + _LONGEST_OPENING]) if places else ()
    for place in places:
        at = start + place
        if blocks and at < blocks[-1][1]:
            continue
        block = block_at(content, at, openings)
        if block is None or (block[0] < start - 1 and start):
            block = block or (
                paragraph_at(content, at, is_prose=is_prose) if is_prose or not start else None
            )
        if block is None or (blocks and block[0] < blocks[-1][1]):
            continue
        if blocks and _is_one_notice(content[blocks[-1][1] : block[0]]):
            blocks[-1] = blocks[-1][0], block[1]
            continue
        if not spdx_tags.is_within_snippet(content, block[0]):
            blocks.append(block)
        if len(blocks) == MAX_BLOCKS:
            break
    return [with_disclaimer(content, each) for each in blocks]


def with_disclaimer(content: bytes, block: tuple[int, int]) -> tuple[int, int]:
    """A block with the disclaimer that follows it, possibly after an empty line without marks."""
    match = _DISCLAIMER.match(content, block[1])
    behind = None if match is None else block_at(content, match.end())
    return (block[0], max(block[1], behind[1])) if behind is not None else block


def _is_one_notice(between: bytes) -> bool:
    """Whether two paragraphs belong to one notice, based on the text between them."""
    other_words = text_normalization.without_notices(between).strip()
    return not other_words or (b"copyright" in between.lower() and len(between) < _MAX_BETWEEN)


def paragraph_at(content: bytes, at: int, *, is_prose: bool) -> tuple[int, int] | None:
    """The paragraph at an offset and the paragraphs after it; None if the offset is in code."""
    gap = b"\r\n\r\n" if b"\r\n\r\n" in content else b"\n\n"
    before = content.rfind(gap, 0, at)
    start = before + len(gap) if before >= 0 else 0
    line = content[content.rfind(b"\n", 0, at) + 1 : at]
    if not is_prose and any(quote in line for quote in _QUOTES):
        return None
    if not is_prose and _OPEN_STRING.search(content, start, at):
        return None
    end = start
    while end - start < _MAX_PROSE and end < len(content):
        stop = content.find(gap, end + len(gap))
        stop = len(content) if stop < 0 else stop
        paragraph = content[end:stop]
        marks = len(paragraph) - len(paragraph.translate(None, b"=;{}()[]"))
        if marks >= _CODE_SHARE * len(paragraph) and not (is_prose and end == start):
            break
        end = stop
        if is_prose:
            break
    return (start, end) if end > at else None
