# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Code with what a tool found out about each line in front of it.

Listings of coverage tools, profilers and version control; those of `git blame` with numbers are in
line_numbers. A tool is one row of a table.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from codescan.text.languages import kind
from codescan.text.lazy_patterns import lazy_pattern
from codescan.text.views.lines import line_end, probed_lines
from codescan.text.views.part import Part, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find"]

_TOOLS: tuple[tuple[str, bytes], ...] = (
    ("gcov", rb"[ \t]*(?:-|#####|=====|\$\$\$\$\$|%%%%%|\d{1,12}\*?):[ \t]*\d{1,7}:"),
    ("blame -s", rb"\^?[0-9a-f]{7,40}[ ][^\n)]{0,200}?(?<=[ ])\d{1,7}\)[ ]?"),
    ("blame -c", rb"\^?[0-9a-f]{7,40}\t\([^\n\t]{1,100}\t[^\n\t]{8,40}\t[ ]*\d{1,7}\)"),
    ("svn blame", rb"[ ]*\d{1,9}[ ]+[A-Za-z][\w.@-]{0,40}[ ](?=[ ]|\S|\r?$)"),
    ("hg annotate", rb"[ ]*[A-Za-z][\w.@-]{0,40}[ ]+(?:[0-9a-f]{12}|\d{1,9}):[ ]"),
    ("cvs annotate", rb"\d{1,4}(?:\.\d{1,5}){1,6}[ ]+\([^\n()]{1,60}\):[ ]?"),
    ("coverage annotate", rb"(?:[>!-][ ]|[ ]{2}|(?=\r?$))"),
    ("pytest", rb"(?:[> ][ ]{3}|(?=\r?$))"),
)
_NUMBERED, _UNNUMBERED, _IN_CODE = slice(None, -2), slice(-2, None), slice(2, 3)
"""Rows of the table: with numbers, without, and those with numbers that code is searched for."""
_LEAST_LINES = 4
_PREFIXES = tuple((name, lazy_pattern(prefix)) for name, prefix in _TOOLS)
_RUNS = tuple(
    lazy_pattern(rb"(?:^%s[^\n]*(?:\n|\Z)){%d,}" % (prefix, _LEAST_LINES), re.MULTILINE)
    for _name, prefix in _TOOLS
)
_ANY = lazy_pattern(b"|".join(rb"(?:%s)" % prefix for _name, prefix in _TOOLS[_NUMBERED]))
_PROFILE = lazy_pattern(
    rb"^[ ]{0,8}Line #[^\n]{4,120}?Line Contents[ ]*\r?\n[ ]{0,8}=+\r?\n", re.MULTILINE
)
"""The head of line_profiler and memory_profiler: its columns are those of the lines below."""
_PORCELAIN = lazy_pattern(
    rb"^[0-9a-f]{40}(?: \d{1,9}){2,3}\r?\n(?:[a-z-]{4,14}(?: [^\n]*)?\n)*\t", re.MULTILINE
)
_REVISION = lazy_pattern(rb"^[ ]*(\d{1,9})", re.MULTILINE)
_COVERED = lazy_pattern(rb"^[>!][ ]", re.MULTILINE)
_FAILED = lazy_pattern(rb"^>[ ]{3}", re.MULTILINE)
"""The line of a traceback that raised."""


def find(content: bytes, language: Language | None = None) -> Iterator[Part]:
    """Yield each listing with numbers without what precedes its lines, in order."""
    if kind(language) == "code":
        yield from _runs(content, _IN_CODE)
    else:
        yield from _profiles(content) or _porcelain(content) or _listings(content)


def find_covered(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield each listing of `coverage annotate` or of pytest without the signs before its lines."""
    if content.startswith(b"> ") or b"\n> " in content or b"\n! " in content:
        yield from _runs(content, _UNNUMBERED)


def _listings(content: bytes) -> Iterator[Part]:
    if any(_ANY.match(content, start) for start in probed_lines(content)):
        yield from _runs(content, _NUMBERED)


def _runs(content: bytes, tools: slice) -> Iterator[Part]:
    """The listings of the first of some tools that wrote any."""
    for (name, prefix), run_of in zip(_PREFIXES[tools], _RUNS[tools], strict=True):
        runs = [run for run in run_of.finditer(content) if _is_listing(name, run)]
        for number, run in enumerate(runs, start=1):
            yield Part(f"{name} {number}", *run.span(), tuple(_pieces(content, run, prefix)))
        if runs:
            return


def _is_listing(name: str, run: re.Match[bytes]) -> bool:
    """Whether it is a listing, rather than indented or numbered lines of code."""
    if name == "coverage annotate":
        return len(_COVERED.findall(run[0])) >= _LEAST_LINES
    if name == "pytest":
        return _FAILED.search(run[0]) is not None
    if name == "svn blame":
        revisions = [int(number[1]) for number in _REVISION.finditer(run[0])]
        steps = sum(after == before + 1 for before, after in pairwise(revisions))
        return 2 * steps < len(revisions)
    return True


def _pieces(content: bytes, run: re.Match[bytes], prefix: re.Pattern[bytes]) -> Iterator[Piece]:
    at = run.start()
    while at < run.end():
        end = line_end(content, at)
        match = prefix.match(content, at, end)
        yield Piece(match.end() if match else at, end)
        at = end


def _profiles(content: bytes) -> list[Part]:
    parts: list[Part] = []
    if b"Line Contents" not in content:
        return parts
    for number, head in enumerate(_PROFILE.finditer(content), start=1):
        first = content.index(b"Line Contents", head.start()) - head.start()
        at = head.end()
        pieces = []
        while at < len(content):
            end = line_end(content, at)
            if not content[at:end].strip() or content[at:end].lstrip()[:1].isdigit():
                pieces.append(Piece(min(at + first, end - content[at:end].endswith(b"\n")), end))
                at = end
            else:
                break
        if len(pieces) >= _LEAST_LINES:
            parts.append(Part(f"profile {number}", head.start(), at, tuple(pieces)))
    return parts


def _porcelain(content: bytes) -> list[Part]:
    if b"\nauthor" not in content:
        return []
    heads = list(_PORCELAIN.finditer(content))
    if len(heads) < _LEAST_LINES:
        return []
    pieces = tuple(Piece(head.end(), line_end(content, head.end())) for head in heads)
    return [Part("blame", heads[0].start(), pieces[-1].end, pieces)]
