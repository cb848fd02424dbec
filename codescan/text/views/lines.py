# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Walks over the physical lines of a text; only a line feed ends a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["indented_end", "line_end", "lines", "probed_lines"]

_PROBES = 8
_BLANKS = b" \t\r\n\v\f"


def lines(content: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of every line; the line feed belongs to its line."""
    stop = len(content) if end is None else end
    at = start
    while at < stop:
        feed = content.find(b"\n", at, stop)
        after = feed + 1 if feed >= 0 else stop
        yield at, after
        at = after


def line_end(content: bytes, at: int) -> int:
    """The end of the line that holds `at`, its line feed included."""
    feed = content.find(b"\n", at)
    return feed + 1 if feed >= 0 else len(content)


def indented_end(content: bytes, start: int, indent: int) -> int:
    """The end of a block whose lines are blank or indented by more than `indent` columns."""
    end = start
    for begin, after in lines(content, start):
        line = content[begin:after]
        bare = line.lstrip(b" \t")
        if bare.strip(_BLANKS):
            if len(line) - len(bare) <= indent:
                break
            end = after
    return end


def probed_lines(content: bytes) -> Iterator[int]:
    """The starts of a few lines, evenly spread: one of them is in any large part of the text."""
    step = len(content) // _PROBES + 1
    for at in range(step // 2, len(content), step):
        yield content.rfind(b"\n", 0, at) + 1
