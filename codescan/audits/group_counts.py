# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Counts of one group of prompts, kept by frame, stratum and package of each prompt."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from codescan.audits.sampling_frames import frame_of
from codescan.stats.cluster_intervals import clustered_rate, stratified

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from codescan.records import Completion, Prompt, Score
    from codescan.stats.intervals import Rate

__all__ = ["Share", "Tally", "cluster_of"]


def cluster_of(prompt: Prompt) -> str:
    """The independent unit of a prompt: its package whatever the version, else its group or text.

    Prompts of one package are not independent of each other, nor are the rows of a log that repeat
    one prompt, or that belong to one conversation or task.
    """
    if not prompt.document_id:
        if prompt.group:
            return prompt.group
        text = prompt.text.encode("utf-8", "replace")
        return hashlib.blake2b(text, digest_size=12).hexdigest() if text else prompt.id
    purl, _, version = prompt.document_id.partition("#")[0].rpartition("@")
    return purl or version


@dataclass(slots=True)
class Share:
    """Successes and trials of prompts of one frame, by stratum and cluster.

    Where all prompts are of one package, the prompts are the clusters, and nothing is said of other
    packages.
    """

    frame: str = ""
    strata: dict[str, dict[str, tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(_none))
    )
    alone: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)
    """The same by prompt, for strata that have one cluster so far."""

    def add(self, prompt: Prompt, hits: int, trials: int) -> None:
        """Count `trials` of a prompt, `hits` of which succeeded."""
        self.frame = frame_of(prompt)
        clusters = self.strata[prompt.stratum]
        k, n = clusters[cluster_of(prompt)]
        clusters[cluster_of(prompt)] = k + hits, n + trials
        if len(clusters) > 1:
            self.alone.pop(prompt.stratum, None)
            return
        prompts = self.alone.setdefault(prompt.stratum, {})
        k, n = prompts.get(prompt.id, _none())
        prompts[prompt.id] = k + hits, n + trials

    @property
    def k(self) -> int:
        """Successes."""
        return sum(hits for clusters in self.strata.values() for hits, _ in clusters.values())

    @property
    def n(self) -> int:
        """Trials."""
        return sum(trials for clusters in self.strata.values() for _, trials in clusters.values())

    def rate(self, weights: Mapping[str, float] | None = None) -> Rate:
        """The share with its interval.

        Args:
            weights: of one trial, by stratum; without them every trial counts alike.
        """
        if not weights or not weights.keys() >= self.strata.keys():
            clusters = _merged(self.strata.values())
            if len(clusters) == 1:
                clusters = _merged(self.alone.values())
            return replace(clustered_rate(clusters), frame=self.frame)
        parts = [
            (
                weights[name] * sum(trials for _, trials in clusters.values()),
                clustered_rate(self.alone.get(name, clusters)),
            )
            for name, clusters in sorted(self.strata.items())
        ]
        return replace(stratified(parts), frame=self.frame)


@dataclass(slots=True)
class Tally:
    """What is counted of a group of prompts of one frame and arm."""

    prompts: int = 0
    completions: int = 0
    tokens: int = 0
    copies: Share = field(default_factory=Share)
    """Completions that hold a copy."""
    prompts_with_copies: Share = field(default_factory=Share)
    extracted: Share = field(default_factory=Share)
    """True continuations that greedy decoding emits."""
    greedy_tokens: int = 0
    longest_greedy_run: int = 0
    ties: int = 0

    def add(
        self, prompt: Prompt, completions: list[Completion], copied: int, score: Score | None
    ) -> None:
        """Count one prompt with its completions, `copied` of which hold a copy."""
        self.prompts += 1
        self.completions += len(completions)
        self.tokens += sum(completion.tokens for completion in completions)
        self.copies.add(prompt, copied, len(completions))
        self.prompts_with_copies.add(prompt, int(copied > 0), 1)
        if score is not None:
            self.extracted.add(prompt, int(score.extracted), 1)
            self.greedy_tokens += score.greedy_run
            self.longest_greedy_run = max(self.longest_greedy_run, score.greedy_run)
            self.ties += score.ties

    def as_json(self, weights: Mapping[str, float] | None = None) -> dict[str, object]:
        """The group as a report's statistics hold it."""
        return {
            "prompts": self.prompts,
            "completions": self.completions,
            "tokens": self.tokens,
            "copies": self.copies.rate(weights).as_json(),
            "discoverable_extraction": (
                self.extracted.rate(weights).as_json() if self.extracted.n else None
            ),
            "longest_greedy_run": self.longest_greedy_run,
        }


def _merged(counted: Iterable[Mapping[str, tuple[int, int]]]) -> dict[str, tuple[int, int]]:
    """Counts by name, added up."""
    merged: dict[str, tuple[int, int]] = defaultdict(_none)
    for counts in counted:
        for name, (k, n) in counts.items():
            merged[name] = merged[name][0] + k, merged[name][1] + n
    return merged


def _none() -> tuple[int, int]:
    return 0, 0
