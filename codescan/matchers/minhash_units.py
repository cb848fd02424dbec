# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The near matcher: functions and blocks that were edited in many positions.

Even if edits leave hardly any run of tokens whole, the set of a unit's shingles is still similar.
MinHash bands (Broder 1997; Leskovec, Rajaraman and Ullman, ch. 3) propose units of the index; each
is aligned with the query token by token, and only equal tokens count.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.matchers import thresholds
from codescan.matchers.passages import matches_of, passage_finder
from codescan.matchers.verified_runs import Form, evidence_of, looked_up, shares_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.index.candidates import BagCandidate
    from codescan.index.reader import Index
    from codescan.matchers.verified_runs import Evidence
    from codescan.records import Match, Snippet, Suppressed

__all__ = ["NearMatcher"]


class NearMatcher:
    """Finds edited copies of functions and blocks.

    No guarantee: units of at least 40 tokens with half of their shingles unchanged are found in
    most cases (docs/matching.md).

    Args:
        index: the index to search.
        min_tokens: minimum matched tokens of a match; by default the guarantee of the index.
    """

    name = "near"

    def __init__(self, index: Index, *, min_tokens: int | None = None) -> None:
        self._index = index
        self._min_tokens = max(
            min_tokens or index.manifest.guarantee_tokens, thresholds.MIN_NEAR_TOKENS
        )

    def match(self, snippet: Snippet) -> Iterator[Match | Suppressed]:
        """Yield every unit of `snippet` that is an edited copy, as a match of kind "edited"."""
        if shares_nothing(self._index, snippet):
            return iter(())
        return self._matches(snippet)

    def _matches(self, snippet: Snippet) -> Iterator[Match | Suppressed]:
        _tokens, lookup = looked_up(self._index, snippet)
        if not lookup.bags:
            return
        evidence = evidence_of(self._index, snippet, Form.EXACT)
        units = _unexplained_units(evidence, snippet.content)
        if not units:
            return
        per_unit: dict[int, list[BagCandidate]] = defaultdict(list)
        for candidate in lookup.bags:
            start = candidate.query_token
            if start in units and len(per_unit[start]) < thresholds.MAX_NEAR_CANDIDATES:
                per_unit[start].append(candidate)
        finder = passage_finder(evidence, Form.EXACT)
        for start, candidates in per_unit.items():
            for each in candidates:
                end = each.content_token + each.content_length
                tokens = self._index.tokens(each.content_id)
                finder.add_unit(
                    each.content_id,
                    tokens,
                    (start, units[start]),
                    (each.content_token, end),
                    self._min_tokens,
                )
        yield from matches_of(
            self._index, snippet, evidence.tokens, Form.EXACT, finder, self._min_tokens
        )


def _unexplained_units(evidence: Evidence, text: bytes) -> dict[int, int]:
    """End by start of each unit of the query that is not already matched as a verbatim copy."""
    units = _native.units(evidence.tokens, text, of_query=True)
    if not len(units):
        return {}
    return dict(evidence.verified.unexplained(units, thresholds.SAME_PASSAGE_SHARE).tolist())
