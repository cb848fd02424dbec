# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The verbatim matcher: the same tokens, whatever the layout and the comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.matchers.passages import passages
from codescan.matchers.verified_runs import Form, evidence_of, guaranteed_tokens, shares_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.index.reader import Index
    from codescan.records import Match, Snippet, Suppressed

__all__ = ["VerbatimMatcher"]


class VerbatimMatcher:
    """Finds every run of tokens that a snippet shares with an index.

    Runs with only small edits between them are one match of kind "edited".

    Args:
        index: the index to search.
        min_tokens: minimum matched tokens of a match; by default the guarantee of the index.
    """

    name = "verbatim"
    _form = Form.EXACT

    def __init__(self, index: Index, *, min_tokens: int | None = None) -> None:
        self._index = index
        self._min_tokens = min_tokens or guaranteed_tokens(index, self._form)

    def match(self, snippet: Snippet) -> Iterator[Match | Suppressed]:
        """Yield every verified match of `snippet`, and every suppressed match with its reason."""
        if shares_nothing(self._index, snippet):
            return iter(())
        return self._matches(snippet)

    def _matches(self, snippet: Snippet) -> Iterator[Match | Suppressed]:
        evidence = evidence_of(self._index, snippet, self._form)
        if len(evidence.verified) or evidence.uncovered or evidence.weak:
            yield from passages(self._index, snippet, evidence, self._form, self._min_tokens)
