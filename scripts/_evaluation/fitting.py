# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Fits the extreme-value law of chance matches by maximum likelihood, and checks it.

A text of m tokens finds K * m**h * n**g * 2**(-lambda * S) matches of score S or more in an index
of n tokens (`codescan.matchers.significance`). Above a lowest score the matches of all texts are a
Poisson process of that intensity, whose likelihood has its maximum in closed form.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from _evaluation.chance import counts
from _evaluation.reading import is_chance, package_of

from codescan.matchers import thresholds
from codescan.matchers.significance import Calibration, Parameters
from codescan.records import MatchKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from _evaluation.chance import ChanceMatch, Searched

__all__ = [
    "CHECKED", "LOWEST", "SHARES", "Check", "Fit", "Query", "checked", "completed",
    "e_values",
    "exponent_of_index", "exponent_of_query", "fitted", "print_check", "queries",
]  # fmt: skip

CHECKED = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""E-values at which counts are compared with the law."""
SHARES = {MatchKind.VERBATIM: 0.35, MatchKind.RENAMED: 0.65, MatchKind.EDITED: 0.25}
"""Matches of each kind with an E-value of 1 or less that a text is to have.

Their sum is above 1: a language in which one kind is rare has fewer.
"""
LOWEST = {MatchKind.VERBATIM: 20.0, MatchKind.RENAMED: 80.0, MatchKind.EDITED: 20.0}
"""Score from which the matches of each kind follow the law, in bits; short ones are not all found.
"""
_LEAST_TOKENS = 32
"""Of a text: shorter ones can hardly hold a match."""
_LEAST_MATCHES = 12
"""Of all families, above the lowest score of a fit."""
_PRIOR_MATCHES = 25
"""As if so many matches with the lambda of all families had been seen in each."""
_PRIOR_COUNT = 4
"""As if so many matches at the rate of all families had been seen in each."""
_CENSORED = 150.0
"""Bits above the lowest score beyond which a match only counts as that far."""
_MOST_BITS = 1000.0
_SAME = 60
"""Characters by which a repeated passage is known."""


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
    texts: Iterable[Searched], family: str, kind: MatchKind, is_counted: Mapping[int, bool]
) -> list[Query]:
    """The texts that have a part of a family, and their chance matches of a kind.

    A passage that a package repeats, in several builds for example, counts once.

    Args:
        texts: that were searched for.
        family: of lexers.
        kind: of matches.
        is_counted: by id() of a match, whether it is one of chance.
    """
    seen: set[tuple[str, str, str]] = set()
    e_values = []
    for text in texts:
        if family not in text.tokens:
            continue
        scores = []
        for match in text.matches:
            if match.family != family or match.kind != kind.value or not is_counted[id(match)]:
                continue
            key = package_of(text.text), package_of(match.origin), match.text[:_SAME]
            if key not in seen:
                seen.add(key)
                scores.append(match.bits)
        e_values.append(Query(text.tokens[family], text.index_tokens, tuple(scores)))
    return e_values


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
    groups: Mapping[str, Sequence[Query]], kind: MatchKind, h: float, g: float
) -> dict[str, Fit]:
    """The law of each lexer family for one kind of match.

    What few matches say is drawn towards what those of all families say together.

    Args:
        groups: texts by family, with their matches of this kind.
        kind: of the matches.
        h: exponent of the query's tokens.
        g: exponent of the index's tokens.
    """
    share, lowest = SHARES[kind], LOWEST[kind]
    weights = {f: sum(2.0 ** _size(q, h, g) for q in group) for f, group in groups.items()}
    above = {
        family: [bits - lowest for query in group for bits in query.bits if bits >= lowest]
        for family, group in groups.items()
    }
    every = list(itertools.chain.from_iterable(above.values()))
    if len(every) < _LEAST_MATCHES:
        raise ValueError(f"{len(every)} chance matches of kind {kind}: scan more files")
    pooled = _decay(every)
    rate = len(every) / sum(weights.values())
    fits: dict[str, Fit] = {}
    for family, excess in above.items():
        seen = len(excess)
        own = _decay(excess) if seen else pooled
        decay = (seen + _PRIOR_MATCHES) / (seen / own + _PRIOR_MATCHES / pooled)
        scale = (seen + _PRIOR_COUNT) / (weights[family] + _PRIOR_COUNT / rate)
        fits[family] = Fit(decay, math.log2(scale / share) + decay * lowest, lowest, seen)
    return fits


def _decay(excess: Sequence[float]) -> float:
    """Lambda of an exponential tail, censored: a copy among the matches must not decide it."""
    above = sum(each > _CENSORED for each in excess)
    total = sum(min(each, _CENSORED) for each in excess)
    return max(1, len(excess) - above) / (math.log(2) * max(1.0, total))


def _size(query: Query, h: float, g: float) -> float:
    index = max(query.index_tokens, thresholds.LEAST_INDEX_TOKENS)
    return h * math.log2(_query_tokens(query)) + g * math.log2(index)


def _query_tokens(query: Query) -> int:
    return max(query.tokens, _LEAST_TOKENS)


def completed(fits: Mapping[MatchKind, Mapping[str, Fit]], h: float, g: float) -> Calibration:
    """The calibration of all kinds and families."""
    parameters = {
        (family, kind): Parameters(fit.decay, fit.log_scale, fit.matches)
        for kind, families in fits.items()
        for family, fit in families.items()
    }
    return Calibration(parameters, h, g)


def e_values(texts: Iterable[Searched], calibration: Calibration | None = None) -> list[float]:
    """The E-value of every chance finding; a passage that a package repeats counts once.

    Args:
        texts: that were searched for.
        calibration: laws to judge by; None for the E-values that the findings have.
    """
    seen: set[tuple[str, str, str]] = set()
    matches = []
    for text in texts:
        for match in text.matches:
            if not counts(match) or not is_chance(text, match):
                continue
            key = package_of(text.text), package_of(match.origin), match.text[:_SAME]
            if key in seen:
                continue
            seen.add(key)
            matches.append(_e_value(text, match, calibration) if calibration else match.e_value)
    return matches


def _e_value(text: Searched, match: ChanceMatch, calibration: Calibration) -> float:
    law = calibration.parameters[match.family, MatchKind(match.kind)]
    tokens = max(text.tokens.get(match.family, 0), thresholds.LEAST_QUERY_TOKENS)
    query = Query(tokens, text.index_tokens, ())
    size = _size(query, calibration.query_exponent, calibration.index_exponent)
    exponent = law.log_scale + size - law.decay * match.bits
    return float(2.0 ** max(-_MOST_BITS, min(_MOST_BITS, exponent)))


def print_check(texts: Sequence[Searched], calibration: Calibration | None = None) -> bool:
    """Print how many findings there are of each E-value; True if all are as many as they should."""
    print(f"{'E-value':>8} {'findings':>9} {'a text':>9} {'95 % interval':>22} {'ratio':>6}")
    checks = checked(e_values(texts, calibration), len(texts))
    for check in checks:
        interval = f"{check.low:.5f} to {check.high:.5f}"
        mark = "" if check.holds else " !"
        print(f"{check.e_value:8g} {check.matches:9} {check.per_text:9.5f} {interval:>22} "
              f"{check.per_text / check.e_value:6.2f}{mark}")  # fmt: skip
    return all(check.holds for check in checks)


def checked(e_values: Iterable[float], texts: int) -> list[Check]:
    """Compare the number of findings of each E-value with the law.

    Args:
        e_values: E-values of all chance findings.
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
