# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Lines of logs: a time, and often a stream or a level, before each line, as in logs of CI jobs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.text.views.lines import line_end
from codescan.text.views.part import Part, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find"]

_TIME = re.compile(
    rb"^[\[(]?(?:\d{4}[-/]\d\d[-/]\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
    rb"(?:Z|[ ]?[+-]\d\d:?\d\d|[ ]UTC)?[\])]?:?(?:[ ]|\t|(?=\r?$))"
    # What Kubernetes and GitLab write between the time and the line.
    rb"(?:(?:stdout|stderr)[ ][FP](?:[ ]|(?=\r?$))|[\da-f]{2}[OE](?:[ +]|(?=\r?$)))?"
    rb"(?:[ \t]*[\[(]?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)[\])]?"
    rb":?(?=[ \t\r]|$)[ ]?)?",
    re.MULTILINE | re.IGNORECASE,
)
_LEAST_LINES = 3


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield each run of lines that begin with a time, without time and level, in order."""
    number = 0
    run: list[tuple[int, int, int]] = []  # start of the line, of its text, and its end
    for match in _TIME.finditer(content):
        start = match.start()
        if run and start != run[-1][2]:
            if len(run) >= _LEAST_LINES:
                number += 1
                yield _part(run, number)
            run.clear()
        run.append((start, match.end(), line_end(content, start)))
    if len(run) >= _LEAST_LINES:
        yield _part(run, number + 1)


def _part(run: list[tuple[int, int, int]], number: int) -> Part:
    pieces = tuple(Piece(text, end) for _start, text, end in run)
    return Part(f"log {number}", run[0][0], run[-1][2], pieces)
