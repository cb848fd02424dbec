# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""(n, p)-discoverable extraction (Hayes et al. 2024, arXiv 2410.19482).

A true continuation that sampling emits with probability p_z is seen at least once in n independent
attempts with probability 1 - (1 - p_z)^n. It is (n, p)-discoverable if that is at least p. The
scorer computes p_z exactly, so no attempt has to be sampled.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codescan.audits.group_counts import Design, Share
from codescan.records import Arm
from codescan.stats.cluster_intervals import cluster_excess, nested_rates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codescan.records import Decoding, Prompt, Score
    from codescan.stats.intervals import Rate

__all__ = ["ATTEMPTS", "CHANCES", "Discoverability", "attempts_for", "chance_within", "words"]

ATTEMPTS = (1, 10, 100, 1_000, 10_000)
CHANCES = (0.5, 0.9)
_MOST_ATTEMPTS = 1_000_000
"""Numbers of attempts that a sentence of the report names."""
_LIKELIEST = 20
"""Maximum number of named continuations, likeliest first, one per file."""


def chance_within(logprob: float, attempts: int) -> float:
    """Probability that text of log-probability `logprob` appears in at least one attempt."""
    if logprob >= 0.0:
        return 1.0
    return -math.expm1(attempts * _log_miss(logprob))


def attempts_for(logprob: float, chance: float) -> float:
    """Attempts after which the text appeared with probability `chance`; infinite if never."""
    if logprob >= 0.0:
        return 1.0
    miss = _log_miss(logprob)
    return math.inf if miss == 0.0 else float(math.ceil(math.log1p(-chance) / miss))


def words(decoding: Decoding) -> str:
    """A decoding in words: "temperature 1, top-k 40"."""
    parts = [f"temperature {decoding.temperature:g}"]
    if decoding.top_k:
        parts.append(f"top-k {decoding.top_k}")
    if decoding.top_p < 1.0:
        parts.append(f"top-p {decoding.top_p:g}")
    return ", ".join(parts)


@dataclass(slots=True)
class _Arm:
    """One arm under one decoding."""

    shares: dict[tuple[int, float], Share] = field(default_factory=lambda: defaultdict(Share))
    chances: dict[int, dict[str, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    """Sum of the probabilities by number of attempts and stratum."""
    scored: Counter[str] = field(default_factory=Counter)
    """Number of scored continuations by stratum."""

    def add(self, prompt: Prompt, logprob: float) -> None:
        self.scored[prompt.stratum] += 1
        for attempts in ATTEMPTS:
            emitted = chance_within(logprob, attempts)
            self.chances[attempts][prompt.stratum] += emitted
            for chance in CHANCES:
                self.shares[attempts, chance].add(prompt, int(emitted >= chance), 1)

    def mean_chance(self, attempts: int, design: Design | None) -> float:
        """Mean probability over continuations, weighted by stratum like the rates."""
        weights = design.weights if design is not None else {}
        if not weights or not weights.keys() >= self.scored.keys():
            weights = dict.fromkeys(self.scored, 1.0)
        total = sum(weights[stratum] * count for stratum, count in self.scored.items())
        chances = self.chances[attempts]
        return sum(weights[stratum] * chances[stratum] for stratum in self.scored) / total


class Discoverability:
    """Aggregate the scores of a run; memory grows with the number of packages, not of scores.

    Args:
        allowed: further texts that count as the continuation, as words to append to a decoding.
    """

    designs: Mapping[Arm, Design]
    """Sampling designs of stratified frames; set them before reading."""

    def __init__(self, allowed: str = "") -> None:
        self._allowed = allowed
        self.designs = {}
        self._arms: dict[Decoding, dict[Arm, _Arm]] = defaultdict(lambda: defaultdict(_Arm))
        self._likeliest: dict[Decoding, dict[str, tuple[float, Prompt]]] = defaultdict(dict)

    def add(self, prompt: Prompt, score: Score) -> None:
        """Count one scored continuation."""
        if not score.tokens:
            return
        for one in score.sampled:
            self._arms[one.decoding][prompt.arm].add(prompt, one.logprob)
            if prompt.arm is Arm.TARGET and math.isfinite(one.logprob):
                self._name(self._likeliest[one.decoding], one.logprob, prompt)

    def tables(self) -> list[dict[str, object]]:
        """One entry per decoding, in a stable order; empty if nothing was scored."""
        return [
            {
                "decoding": {
                    "temperature": decoding.temperature,
                    "top_k": decoding.top_k,
                    "top_p": decoding.top_p,
                    "words": self._words(decoding),
                },
                "continuations": arms[Arm.TARGET].scored.total(),
                "table": self._table(arms),
                "mean_chance": {
                    str(attempts): arms[Arm.TARGET].mean_chance(
                        attempts, self.designs.get(Arm.TARGET)
                    )
                    for attempts in ATTEMPTS
                    if arms[Arm.TARGET].scored
                },
                "likeliest": [
                    _named(self._words(decoding), logprob, prompt)
                    for logprob, prompt in sorted(self._likeliest[decoding].values(), key=_rank)
                ],
            }
            for decoding, arms in sorted(self._arms.items(), key=lambda item: _order(item[0]))
        ]

    def _words(self, decoding: Decoding) -> str:
        return words(decoding) + self._allowed

    @staticmethod
    def _name(best: dict[str, tuple[float, Prompt]], logprob: float, prompt: Prompt) -> None:
        """Keep a continuation if it is among the likeliest; only the likeliest of each file."""
        key, pair = prompt.document_id or prompt.id, (logprob, prompt)
        if key not in best or _rank(pair) < _rank(best[key]):
            best[key] = pair
        if len(best) > _LIKELIEST:
            del best[max(best, key=lambda name: _rank(best[name]))]

    def _table(self, arms: Mapping[Arm, _Arm]) -> list[dict[str, object]]:
        target = self._rates(arms, Arm.TARGET)
        null = self._rates(arms, Arm.NULL) if Arm.NULL in arms else None
        return [
            {
                "attempts": attempts,
                "probability": chance,
                "target": target[attempts, chance],
                "null": null[attempts, chance] if null else None,
                "excess": (
                    cluster_excess(target[attempts, chance], null[attempts, chance])
                    if null
                    else None
                ),
            }
            for attempts in ATTEMPTS
            for chance in CHANCES
        ]

    def _rates(self, arms: Mapping[Arm, _Arm], arm: Arm) -> dict[tuple[int, float], Rate]:
        """Rates of one arm by number of attempts."""
        shares = arms[arm].shares
        return nested_rates(
            {
                (attempts, chance): shares[attempts, chance].rate(self.designs.get(arm))
                for attempts in ATTEMPTS
                for chance in CHANCES
            },
            lambda outer, inner: outer[0] >= inner[0] and outer[1] <= inner[1],
        )


def _rank(pair: tuple[float, Prompt]) -> tuple[float, str]:
    logprob, prompt = pair
    return -logprob, prompt.id


def _named(decoding: str, logprob: float, prompt: Prompt) -> dict[str, object]:
    half, sure = (attempts_for(logprob, chance) for chance in CHANCES)
    reachable = half <= _MOST_ATTEMPTS
    return {
        "prompt_id": prompt.id,
        "document_id": prompt.document_id,
        "license_category": prompt.license_category,
        "logprob": logprob,
        "attempts_for_0.5": int(half) if half < math.inf else None,
        "attempts_for_0.9": int(sure) if sure < math.inf else None,
        "words": _sentence(decoding, half, prompt) if reachable else "",
    }


def _sentence(decoding: str, attempts: float, prompt: Prompt) -> str:
    often = "once" if attempts == 1 else f"{int(attempts):,} times"
    continuation = "its true continuation"
    if prompt.document_id:
        continuation += f" in {prompt.document_id}"
    category = prompt.license_category
    license_ = f" ({category} license)" if category else ""
    form = ", ".join(filter(None, (prompt.strategy, prompt.variant)))
    return (
        f"A user who gives the prompt ({form}) and asks {often} ({decoding}) gets "
        f"{continuation}{license_} with probability 0.5."
    )


def _log_miss(logprob: float) -> float:
    """Log of the probability that one attempt does not show it; also exact if tiny."""
    chance = math.exp(logprob)
    return math.log1p(-chance) if chance < 1.0 else -math.inf


def _order(decoding: Decoding) -> tuple[float, int, float]:
    return -decoding.temperature, decoding.top_k, -decoding.top_p
