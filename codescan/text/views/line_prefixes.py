# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Lines behind one prefix: what loggers, containers and chats put before each line of a text.

For example `web-1  | `, `Nov 30 12:00:01 host app[12]: `, `2026-11-30 12:00:00 INFO app - `,
`[pod/web/app] ` and `12:01 <jane> `. A prefix of words alone, such as `web-0 app `, is one if every
line of the text has it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.text.views.lines import line_end
from codescan.text.views.part import Part, Piece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codescan.records import Language

__all__ = ["find", "find_signs"]

_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_LEAST_LINES = 4
_LONGEST = 256
_SIGNS = re.compile(rb"[ \t]*+(?:[-+*;>|#!$%.:~^=]{1,8} )++|[-+*;>|#!$%.:~^=]")
"""Signs before each line of a text: of a list in which a session occurs, or of a patch that removes
a file."""


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield each run of lines that begin alike, without what they have in common, in order."""
    runs = _native.prefixed_runs(content)
    for number, run in enumerate(runs, start=1):
        pieces = tuple(Piece(text, end) for _start, text, end in run)
        yield Part(f"prefixed lines {number}", run[0][0], run[-1][2], pieces)
    if not runs:
        yield from _behind_one_prefix(content, _prefix)


def find_signs(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the whole text, if all its lines begin with the same signs, without these."""
    yield from _behind_one_prefix(content, _signs)


def _behind_one_prefix(
    content: bytes, prefix_of: Callable[[list[bytes]], bytes]
) -> Iterator[Part]:  # fmt: skip
    """The whole text without the prefix of its lines, if they have one."""
    text = content.rstrip(b"\r\n")
    if text.count(b"\n") + 1 < _LEAST_LINES:
        return
    # Every line is compared, but none is copied before the first two agree.
    second = text.find(b"\n") + 1
    if not prefix_of([text[:_LONGEST], text[second : second + _LONGEST]]):
        return
    size = len(prefix_of([line[:_LONGEST] for line in text.split(b"\n")]))
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
    """The common prefix of lines, up to its last blank; b"" if it is white space alone."""
    common = _common([line.translate(_DIGITS) for line in lines])
    prefix = common[: common.rfind(b" ") + 1]
    return prefix if prefix.strip() else b""


def _signs(lines: list[bytes]) -> bytes:
    """The signs that the lines begin with, up to the last blank, or one sign without a blank."""
    common = _common(lines)
    signs = _SIGNS.match(common)
    return signs[0] if signs else b""


def _common(lines: list[bytes]) -> bytes:
    """The common prefix of all lines."""
    first, last = min(lines), max(lines)  # what these two have in common, all have
    ends = (at for at in range(len(first)) if last[at : at + 1] != first[at : at + 1])
    return first[: next(ends, len(first))]
