# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Recognizes text that a tool wrote: compiler helpers, bundler runtimes, parser skeletons.

data/tool_outputs.json names the tools, at most 255, and the terms of their output.
data/tool_outputs.bin holds hashes of the k-grams of that output, made by scripts/make_tool_outputs.
A stretch of tokens is tool output if its k-grams are those of a tool.
"""

from __future__ import annotations

from functools import cache
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, json

from codescan._core import _native
from codescan.matchers.token_grams import gram_file, read_gram_file
from codescan.packaged_data import mapped_data, packaged_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["Tool", "ToolStretch", "packed", "tool_stretches"]

_GRAM = 6
"""Number of tokens of a k-gram."""
_GAP = 5
"""Maximum tokens between two k-grams of a stretch that the tool did not write: names in its
input."""
_LEAST_TOKENS = 15
"""Minimum number of tokens of a recognized stretch."""
_LEAST_SHARE = 0.5
"""Minimum share of its k-grams that are the tool's."""
_LEAST_WORDS = 2
"""Minimum number of names, keywords and strings in a k-gram that is kept."""
_LONG_ROW = 20
"""A person does not write this many k-grams of a tool in a row by chance."""
_NUMBER, _OPERATOR = 2, 4  # kinds of _core/lexer.hpp


class Tool(Struct, frozen=True):
    """An entry of tool_outputs.json."""

    name: str
    license: str
    """SPDX expression of the text that the tool writes."""
    terms: str
    """Why its output may be used, in the words of the project or of the license."""
    stride: int = 1
    """The data file keeps one k-gram in `stride`."""


class ToolStretch(NamedTuple):
    """Tokens [start, end) that a tool wrote."""

    start: int
    end: int
    tool: Tool


class _Grams(NamedTuple):
    """The k-grams of all tools."""

    tools: tuple[Tool, ...]
    owners: memoryview
    """Index of the tool of each k-gram, in the order of the hashes."""
    hashes: _native.GramSet
    strides: list[int]
    """Stride of each tool."""


def tool_stretches(tokens: _native.Tokens) -> tuple[ToolStretch, ...]:
    """The stretches of a text that tools wrote, in order, without overlaps."""
    grams = _grams()
    stretches = grams.hashes.stretches(
        tokens, grams.owners, grams.strides, _GRAM + _GAP, _LEAST_TOKENS, _LEAST_SHARE
    )
    return tuple(ToolStretch(start, end, grams.tools[owner]) for start, end, owner in stretches)


def packed(
    texts: Mapping[str, Sequence[_native.Tokens]], foreign_texts: Iterable[_native.Tokens] = ()
) -> bytes:
    """The data file with new k-grams of some tools; the other tools keep their k-grams.

    Args:
        texts: output of each tool, by its name in tool_outputs.json.
        foreign_texts: texts that people wrote, for the most part. The k-grams that people share
            with tools are left out.
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
            owners.setdefault(gram, number)  # a shared k-gram belongs to the first tool
    ordered = sorted(owners)
    return gram_file(ordered, _GRAM, bytes(owners[gram] for gram in ordered))


@cache
def _tools() -> tuple[Tool, ...]:
    # JSON, which is read fast: a cold check reads it for its first finding.
    content = packaged_data("codescan.matchers", "data/tool_outputs.json")
    return json.decode(content, type=tuple[Tool, ...])


@cache
def _grams() -> _Grams:
    file = read_gram_file(mapped_data("codescan.matchers", "data/tool_outputs.bin"), _GRAM)
    return _Grams(_tools(), file.remainder, file.grams, [tool.stride for tool in _tools()])


def _by_chance(tokens: _native.Tokens, written: set[int]) -> Iterator[int]:
    """The k-grams that a person's text shares with tools, except long rows, which a tool wrote."""
    grams = _native.gram_hashes(tokens, _GRAM).tolist()
    for is_shared, row in groupby(grams, written.__contains__):
        if is_shared and len(shared := list(row)) < _LONG_ROW:
            yield from shared


def _telling(tokens: _native.Tokens) -> list[int]:
    """The hashes of the k-grams with enough names, keywords and strings."""
    is_word = [kind not in (_NUMBER, _OPERATOR) for kind in tokens.kinds().tolist()]
    words = [0, *accumulate(is_word)]
    return [
        gram
        for place, gram in enumerate(_native.gram_hashes(tokens, _GRAM).tolist())
        if words[place + _GRAM] - words[place] >= _LEAST_WORDS
    ]
