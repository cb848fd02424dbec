# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The candidates that an index returns for a text, over all shards, before verification."""

from __future__ import annotations

from array import array
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from codescan._core import _native

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

__all__ = [
    "NOTHING",
    "BagCandidate",
    "Candidate",
    "CandidateGroup",
    "Candidates",
    "Lookup",
    "bags_of",
    "candidates_of",
]


class Candidate(NamedTuple):
    """A content that shares fingerprints with a query, all on one diagonal."""

    content_id: int
    query_token: int
    """Position of the first shared fingerprint in the query."""
    content_token: int
    """Position of the same fingerprint in the content."""
    last_query_token: int
    hits: int
    """Number of shared fingerprints; 0 for a single, rare one whose neighbors differ: no run of t
    tokens is shared."""
    sides: int
    """Sides of a fingerprint, 0 to 2, on which the next tokens also appear equal; the maximum."""


class BagCandidate(NamedTuple):
    """A unit of a content that may be an edited copy of a unit of the query."""

    content_id: int
    query_token: int
    """First token of the query's unit."""
    content_token: int
    content_length: int
    """Number of tokens of the content's unit."""
    bands: int
    """Number of shared bands of their MinHash signatures."""


class CandidateGroup(NamedTuple):
    """The candidates of one content, as rows of a table."""

    content_id: int
    first: int
    end: int
    shared: int
    """Distinct shared fingerprints of the query; 0 as in `Candidate.hits`."""
    sides: int
    """Maximum of `Candidate.sides`."""
    content_token: int
    """Position in the content of the candidate that is first in the query."""
    length: int
    """Tokens from first to last fingerprint, summed over the candidates."""


class Candidates(Struct, frozen=True, dict=True):
    """The answer of all shards for one text in one form."""

    rows: _native.Numbers
    """The values of all `Candidate`s, one after another, grouped by content; some belong to no
    group."""
    group_rows: _native.Rows
    """The values of `groups`."""
    use_rows: _native.Rows
    """For each fingerprint of the query that is in the index: its token, and its number of postings
    before any limit."""
    weak: tuple[tuple[int, int], ...] = ()
    """Tokens [start, end) of the query whose candidates cannot reach the minimum score."""

    @cached_property
    def groups(self) -> tuple[CandidateGroup, ...]:
        """The candidates by content, the most promising first.

        The order is: most fingerprints, then most equal tokens around them, then nearest to the
        start of the content. So a file comes before the bundles that include it: it may share a
        few more tokens at the ends.
        """
        return tuple(map(CandidateGroup._make, self.group_rows.tolist()))

    def __bool__(self) -> bool:
        """Whether a candidate exists."""
        return len(self.group_rows) > 0

    def of(self, group: CandidateGroup) -> list[Candidate]:
        """The candidates of one content."""
        values = self.values(group).tolist()
        return [Candidate._make(values[i : i + _COLUMNS]) for i in range(0, len(values), _COLUMNS)]

    def values(self, group: CandidateGroup) -> _native.Numbers:
        """The values of the candidates of one content, one candidate after another."""
        return self.rows[group.first * _COLUMNS : group.end * _COLUMNS]

    @property
    def ordered(self) -> list[Candidate]:
        """All candidates, by content and diagonal."""
        by_content = sorted(self.groups, key=lambda group: group.first)
        return [candidate for group in by_content for candidate in self.of(group)]

    def without(self, contents: AbstractSet[int]) -> Candidates:
        """The candidates of all other contents."""
        groups = [group for group in self.groups if group.content_id not in contents]
        return replace(self, group_rows=_table(groups, len(CandidateGroup._fields)))


class Lookup(Struct, frozen=True):
    """The answer of all shards for one text."""

    exact: Candidates
    renamed: Candidates
    bags: tuple[BagCandidate, ...]
    """Units with similar shingles to a unit of the text, most shared bands first."""

    def without(self, contents: AbstractSet[int]) -> Lookup:
        """The answer without these contents."""
        return Lookup(
            self.exact.without(contents),
            self.renamed.without(contents),
            tuple(bag for bag in self.bags if bag.content_id not in contents),
        )


_COLUMNS = len(Candidate._fields)


def candidates_of(answer: _native.Found) -> Candidates:
    """The candidates of one form, from the answer of the native core."""
    rows, groups, uses, weak = answer
    return Candidates(rows, groups, uses, tuple((start, end) for start, end in weak.tolist()))


def bags_of(rows: _native.Rows) -> tuple[BagCandidate, ...]:
    """The units with similar shingles, from the answer of the native core."""
    return tuple(map(BagCandidate._make, rows.tolist()))


def _table(rows: Sequence[Sequence[int]], columns: int) -> _native.Rows:
    """Rows in the representation of the native core."""
    values = memoryview(array("I", chain.from_iterable(rows))).cast("B")
    return values.cast("I", (len(rows), columns)) if rows else _native.no_rows(columns)


_NONE = Candidates(memoryview(array("I")), _native.no_rows(7), _native.no_rows(2))
NOTHING = Lookup(_NONE, _NONE, ())
"""The answer for a text that is similar to nothing in an index."""
