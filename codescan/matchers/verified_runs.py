# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Verified runs: the positions at which a snippet and indexed contents have the same tokens.

The index proposes contents by shared fingerprints; each proposal is extended to maximal runs on
the stored text. If very many contents share a stretch, only a limited number of families is
verified and the others are counted, so that a license banner costs no more than a rare function.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field

from codescan._core import _native
from codescan.index.candidates import NOTHING
from codescan.index.sketch.profile import CANDIDATE_TOKENS
from codescan.matchers import thresholds
from codescan.matchers.query import Form, Query, query_of
from codescan.records import MatchKind
from codescan.text.identification import identify
from codescan.text.languages import LANGUAGES, detect

if TYPE_CHECKING:
    from codescan.index.candidates import Candidates, Lookup
    from codescan.index.reader import BoundsOfForms, Index
    from codescan.records import Snippet

__all__ = [
    "Evidence", "Form", "Run", "collect", "evidence_of", "guaranteed_tokens", "looked_up",
    "query_tokens", "shares_nothing",
]  # fmt: skip


def guaranteed_tokens(index: Index, form: Form) -> int:
    """The length in tokens from which every shared run is found in a form."""
    if not index.has_texts:
        return CANDIDATE_TOKENS
    k, window, _remnant = _native.PROFILES[index.manifest.profile][form]
    return k + window - 1


class Run(NamedTuple):
    """Equal tokens: `length` from `query` in the snippet and from `content` in the content."""

    query: int
    content: int
    length: int


class Evidence(Struct, frozen=True, dict=True):
    """The evidence about one snippet in one normal form."""

    tokens: _native.Tokens
    """Tokens of the snippet."""
    verified: _native.VerifiedRuns = field(default_factory=_native.VerifiedRuns)
    """Verified runs by content, in the order in which contents were verified."""
    weak: tuple[tuple[int, int], ...] = ()
    """Tokens [start, end) of candidates that were left out: they share tokens by chance."""

    @cached_property
    def runs(self) -> dict[int, list[Run]]:
        """The verified runs by content."""
        return {
            content_id: [Run(*row[:3]) for row in self.verified.of(content_id).tolist()]
            for content_id in self.verified.contents()
        }

    @property
    def uncovered(self) -> list[tuple[int, int]]:
        """(token, postings) of fingerprints with unread postings that no verified run explains."""
        return self.verified.uncovered


def query_tokens(snippet: Snippet) -> _native.Tokens:
    """The tokens of a snippet, lexed as the index lexes texts of its language.

    Args:
        snippet: a text in one language. If its language is unknown, the most likely one is used;
            `pipeline.scan` makes one snippet for each language of a text.
    """
    return _native.lex(snippet.content, _lexer(snippet), streams=True)


def _lexer(snippet: Snippet) -> int:
    """The lexer family, a value of `_native.LEXERS`, of a snippet."""
    language = snippet.language
    if language not in LANGUAGES:
        language = detect(snippet.path or "", snippet.content[:8192])
    if language is None:
        language = identify(snippet.content).best
    return _native.LEXERS[LANGUAGES[language].lexer]


_LOOK_UP = -1
"""Key of the stored answer of `looked_up`; the other keys are the numbers of the forms."""


def shares_nothing(index: Index, snippet: Snippet) -> bool:
    """Whether nothing in an index is similar to a snippet, as for most snippets."""
    return _answer(index, snippet) is None


def looked_up(index: Index, snippet: Snippet) -> tuple[Query, Lookup]:
    """A snippet as a query and the answer of the index; stored for the other matchers."""
    answer = _answer(index, snippet)
    if answer is None:
        return query_of(index, query_tokens(snippet), snippet), NOTHING
    return answer


def _answer(index: Index, snippet: Snippet) -> tuple[Query, Lookup] | None:
    """The result of `looked_up`; None if nothing in the index is similar to the snippet."""
    answers = index.answers.of(snippet)
    if _LOOK_UP not in answers:
        answers[_LOOK_UP] = _look_up(index, snippet)
    answer: tuple[Query, Lookup] | None = answers[_LOOK_UP]
    return answer


def _look_up(index: Index, snippet: Snippet) -> tuple[Query, Lookup] | None:
    query: Query | None = None

    def bounds(tokens: _native.Tokens) -> BoundsOfForms:
        nonlocal query
        query = query_of(index, tokens, snippet)
        return _bounds(query)

    answer = index.look_up_text(snippet.content, _lexer(snippet), bounds)
    if answer is None:
        return None
    tokens, lookup = answer
    return query or query_of(index, tokens, snippet), lookup


def _bounds(query: Query) -> BoundsOfForms:
    """The code lengths of each form, and the minimum score of a match that is not suppressed."""
    exact = query.least_bits(thresholds.MAX_E_VALUE, MatchKind.VERBATIM, MatchKind.EDITED)
    renamed = query.least_bits(thresholds.MAX_E_VALUE, MatchKind.RENAMED)
    return (query.scores.full, exact), (query.scores.structure, renamed)


def evidence_of(index: Index, snippet: Snippet, form: Form) -> Evidence:
    """The result of `collect` for a snippet; stored for the other matchers of the same snippet."""
    answers = index.answers.of(snippet)
    if form not in answers:
        answers[form] = _evidence(index, snippet, form)
    evidence: Evidence = answers[form]
    return evidence


def _evidence(index: Index, snippet: Snippet, form: Form) -> Evidence:
    query, lookup = looked_up(index, snippet)
    tokens = query.tokens
    if form is Form.EXACT:
        return collect(index, tokens, lookup.exact, form)
    if not lookup.renamed:
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
        index: the index that holds the contents.
        tokens: tokens of the query.
        candidates: answer of the index for these tokens in this form.
        form: normal form in which tokens are compared.
        exact: evidence in the exact form; runs inside longer exact runs are left out.
    """
    if not candidates:
        return Evidence(tokens, weak=candidates.weak)
    verified = _native.verified_runs(
        tokens,
        candidates.rows,
        candidates.group_rows,
        candidates.use_rows,
        form,
        index.scheme,
        _LIMITS,
        index.tokens,
        index.family_number,
        exact.verified if exact is not None else None,
    )
    return Evidence(tokens, verified, candidates.weak)


_LIMITS = (
    thresholds.MAX_CHANCE_VERIFIED,
    thresholds.MAX_FAMILIES_VERIFIED,
    thresholds.MAX_VERIFIED_PER_FAMILY,
    thresholds.MAX_REMNANTS,
    thresholds.MAX_RUNS_PER_CONTENT,
    thresholds.MAX_COMPLETED,
    thresholds.SAME_PASSAGE_SHARE,
)
"""In the order of VerificationLimits in _core/verified_runs.hpp."""
