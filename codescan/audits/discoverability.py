# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""How often one must ask: (n, p)-discoverable extraction (Hayes et al. 2024, arXiv 2410.19482).

A true continuation that sampling emits with probability p_z is seen at least once in n independent
attempts with probability 1 - (1 - p_z)^n. It is (n, p)-discoverable if that is at least p. p_z is
computed exactly by the scorer, so that ten thousand attempts cost none.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codescan.audits.clusters import cluster_excess
from codescan.audits.tally import Share
from codescan.records import Arm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codescan.audits.statistics import Rate
    from codescan.records import Decoding, Prompt, Score

__all__ = ["ATTEMPTS", "CHANCES", "Discoverability", "attempts_for", "chance_within", "words"]

ATTEMPTS = (1, 10, 100, 1_000, 10_000)
CHANCES = (0.5, 0.9)
_MOST_ATTEMPTS = 1_000_000
"""Attempts that are said in a sentence; nobody asks more often."""
_LIKELIEST = 20
"""Continuations that are named, likeliest first."""


def chance_within(logprob: float, attempts: int) -> float:
    """The chance that something of log-probability `logprob` is seen in so many attempts."""
    if logprob >= 0.0:
        return 1.0
    return -math.expm1(attempts * _log_miss(logprob))


def attempts_for(logprob: float, chance: float) -> float:
    """Attempts after which it has been seen with probability `chance`; infinite if it never is."""
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
    expected: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    scored: int = 0

    def add(self, prompt: Prompt, logprob: float) -> None:
        self.scored += 1
        for attempts in ATTEMPTS:
            seen = chance_within(logprob, attempts)
            self.expected[attempts] += seen
            for chance in CHANCES:
                self.shares[attempts, chance].add(prompt, int(seen >= chance), 1)


class Discoverability:
    """Gathers the scores of a run; what it keeps does not grow with them but for the packages."""

    weights: Mapping[Arm, Mapping[str, float]]
    """What a prompt stands for, by stratum, in a stratified frame; to be set before reading."""

    def __init__(self) -> None:
        self.weights = {}
        self._arms: dict[Decoding, dict[Arm, _Arm]] = defaultdict(lambda: defaultdict(_Arm))
        self._likeliest: dict[Decoding, list[tuple[float, Prompt]]] = defaultdict(list)

    def add(self, prompt: Prompt, score: Score) -> None:
        """Count one scored continuation."""
        if not score.tokens:
            return
        for one in score.sampled:
            self._arms[one.decoding][prompt.arm].add(prompt, one.logprob)
            if prompt.arm is Arm.TARGET and math.isfinite(one.logprob):
                best = self._likeliest[one.decoding]
                best.append((one.logprob, prompt))
                best.sort(key=lambda pair: (-pair[0], pair[1].id))
                del best[_LIKELIEST:]

    def as_json(self) -> list[dict[str, object]]:
        """One entry for each decoding, in a stable order; empty where nothing was scored."""
        return [
            {
                "decoding": {
                    "temperature": decoding.temperature,
                    "top_k": decoding.top_k,
                    "top_p": decoding.top_p,
                    "words": words(decoding),
                },
                "continuations": arms[Arm.TARGET].scored,
                "table": [
                    self._row(arms, attempts, chance) for attempts in ATTEMPTS for chance in CHANCES
                ],
                "mean_chance": {
                    str(attempts): arms[Arm.TARGET].expected[attempts] / arms[Arm.TARGET].scored
                    for attempts in ATTEMPTS
                    if arms[Arm.TARGET].scored
                },
                "likeliest": [
                    _named(decoding, logprob, prompt)
                    for logprob, prompt in self._likeliest[decoding]
                ],
            }
            for decoding, arms in sorted(self._arms.items(), key=lambda item: _order(item[0]))
        ]

    def sentences(self) -> list[str]:
        """The table in plain words, for the decoding of Hayes et al. or the first there is."""
        ranked = sorted(self._arms, key=lambda d: (d.temperature != 1.0, d.top_k != 40, _order(d)))  # noqa: PLR2004
        for decoding in ranked[:1]:
            share = self._arms[decoding][Arm.TARGET].shares[100, 0.5]
            found = share.rate(self.weights.get(Arm.TARGET))
            if share.n:
                said = (
                    "True continuations that a user who asks 100 times gets with probability 0.5 "
                    f"or more ({words(decoding)}): {found.describe()}."
                )
                return [said]
        return []

    def _row(self, arms: Mapping[Arm, _Arm], attempts: int, chance: float) -> dict[str, object]:
        target = arms[Arm.TARGET].shares[attempts, chance].rate(self.weights.get(Arm.TARGET))
        null: Rate | None = None
        if Arm.NULL in arms:
            null = arms[Arm.NULL].shares[attempts, chance].rate(self.weights.get(Arm.NULL))
        return {
            "attempts": attempts,
            "probability": chance,
            "target": target.as_json(),
            "null": null.as_json() if null else None,
            "excess": cluster_excess(target, null).as_json() if null else None,
        }


def _named(decoding: Decoding, logprob: float, prompt: Prompt) -> dict[str, object]:
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


def _sentence(decoding: Decoding, attempts: float, prompt: Prompt) -> str:
    often = "once" if attempts == 1 else f"{int(attempts):,} times"
    what = "its true continuation"
    if prompt.document_id:
        what += f" in {prompt.document_id}"
    category = prompt.license_category
    license_ = f" ({category} license)" if category else ""
    return (
        f"A user who gives this prompt and asks {often} ({words(decoding)}) gets {what}{license_} "
        "with probability 0.5."
    )


def _log_miss(logprob: float) -> float:
    """Log of the chance that one attempt does not show it; exact for tiny chances too."""
    chance = math.exp(logprob)
    return math.log1p(-chance) if chance < 1.0 else -math.inf


def _order(decoding: Decoding) -> tuple[float, int, float]:
    return -decoding.temperature, decoding.top_k, -decoding.top_p
