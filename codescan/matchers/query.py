# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A snippet as it is compared with an index: its tokens, their scores, and what tools wrote."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from codescan.index.token_model import TokenScores
from codescan.matchers.significance import SearchSpace
from codescan.matchers.tool_output import tool_stretches

if TYPE_CHECKING:
    import numpy.typing as npt

    from codescan._core import _native
    from codescan.index.reader import Index

__all__ = ["Form", "Query", "query_of"]


class Form(IntEnum):
    """Normal forms of the native core."""

    EXACT = 0
    RENAMED = 1


@dataclass(frozen=True, eq=False)
class Query:
    """The tokens of a snippet and what they score."""

    tokens: _native.Tokens
    content: bytes
    """The text that they are of."""
    model: _native.TokenModel
    """Of the index."""
    space: SearchSpace

    @cached_property
    def scores(self) -> TokenScores:
        """Of all tokens; a text that shares nothing with an index never needs them."""
        return TokenScores(*self.model.score(self.tokens, self.content))

    @cached_property
    def own_scores(self) -> TokenScores:
        """The same, tokens that a tool wrote counting nothing; most texts never need it."""
        tools = tool_stretches(self.tokens)
        if not tools:
            return self.scores
        written = np.zeros(len(self.tokens), dtype=np.bool_)
        for start, end, _tool in tools:
            written[start:end] = True
        return TokenScores(*(_without(sums, written) for sums in self.scores))

    def sums(self, form: Form) -> npt.NDArray[np.float64]:
        """The code lengths that count in a form."""
        return self.scores.structure if form is Form.RENAMED else self.scores.full

    def own_sums(self, form: Form) -> npt.NDArray[np.float64]:
        """The same, tokens that a tool wrote counting nothing."""
        return self.own_scores.structure if form is Form.RENAMED else self.own_scores.full


def query_of(index: Index, tokens: _native.Tokens, content: bytes) -> Query:
    """The query for a text.

    Args:
        index: to be asked.
        tokens: of the text.
        content: the text.
    """
    space = SearchSpace(tokens.lexer, len(tokens), index.manifest.tokens)
    return Query(tokens, content, index.token_model, space)


def _without(
    sums: npt.NDArray[np.float64], left_out: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    each = np.diff(sums)
    each[left_out] = 0
    return np.concatenate([[0.0], np.cumsum(each)])
