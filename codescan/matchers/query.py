# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A snippet as it is compared with an index: its tokens, their scores, and tool output in it."""

from __future__ import annotations

from collections import Counter
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from codescan._core import _native
from codescan.index.token_model import TokenScores
from codescan.matchers.idioms import IDIOM_BITS, idioms
from codescan.matchers.significance import SearchSpace
from codescan.matchers.tool_output import tool_stretches
from codescan.records import Stream

if TYPE_CHECKING:
    from codescan.index.reader import Index
    from codescan.records import MatchKind, Snippet

__all__ = ["STREAMS", "Form", "Query", "query_of"]

STREAMS = tuple(Stream)
"""The streams, in the order of _core/lexer.hpp."""
_PROSE = _native.LEXERS["prose"]


class Form(IntEnum):
    """Normal forms of the native core."""

    EXACT = 0
    RENAMED = 1


class Query(Struct, frozen=True, eq=False, dict=True):
    """The tokens of a snippet and their scores."""

    tokens: _native.Tokens
    content: bytes
    """The text of the tokens."""
    index: Index
    """The index to search."""
    searched_bytes: int = 0
    """If `content` is an excerpt of a larger text: bytes of that text."""

    @cached_property
    def spaces(self) -> dict[Stream, SearchSpace]:
        """The search space of each stream of the text; comments are compared as prose."""
        index_tokens = self.index.manifest.tokens
        sizes: Counter[Stream] = Counter()
        for start, end, stream in self.tokens.parts().tolist():
            sizes[STREAMS[stream]] += end - start
        share = max(1.0, self.searched_bytes / max(1, len(self.content)))
        return {
            stream: SearchSpace(
                _PROSE if stream is Stream.PROSE else self.tokens.lexer,
                round(size * share),
                index_tokens,
            )
            for stream, size in sizes.items()
        }

    def least_bits(self, e_value: float, *kinds: MatchKind) -> float:
        """The minimum score for this E-value, over all streams and these kinds of matches."""
        least = (
            space.least_bits(kind, e_value) for space in self.spaces.values() for kind in kinds
        )
        return min(least, default=0.0)

    @cached_property
    def scores(self) -> TokenScores:
        """Scores of all tokens; computed late, as a text without matches seldom needs them."""
        sums = self.index.token_model.score(self.tokens, self.content, idioms(), IDIOM_BITS)
        return TokenScores(*sums)

    @cached_property
    def own_scores(self) -> TokenScores:
        """Scores where tokens that a tool wrote score 0; computed late, as few texts need them."""
        tools = tool_stretches(self.tokens)
        if not tools:
            return self.scores
        written = [(start, end) for start, end, _tool in tools]
        return TokenScores(*(_native.sums_without(sums, written) for sums in self.scores))

    def sums(self, form: Form) -> _native.Sums:
        """The code lengths that a form uses."""
        return self.scores.structure if form is Form.RENAMED else self.scores.full

    def own_sums(self, form: Form) -> _native.Sums:
        """The code lengths that a form uses, where tokens that a tool wrote score 0."""
        return self.own_scores.structure if form is Form.RENAMED else self.own_scores.full


def query_of(index: Index, tokens: _native.Tokens, snippet: Snippet) -> Query:
    """The query for a text.

    Args:
        index: the index to search.
        tokens: tokens of the text.
        snippet: the text.
    """
    return Query(tokens, snippet.content, index, snippet.searched_bytes)
