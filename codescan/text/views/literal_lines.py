# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
r"""Lines that each hold one line of another text as a string, with the same words around it.

For example `echo "…" >> file`, `printf("…\n");`, `sb.append("…");`, `lines = ["…",`, the strings of
one C literal, and lines of inline code in Markdown. Batch files echo lines without marks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.text.lazy_patterns import lazy_pattern
from codescan.text.views.escapes import unescaped
from codescan.text.views.part import Part, Piece, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find", "find_echoes"]

_SHELL_QUOTE = lazy_pattern(rb"'(?:\\'|\"'\")'")
"""A quotation mark within single ones, as shells write it."""
_ECHO = lazy_pattern(
    rb"^[ \t]*+@?echo(?:[ \t]|(?=[.:(]))(?P<line>[^\n]*+)(?:\n|\Z)", re.MULTILINE | re.IGNORECASE
)
_FILE = lazy_pattern(rb"[ \t]*+[^\s<>|&]++\s*+")
_CARET = lazy_pattern(rb"\^([&|<>^()!\"'%])|%%")
_LEAST_ECHOES = 4
_DOUBLED = lazy_pattern(rb"\"\"|''")


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the text of each run of such lines, in order; the text around stays as it is."""
    for number, run in enumerate(_native.literal_runs(content), 1):
        pieces = tuple(piece for line in run for piece in _pieces(content, *line))
        yield Part(f"strings {number}", run[0][0], run[-1][3], pieces, None, Place.BESIDE)


def find_echoes(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the text of each run of `echo TEXT >> FILE`, as batch files write it, in order."""
    number = 0
    run: list[re.Match[bytes]] = []
    for echo in (*_ECHO.finditer(content), None):
        if echo is not None and (not run or echo.start() == run[-1].end()) and _has_file(echo):
            run.append(echo)
            continue
        if len(run) >= _LEAST_ECHOES:
            number += 1
            pieces = tuple(piece for line in run for piece in _echoed(content, line))
            span = run[0].start(), run[-1].end()
            yield Part(f"echo {number}", *span, pieces, None, Place.BESIDE)
        run = [echo] if echo is not None and _has_file(echo) else []


def _has_file(echo: re.Match[bytes]) -> bool:
    """Whether the line is written to a file."""
    line: bytes = echo["line"]
    return _FILE.fullmatch(line, line.rfind(b">") + 1) is not None and b">" in line


def _echoed(content: bytes, echo: re.Match[bytes]) -> Iterator[Piece]:
    at = echo.start("line")
    text = echo["line"][: echo["line"].rfind(b">")].rstrip(b" \t>")
    end = at + (len(text) if text.strip(b".:(") else 0)
    for escape in _CARET.finditer(content, at, end):
        yield Piece(at, escape.start())
        yield Piece(*escape.span(), escape[1] or b"%")
        at = escape.end()
    yield Piece(at, end)
    yield Piece(end, echo.end(), b"\n")


def _pieces(content: bytes, _line: int, start: int, end: int, line_end: int) -> Iterator[Piece]:
    """The text of one line, which ends with a line feed whether or not the string does."""
    mark = content[start - 1 : start]
    if mark == b"`":
        yield Piece(start, end)
    elif mark == b"'" and _SHELL_QUOTE.search(content, start, end):
        yield from _undoubled(content, start, end, _SHELL_QUOTE)
    elif b"\\" not in content[start:end] and mark + mark in content[start:end]:
        yield from _undoubled(content, start, end, _DOUBLED)
    else:
        yield from unescaped(content, start, end)
    if content[end - 2 : end] != b"\\n":
        yield Piece(end, line_end, b"\n")


def _undoubled(content: bytes, start: int, end: int, quotes: re.Pattern[bytes]) -> Iterator[Piece]:
    """A range with one quotation mark in place of each escaped one."""
    at = start
    for match in quotes.finditer(content, start, end):
        yield Piece(at, match.start())
        yield Piece(*match.span(), match[0][:1])
        at = match.end()
    yield Piece(at, end)
