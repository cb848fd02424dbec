# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Intervals of measured numbers, corrections, and estimates of unseen kinds.

Every function is pure and deterministic; functions with random numbers take a seed. Shares are
0..1, never percent. Formulas are cited where they are used.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, ClassVar

from codescan.records.json_form import JsonForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "PACKAGES_LIKE_THESE",
    "THIS_CORPUS",
    "Difference",
    "Estimate",
    "Rate",
    "benjamini_hochberg",
    "chao1",
    "clopper_pearson",
    "excess",
    "good_turing",
    "in_frame",
    "rate",
    "wilson",
    "wilson_rate",
]

THIS_CORPUS = "this corpus"
"""Claim about a finite population: only the sampling of its text is random."""
PACKAGES_LIKE_THESE = "packages like these"
"""Claim about a superpopulation: the packages themselves are a sample."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of trials, with an interval.

    Without a trial nothing was measured: `value`, `low` and `high` are then 0, 0 and 1 here, and
    null in JSON.
    """

    json_form: ClassVar = JsonForm(
        derived=("words",),
        optional=("frame", "weighted", "clusters", "claim"),
        measured="n",
        estimates=("value", "low", "high"),
    )

    k: int
    """Trials that succeeded."""
    n: int
    """All trials."""
    value: float
    """k / n, or the corrected share for `rogan_gladen`."""
    low: float
    high: float
    method: str
    """The method of the interval, by its usual name."""
    confidence: float = 0.95
    frame: str = ""
    """The sampling frame of the trials; "" where they are not prompts that were drawn."""
    weighted: bool = False
    """Whether `value` weighs the strata of the frame, so that it need not be k / n."""
    clusters: int = 0
    """Independent units that the trials come from; 0: each trial is one."""
    claim: str = ""
    """The claim of the interval, such as `THIS_CORPUS`; "" if trials are not of a corpus."""

    @property
    def words(self) -> str:
        """In plain words: "3 of 200 (1.5 %; 95 % interval 0.31 % to 4.3 % for this corpus)"."""
        sure = f"{self.confidence * 100:g} %"
        frame = in_frame(self.frame)
        if self.n == 0:
            return f"not measured (0 trials{frame})"
        frame = f"{_about(self.claim)}{frame}"
        counted = f"{self.k:,} of {self.n:,}"
        if self.weighted:
            counted += " drawn"
            frame = f"{_about(self.claim)}; weighted by stratum{in_frame(self.frame)}"
        if self.k == 0 and self.value == 0.0:
            return f"{counted} (≤ {_percent(self.high)}, {sure} bound{frame})"
        if self.k == self.n and self.value == 1.0:
            return f"{counted} (≥ {_percent(self.low)}, {sure} bound{frame})"
        return (
            f"{counted} ({_percent(self.value)}; {sure} interval "
            f"{_percent(self.low)} to {_percent(self.high)}{frame})"
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference of a share between two arms, -1..1."""

    json_form: ClassVar = JsonForm(
        derived=("words",),
        optional=("frame", "claim"),
        hidden=("measured",),
        measured="measured",
        estimates=("value", "low", "high"),
    )

    value: float
    low: float
    high: float
    method: str
    confidence: float = 0.95
    frame: str = ""
    """The sampling frame of the arms; "" where they are not prompts that were drawn."""
    measured: bool = True
    """Whether both arms have trials; else the interval is -1..1 here, and null in JSON."""
    claim: str = ""
    """The claim of the interval; see `Rate`."""

    @property
    def words(self) -> str:
        """The difference in percentage points, with its interval."""
        if not self.measured:
            return f"not measured (one arm has no trial{in_frame(self.frame)})"
        low, value, high = (f"{x * 100:+.3g}" for x in (self.low, self.value, self.high))
        sure = f"{self.confidence * 100:g} %"
        frame = f"{_about(self.claim)}{in_frame(self.frame)}"
        return f"{value} percentage points ({sure} interval {low} to {high}{frame})"


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimated quantity with an interval; its unit is stated by the function that made it."""

    value: float
    low: float
    high: float
    method: str
    confidence: float = 0.95


def rate(k: int, n: int, confidence: float = 0.95) -> Rate:
    """A binomial share with its exact interval (Clopper and Pearson, Biometrika 1934).

    If no or every trial succeeded, only one side can be wrong, and that side takes the whole error:
    0 of n is at most 1 - (1 - confidence)^(1/n), about 3/n at 95 % ("rule of three",
    Hanley and Lippman-Hand, JAMA 1983).

    Args:
        k: successes, 0..n.
        n: trials, at least 0.
        confidence: share of such intervals that hold the truth, 0 < confidence < 1.

    Raises:
        ValueError: an argument is out of its range.
    """
    _check(k, n, confidence)
    method = "Clopper-Pearson"
    if n == 0:
        return Rate(k, n, 0.0, 0.0, 1.0, method, confidence)
    if k in (0, n):
        bound = math.pow(1.0 - confidence, 1.0 / n)
        low, high = (0.0, 1.0 - bound) if k == 0 else (bound, 1.0)
        return Rate(k, n, k / n, low, high, f"{method}, one-sided", confidence)
    low, high = clopper_pearson(k, n, confidence)
    return Rate(k, n, k / n, low, high, method, confidence)


def wilson_rate(k: int, n: int, confidence: float = 0.95) -> Rate:
    """A binomial share with Wilson's score interval.

    Raises:
        ValueError: an argument is out of its range.
    """
    low, high = wilson(k, n, confidence)
    return Rate(k, n, k / n if n else 0.0, low, high, "Wilson", confidence)


def clopper_pearson(k: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """The two-sided exact interval of a binomial share; (0, 1) for no trial.

    Raises:
        ValueError: an argument is out of its range.
    """
    # `scipy.stats` takes longer to import than many commands run.
    from scipy.special import betaincinv

    _check(k, n, confidence)
    alpha = (1.0 - confidence) / 2
    low = float(betaincinv(k, n - k + 1, alpha)) if k > 0 else 0.0
    high = float(betaincinv(k + 1, n - k, 1.0 - alpha)) if k < n else 1.0
    return low, high


def wilson(k: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a binomial share (JASA 1927); (0, 1) for no trial.

    Raises:
        ValueError: an argument is out of its range.
    """
    _check(k, n, confidence)
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    center = (2 * k + z**2) / (2 * (n + z**2))
    reach = z * math.sqrt(4 * k * (1 - k / n) + z**2) / (2 * (n + z**2))
    return (center - reach if k > 0 else 0.0), (center + reach if k < n else 1.0)


def excess(k: int, n: int, null_k: int, null_n: int, confidence: float = 0.95) -> Difference:
    """The excess of the share k/n over that of a null arm.

    Newcombe's hybrid score interval (Statistics in Medicine 1998, method 10). Without a trial in
    either arm the interval is -1..1.

    Raises:
        ValueError: an argument is out of its range.
    """
    low, high = wilson(k, n, confidence)
    null_low, null_high = wilson(null_k, null_n, confidence)
    if n == 0 or null_n == 0:
        return Difference(0.0, -1.0, 1.0, "Newcombe", confidence, measured=False)
    share, null = k / n, null_k / null_n
    return Difference(
        share - null,
        share - null - math.hypot(share - low, null_high - null),
        share - null + math.hypot(high - share, null - null_low),
        "Newcombe",
        confidence,
    )


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p-values: if those below q are called significant, the false share is at most q.

    Benjamini and Hochberg (JRSS B 1995), by `scipy.stats.false_discovery_control`.

    Raises:
        ValueError: a value is not in 0..1.
    """
    if not p_values:
        return ()
    from scipy.stats import false_discovery_control

    return tuple(float(x) for x in false_discovery_control(list(p_values), method="bh"))


def good_turing(counts: Iterable[int], confidence: float = 0.95) -> Estimate:
    """Probability that the next observation is of an unseen kind: f1 / n.

    Good (Biometrika 1953); interval by Esty (Annals of Statistics 1983):
    z / n * sqrt(f1 + 2 f2 - f1^2 / n). That is a point where one kind was seen once and no other,
    so the interval is never narrower than the exact one of f1 in n.

    Args:
        counts: how often each kind was seen; zeros are ignored.
        confidence: 0 < confidence < 1.
    """
    method = "Good-Turing, Esty interval"
    n, f1, f2, _ = _frequencies(counts)
    if n == 0:
        return Estimate(1.0, 0.0, 1.0, method, confidence)
    value = f1 / n
    half = _z(confidence) / n * math.sqrt(max(0.0, f1 + 2 * f2 - f1 * f1 / n))
    least, most = clopper_pearson(f1, n, confidence)
    low, high = max(0.0, min(least, value - half)), min(1.0, max(most, value + half))
    return Estimate(value, low, high, method, confidence)


def chao1(counts: Iterable[int], confidence: float = 0.95) -> Estimate:
    """A lower estimate of the number of all kinds, seen or unseen.

    Bias-corrected Chao1, S + f1 (f1 - 1) / (2 (f2 + 1)) (Chao, Scandinavian Journal of
    Statistics 1984 and Encyclopedia of Statistical Sciences 2005), with the log-normal interval of
    Chao (Biometrics 1987). Where that estimates no unseen kind, the interval is the one of
    EstimateS and SpadeR for that case.

    Args:
        counts: how often each kind was seen; zeros are ignored.
        confidence: 0 < confidence < 1.
    """
    counts = tuple(counts)
    _, f1, f2, observed = _frequencies(counts)
    unseen = f1 * (f1 - 1) / (2 * (f2 + 1))
    method = "Chao1, bias-corrected"
    if unseen == 0:
        return _all_seen([count for count in counts if count > 0], method, confidence)
    if f2:
        variance = (
            unseen
            + f1 * (2 * f1 - 1) ** 2 / (4 * (f2 + 1) ** 2)
            + f1 * f1 * f2 * (f1 - 1) ** 2 / (4 * (f2 + 1) ** 4)
        )
    else:
        variance = unseen + f1 * (2 * f1 - 1) ** 2 / 4 - f1**4 / (4 * (observed + unseen))
    spread = math.exp(_z(confidence) * math.sqrt(math.log1p(max(0.0, variance) / unseen**2)))
    return Estimate(
        observed + unseen,
        observed + unseen / spread,
        observed + unseen * spread,
        method,
        confidence,
    )


def _all_seen(counts: Sequence[int], method: str, confidence: float) -> Estimate:
    """Chao1 if it estimates no unseen kind; a kind seen i times is missed with probability e^-i."""
    observed = len(counts)
    if not observed:
        return Estimate(0.0, 0.0, 0.0, method, confidence)
    missed = [math.exp(-count) for count in counts]
    weighted = math.fsum(count * miss for count, miss in zip(counts, missed, strict=True))
    variance = math.fsum(miss - miss * miss for miss in missed) - weighted**2 / sum(counts)
    seen_share = 1.0 - math.fsum(missed) / observed
    middle, half = (
        observed / seen_share,
        _z(confidence) * math.sqrt(max(0.0, variance)) / seen_share,
    )
    return Estimate(
        float(observed), max(float(observed), middle - half), middle + half, method, confidence
    )


def _frequencies(counts: Iterable[int]) -> tuple[int, int, int, int]:
    """Observations, kinds seen once, kinds seen twice, kinds seen."""
    observed = [count for count in counts if count > 0]
    by_count = Counter(observed)
    return sum(observed), by_count[1], by_count[2], len(observed)


def _z(confidence: float) -> float:
    """The two-sided quantile of the normal distribution."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def _check(k: int, n: int, confidence: float) -> None:
    if not 0 <= k <= n:
        raise ValueError(f"{k} successes in {n} trials are impossible")
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence {confidence} is not between 0 and 1")


def in_frame(frame: str) -> str:
    """The frame as a part of a sentence in parentheses."""
    if frame == "given":
        return "; prompts as given"
    return f"; {frame} frame" if frame else ""


def _about(claim: str) -> str:
    return f" for {claim}" if claim else ""


def _percent(share: float) -> str:
    """A share as a percentage with two or three significant digits."""
    percent = share * 100
    if percent in (0.0, 100.0):
        return f"{percent:g} %"
    if percent >= 99.9:  # noqa: PLR2004  (do not round up to certainty)
        return f"{percent:.4g} %"
    return f"{percent:.2g} %" if percent < 10 else f"{percent:.3g} %"  # noqa: PLR2004
