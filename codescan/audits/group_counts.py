# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Counts of one group of prompts, kept by frame, stratum and package of each prompt."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from codescan.audits.sampling_frames import CORPUS_FRAMES, GIVEN, WORST_CASE, frame_of
from codescan.stats.cluster_intervals import clustered_rate, stratified
from codescan.stats.finite_population import finite_rate
from codescan.stats.intervals import PACKAGES_LIKE_THESE, THIS_CORPUS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from codescan.records import Completion, Prompt, Score
    from codescan.stats.intervals import Rate

__all__ = [
    "ONE_PACKAGE",
    "Design",
    "Share",
    "Tally",
    "claim_of",
    "cluster_of",
    "combined",
    "units_of",
]

ONE_PACKAGE = "files of this package"
"""Claim of a rate over prompts of a single package."""
_CLAIMS = {GIVEN: "prompts like these", WORST_CASE: "prompts chosen like these"}


@dataclass(frozen=True, slots=True)
class Design:
    """The sampling design of one frame and arm: its draws from the strata of a corpus."""

    weights: Mapping[str, float] = field(default_factory=dict)
    """Files that one prompt represents, by stratum."""
    population: Mapping[str, int] = field(default_factory=dict)
    """Upper bound on the prompts of each stratum; empty if outcomes are random."""


def claim_of(frame: str, *, other: bool = False) -> str:
    """The claim of a frame's rate; with `other`, the second claim of a frame with two claims.

    `uniform` and `copies` sample the text of this corpus. `packages` samples packages.
    """
    if frame in _CLAIMS:
        return "" if other else _CLAIMS[frame]
    return THIS_CORPUS if (frame in CORPUS_FRAMES) != other else PACKAGES_LIKE_THESE


def cluster_of(prompt: Prompt) -> str:
    """The independent unit of a prompt: its family or group, else its package or text.

    Prompts of one package are not independent. Neither are log rows with the same prompt, or of one
    conversation or task.
    """
    if prompt.group:
        return prompt.group
    if not prompt.document_id:
        text = prompt.text.encode("utf-8", "replace")
        return hashlib.blake2b(text, digest_size=12).hexdigest() if text else prompt.id
    purl, _, version = prompt.document_id.partition("#")[0].rpartition("@")
    return purl or version


def units_of(clusters: Sequence[str], documents: Sequence[str]) -> Sequence[str]:
    """The independent units of prompts: clusters, or files if there is only one cluster.

    Args:
        clusters: cluster of each prompt, from `cluster_of`.
        documents: file of each prompt; "" for none.
    """
    return documents if len(set(clusters)) == 1 and all(documents) else clusters


@dataclass(slots=True)
class Share:
    """Successes and trials of prompts of one frame, by stratum and independent unit.

    The unit depends on the claim. For a claim about this corpus it is the file, else the family of
    packages, conversation, task or prompt. If all prompts come from one package, its files are the
    units, and the claim is about files of this package.
    """

    frame: str = ""
    is_other_claim: bool = False
    """Whether this is the second claim of the frame; see `claim_of`."""
    strata: dict[str, dict[str, tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(_none))
    )
    has_documents: bool = False
    """Whether any prompt has a file; otherwise packages and the corpus get no rate."""
    alone: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)
    """The same by file, for strata with one package so far."""

    def add(self, prompt: Prompt, hits: int, trials: int) -> None:
        """Count `trials` of a prompt, of which `hits` succeeded."""
        self.frame = frame_of(prompt)
        self.has_documents = self.has_documents or bool(prompt.document_id)
        units = self.strata[prompt.stratum]
        unit = self._unit(prompt)
        k, n = units[unit]
        units[unit] = k + hits, n + trials
        if len(units) > 1:
            self.alone.pop(prompt.stratum, None)
        elif prompt.document_id:
            files = self.alone.setdefault(prompt.stratum, {})
            k, n = files.get(prompt.document_id, _none())
            files[prompt.document_id] = k + hits, n + trials

    @property
    def k(self) -> int:
        """Successes."""
        return sum(hits for clusters in self.strata.values() for hits, _ in clusters.values())

    @property
    def n(self) -> int:
        """Trials."""
        return sum(trials for clusters in self.strata.values() for _, trials in clusters.values())

    def rate(self, design: Design | None = None) -> Rate:
        """The share with its interval and claim.

        Args:
            design: design of the frame and arm. Unless every stratum has a weight, all trials have
                equal weight.
        """
        claim = claim_of(self.frame or GIVEN, other=self.is_other_claim)
        if self.n and not self.has_documents:
            claim = _CLAIMS[GIVEN]
        design = design or Design()
        is_of_corpus = claim == THIS_CORPUS
        if not design.weights or not design.weights.keys() >= self.strata.keys():
            units = _merged(self.strata.values())
            if is_of_corpus:
                return replace(finite_rate(units), frame=self.frame)
            if len(units) == 1 and self.alone:
                units, claim = _merged(self.alone.values()), ONE_PACKAGE
            return replace(clustered_rate(units), frame=self.frame, claim=claim)
        parts = [
            (
                design.weights[name] * sum(trials for _, trials in units.values()),
                finite_rate(units, design.population.get(name))
                if is_of_corpus
                else clustered_rate(self.alone.get(name, units)),
            )
            for name, units in sorted(self.strata.items())
        ]
        return replace(stratified(parts), frame=self.frame, claim=claim)

    def _unit(self, prompt: Prompt) -> str:
        """The independent unit of a prompt under the current claim."""
        claim = claim_of(self.frame, other=self.is_other_claim)
        if claim == THIS_CORPUS and prompt.document_id:
            return prompt.document_id
        return cluster_of(prompt)


def combined(shares: Iterable[Share]) -> Share:
    """The sum of shares of one frame and claim."""
    total = Share()
    for share in shares:
        total.frame, total.is_other_claim = share.frame, share.is_other_claim
        total.has_documents = total.has_documents or share.has_documents
        for name, units in share.strata.items():
            for unit, (k, n) in units.items():
                hits, trials = total.strata[name][unit]
                total.strata[name][unit] = hits + k, trials + n
            files = total.alone.setdefault(name, {})
            for file, (k, n) in share.alone.get(name, {}).items():
                hits, trials = files.get(file, _none())
                files[file] = hits + k, trials + n
            if len(total.strata[name]) > 1 or not files:
                total.alone.pop(name)
    return total


@dataclass(slots=True)
class Tally:
    """Counts of a group of prompts of one frame and arm."""

    prompts: int = 0
    completions: int = 0
    tokens: int = 0
    copies: Share = field(default_factory=Share)
    """Completions that hold a copy."""
    prompts_with_copies: Share = field(default_factory=Share)
    extracted: Share = field(default_factory=Share)
    """True continuations that greedy decoding emits."""
    copies_not_verbatim: Share = field(default_factory=Share)
    """Copies among the completions without verbatim indexed text."""
    copies_other_claim: Share = field(default_factory=lambda: Share(is_other_claim=True))
    extracted_other_claim: Share = field(default_factory=lambda: Share(is_other_claim=True))
    greedy_tokens: int = 0
    longest_greedy_run: int = 0
    ties: int = 0

    def add(
        self,
        prompt: Prompt,
        completions: list[Completion],
        copies: Collection[str],
        verbatim: Collection[str],
        score: Score | None,
    ) -> None:
        """Count one prompt with its completions.

        Args:
            prompt: prompt of the group.
            completions: completions of the prompt.
            copies: ids of completions that hold a copy.
            verbatim: ids of completions that hold indexed text verbatim.
            score: score of the prompt's true continuation.
        """
        copied = sum(completion.id in copies for completion in completions)
        edited_ids = [completion.id for completion in completions if completion.id not in verbatim]
        self.prompts += 1
        self.completions += len(completions)
        self.tokens += sum(completion.tokens for completion in completions)
        self.copies.add(prompt, copied, len(completions))
        if edited_ids:
            self.copies_not_verbatim.add(
                prompt,
                sum(completion_id in copies for completion_id in edited_ids),
                len(edited_ids),
            )
        self.copies_other_claim.add(prompt, copied, len(completions))
        self.prompts_with_copies.add(prompt, int(copied > 0), 1)
        if score is not None:
            self.extracted.add(prompt, int(score.extracted), 1)
            self.extracted_other_claim.add(prompt, int(score.extracted), 1)
            self.greedy_tokens += score.greedy_run
            self.longest_greedy_run = max(self.longest_greedy_run, score.greedy_run)
            self.ties += score.ties

    def rates(self, design: Design | None = None) -> dict[str, object]:
        """Counts and rates of the group, for a report's statistics."""
        return {
            "prompts": self.prompts,
            "completions": self.completions,
            "tokens": self.tokens,
            "copies": self.copies.rate(design),
            "discoverable_extraction": self.extracted.rate(design) if self.extracted.n else None,
            "longest_greedy_run": self.longest_greedy_run,
        }


def _merged(counted: Iterable[Mapping[str, tuple[int, int]]]) -> dict[str, tuple[int, int]]:
    """The sum of counts by name."""
    merged: dict[str, tuple[int, int]] = defaultdict(_none)
    for counts in counted:
        for name, (k, n) in counts.items():
            merged[name] = merged[name][0] + k, merged[name][1] + n
    return merged


def _none() -> tuple[int, int]:
    return 0, 0
