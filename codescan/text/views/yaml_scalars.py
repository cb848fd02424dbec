# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Block scalars and quoted scalars of YAML that hold more than one line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.text.views.escapes import unescaped
from codescan.text.views.lines import indented_end, lines
from codescan.text.views.mark import Mark
from codescan.text.views.part import MIN_BYTES, Part, Piece, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find_block_scalars", "find_quoted_scalars"]

_BLOCK = re.compile(
    rb"(?P<indent>[ ]*+)(?P<dashes>(?:-[ ]++)*+)(?P<key>[^\s#:][^\n:]{0,200}+:[ \t]++|(?<=- ))"
    rb"(?:[!&][^\s]{1,80}[ \t]+)*[|>][+-]?\d?[+-]?[ \t]*+(?:#[^\n]*)?\r?\n"
)
_QUOTED = re.compile(
    rb"^[ ]*+(?:-[ ]++)*+(?:(?P<key>[^\s#:'\"][^\n:]{0,200}+):[ \t]++)?"
    rb"(?:\"(?P<double>(?:[^\"\\]++|\\.)*+)\"|'(?P<single>(?:[^']++|'')*+)')[ \t\r]*+$",
    re.MULTILINE | re.DOTALL,
)
_FOLD = re.compile(rb"''|[ \t]*(?P<ends>(?:\r?\n[ \t]*)+)")


def find_block_scalars(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the literal and folded blocks, without their indent, in order."""
    at = 0
    for start in _native.lines_with(content, Mark.BLOCK_SCALARS):
        block = _BLOCK.match(content, start) if start >= at else None
        if block is None:
            continue
        at = block.end()
        indent = len(block["indent"]) + len(block["dashes"])
        if not block["key"]:
            indent -= 1
        end = indented_end(content, at, indent if block["key"] else len(block["indent"]))
        if end - at < MIN_BYTES:
            continue
        key = block["key"].strip(b" \t:'\"").decode("utf-8", "replace")
        yield Part(key or "item", at, end, tuple(_dedented(content, at, end)), None, Place.APART)
        at = end


def _dedented(content: bytes, start: int, end: int) -> Iterator[Piece]:
    """The lines of a block without the indent of its first line."""
    indent: int | None = None
    for begin, after in lines(content, start, end):
        line = content[begin:after]
        width = len(line) - len(line.lstrip(b" "))
        if indent is None and line.strip():
            indent = width
        yield Piece(begin + min(width, indent or 0), after)


def find_quoted_scalars(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the quoted scalars of several lines, in order, beside the text."""
    if b": '" not in content and b': "' not in content and b"- '" not in content:
        return
    for quoted in _QUOTED.finditer(content):
        group = "double" if quoted["double"] is not None else "single"
        start, end = quoted.span(group)
        if end - start < MIN_BYTES or content.find(b"\n", start, end) < 0:
            continue
        key = (quoted["key"] or b"item").decode("utf-8", "replace")
        if group == "double":
            pieces = tuple(unescaped(content, start, end))
        else:
            pieces = tuple(_unfolded(content, start, end))
        yield Part(key, quoted.start(), quoted.end(), pieces, None, Place.BESIDE)


def _unfolded(content: bytes, start: int, end: int) -> Iterator[Piece]:
    """The inside of a single-quoted scalar: one line end is a blank, two are a line end."""
    at = start
    for fold in _FOLD.finditer(content, start, end):
        if fold.start() > at:
            yield Piece(at, fold.start())
        at = fold.end()
        ends = fold["ends"].count(b"\n") if fold["ends"] else 0
        decoded = b"'" if not ends else b" " if ends == 1 else b"\n" * (ends - 1)
        yield Piece(fold.start(), at, decoded)
    if at < end:
        yield Piece(at, end)
