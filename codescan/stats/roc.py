# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Separation of members and non-members by scores: AUROC and TPR at a low FPR, with intervals.

A higher score means a more likely member. A missing score is NaN. Units that are not independent,
such as files of one repository, share a group.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from codescan.stats.logistic_curve import logistic

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    Floats = np.ndarray[Any, np.dtype[np.float64]]

__all__ = ["LEAST_TEXTS", "Auroc", "AurocGain", "RocTable", "TprAtFpr", "tpr_at_fpr"]

LEAST_TEXTS = 2
"""Minimum number of groups of members, and of non-members, for an AUROC."""
_DRAWS = 5_000
_LEAST_DEGREES = 2


@dataclass(frozen=True, slots=True)
class Auroc:
    """The probability that a random member scores above a random non-member; a tie counts half."""

    value: float | None
    """None where it was not measured."""
    low: float
    high: float
    simultaneous_low: float
    """Bounds that hold for all scores of the table at once."""
    simultaneous_high: float
    members: int
    non_members: int
    confidence: float = 0.95
    method: str = "DeLong, cluster-robust, logit scale"


@dataclass(frozen=True, slots=True)
class AurocGain:
    """The difference between the AUROC of a score and that of another on the same texts."""

    value: float | None
    low: float
    high: float
    confidence: float = 0.95
    method: str = "DeLong, paired, cluster-robust"


@dataclass(frozen=True, slots=True)
class TprAtFpr:
    """The share of members above the score that only a share `fpr` of non-members exceeds."""

    fpr: float
    value: float | None
    """None where there are fewer than 1 / fpr non-members."""
    low: float
    high: float
    detected: int
    """Members above the threshold."""
    members: int
    false_positives: int
    """Non-members above the threshold."""
    non_members: int
    confidence: float = 0.95
    method: str = "Clopper-Pearson at order-statistic bounds of the threshold"


class RocTable:
    """The AUROC of several scores on the same texts, with their joint covariance.

    DeLong, DeLong and Clarke-Pearson (Biometrics 1988); the variance sums influence values by
    group (Obuchowski, Biometrics 1997), so that files of one repository count as dependent.
    Simultaneous bounds use the greatest absolute value of a multivariate normal with the estimated
    correlation (Hothorn, Bretz and Westfall, Biometrical Journal 2008).

    Args:
        scores: [texts, scores]; NaN where a text has no score.
        is_member: [texts].
        groups: a number for each group of dependent texts; every text by itself if not given.
        confidence: 0 < confidence < 1.
    """

    def __init__(
        self,
        scores: Floats,
        is_member: Sequence[bool],
        groups: Sequence[int] | None = None,
        confidence: float = 0.95,
    ) -> None:
        import numpy as np

        self._scores = np.asarray(scores, dtype=float)
        self._is_member = np.asarray(is_member, dtype=bool)
        count = len(self._is_member)
        self._groups = np.unique(
            np.arange(count) if groups is None else np.asarray(groups), return_inverse=True
        )[1]
        self._confidence = confidence
        columns = [self._influence(column) for column in self._scores.T]
        self._values = [value for value, _ in columns]
        influence = (
            np.stack([values for _, values in columns], axis=1) if columns else np.zeros((count, 0))
        )
        clusters = int(self._groups.max()) + 1 if count else 0
        sums = np.zeros((clusters, len(columns)))
        np.add.at(sums, self._groups, influence)
        scale = clusters / (clusters - 1) if clusters > 1 else 1.0
        self._covariance = scale * sums.T @ sums
        self._degrees = max(_LEAST_DEGREES, self._smaller_class() - 1)

    def auroc(self, column: int) -> Auroc:
        """The AUROC of one score."""
        members, non_members = self._counts(column)
        value = self._values[column]
        if value is None:
            return Auroc(
                None, 0.0, 1.0, 0.0, 1.0, members, non_members, self._confidence, "not measured"
            )
        pointwise = self._bounds(column, value, self._quantile())
        simultaneous = self._bounds(column, value, self._simultaneous_quantile)
        return Auroc(
            value, *pointwise, *simultaneous, members, non_members, self._confidence
        )  # fmt: skip

    def gain(self, column: int, baseline: int) -> AurocGain:
        """The excess of a score's AUROC over that of another score of the table."""
        value, other = self._values[column], self._values[baseline]
        if value is None or other is None:
            return AurocGain(None, -1.0, 1.0, self._confidence, "not measured")
        covariance = self._covariance
        variance = (
            covariance[column, column]
            + covariance[baseline, baseline]
            - 2 * covariance[column, baseline]
        )
        if variance <= 0 and column != baseline:  # both scores are certain
            of_column, of_baseline = self.auroc(column), self.auroc(baseline)
            return AurocGain(
                value - other,
                of_column.low - of_baseline.high,
                of_column.high - of_baseline.low,
                self._confidence,
            )
        half = self._quantile() * math.sqrt(max(0.0, float(variance)))
        low, high = max(-1.0, value - other - half), min(1.0, value - other + half)
        return AurocGain(value - other, low, high, self._confidence)

    def _influence(self, scores: Floats) -> tuple[float | None, Floats]:
        """The AUROC of a score, and how much each text moves it."""
        import numpy as np

        influence = np.zeros(len(scores))
        has_score = ~np.isnan(scores)
        members = np.flatnonzero(has_score & self._is_member)
        non_members = np.flatnonzero(has_score & ~self._is_member)
        if min(self._group_count(members), self._group_count(non_members)) < LEAST_TEXTS:
            return None, influence
        above = _placements(scores[members], np.sort(scores[non_members]))
        below = 1.0 - _placements(scores[non_members], np.sort(scores[members]))
        value = float(above.mean())
        influence[members] = (above - value) / len(members)
        influence[non_members] = (below - value) / len(non_members)
        return value, influence

    def _bounds(self, column: int, value: float, quantile: float) -> tuple[float, float]:
        deviation = math.sqrt(float(self._covariance[column, column]))
        smaller = min(self._counts(column))
        if value in (0.0, 1.0) or deviation == 0.0:
            # Without variance, each text of the smaller set counts as one trial.
            slack = 1.0 - (1.0 - self._confidence) ** (1.0 / smaller)
            return max(0.0, value - slack), min(1.0, value + slack)
        logit = math.log(value / (1.0 - value))
        half = quantile * deviation / (value * (1.0 - value))
        return logistic(logit - half), logistic(logit + half)

    def _quantile(self) -> float:
        from scipy.stats import t

        return float(t.ppf(0.5 + self._confidence / 2, self._degrees))

    @cached_property
    def _simultaneous_quantile(self) -> float:
        """The bound on the greatest of all scores' deviations, in standard errors."""
        import numpy as np

        deviations = np.sqrt(np.diag(self._covariance))
        measured = np.flatnonzero(deviations > 0)
        if len(measured) <= 1:
            return self._quantile()
        inner = self._covariance[np.ix_(measured, measured)]
        correlation = inner / np.outer(deviations[measured], deviations[measured])
        generator = np.random.default_rng(0)
        normals = generator.multivariate_normal(
            np.zeros(len(measured)), correlation, _DRAWS, method="eigh", check_valid="ignore"
        )
        # A multivariate t: one chi-square for all, since all scores share their texts.
        spread = np.sqrt(generator.chisquare(self._degrees, _DRAWS) / self._degrees)
        greatest = np.abs(normals).max(axis=1) / spread
        return max(self._quantile(), float(np.quantile(greatest, self._confidence)))

    def _counts(self, column: int) -> tuple[int, int]:
        import numpy as np

        has_score = ~np.isnan(self._scores[:, column])
        return int((has_score & self._is_member).sum()), int((has_score & ~self._is_member).sum())

    def _group_count(self, texts: Any) -> int:
        return len(set(self._groups[texts].tolist()))

    def _smaller_class(self) -> int:
        import numpy as np

        members = self._group_count(np.flatnonzero(self._is_member))
        return min(members, self._group_count(np.flatnonzero(~self._is_member)))


def tpr_at_fpr(
    members: Floats, non_members: Floats, fpr: float, confidence: float = 0.95
) -> TprAtFpr:
    """The true-positive rate at a false-positive rate.

    The estimate uses the lowest threshold that at most a share `fpr` of the given non-members
    exceeds. The interval includes two uncertainties, each with half of the error: the true
    threshold (order statistics of the non-members, Conover 1999, section 3.2) and the share of
    members above it (Clopper and Pearson, Biometrika 1934). So it is valid for any sample size, and
    its lower bound is 0 for few non-members.

    Args:
        members: scores of members; NaN is left out.
        non_members: scores of non-members, likewise.
        fpr: 0 < fpr < 1.
        confidence: 0 < confidence < 1.
    """
    import numpy as np
    from scipy.stats import binom

    members, sorted_non_members = _finite(members), np.sort(_finite(non_members))
    count, total = len(sorted_non_members), len(members)
    if not count or not total:
        return TprAtFpr(fpr, None, 0.0, 1.0, 0, total, 0, count, confidence, "not measured")
    error = (1.0 - confidence) / 4
    upper = int(binom.ppf(1.0 - error, count, 1.0 - fpr)) + 1
    lower = int(binom.ppf(error, count, 1.0 - fpr))
    above = int((members > sorted_non_members[upper - 1]).sum()) if upper <= count else 0
    most = int((members > sorted_non_members[lower - 1]).sum()) if lower >= 1 else total
    low = _bound(above, total, error, upper=False)
    high = _bound(most, total, error, upper=True)
    allowed = math.floor(fpr * count + 1e-9)
    if not allowed:
        return TprAtFpr(fpr, None, low, high, 0, total, 0, count, confidence)
    threshold = sorted_non_members[count - allowed - 1] if allowed < count else -math.inf
    detected = int((members > threshold).sum())
    false_positives = int((sorted_non_members > threshold).sum())
    value = detected / total
    return TprAtFpr(
        fpr, value, min(low, value), max(high, value), detected, total, false_positives, count,
        confidence,
    )  # fmt: skip


def _bound(k: int, n: int, error: float, *, upper: bool) -> float:
    """A one-sided Clopper-Pearson bound of k in n."""
    from scipy.stats import beta

    if upper:
        return 1.0 if k == n else float(beta.ppf(1.0 - error, k + 1, n - k))
    return 0.0 if k == 0 else float(beta.ppf(error, k, n - k + 1))


def _finite(scores: Floats) -> Floats:
    import numpy as np

    values = np.asarray(scores, dtype=float)
    finite: Floats = values[~np.isnan(values)]
    return finite


def _placements(scores: Floats, sorted_scores: Floats) -> Floats:
    """For each score the share of `others`, sorted, that lies below it; ties count half."""
    import numpy as np

    lower = np.searchsorted(sorted_scores, scores, side="left")
    right = np.searchsorted(sorted_scores, scores, side="right")
    return np.asarray((lower + right) / (2.0 * len(sorted_scores)))
