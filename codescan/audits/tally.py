# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Counts of one group of prompts, kept by the package that each prompt was drawn from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codescan.audits.clusters import measured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codescan.audits.statistics import Rate
    from codescan.records import Completion, Prompt, Score

__all__ = ["Share", "Tally", "cluster_of"]


def cluster_of(prompt: Prompt) -> str:
    """The package that a prompt was drawn from, whatever its version; else the prompt itself.

    Prompts of one package are not independent of each other, nor are completions of one prompt.
    """
    if not prompt.document_id:
        return prompt.id
    purl, _, version = prompt.document_id.partition("#")[0].rpartition("@")
    return purl or version


@dataclass(slots=True)
class Share:
    """Successes and trials, by cluster."""

    clusters: dict[str, tuple[int, int]] = field(default_factory=lambda: defaultdict(_none))

    def add(self, cluster: str, hits: int, trials: int) -> None:
        """Count `trials`, `hits` of which succeeded."""
        k, n = self.clusters[cluster]
        self.clusters[cluster] = k + hits, n + trials

    @property
    def k(self) -> int:
        """Successes."""
        return sum(hits for hits, _ in self.clusters.values())

    @property
    def n(self) -> int:
        """Trials."""
        return sum(trials for _, trials in self.clusters.values())

    def rate(self) -> Rate:
        """The share with its interval."""
        return measured(self.clusters)


@dataclass(slots=True)
class Tally:
    """What is counted of a group of prompts."""

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
        cluster = cluster_of(prompt)
        self.prompts += 1
        self.completions += len(completions)
        self.tokens += sum(completion.tokens for completion in completions)
        self.copies.add(cluster, copied, len(completions))
        self.prompts_with_copies.add(cluster, int(copied > 0), 1)
        if score is not None:
            self.extracted.add(cluster, int(score.extracted), 1)
            self.greedy_tokens += score.greedy_run
            self.longest_greedy_run = max(self.longest_greedy_run, score.greedy_run)
            self.ties += score.ties

    def as_json(self) -> Mapping[str, object]:
        """The group as a report's statistics hold it."""
        return {
            "prompts": self.prompts,
            "completions": self.completions,
            "tokens": self.tokens,
            "copies": self.copies.rate().as_json(),
            "discoverable_extraction": (
                self.extracted.rate().as_json() if self.extracted.n else None
            ),
            "longest_greedy_run": self.longest_greedy_run,
        }


def _none() -> tuple[int, int]:
    return 0, 0
