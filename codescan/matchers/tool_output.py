# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Recognizes text that a tool wrote: compiler helpers, bundler runtimes, parser skeletons.

data/tool_outputs.toml names the tools and the terms of their output. data/tool_outputs.bin holds
hashes of the k-grams of that text, made by scripts/make_tool_outputs. A stretch of tokens whose
k-grams are those of tools was written by them.
"""

from __future__ import annotations

import tomllib
from functools import cache
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from codescan._core import _native
from codescan.matchers.token_grams import gram_file, read_gram_file
from codescan.packaged_data import mapped_data, packaged_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["Tool", "ToolStretch", "packed", "tool_stretches"]

_GRAM = 6
"""Tokens of a k-gram."""
_GAP = 5
"""Tokens between two k-grams of a stretch that need not be the tool's: names that it was given."""
_LEAST_TOKENS = 15
"""Tokens of the shortest stretch that is recognized."""
_LEAST_SHARE = 0.5
"""Share of its k-grams that are the tool's."""
_LEAST_WORDS = 2
"""Names, keywords and strings of a k-gram that is kept."""
_LONG_ROW = 20
"""k-grams in a row that people do not write by chance as a tool does."""
_NUMBER, _OPERATOR = 2, 4  # kinds of _core/lexer.hpp


class Tool(Struct, frozen=True):
    """An entry of tool_outputs.toml."""

    name: str
    license: str
    """SPDX expression of the text that the tool writes."""
    terms: str
    """Why its output may be used."""
    stride: int = 1
    """One k-gram in this many is kept."""


class ToolStretch(NamedTuple):
    """Tokens [start, end) that a tool wrote."""

    start: int
    end: int
    tool: Tool


class _Grams(NamedTuple):
    """The k-grams of all tools."""

    tools: tuple[Tool, ...]
    owners: memoryview
    """Place of the tool of each k-gram, in the order of their hashes."""
    hashes: _native.GramSet
    strides: list[int]
    """Of the tools."""


def tool_stretches(tokens: _native.Tokens) -> tuple[ToolStretch, ...]:
    """The stretches of a text that tools wrote, in order; none overlaps another."""
    grams = _grams()
    stretches = grams.hashes.stretches(
        tokens, grams.owners, grams.strides, _GRAM + _GAP, _LEAST_TOKENS, _LEAST_SHARE
    )
    return tuple(ToolStretch(start, end, grams.tools[owner]) for start, end, owner in stretches)


def packed(
    texts: Mapping[str, Sequence[_native.Tokens]], foreign_texts: Iterable[_native.Tokens] = ()
) -> bytes:
    """The data file for the texts of some tools; the other tools keep their k-grams.

    Args:
        texts: output of each tool, by its name in tool_outputs.toml.
        foreign_texts: texts, most of which people wrote. The k-grams that people share with tools
            are left out.
    """
    tools = _tools()
    before = _grams() if texts.keys() < {tool.name for tool in tools} else None
    hashes = before.hashes.hashes().tolist() if before else []
    written = {
        gram for documents in texts.values() for tokens in documents for gram in _telling(tokens)
    }.union(hashes)
    foreign = {gram for tokens in foreign_texts for gram in _by_chance(tokens, written)}
    owners: dict[int, int] = {}
    for number, tool in enumerate(tools):
        if tool.name in texts:
            every = {gram for tokens in texts[tool.name] for gram in _telling(tokens)}
            grams = [gram for gram in every - foreign if gram % tool.stride == 0]
        elif before is not None:
            grams = [
                gram for gram, owner in zip(hashes, before.owners, strict=True) if owner == number
            ]
        for gram in grams:
            owners.setdefault(gram, number)  # the first tool has it
    ordered = sorted(owners)
    return gram_file(ordered, _GRAM, bytes(owners[gram] for gram in ordered))


@cache
def _tools() -> tuple[Tool, ...]:
    text = packaged_data("codescan.matchers", "data/tool_outputs.toml").decode()
    return tuple(Tool(**entry) for entry in tomllib.loads(text)["tools"])


@cache
def _grams() -> _Grams:
    file = read_gram_file(mapped_data("codescan.matchers", "data/tool_outputs.bin"), _GRAM)
    return _Grams(_tools(), file.remainder, file.grams, [tool.stride for tool in _tools()])


def _by_chance(tokens: _native.Tokens, written: set[int]) -> Iterator[int]:
    """The k-grams that a person's text shares with tools; a tool wrote those of long rows."""
    grams = _native.gram_hashes(tokens, _GRAM).tolist()
    for is_shared, row in groupby(grams, written.__contains__):
        if is_shared and len(shared := list(row)) < _LONG_ROW:
            yield from shared


def _telling(tokens: _native.Tokens) -> list[int]:
    """The hashes of the k-grams that hold more than numbers and operators."""
    is_word = [kind not in (_NUMBER, _OPERATOR) for kind in tokens.kinds().tolist()]
    words = [0, *accumulate(is_word)]
    return [
        gram
        for place, gram in enumerate(_native.gram_hashes(tokens, _GRAM).tolist())
        if words[place + _GRAM] - words[place] >= _LEAST_WORDS
    ]
