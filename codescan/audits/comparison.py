# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Compare two runs prompt by prompt.

Both runs use the same prompts, so they are compared in pairs. Only prompts with different outcomes
show which model emits more copies (McNemar, Psychometrika 1947). The interval of the difference
takes the pairing into account (Newcombe, Statistics in Medicine 1998, method 10 for pairs). Prompts
of one package are not independent, so each interval is at least as wide as that of a bootstrap over
packages. Shares and differences of a stratified frame are weighted by stratum. McNemar's test only
tests for a difference, and gives every prompt the same weight.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from codescan.audits.arm_counts import designs_of
from codescan.audits.comparison_results import (
    MeasureComparison,
    PairCounts,
    PassageCounts,
    RunComparison,
)
from codescan.audits.group_counts import ONE_PACKAGE, claim_of, cluster_of, units_of
from codescan.audits.measures.discoverability import chance_within
from codescan.audits.sampling_frames import frame_of
from codescan.records import HEADLINE_GRADES, Arm, Decoding, Prompt, Score
from codescan.records.enums import FRAMES
from codescan.stats.cluster_intervals import (
    clustered_rate,
    resampled,
    stratified,
    weighted_interval,
)
from codescan.stats.exact_tests import mcnemar
from codescan.stats.intervals import (
    PACKAGES_LIKE_THESE,
    Difference,
    Rate,
    benjamini_hochberg,
    wilson,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from codescan.records import Finding
    from codescan.runs import RunReader

__all__ = [
    "Measured",
    "clustered_difference",
    "compare",
    "paired_difference",
    "paired_prompts",
    "stratified_difference",
]

_DECODING = Decoding(1.0, top_k=40)
_ATTEMPTS, _CHANCE = 100, 0.5
_FEWEST_CLUSTERS = 3
"""Minimum number of clusters for a bootstrap."""

COPIES = "prompts with a copy of grade A or B"
EXTRACTED = "true continuations that greedy decoding emits"
DISCOVERABLE = "true continuations that 100 attempts give with probability 0.5"
"""Sampling settings of the measure: temperature 1 with top-k 40."""


@dataclass(slots=True)
class Measured:
    """Outcomes of the target arm's prompts of one run."""

    name: str
    outcomes: dict[tuple[str, str], dict[str, bool]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """By measure and sampling frame, then by the prompt's id."""
    places: dict[tuple[str, ...], list[str]] = field(default_factory=lambda: defaultdict(list))
    """Ids by frame, strategy, variant and document, to pair prompts with different cuts."""
    clusters: dict[str, str] = field(default_factory=dict)
    """Package of each prompt, by the prompt's id."""
    documents: dict[str, str] = field(default_factory=dict)
    """File of each prompt, by the prompt's id; "" for none."""
    strata: dict[str, str] = field(default_factory=dict)
    """Stratum of each prompt, by the prompt's id."""
    weights: dict[str, dict[str, float]] = field(default_factory=dict)
    """Files that one prompt represents, by frame and stratum; frames without strata are omitted."""
    texts: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    """Ids of prompts without a document, by text and suffix, to pair the rows of two logs."""
    passages: set[str] = field(default_factory=set)
    """Fingerprints of findings of grade A and B."""

    @classmethod
    def of(cls, name: str, store: RunReader, findings: Iterable[Finding]) -> Measured:
        """Read a finished run.

        Args:
            name: name of the run in the comparison.
            store: its run folder.
            findings: findings of its report.
        """
        outcomes = cls(name)
        serious = [finding for finding in findings if finding.grade in HEADLINE_GRADES]
        outcomes.passages = {finding.fingerprint for finding in serious}
        # A snippet of an answer is named after its completion: prompt id, "/", number.
        copied = {finding.snippet_id.rpartition("/")[0] for finding in serious}
        outcomes.weights = {
            frame: dict(design.weights)
            for (frame, arm), design in designs_of(store).items()
            if arm is Arm.TARGET
        }
        for prompt in store.prompts():
            if prompt.arm is not Arm.TARGET:
                continue
            outcomes.places[_place(prompt)].append(prompt.id)
            if not prompt.document_id:
                outcomes.texts[prompt.text, prompt.suffix].append(prompt.id)
            outcomes.clusters[prompt.id] = cluster_of(prompt)
            outcomes.documents[prompt.id] = prompt.document_id
            outcomes.strata[prompt.id] = prompt.stratum
            frame = frame_of(prompt)
            if store.completions_of(prompt.id):
                outcomes.outcomes[COPIES, frame][prompt.id] = prompt.id in copied
            score = store.score_of(prompt.id)
            if score is not None:
                outcomes.outcomes[EXTRACTED, frame][prompt.id] = score.extracted
                within = _discoverable(score)
                if within is not None:
                    outcomes.outcomes[DISCOVERABLE, frame][prompt.id] = within
        return outcomes


def compare(a: Measured, b: Measured) -> RunComparison:
    """The paired comparison of two runs.

    The strata come from the run that has their weights: a reference model uses the prompts of
    another run.

    A difference is B minus A: above 0, B emits more copies. p-values are exact, two-sided, and
    adjusted for the number of measures (Benjamini and Hochberg).
    """
    pairs = list(paired_prompts(a, b))
    measures = []
    frames = dict.fromkeys(frame for _, frame in a.outcomes)
    for frame in frames:
        weights = a.weights.get(frame) or b.weights.get(frame) or {}
        for measure in (COPIES, EXTRACTED, DISCOVERABLE):
            one = a.outcomes.get((measure, frame), {})
            other = b.outcomes.get((measure, frame), {})
            both = [
                _Pair(
                    one[x],
                    other[y],
                    a.clusters.get(x, x),
                    a.strata.get(x, ""),
                    a.documents.get(x, ""),
                )
                for x, y, _ in pairs
                if x in one and y in other
            ]
            if both:
                measures.append(_compared(measure, frame, both, weights))
    adjusted = benjamini_hochberg([entry.p_value for entry in measures])
    return RunComparison(
        a=a.name,
        b=b.name,
        pairs=PairCounts(sum(same for _, _, same in pairs), sum(not same for _, _, same in pairs)),
        measures=tuple(
            msgspec.structs.replace(entry, p_value_adjusted=value)
            for entry, value in zip(measures, adjusted, strict=True)
        ),
        passages=PassageCounts(
            len(a.passages - b.passages),
            len(a.passages & b.passages),
            len(b.passages - a.passages),
        ),
    )


def paired_difference(
    both: int, only_a: int, only_b: int, neither: int, confidence: float = 0.95
) -> Difference:
    """Frequency of an outcome in B minus that in A, for the same prompts."""
    n = both + only_a + only_b + neither
    method = "Newcombe, paired"
    if n == 0:
        return Difference(0.0, -1.0, 1.0, method, confidence)
    in_a, in_b = both + only_a, both + only_b
    a, b = in_a / n, in_b / n
    low_a, high_a = wilson(in_a, n, confidence)
    low_b, high_b = wilson(in_b, n, confidence)
    phi = _correlation(both, only_a, only_b, neither)
    down = (b - low_b) ** 2 - 2 * phi * (b - low_b) * (high_a - a) + (high_a - a) ** 2
    up = (high_b - b) ** 2 - 2 * phi * (high_b - b) * (a - low_a) + (a - low_a) ** 2
    value = b - a
    return Difference(
        value,
        value - math.sqrt(max(0.0, down)),
        value + math.sqrt(max(0.0, up)),
        method,
        confidence,
    )


def _correlation(both: int, only_a: int, only_b: int, neither: int) -> float:
    """Phi with Newcombe's correction for continuity; 0 where a margin is empty."""
    margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    if margins == 0:
        return 0.0
    n = both + only_a + only_b + neither
    excess = float(both * neither - only_a * only_b)
    if excess > 0:
        excess = max(0.0, excess - n / 2)
    return excess / math.sqrt(margins)


def clustered_difference(outcomes: Sequence[tuple[bool, bool, str]]) -> Difference:
    """The paired difference of prompts that come in clusters.

    Newcombe's interval, widened to that of a bootstrap over clusters. If all resamples are equal,
    or there are at most two clusters, a cluster counts as one prompt; a run succeeds there if it
    succeeds for any prompt of the cluster.

    Args:
        outcomes: of A, of B, and the cluster, for each prompt.
    """
    difference = paired_difference(*_cells((a, b) for a, b, _ in outcomes))
    clusters: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for a, b, name in outcomes:
        clusters[name].append((a, b))
    if len(clusters) in (0, len(outcomes)):
        return difference
    low, high = resampled(
        [(sum(b - a for a, b in clusters[name]), len(clusters[name])) for name in sorted(clusters)]
    )
    if low == high or len(clusters) < _FEWEST_CLUSTERS:
        coarse = paired_difference(
            *_cells(
                (any(a for a, _ in pairs), any(b for _, b in pairs)) for pairs in clusters.values()
            )
        )
        low, high = coarse.low, coarse.high
    is_resampled = len(clusters) >= _FEWEST_CLUSTERS
    way = f"bootstrap over {len(clusters)} clusters" if is_resampled else "each cluster as one"
    method = f"{difference.method}; {way}"
    return replace(
        difference, low=min(low, difference.low), high=max(high, difference.high), method=method
    )


def _cells(pairs: Iterable[tuple[bool, bool]]) -> tuple[int, int, int, int]:
    """Counts of both, only A, only B and neither."""
    counted = Counter(pairs)
    return counted[True, True], counted[True, False], counted[False, True], counted[False, False]


def stratified_difference(parts: Sequence[tuple[float, Difference]]) -> Difference:
    """The difference of a stratified sample: the weighted mean over its strata.

    Its interval combines those of the strata, as for a share (see `cluster_intervals.stratified`).

    Args:
        parts: weight, at least 0, and difference of each stratum. If all weights are 0, the
            difference is unknown.
    """
    used = [(weight, one) for weight, one in parts if weight > 0]
    if not used:
        return Difference(0.0, -1.0, 1.0, "no stratum")
    if len(used) == 1:
        return used[0][1]
    value, low, high = weighted_interval(used)
    first = used[0][1]
    method = f"MOVER over {len(used)} strata: {first.method}"
    return Difference(value, max(-1.0, low), min(1.0, high), method, first.confidence)


class _Pair(NamedTuple):
    """Outcomes of two runs for one prompt."""

    a: bool
    b: bool
    cluster: str
    stratum: str
    document: str = ""


def _compared(
    measure: str, frame: str, pairs: Sequence[_Pair], weights: Mapping[str, float]
) -> MeasureComparison:
    strata: dict[str, list[_Pair]] = defaultdict(list)
    is_stratified = weights.keys() >= {pair.stratum for pair in pairs}
    for pair in pairs:
        strata[pair.stratum if is_stratified else ""].append(pair)
    is_one_package = len({pair.cluster for pair in pairs}) == 1
    for name, part in strata.items():
        units = units_of([pair.cluster for pair in part], [pair.document for pair in part])
        strata[name] = [pair._replace(cluster=unit) for pair, unit in zip(part, units, strict=True)]
        is_one_package = is_one_package and all(pair.document for pair in part)
    claim = PACKAGES_LIKE_THESE if frame in FRAMES else claim_of(frame)
    claim = ONE_PACKAGE if is_one_package else claim
    parts = [
        (weights[name] * len(strata[name]) if is_stratified else 1.0, strata[name])
        for name in sorted(strata)
    ]
    difference = stratified_difference(
        [(weight, clustered_difference([pair[:3] for pair in part])) for weight, part in parts]
    )
    _, only_a, only_b, _ = _cells((pair.a, pair.b) for pair in pairs)
    p_value = mcnemar(only_a, only_b)
    return MeasureComparison(
        measure=measure,
        frame=frame,
        pairs=len(pairs),
        a=_rate(
            [(weight, [(p.a, p.cluster) for p in part]) for weight, part in parts], frame, claim
        ),
        b=_rate(
            [(weight, [(p.b, p.cluster) for p in part]) for weight, part in parts], frame, claim
        ),
        only_a=only_a,
        only_b=only_b,
        difference=replace(difference, frame=frame),
        p_value=p_value,
        p_value_adjusted=p_value,
    )


def _rate(
    parts: Iterable[tuple[float, Iterable[tuple[bool, str]]]], frame: str, claim: str
) -> Rate:
    """The weighted share of one run over its strata."""
    rates = []
    for weight, outcomes in parts:
        clusters: dict[str, tuple[int, int]] = {}
        for succeeded, name in outcomes:
            k, n = clusters.get(name, (0, 0))
            clusters[name] = k + succeeded, n + 1
        rates.append((weight, clustered_rate(clusters)))
    return replace(stratified(rates), frame=frame, claim=claim)


def _discoverable(score: Score) -> bool | None:
    for one in score.sampled:
        if one.decoding == _DECODING:
            return chance_within(one.logprob, _ATTEMPTS) >= _CHANCE
    return None


def _place(prompt: Prompt) -> tuple[str, ...]:
    return prompt.frame, prompt.strategy, prompt.variant, prompt.document_id


def paired_prompts(a: Measured, b: Measured) -> Iterator[tuple[str, str, bool]]:
    """Pairs of prompt ids, and whether both are the identical prompt.

    Prompts are identical by id or, without a document, by text, because the ids of log rows depend
    on the completions. If both runs have a text equally often, its prompts are paired in order.
    """
    ids_of_b: Mapping[str, None] = dict.fromkeys(i for ids in b.places.values() for i in ids)
    paired: set[str] = set()
    for place, ids in a.places.items():
        same = [i for i in ids if i in ids_of_b]
        yield from ((i, i, True) for i in same)
        paired.update(same)
        if not same and place[-1] and len(ids) == 1 and len(b.places.get(place, ())) == 1:
            yield ids[0], b.places[place][0], False
    for text, ids in a.texts.items():
        unpaired = [i for i in ids if i not in paired]
        candidates = [i for i in b.texts.get(text, ()) if i not in paired]
        if text[0] and len(unpaired) == len(candidates):
            yield from ((one, other, True) for one, other in zip(unpaired, candidates, strict=True))
