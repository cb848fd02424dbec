# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What each threshold of the grades costs and saves, on copies and no copies of real code.

For every value of a threshold, the others being as they are: the share of disguised copies of
grade A or B, and of texts that are no copies and get one all the same.
"""
# ruff: noqa: S311 - draws must be repeatable

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from _evaluation import boilerplate, corpus
from _evaluation.chance import setting
from _evaluation.spans import cuts
from _evaluation.transforms import TRANSFORMS

from codescan._core import _native
from codescan.licenses.attribution import attribute
from codescan.matchers import thresholds
from codescan.matchers.grading import grade
from codescan.matchers.overlaps import resolve
from codescan.pipeline import snippets_of
from codescan.records import Attribution, Completion, Grade, Match, Snippet
from codescan.registry import load, names
from codescan.stats.intervals import Rate, wilson_rate
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codescan.index import Index

__all__ = ["curves", "scanned"]

MAX_FALSE = 0.01
GRID: dict[str, tuple[float, ...]] = {
    "STRONG_E_VALUE": (1e-6, 1e-5, 1e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 1e-1),
    "TOOL_SHARE": (0.3, 0.5, 0.7, 0.9),
    "MAX_LITERAL_SHARE": (0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
    "MAX_IMPORT_SHARE": (0.3, 0.4, 0.5, 0.6, 0.8, 1.0),
}
WHOLE = ("verbatim", "reformatted", "comments removed", "in a chat answer")


@dataclass(frozen=True, slots=True)
class Graded:
    """A match with all that its grade depends on."""

    match: Match
    snippet: Snippet
    attribution: Attribution
    lexer: int

    def is_strong(self) -> bool:
        """Whether it has grade A or B under the thresholds of this moment."""
        span = self.match.span
        text = self.snippet.content[span.start : span.end]
        graded, _reasons = grade(
            self.match, self.snippet, self.attribution, _native.lex(text, self.lexer)
        )
        return graded in (Grade.A, Grade.B)


Matches = tuple[Graded, ...]
"""All that was found in one text."""


def matched(index: Index, snippets: tuple[Snippet, ...]) -> Matches:
    """Everything found in a text, not yet graded."""
    findings = []
    for snippet in snippets:
        matchers = [load("matchers", name)(index) for name in names("matchers")]
        items = [item for matcher in matchers for item in matcher.match(snippet)]
        for match in resolve(snippet, items):
            if isinstance(match, Match):
                language = snippet.language
                lexer = (
                    _native.LEXERS[LANGUAGES[language].lexer]
                    if language
                    else index.lexer(match.locations[0].content_id)
                )
                findings.append(Graded(match, snippet, attribute(match, index, snippet), lexer))
    return tuple(findings)


def scanned(corpora: corpus.Corpora, spans: int, seed: int) -> dict[str, list[Matches]]:
    """What is found in each text, by disguise or by kind of negative."""
    index = corpora.indexed
    least = index.manifest.guarantee_tokens
    groups: dict[str, list[Matches]] = {}
    drawn = list(cuts(index.sample(len(index), seed), spans, least, random.Random(seed)))
    for transform in TRANSFORMS:
        rng = random.Random(f"{seed} {transform.name}")
        groups[transform.name] = findings = []
        for cut in drawn:
            disguised = transform.make(cut, rng)
            if disguised.chat:
                snippets = snippets_of(Completion("answer", "assistant", disguised.text))
            else:
                snippets = (Snippet("copy", disguised.text.encode(), disguised.language),)
            findings.append(matched(index, snippets))
    skip = corpus.vendored(corpora)
    others = (
        document
        for document in corpora.held_out.sample(len(corpora.held_out), seed)
        if document.origin.sha256 not in skip
    )
    texts = ((c.text, c.language) for c in cuts(others, spans * 5, least, random.Random(seed)))
    groups["other packages"] = [
        matched(index, (Snippet("other", text.encode(), language),)) for text, language in texts
    ]
    for kind, make in boilerplate.KINDS.items():
        rng = random.Random(f"{seed} {kind}")
        disguised = make(index.sample(len(index), seed), rng)
        groups[kind] = [
            matched(index, (Snippet("boilerplate", text.encode(), language),))
            for text, language in itertools.islice(disguised, max(20, spans // 4))
        ]
    return groups


def strong(texts: list[Matches]) -> tuple[int, int]:
    """(texts with a finding of grade A or B, texts)."""
    return sum(any(one.is_strong() for one in findings) for findings in texts), len(texts)


def curves(groups: dict[str, list[Matches]]) -> None:
    """Print a table for each threshold."""
    negative = {"other packages", *boilerplate.KINDS}
    for name, values in GRID.items():
        current = getattr(thresholds, name)
        print(f"\n{name} (now {current:g})\n")
        print(f"{'value':>8} {'whole copies':>13} {'renamed':>9} {'10 % edited':>12} "
              f"{'30 % edited':>12} {'false: other packages':>28} {'boilerplate':>24}")  # fmt: skip
        for value in sorted({*values, current}):
            with setting(name, value):
                counts = {group: strong(texts) for group, texts in groups.items()}
            whole = wilson_rate(*_sum(counts, WHOLE))
            false = wilson_rate(*counts["other packages"])
            common = wilson_rate(*_sum(counts, sorted(negative - {"other packages"})))
            shares = [wilson_rate(*counts[n]) for n in ("renamed", "10 % edited", "30 % edited")]
            mark = " <= 1 %" if max(false.value, common.value) <= MAX_FALSE else ""
            renamed, tenth, third = (share.value for share in shares)
            print(f"{value:8g} {whole.value:13.1%} {renamed:9.1%} {tenth:12.1%} {third:12.1%} "
                  f"{_counted(false):>28} {_counted(common):>24}{mark}")  # fmt: skip


def _sum(counts: dict[str, tuple[int, int]], groups: Iterable[str]) -> tuple[int, int]:
    pairs = [counts[group] for group in groups]
    return sum(k for k, _ in pairs), sum(n for _, n in pairs)


def _counted(rate: Rate) -> str:
    return f"{rate.k} of {rate.n} [{rate.low:.2%}, {rate.high:.2%}]"
