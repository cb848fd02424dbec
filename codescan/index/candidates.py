# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What an index answers for a text, before anything is verified; joined over its shards."""

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
    """Of the first shared fingerprint."""
    content_token: int
    """Of the same fingerprint in the content."""
    last_query_token: int
    hits: int
    """Shared fingerprints; 0 for a lone, rare one whose surroundings differ: no run of t tokens."""
    sides: int
    """Most sides, 0 to 2, on which the tokens around one of them seem to be the same, too."""


class BagCandidate(NamedTuple):
    """A unit of a content that may be an edited copy of a unit of the query."""

    content_id: int
    query_token: int
    """Where the query's unit begins."""
    content_token: int
    content_length: int
    """Tokens of the content's unit."""
    bands: int
    """Shared bands of their MinHash signatures."""


class CandidateGroup(NamedTuple):
    """The candidates of one content, as rows of a table."""

    content_id: int
    first: int
    end: int
    shared: int
    """Different fingerprints of the query; 0 for a lone, rare one (see `Candidate.hits`)."""
    sides: int
    """Most of a candidate's."""
    content_token: int
    """Where the candidate that is first in the query begins."""
    length: int
    """Tokens from first to last fingerprint, summed over the candidates."""


class Candidates(Struct, frozen=True, dict=True):
    """What the shards answer for one text in one form."""

    rows: _native.Numbers
    """The values of one `Candidate` after another, those of a content side by side; some are of no
    group."""
    group_rows: _native.Rows
    """The values of the `groups`."""
    use_rows: _native.Rows
    """Token and number of postings, before any cap, of each of the query's fingerprints that is in
    the index."""
    weak: tuple[tuple[int, int], ...] = ()
    """Tokens [start, end) of the query with candidates that cannot reach the least score."""

    @cached_property
    def groups(self) -> tuple[CandidateGroup, ...]:
        """The candidates by content, the most promising first.

        That is the one with most fingerprints, then what else speaks for it: what is the same
        around them, and how near its start they are. Of a file and the bundles that were made of
        it, the file comes first: it may share a few more tokens at the ends.
        """
        return tuple(map(CandidateGroup._make, self.group_rows.tolist()))

    def __bool__(self) -> bool:
        """Whether there is any."""
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
        """All of them, by content and diagonal."""
        by_content = sorted(self.groups, key=lambda group: group.first)
        return [candidate for group in by_content for candidate in self.of(group)]

    def without(self, contents: AbstractSet[int]) -> Candidates:
        """The candidates of all other contents."""
        groups = [group for group in self.groups if group.content_id not in contents]
        return replace(self, group_rows=_table(groups, len(CandidateGroup._fields)))


class Lookup(Struct, frozen=True):
    """What the shards answer for one text."""

    exact: Candidates
    renamed: Candidates
    bags: tuple[BagCandidate, ...]
    """Units whose bags are similar to those of the text's units, most shared bands first."""

    def without(self, contents: AbstractSet[int]) -> Lookup:
        """What they answer but for these contents."""
        return Lookup(
            self.exact.without(contents),
            self.renamed.without(contents),
            tuple(bag for bag in self.bags if bag.content_id not in contents),
        )


_COLUMNS = len(Candidate._fields)


def candidates_of(answer: _native.Found) -> Candidates:
    """The candidates of one form, as the native core answers."""
    rows, groups, uses, weak = answer
    return Candidates(rows, groups, uses, tuple((start, end) for start, end in weak.tolist()))


def bags_of(rows: _native.Rows) -> tuple[BagCandidate, ...]:
    """The units with similar bags, as the native core answers."""
    return tuple(map(BagCandidate._make, rows.tolist()))


def _table(rows: Sequence[Sequence[int]], columns: int) -> _native.Rows:
    """Some rows as the native core has them."""
    values = memoryview(array("I", chain.from_iterable(rows))).cast("B")
    return values.cast("I", (len(rows), columns)) if rows else _native.no_rows(columns)


_NONE = Candidates(memoryview(array("I")), _native.no_rows(7), _native.no_rows(2))
NOTHING = Lookup(_NONE, _NONE, ())
"""The answer for a text that nothing in an index is like."""
