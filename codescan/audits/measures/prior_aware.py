# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Prior-aware memorization: is a continuation likely because of its own prompt, or anywhere?

An easily elicited continuation may be memorized or just common. Therefore its probability after its
own prompt is compared with its mean probability after unrelated prompts (Prior-Aware
Memorization, 2026, arXiv 2602.18733). The ratio is given in bits. The result also has two cheaper
priors: the size of the text after zlib (Carlini et al. 2021) and, with a reference model, its
log-probability.
"""

from __future__ import annotations

import heapq
import math
import zlib
from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from codescan.audits.elicitation import is_scored, rate_continuations
from codescan.audits.group_counts import Share, cluster_of
from codescan.audits.measures.discoverability import chance_within
from codescan.audits.measures.reference_model import FOLDER
from codescan.audits.sampling_frames import frame_of
from codescan.prompts.slicing import hashed
from codescan.protocols import Scorer
from codescan.records import Arm, Finding, Prompt, Score
from codescan.records.json_form import JsonForm
from codescan.runs import RunStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from codescan.audits.elicitation import Watch
    from codescan.audits.measure import AuditState
    from codescan.runs import RunReader
    from codescan.stats.intervals import Rate

__all__ = [
    "DISTINCTIVE_BITS",
    "PriorAware",
    "PriorAwareMeasure",
    "Rated",
    "prior_aware",
    "rate_priors",
]

DISTINCTIVE_BITS = 20.0
"""From this gain a continuation is distinctive: a million times likelier than after other prompts.
"""

_RATED = 50
"""Maximum number of continuations scored, likeliest first."""
_ATTEMPTS, _CHANCE = 100, 0.5
"""A continuation is scored if greedy decoding emits it, or this many attempts find it with this
probability.
"""


@dataclass(frozen=True, slots=True)
class Rated:
    """A continuation with its probability after its own and after other prompts, in bits."""

    json_form: ClassVar = JsonForm(
        derived=(
            "prompt_id", "document_id", "license_category", "bits", "prior_bits", "gain_bits",
            "zlib_bits", "zlib_ratio", "reference_gain_bits",
        ),
        hidden=("prompt", "logprob", "prior", "reference"),
    )  # fmt: skip

    prompt: Prompt
    logprob: float
    """Natural log, after its own prompt."""
    prior: float
    """Natural log of the mean probability after other prompts."""
    others: int
    """Number of other prompts."""
    reference: float | None = None
    """Natural log, after its own prompt, by the reference model."""

    @property
    def prompt_id(self) -> str:
        """Id of its own prompt."""
        return self.prompt.id

    @property
    def document_id(self) -> str:
        """The file that it is from."""
        return self.prompt.document_id

    @property
    def license_category(self) -> str:
        """License category of that file."""
        return self.prompt.license_category

    @property
    def bits(self) -> float:
        """Information content after its own prompt."""
        return -self.logprob / math.log(2)

    @property
    def prior_bits(self) -> float:
        """Information content after other prompts."""
        return -self.prior / math.log(2)

    @property
    def gain_bits(self) -> float:
        """Bits by which its own prompt increases its probability."""
        return (self.logprob - self.prior) / math.log(2)

    @property
    def zlib_bits(self) -> int:
        """Size of its text after zlib."""
        return 8 * len(zlib.compress(self.prompt.expected.encode("utf-8", "replace"), 9))

    @property
    def zlib_ratio(self) -> float:
        """Ratio of information content to that size."""
        return self.bits / self.zlib_bits

    @property
    def reference_gain_bits(self) -> float | None:
        """Bits by which its probability exceeds that of the reference model."""
        if self.reference is None:
            return None
        return (self.logprob - self.reference) / math.log(2)


def rate_priors(
    scorer: Scorer,
    run: RunReader,
    store: RunStore,
    prior_count: int,
    watch: Watch,
    reference: RunReader | None = None,
) -> list[Rated]:
    """Score the most easily elicited continuations after prompts of other files.

    The run folder stores the scores, so a killed run can resume.

    Args:
        scorer: the audited model.
        run: its prompts and scores.
        store: the same run folder, for the scores after other prompts.
        prior_count: number of other prompts per continuation; preferably of the same language and
            of other packages.
        watch: progress callback.
        reference: run folder of the reference model, if any.
    """
    elicited_prompts = _easily_elicited(run)
    tried = {prompt.id: _elsewhere(prompt, run, prior_count) for prompt, _ in elicited_prompts}
    trials = [trial for prompt, _ in elicited_prompts for trial in tried[prompt.id]]
    rate_continuations(scorer, lambda: trials, store, watch, step="score after other prompts")
    rated = []
    for prompt, score in elicited_prompts:
        scores = [store.score_of(trial.id) for trial in tried[prompt.id]]
        prior_logprobs = [
            one.logprob for one in scores if one is not None and math.isfinite(one.logprob)
        ]
        if prior_logprobs:
            reference_score = reference.score_of(prompt.id) if reference is not None else None
            if reference_score is not None and not math.isfinite(reference_score.logprob):
                reference_score = None
            rated.append(
                Rated(
                    prompt, score.logprob, _log_mean(prior_logprobs), len(prior_logprobs),
                    reference_score.logprob if reference_score is not None else None,
                )
            )  # fmt: skip
    return rated


@dataclass(frozen=True, slots=True)
class PriorAware:
    """Easily elicited continuations, and how much their own prompt increases each probability."""

    json_form: ClassVar = JsonForm(derived=("unit", "rule"), hidden=("frame",))

    frame: str
    """Frame of `distinctive` and the median; `continuations` covers all frames."""
    distinctive: Rate
    """Share of distinctive continuations in the frame."""
    median_gain_bits: float | None
    continuations: tuple[Rated, ...]
    """Continuations, largest gain first."""

    @property
    def unit(self) -> str:
        """The unit of the rate."""
        return "easily elicited continuations that belong to their own prompt"

    @property
    def rule(self) -> dict[str, float]:
        """Rule for scored continuations, and the minimum gain of a distinctive one."""
        return {"least_bits": DISTINCTIVE_BITS, "attempts": _ATTEMPTS, "probability": _CHANCE}

    def explained(
        self, findings: Iterable[Finding], completion_of: Mapping[str, str]
    ) -> list[Finding]:
        """The findings; scored prompts add how much likelier the prompt makes the text."""
        continuations = {
            continuation.prompt.id: continuation for continuation in self.continuations
        }
        explained = []
        for finding in findings:
            rated = continuations.get(completion_of[finding.snippet_id].rpartition("/")[0])
            reasons = finding.grade_reasons
            if rated is not None:
                reasons = (*reasons, _sentence(rated))
            explained.append(replace(finding, grade_reasons=reasons))
        return explained


class PriorAwareMeasure:
    """Score easily elicited continuations after unrelated prompts, too."""

    name = "prior_aware"

    def applies(self, audit: AuditState) -> bool:
        """Whether prior prompts were requested and the model can score."""
        return audit.parts.prior_prompts > 0 and isinstance(audit.parts.model, Scorer)

    def run(self, audit: AuditState) -> PriorAware | None:
        """Compute the missing scores; uses the reference model's scores if there are any."""
        model = audit.parts.model
        if not isinstance(model, Scorer):
            return None
        scored = (model, audit.run, audit.store, audit.parts.prior_prompts, audit.on_progress)
        if audit.parts.reference is None:
            return prior_aware(rate_priors(*scored), audit.frame)
        with RunStore(audit.run.path / FOLDER) as prior_store:
            return prior_aware(rate_priors(*scored, prior_store), audit.frame)


def prior_aware(rated: Iterable[Rated], frame: str) -> PriorAware | None:
    """The result over scored continuations; None without any.

    Args:
        rated: of all frames.
        frame: that of the headline.
    """
    listed = sorted(rated, key=lambda one: (-one.gain_bits, one.prompt.id))
    if not listed:
        return None
    of_frame = [one for one in listed if frame_of(one.prompt) == frame]
    share = Share(frame)
    for one in of_frame:
        share.add(one.prompt, int(one.gain_bits >= DISTINCTIVE_BITS), 1)
    gain = median(one.gain_bits for one in of_frame) if of_frame else None
    return PriorAware(frame, share.rate(), gain, tuple(listed))


def _sentence(one: Rated) -> str:
    reading = "its own" if one.gain_bits >= DISTINCTIVE_BITS else "likely after others too"
    return (
        f"prior-aware: the true continuation of this prompt is {one.gain_bits:+.0f} bits likelier "
        f"after it than after {one.others} other prompts ({reading})"
    )


def _easily_elicited(store: RunReader) -> list[tuple[Prompt, Score]]:
    """The likeliest continuations, in the order of their prompts."""

    def elicited() -> Iterable[tuple[float, int, Prompt, Score]]:
        for number, prompt in enumerate(store.prompts()):
            if prompt.arm is not Arm.TARGET or not is_scored(prompt):
                continue
            score = store.score_of(prompt.id)
            if score is None or not score.tokens or not math.isfinite(score.logprob):
                continue
            is_elicited = chance_within(score.logprob, _ATTEMPTS) >= _CHANCE
            if score.extracted or is_elicited:
                yield -score.logprob, number, prompt, score

    best = heapq.nsmallest(_RATED, elicited(), key=lambda one: one[:2])
    return [(prompt, score) for _, _, prompt, score in sorted(best, key=lambda one: one[1])]


def _elsewhere(prompt: Prompt, store: RunReader, count: int) -> list[Prompt]:
    """The continuation of a prompt after unrelated prompts."""
    ranked: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for other in store.prompts():
        if other.arm is not Arm.TARGET or not is_scored(other) or other.id == prompt.id:
            continue
        if other.document_id == prompt.document_id and prompt.document_id:
            continue
        near = 2 * (other.language != prompt.language) + (cluster_of(other) == cluster_of(prompt))
        heap = ranked[near]
        heapq.heappush(heap, (-hashed(prompt.id, other.id), other.id))
        if len(heap) > count:
            heapq.heappop(heap)
    prompt_names = [
        name for near in sorted(ranked) for _, name in sorted(ranked[near], reverse=True)
    ]
    rescored_prompts = []
    for number, other_id in enumerate(prompt_names[:count]):
        unrelated = store.prompt(other_id)
        if unrelated is not None:
            rescored_prompts.append(
                replace(
                    prompt,
                    id=f"prior-{number}-{prompt.id}",
                    text=unrelated.text,
                    suffix=unrelated.suffix,
                    prompt_tokens=unrelated.prompt_tokens,
                )
            )
    return rescored_prompts


def _log_mean(logprobs: list[float]) -> float:
    """Log of the mean of probabilities given as logs."""
    top = max(logprobs)
    return top + math.log(math.fsum(math.exp(x - top) for x in logprobs) / len(logprobs))
