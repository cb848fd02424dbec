# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Recognizes text that a tool wrote: compiler helpers, bundler runtimes, parser skeletons.

data/tool_outputs.toml names the tools and the terms of their output. data/tool_outputs.zst holds
hashes of the k-grams of that text, made by scripts/make_tool_outputs. A stretch of tokens whose
k-grams are those of tools was written by them.
"""

from __future__ import annotations

import itertools
import json
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import zstandard

from codescan._core import _native
from codescan.matchers.token_grams import gram_hashes, packed_hashes, unpacked_hashes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

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
_NUMBER, _OPERATOR = 2, 4  # kinds of _core/lexer.hpp
_MOST_BYTES = 1 << 26


@dataclass(frozen=True, slots=True)
class Tool:
    """An entry of tool_outputs.toml."""

    name: str
    license: str
    """SPDX expression of the text that the tool writes."""
    terms: str
    """Why its output may be used."""
    stride: int = 1
    """One k-gram in so many is kept."""


class ToolStretch(NamedTuple):
    """Tokens [start, end) that a tool wrote."""

    start: int
    end: int
    tool: Tool


class _Grams(NamedTuple):
    """The k-grams of all tools."""

    tools: tuple[Tool, ...]
    hashes: npt.NDArray[np.uint32]
    """Sorted."""
    owners: npt.NDArray[np.uint8]
    """Place of each one's tool."""
    known: _native.GramSet


def tool_stretches(tokens: _native.Tokens) -> tuple[ToolStretch, ...]:
    """The stretches of a text that tools wrote, in order; none overlaps another."""
    grams = _grams()
    known_grams = grams.known.find(tokens)
    if not len(known_grams):
        return ()
    places = known_grams[:, 0].astype(np.int64)
    owners = grams.owners[known_grams[:, 1]]
    strides = np.array([tool.stride for tool in grams.tools])[owners]
    # A gap between k-grams: what is not the tool's, and those that are not kept.
    apart = np.diff(places) > _GRAM + _GAP + 4 * (strides[1:] - 1)
    bounds = [0, *(np.flatnonzero(apart) + 1).tolist(), len(places)]
    stretches = []
    for first, end in itertools.pairwise(bounds):
        start, last = int(places[first]), int(places[end - 1]) + _GRAM
        most, count = Counter(owners[first:end].tolist()).most_common(1)[0]
        tool = grams.tools[most]
        share = float(np.sum(strides[first:end])) / (last - start - _GRAM + 1)
        if last - start >= _LEAST_TOKENS and count > 1 and share >= _LEAST_SHARE:
            stretches.append(ToolStretch(start, last, tool))
    return tuple(stretches)


def packed(
    texts: Mapping[str, Sequence[_native.Tokens]], others: Iterable[_native.Tokens] = ()
) -> bytes:
    """The data file for the texts of some tools; the other tools keep their k-grams.

    Args:
        texts: output of each tool, by its name in tool_outputs.toml.
        others: texts that no tool wrote, whose k-grams are left out.
    """
    tools = _tools()
    before = _grams() if texts.keys() < {tool.name for tool in tools} else None
    foreign = np.concatenate([np.zeros(0, dtype=np.uint32), *map(_hashes, others)])
    hashes: list[npt.NDArray[np.uint32]] = []
    owners: list[npt.NDArray[np.uint8]] = []
    for number, tool in enumerate(tools):
        if tool.name in texts:
            every = np.unique(np.concatenate([_telling(tokens) for tokens in texts[tool.name]]))
            every = every[every % np.uint32(tool.stride) == 0]
            every = np.setdiff1d(every, foreign)
        elif before is not None:
            every = before.hashes[before.owners == number]
        hashes.append(every)
        owners.append(np.full(len(every), number, dtype=np.uint8))
    joined, places = np.unique(np.concatenate(hashes), return_index=True)  # the first tool has it
    head = json.dumps({"version": 1, "gram": _GRAM, "count": len(joined)}).encode() + b"\n"
    body = head + packed_hashes(joined) + np.concatenate(owners)[places].tobytes()
    return zstandard.ZstdCompressor(level=19).compress(body)


@cache
def _tools() -> tuple[Tool, ...]:
    text = files("codescan.matchers").joinpath("data/tool_outputs.toml").read_text("utf-8")
    return tuple(Tool(**entry) for entry in tomllib.loads(text)["tools"])


@cache
def _grams() -> _Grams:
    raw = files("codescan.matchers").joinpath("data/tool_outputs.zst").read_bytes()
    head, _, body = (
        zstandard.ZstdDecompressor().decompress(raw, max_output_size=_MOST_BYTES).partition(b"\n")
    )
    count = int(json.loads(head)["count"])
    hashes = unpacked_hashes(body, count)
    owners = np.frombuffer(body, dtype=np.uint8, offset=4 * count)
    return _Grams(_tools(), hashes, owners, _native.GramSet(hashes, _GRAM))


def _telling(tokens: _native.Tokens) -> npt.NDArray[np.uint32]:
    """The hashes of the k-grams that hold more than numbers and operators."""
    hashes = _hashes(tokens)
    words = np.isin(tokens.kinds(), (_NUMBER, _OPERATOR), invert=True).astype(np.int64)
    sums = np.concatenate([[0], np.cumsum(words)])
    has_words = (sums[_GRAM:] - sums[:-_GRAM] >= _LEAST_WORDS)[: len(hashes)]
    telling: npt.NDArray[np.uint32] = hashes[has_words]
    return telling


def _hashes(tokens: _native.Tokens) -> npt.NDArray[np.uint32]:
    return gram_hashes(tokens.hashes(), _GRAM)
