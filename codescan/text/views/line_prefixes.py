# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Lines behind one prefix: what loggers, containers and chats put before each line of a text.

For example `web-1  | `, `Nov 30 12:00:01 host app[12]: `, `2026-11-30 12:00:00 INFO app - `,
`[pod/web/app] ` and `12:01 <jane> `. A prefix of words alone, such as `web-0 app `, is one if every
line of the text has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.text.views.lines import line_end
from codescan.text.views.part import Part, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find"]

_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_LEAST_LINES = 4
_LONGEST = 256


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield each run of lines that begin alike, without what they have in common, in order."""
    runs = _native.prefixed_runs(content)
    for number, run in enumerate(runs, start=1):
        pieces = tuple(Piece(text, end) for _start, text, end in run)
        yield Part(f"prefixed lines {number}", run[0][0], run[-1][2], pieces)
    if not runs:
        yield from _behind_one_prefix(content)


def _behind_one_prefix(content: bytes) -> Iterator[Part]:
    """The whole text, if all its lines begin with the same words or signs, any numbers in them."""
    text = content.rstrip(b"\r\n")
    if text.count(b"\n") + 1 < _LEAST_LINES:
        return
    # Every line is compared, but none is copied before the first two agree.
    second = text.find(b"\n") + 1
    if not _prefix([text[:_LONGEST], text[second : second + _LONGEST]]):
        return
    size = len(_prefix([line[:_LONGEST] for line in text.split(b"\n")]))
    if not size:
        return
    pieces = []
    at = 0
    while at < len(content):
        end = line_end(content, at)
        pieces.append(Piece(min(at + size, end), end))
        at = end
    yield Part("prefixed lines", 0, len(content), tuple(pieces))


def _prefix(lines: list[bytes]) -> bytes:
    """What the lines begin with, up to the last blank; b"" if that is white space alone."""
    plain = [line.translate(_DIGITS) for line in lines]
    first, last = min(plain), max(plain)  # what these two have in common, all have
    length = next(
        (at for at in range(len(first)) if last[at : at + 1] != first[at : at + 1]), len(first)
    )
    prefix = first[: first.rfind(b" ", 0, length) + 1]
    return prefix if prefix.strip() else b""
