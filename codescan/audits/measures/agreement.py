# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Agreement: nearly equal samples of one prompt are likely to be memorized.

The generate-and-filter attack on image models (Carlini et al. 2023, arXiv 2301.13188) for text:
sample one prompt many times and find cliques of nearly equal outputs. It does not need a corpus, so
it also finds passages that no index holds. Unlike images, short or formulaic text repeats by
chance, and at a low temperature all text does. Therefore only long texts count, and highly
compressible ones are excluded. The null arm shows how often samples agree on text that cannot have
been memorized.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.audits.arm_counts import designs_of
from codescan.audits.group_counts import Share
from codescan.audits.measures.extraction import main_frame
from codescan.audits.sampling_frames import frame_of
from codescan.records import Arm, Completion, Finding, Prompt
from codescan.stats.cluster_intervals import cluster_excess

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from codescan.audits.measure import AuditState
    from codescan.runs import RunReader
    from codescan.stats.intervals import Difference, Rate

__all__ = ["Agreement", "AgreementMeasure", "Clique", "agreement", "cliques"]

COMPARED = 1_000
"""Characters compared at the beginning of each sample."""
MIN_CHARACTERS = 150
"""Minimum characters of a sample, without white space."""
MIN_SIMILARITY = 0.9
"""Minimum similarity of two samples cut to equal length: 1 - edit distance / length."""
MIN_SIZE = 3
MIN_SHARE = 0.25
"""Minimum share of a prompt's samples that a clique must hold, besides the minimum number."""
MIN_BYTES = 80
"""Minimum bytes after zlib: less means one line repeated many times."""

_LISTED = 200
_PERMUTATIONS = 128
_LSH_THRESHOLD = 0.3
"""Jaccard similarity of word triples from which two samples are compared; below that of texts that
are 90 % equal.
"""
_EXCERPT = 160
_WORD = re.compile(r"\w+|[^\w\s]")
_REPLAYED = "replay"


@dataclass(frozen=True, slots=True)
class Clique:
    """Samples that are pairwise nearly equal."""

    members: tuple[int, ...]
    """Indices in the sequence of samples."""
    text: str
    """The text that most of the others equal, or the first text."""


def cliques(texts: Sequence[str]) -> list[Clique]:
    """Cliques of nearly equal texts, largest first; each text is in at most one clique.

    Candidates by MinHash (datasketch), then verified by alignment (rapidfuzz). Finding the largest
    clique is NP-hard. Cliques are grown greedily from the text with the most near-equal texts, so a
    result is a clique but may not be the largest.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        if _counts(text):
            groups[text[:COMPARED]].append(place)
    distinct = sorted(groups, key=lambda text: (-len(groups[text]), groups[text][0]))
    near = _near(distinct)
    disjoint = []
    unassigned = set(range(len(distinct)))
    while unassigned:
        weight = {
            n: sum(len(groups[distinct[neighbor]]) for neighbor in (near[n] & unassigned) | {n})
            for n in unassigned
        }
        first = min(unassigned, key=lambda n: (-weight[n], n))
        clique = [first]
        for n in sorted(near[first] & unassigned, key=lambda n: (-weight[n], n)):
            if all(n in near[neighbor] for neighbor in clique):
                clique.append(n)
        unassigned -= set(clique)
        members = sorted(place for n in clique for place in groups[distinct[n]])
        best = min(clique, key=lambda n: (-len(groups[distinct[n]]), n))
        disjoint.append(Clique(tuple(members), distinct[best]))
    return sorted(disjoint, key=lambda clique: (-len(clique.members), clique.members))


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement of samples of one prompt, and its cliques."""

    unit: str
    rule: Mapping[str, float]
    """The thresholds of a clique."""
    target: Rate
    null: Rate | None
    excess: Difference | None
    in_the_index: Rate
    """Listed cliques of the target arm that the index holds."""
    cliques: Sequence[Mapping[str, object]]
    """The cliques with the largest share of samples, largest first."""


class AgreementMeasure:
    """Measures agreement among the samples of each prompt."""

    name = "agreement"

    def applies(self, audit: AuditState) -> bool:
        """Whether samples of one prompt can differ; greedy ones cannot, for a log it is unknown."""
        sampling = audit.parts.sampling
        return sampling.temperature != 0 or sampling.count == 1

    def run(self, audit: AuditState) -> Agreement | None:
        """Look for cliques in the samples of every prompt."""
        return agreement(audit.run, audit.matched.findings, audit.matched.completion_of)


def agreement(
    store: RunReader, findings: Iterable[Finding], completion_of: Mapping[str, str]
) -> Agreement | None:
    """Agreement rates of samples, and the ranked cliques with their findings.

    Args:
        store: prompts and completions.
        findings: used only to state whether the index holds each clique.
        completion_of: completion id by snippet id, for every snippet with a finding.

    Returns:
        None if no prompt has several samples.
    """
    best = _best(findings, completion_of)
    shares: dict[Arm, Share] = defaultdict(Share)
    frame = main_frame(store)
    listed: list[tuple[tuple[float, int, str], Prompt, dict[str, object]]] = []
    for prompt, samples in _sampled(store):
        similar = cliques([sample.text for sample in samples])
        least = max(MIN_SIZE, MIN_SHARE * len(samples))
        counted = [clique for clique in similar if len(clique.members) >= least]
        if frame_of(prompt) == frame:
            shares[prompt.arm].add(prompt, int(bool(counted)), 1)
        for clique in counted:
            size = len(zlib.compress(clique.text.encode("utf-8", "replace"), 9))
            order = (-len(clique.members) / len(samples), -size, prompt.id)
            listed.append((order, prompt, _described(prompt, samples, clique, size, best)))
        listed.sort(key=lambda one: one[0])
        del listed[_LISTED:]
    if not shares:
        return None
    designs = designs_of(store)
    target = shares[Arm.TARGET].rate(designs.get((frame, Arm.TARGET)))
    null = shares[Arm.NULL].rate(designs.get((frame, Arm.NULL))) if Arm.NULL in shares else None
    indexed = Share()
    for _, prompt, entry in listed:
        if prompt.arm is Arm.TARGET:
            indexed.add(prompt, int(bool(entry["grade"])), 1)
    return Agreement(
        unit="prompts whose samples agree",
        rule={
            "least_size": MIN_SIZE,
            "least_share": MIN_SHARE,
            "least_similarity": MIN_SIMILARITY,
            "least_characters": MIN_CHARACTERS,
            "compared_characters": COMPARED,
        },
        target=target,
        null=null,
        excess=cluster_excess(target, null) if null else None,
        in_the_index=indexed.rate(),
        cliques=[entry for _, _, entry in listed],
    )


def _counts(text: str) -> bool:
    head = text[:COMPARED]
    if len("".join(head.split())) < MIN_CHARACTERS:
        return False
    return len(zlib.compress(head.encode("utf-8", "replace"), 9)) >= MIN_BYTES


def _near(texts: Sequence[str]) -> list[set[int]]:
    """For each text, the other texts that are nearly equal."""
    from datasketch import MinHash, MinHashLSH
    from rapidfuzz.distance import Levenshtein

    near: list[set[int]] = [set() for _ in texts]
    if len(texts) < 2:  # noqa: PLR2004 - nothing to compare
        return near
    lookup = MinHashLSH(threshold=_LSH_THRESHOLD, num_perm=_PERMUTATIONS)
    for number, text in enumerate(texts):
        signature = MinHash(num_perm=_PERMUTATIONS, seed=1)
        signature.update_batch([triple.encode("utf-8", "replace") for triple in _triples(text)])
        for other in sorted(lookup.query(signature)):
            size = min(len(text), len(texts[other]))
            alike = Levenshtein.normalized_similarity(
                text[:size], texts[other][:size], score_cutoff=MIN_SIMILARITY
            )
            if alike >= MIN_SIMILARITY:
                near[number].add(other)
                near[other].add(number)
        lookup.insert(number, signature)
    return near


def _triples(text: str) -> set[str]:
    words = _WORD.findall(text)
    return {" ".join(words[at : at + 3]) for at in range(max(1, len(words) - 2))}


def _sampled(store: RunReader) -> Iterator[tuple[Prompt, list[Completion]]]:
    """Each prompt with several samples; log rows with the same prompt count as one."""
    rows: dict[bytes, list[str]] = defaultdict(list)
    for prompt in store.prompts():
        if prompt.strategy == _REPLAYED and prompt.text:
            digest = hashlib.blake2b(prompt.text.encode("utf-8", "replace"), digest_size=16)
            rows[digest.digest()].append(prompt.id)
    repeated = {ids[0]: ids for ids in rows.values() if len(ids) > 1}
    repeated_ids = {one for ids in repeated.values() for one in ids[1:]}
    for prompt in store.prompts():
        if prompt.id in repeated_ids:
            continue
        ids = repeated.get(prompt.id, [prompt.id])
        samples = [sample for one in ids for sample in store.completions_of(one)]
        if len(samples) > 1:
            yield prompt, samples


def _best(findings: Iterable[Finding], completion_of: Mapping[str, str]) -> dict[str, Finding]:
    """The strongest finding of each completion."""
    best: dict[str, Finding] = {}
    for finding in findings:
        completion = completion_of[finding.snippet_id]
        best_finding = best.get(completion)
        if best_finding is None or (finding.grade, -finding.tokens) < (
            best_finding.grade,
            -best_finding.tokens,
        ):
            best[completion] = finding
    return best


def _described(
    prompt: Prompt,
    samples: Sequence[Completion],
    clique: Clique,
    size: int,
    best: Mapping[str, Finding],
) -> dict[str, object]:
    findings = [best[samples[member].id] for member in clique.members if samples[member].id in best]
    findings.sort(key=lambda finding: (finding.grade, -finding.tokens))
    origin = findings[0].attribution if findings else None
    return {
        "prompt_id": prompt.id,
        "document_id": prompt.document_id,
        "arm": prompt.arm.value,
        "size": len(clique.members),
        "samples": len(samples),
        "completions": [samples[member].id for member in clique.members],
        "characters": len(clique.text),
        "compressed_bytes": size,
        "excerpt": clique.text.strip()[:_EXCERPT],
        "grade": findings[0].grade.value if findings else None,
        "origin": f"{origin.origin.package.purl}#{origin.origin.path}" if origin else None,
        "license": origin.license.expression if origin else None,
    }
