# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Verified runs: where a snippet and indexed contents have the same tokens.

The index proposes contents by shared fingerprints; each proposal is extended to maximal runs on
the stored text. Stretches that very many contents share are verified for a number of families
and counted for the rest, so that a license banner costs no more than a rare function.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import field, replace
from typing import TYPE_CHECKING, NamedTuple

from codescan._core import _native
from codescan.index.candidates import Candidate
from codescan.lazy_dataclass import dataclass
from codescan.matchers import thresholds
from codescan.matchers.query import Form, Query, query_of
from codescan.records import MatchKind
from codescan.text.identification import identify
from codescan.text.languages import LANGUAGES, detect

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from codescan.index.candidates import CandidateGroup, Candidates, Lookup
    from codescan.index.reader import Index
    from codescan.records import Snippet

__all__ = [
    "Evidence", "Form", "Run", "collect", "evidence_of", "guaranteed_tokens", "looked_up",
    "query_tokens",
]  # fmt: skip


def guaranteed_tokens(index: Index, form: Form) -> int:
    """The shortest run that is sure to be found in a form."""
    k, w, _r = _native.PROFILES[index.manifest.profile][form]
    return k + w - 1


class Run(NamedTuple):
    """Equal tokens: `length` from `query` in the snippet and from `content` in the content."""

    query: int
    content: int
    length: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about one snippet in one normal form."""

    tokens: _native.Tokens
    """Of the snippet."""
    runs: dict[int, list[Run]] = field(default_factory=dict)
    """Verified runs by content, in the order in which contents were verified."""
    uses: dict[int, int] = field(default_factory=dict)
    """Number of places in the index, by token of each fingerprint that has any."""
    used: tuple[int, ...] = ()
    """The tokens in `uses`, ascending."""
    reach: tuple[int, ...] = ()
    """Length of the longest verified run over each of them; of an exact one in any form."""
    uncovered: tuple[tuple[int, int], ...] = ()
    """(token, postings) of fingerprints with unread postings that no verified run explains."""
    weak: tuple[tuple[int, int], ...] = ()
    """Tokens [start, end) of candidates that were left out: all that they share is chance."""


def query_tokens(snippet: Snippet) -> _native.Tokens:
    """The tokens of a snippet, lexed as the index lexes texts of its language.

    Args:
        snippet: in one language. Without a known one it is lexed in the likeliest; `pipeline.scan`
            gives each language of a text its own snippet.
    """
    language = snippet.language
    if language not in LANGUAGES:
        language = detect(snippet.path or "", snippet.content[:8192])
    if language is None:
        language = identify(snippet.content).best
    return _native.lex(snippet.content, _native.LEXERS[LANGUAGES[language].lexer], streams=True)


_LOOK_UP = -1
"""Beside the numbers of the forms, in the keys of what is kept for a text."""


def looked_up(index: Index, snippet: Snippet) -> tuple[Query, Lookup]:
    """A snippet as a query and what the index says about it; kept for the other matchers."""

    def look_up() -> tuple[Query, Lookup]:
        query = query_of(index, query_tokens(snippet), snippet)
        return query, index.look_up(query.tokens, snippet.content, lambda: _bounds(query))

    return index.answers.get(_key(_LOOK_UP, snippet), look_up)


def _bounds(query: Query) -> tuple[tuple[_native.Sums, float], tuple[_native.Sums, float]]:
    """The code lengths of each form and the least score that is not a chance match."""
    exact = query.least_bits(thresholds.MAX_E_VALUE, MatchKind.VERBATIM, MatchKind.EDITED)
    renamed = query.least_bits(thresholds.MAX_E_VALUE, MatchKind.RENAMED)
    return (query.scores.full, exact), (query.scores.structure, renamed)


def evidence_of(index: Index, snippet: Snippet, form: Form) -> Evidence:
    """What `collect` finds for a snippet; kept for the other matchers of the same snippet."""
    return index.answers.get(_key(form, snippet), lambda: _evidence(index, snippet, form))


def _key(answer: int, snippet: Snippet) -> tuple[object, ...]:
    """What an answer about a snippet depends on."""
    searched = snippet.searched_bytes
    return int(answer), snippet.content, snippet.language, snippet.path, searched


def _evidence(index: Index, snippet: Snippet, form: Form) -> Evidence:
    query, lookup = looked_up(index, snippet)
    tokens = query.tokens
    if form is Form.EXACT:
        return collect(index, tokens, lookup.exact, form)
    if not lookup.renamed.groups:
        return Evidence(tokens, weak=lookup.renamed.weak)
    exact = evidence_of(index, snippet, Form.EXACT)
    return collect(index, tokens, lookup.renamed, form, exact)


def collect(
    index: Index,
    tokens: _native.Tokens,
    candidates: Candidates,
    form: Form,
    exact: Evidence | None = None,
) -> Evidence:
    """Verify every run that `tokens` share with the index, in one normal form.

    Args:
        index: that holds the contents.
        tokens: of the query.
        candidates: what the index answers for them in this form.
        form: in which tokens are compared.
        exact: what is known in the exact form: runs inside of longer exact ones are left out.
    """
    if not candidates.groups:
        return Evidence(tokens, weak=candidates.weak)
    used = sorted(candidates.uses)
    seen = _Seen(index, used, form)
    if exact is not None and exact.runs:
        candidates = seen.outside(exact, candidates)
    runs: dict[int, list[Run]] = {}
    remnants = thresholds.MAX_REMNANTS
    for group in candidates.groups:
        content_id = group.content_id
        if seen.is_part_of_more(group):
            continue
        rows = seen.worth_verifying(content_id, candidates.values(group))
        if not len(rows):
            continue
        first = Candidate._make(rows[: len(Candidate._fields)].tolist())
        if not first.hits:  # what an edited copy may have left; these come last
            if not remnants or seen.is_explained(first.query_token):
                continue
            remnants -= 1
        extended = seen.coverage.verified(
            tokens, index.tokens(content_id), rows, form, thresholds.MAX_RUNS_PER_CONTENT
        )
        seen.add(content_id, extended)
        # A run under the identity is the exact form's to find.
        runs_of_content = [
            Run(q, c, n) for q, c, n, renamed in extended.tolist() if renamed or form is Form.EXACT
        ]
        if runs_of_content:
            runs[content_id] = runs_of_content
    if form is Form.EXACT:
        _complete(index, tokens, candidates.uses, runs)
    given_up = set(seen.coverage.given_up())
    uncovered = tuple(
        (token, postings)
        for token, postings in candidates.uses.items()
        if (postings > _native.MAX_POSTINGS or token in given_up) and not seen.is_explained(token)
    )
    return Evidence(
        tokens,
        runs,
        candidates.uses,
        tuple(used),
        tuple(seen.coverage.reach),
        uncovered,
        candidates.weak,
    )


def _complete(
    index: Index, tokens: _native.Tokens, uses: dict[int, int], runs: dict[int, list[Run]]
) -> None:
    """Add the runs of verified contents that the index has too many places of to list all.

    Comments that hundreds of files hold hide which of these files holds the code between them, too.

    Args:
        index: that holds the contents.
        tokens: of the query.
        uses: number of places, by token of each fingerprint.
        runs: verified so far, by content; completed in place.
    """
    common = {token for token, postings in uses.items() if postings > _native.MAX_POSTINGS}
    if not common:
        return
    profile = index.manifest.profile
    keys: dict[int, int] = {}
    for key, token in tokens.fingerprints(Form.EXACT, profile, of_query=True).keys().tolist():
        if token in common:
            keys.setdefault(key, token)
    places = sorted(keys.values())
    offsets = sorted(tokens.span(place, place + 1)[0] for place in places)
    lacking = [
        content_id
        for content_id, known in runs.items()
        if any(_has_between(tokens, run, places, offsets) for run in known)
        and not _covers(known, places)
    ]
    lacking.sort(key=lambda content_id: -sum(run.length for run in runs[content_id]))
    least = _native.PROFILES[profile][Form.EXACT][0]
    for content_id in lacking[: thresholds.MAX_COMPLETED]:
        content = index.tokens(content_id)
        own_keys = content.fingerprints(Form.EXACT, profile).keys().tolist()
        seeds = [value for key, place in own_keys if key in keys for value in (keys[key], place)]
        if not seeds:
            continue
        rows = memoryview(array("I", seeds)).cast("B").cast("I", (len(seeds) // 2, 2))
        extended = _native.extend(tokens, content, rows, Form.EXACT).tolist()
        added = {Run(query, place, length) for query, place, length, _ in extended}
        every = {*runs[content_id], *(run for run in added if run.length >= least)}
        runs[content_id] = sorted(every)[: thresholds.MAX_RUNS_PER_CONTENT]


def _has_between(
    tokens: _native.Tokens, run: Run, places: Sequence[int], offsets: Sequence[int]
) -> bool:
    """Whether the text of a run has some tokens of the query between its own.

    Args:
        tokens: of the query.
        run: of one stream: its code, for example.
        places: of these tokens, ascending.
        offsets: their bytes, ascending.
    """
    end = run.query + run.length
    first_byte, last_byte = tokens.span(run.query, end)
    own = bisect_left(places, end) - bisect_left(places, run.query)
    return bisect_left(offsets, last_byte) - bisect_left(offsets, first_byte) > own


def _covers(runs: list[Run], places: Collection[int]) -> bool:
    """Whether each of some tokens of the query lies in a run."""
    starts: list[int] = []
    ends: list[int] = []
    for run in sorted(runs):
        end = run.query + run.length
        if ends and run.query <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(run.query)
            ends.append(end)
    after = [bisect_right(starts, place) for place in places]
    return all(at > 0 and place < ends[at - 1] for at, place in zip(after, places, strict=True))


class _Seen:
    """What was verified so far, to tell which further candidates would add something.

    Kept for each fingerprint of the query that is in the index.
    """

    def __init__(self, index: Index, used: list[int], form: Form) -> None:
        self._index = index
        k, w, _r = _native.PROFILES[index.manifest.profile][form]
        self._k, self._w = k, w
        self._guarantee = k + w - 1
        self._used = used
        self.coverage = _native.Coverage(
            used, k, w, thresholds.MAX_CHANCE_VERIFIED, thresholds.MAX_FAMILIES_VERIFIED
        )
        """By the verified runs."""
        self._per_family: dict[int, int] = defaultdict(int)

    def outside(self, exact: Evidence, candidates: Candidates) -> Candidates:
        """The candidates that do not lie inside an exact run, however far they reach."""
        runs = {(run.query, run.length) for runs in exact.runs.values() for run in runs}
        rows, positions = self.coverage.outside(candidates.rows, sorted(runs))
        groups = tuple(
            g._replace(first=positions[g.first], end=positions[g.end])
            for g in candidates.groups
            if positions[g.end] > positions[g.first]
        )
        return replace(candidates, rows=rows, groups=groups)

    def is_part_of_more(self, group: CandidateGroup) -> bool:
        """Whether all of a group is too short to be more than a part of runs that are verified."""
        length = group.length + (group.end - group.first) * (self._k + 2 * self._w)
        floor = self.coverage.floor
        return floor >= self._guarantee and length < thresholds.SAME_PASSAGE_SHARE * floor

    def is_explained(self, token: int) -> bool:
        """Whether a verified run of the guaranteed length lies over the fingerprint at a token."""
        return self.coverage.is_explained(token)

    def worth_verifying(self, content_id: int, rows: _native.Numbers) -> _native.Numbers:
        """The candidates of a content that may be more than one of many, or a part of more.

        Args:
            content_id: that they are of.
            rows: the values of one `Candidate` after another.
        """
        promising, is_new, length, room = self.coverage.choose(rows)
        if is_new or not len(promising):
            return promising
        if length < thresholds.SAME_PASSAGE_SHARE * room:
            return promising[:0]  # all of it lies inside longer runs, as parts of them
        family = self._index.family_number(content_id)
        if self._per_family[family] < thresholds.MAX_VERIFIED_PER_FAMILY:
            return promising
        return promising[:0]

    def add(self, content_id: int, rows: _native.Rows) -> None:
        """Record the runs of a verified content."""
        self._per_family[self._index.family_number(content_id)] += 1
        self.coverage.add(rows)
