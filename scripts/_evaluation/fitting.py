# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Fits the extreme-value law of chance matches by maximum likelihood, and checks it.

A text of m tokens finds K * m**h * n**g * 2**(-lambda * S) matches of score S or more in an index
of n tokens (`codescan.matchers.significance`). Above a lowest score the matches of all texts are a
Poisson process of that intensity, whose likelihood has its maximum in closed form.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from _evaluation.reading import package_of

from codescan.matchers import thresholds
from codescan.matchers.significance import Calibration, Parameters
from codescan.records import MatchKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from _evaluation.chance import Searched

__all__ = [
    "CHECKED", "SHARES", "Check", "Fit", "Query", "checked", "completed",
    "exponent_of_index", "exponent_of_query", "fitted", "queries",
]  # fmt: skip

CHECKED = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""E-values at which counts are compared with the law."""
SHARES = {MatchKind.VERBATIM: 0.3, MatchKind.RENAMED: 0.5, MatchKind.EDITED: 0.2}
"""Share of all chance matches of one E-value that each kind may have."""
_LOWEST = tuple(range(20, 161, 5))
"""Lowest scores that are tried, in bits."""
_LEAST_MATCHES = 12
"""Of all families, above the lowest score of a fit."""
_PRIOR_MATCHES = 25
_SAME = 60
"""Characters by which a repeated passage is known."""
_BETTER = 0.1
"""By so much the misfit must fall for fewer matches to be used."""
_TELLING = 4
"""Matches that must be expected for a misfit to be told from chance."""


class Query(NamedTuple):
    """The part of one text that one law is about."""

    tokens: int
    index_tokens: int
    bits: tuple[float, ...]
    """Scores of its chance matches."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted law."""

    decay: float
    log_scale: float
    lowest: float
    """Score from which matches were counted."""
    matches: int
    misfit: float
    """Largest |log2(counted / expected)| of all families together."""

    @property
    def law(self) -> tuple[float, float]:
        """Lambda and log2 of K."""
        return self.decay, self.log_scale


class Check(NamedTuple):
    """How many matches of at most this E-value there are for each text, and their bounds."""

    e_value: float
    matches: int
    texts: int
    per_text: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        """Whether the count is between half and twice the E-value, so far as can be told."""
        return self.high >= self.e_value / 2 and self.low <= 2 * self.e_value


def queries(
    texts: Iterable[Searched], family: str, kind: MatchKind, counts: Mapping[int, bool]
) -> list[Query]:
    """The texts that have a part of a family, and their chance matches of a kind.

    A passage that a package repeats, in several builds for example, counts once.

    Args:
        texts: that were searched for.
        family: of lexers.
        kind: of matches.
        counts: by id() of a match, whether it is one of chance.
    """
    seen: set[tuple[str, str, str]] = set()
    found = []
    for text in texts:
        if family not in text.tokens:
            continue
        scores = []
        for match in text.matches:
            if match.family != family or match.kind != kind.value or not counts[id(match)]:
                continue
            key = package_of(text.text), package_of(match.origin), match.text[:_SAME]
            if key not in seen:
                seen.add(key)
                scores.append(match.bits)
        found.append(Query(text.tokens[family], text.index_tokens, tuple(scores)))
    return found


def exponent_of_query(groups: Sequence[Sequence[Query]], lowest: float) -> float:
    """By which power of its tokens a text finds chance matches (maximum likelihood).

    Args:
        groups: texts of one law each.
        lowest: score from which matches count.
    """
    from scipy.optimize import minimize_scalar

    def loss(power: float) -> float:
        total = 0.0
        for group in groups:
            sizes = [math.log(_query_tokens(query)) for query in group]
            each = [sum(bits >= lowest for bits in query.bits) for query in group]
            if not sum(each):
                continue
            norm = math.log(sum(math.exp(power * size) for size in sizes))
            total -= sum(n * (power * size - norm) for n, size in zip(each, sizes, strict=True))
        return total

    return float(minimize_scalar(loss, bounds=(0.2, 1.5), method="bounded").x)


def exponent_of_index(
    large: Sequence[Query], small: Sequence[Query], lowest: float
) -> tuple[float, int, int]:
    """By which power of its tokens an index gives chance matches, and the matches it rests on.

    Args:
        large: texts searched for in the larger index.
        small: the same texts in the smaller one.
        lowest: score from which matches count.
    """
    counts = [sum(b >= lowest for q in group for b in q.bits) for group in (large, small)]
    growth = math.log2(large[0].index_tokens / small[0].index_tokens)
    ratio = math.log2(max(1, counts[0]) / max(1, counts[1]))
    return ratio / growth, counts[0], counts[1]


def fitted(
    groups: Mapping[str, Sequence[Query]], share: float, h: float, g: float
) -> dict[str, Fit]:
    """The law of each lexer family for one kind of match.

    Lambda of a family is drawn towards that of all families together, as if `_PRIOR_MATCHES` more
    had been seen. The lowest score is the one from which the laws are truest to the counts.

    Args:
        groups: texts by family, with their matches of this kind.
        share: how many matches of E-value 1 a text is to have.
        h: exponent of the query's tokens.
        g: exponent of the index's tokens.
    """
    weights = {f: sum(2.0 ** _size(q, h, g) for q in group) for f, group in groups.items()}
    best: dict[str, Fit] = {}
    for lowest in _LOWEST:
        above = {
            family: [bits - lowest for query in group for bits in query.bits if bits >= lowest]
            for family, group in groups.items()
        }
        total = sum(map(len, above.values()))
        if total < _LEAST_MATCHES:
            break
        mean = sum(map(sum, above.values())) / total
        fits: dict[str, Fit] = {}
        for family, excess in above.items():
            matches = len(excess)
            decay = (matches + _PRIOR_MATCHES) / (
                math.log(2) * (sum(excess) + _PRIOR_MATCHES * mean)
            )
            log_scale = math.log2((matches + 0.5) / weights[family] / share) + decay * lowest
            fits[family] = Fit(decay, log_scale, lowest, matches, 0.0)
        misfit = _misfit(groups, fits, share, h, g)
        if not best or misfit < next(iter(best.values())).misfit - _BETTER:
            best = {f: Fit(*fit.law, lowest, fit.matches, misfit) for f, fit in fits.items()}
    return best


def _misfit(
    groups: Mapping[str, Sequence[Query]], fits: Mapping[str, Fit], share: float, h: float, g: float
) -> float:
    """Largest |log2(counted / expected)| where enough are expected to tell."""
    exponents = [
        fits[family].log_scale + _size(query, h, g) - fits[family].decay * bits
        for family, group in groups.items()
        for query in group
        for bits in query.bits
    ]
    texts = sum(map(len, groups.values()))
    worst = 0.0
    for e_value in CHECKED:
        expected = e_value * share * texts
        if e_value > 1 or expected < _TELLING:
            continue
        counted = sum(exponent <= math.log2(e_value) for exponent in exponents)
        worst = max(worst, abs(math.log2(max(0.5, counted) / expected)))
    return worst


def _size(query: Query, h: float, g: float) -> float:
    index = max(query.index_tokens, thresholds.LEAST_INDEX_TOKENS)
    return h * math.log2(_query_tokens(query)) + g * math.log2(index)


def _query_tokens(query: Query) -> int:
    return max(query.tokens, thresholds.LEAST_QUERY_TOKENS)


def completed(fits: Mapping[MatchKind, Mapping[str, Fit]], h: float, g: float) -> Calibration:
    """The calibration of all kinds and families."""
    parameters = {
        (family, kind): Parameters(fit.decay, fit.log_scale, fit.matches)
        for kind, families in fits.items()
        for family, fit in families.items()
    }
    return Calibration(parameters, h, g)


def checked(e_values: Iterable[float], texts: int) -> list[Check]:
    """Compare the number of findings of each E-value with the law.

    Args:
        e_values: of all chance findings.
        texts: searched for.
    """
    ordered = sorted(e_values)
    out = []
    for e_value in CHECKED:
        count = sum(each <= e_value for each in ordered)
        low, high = _poisson_interval(count)
        out.append(Check(e_value, count, texts, count / texts, low / texts, high / texts))
    return out


def _poisson_interval(count: int) -> tuple[float, float]:
    """Garwood's exact 95 % interval of a Poisson mean."""
    from scipy.stats import chi2

    low = float(chi2.ppf(0.025, 2 * count)) / 2 if count else 0.0
    return low, float(chi2.ppf(0.975, 2 * count + 2)) / 2
