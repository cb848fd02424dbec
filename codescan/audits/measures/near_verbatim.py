# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Lower bound on the discoverability of near-verbatim copies.

A count of exact copies misses a copy with one renamed variable. Beam search
(`codescan.models.generation.beam_search`) gives a lower bound on the probability that a sample
differs from the true continuation in at most a given number of tokens. This gives the same table as
for exact copies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from msgspec.structs import replace

from codescan.audits.arm_counts import designs_of
from codescan.audits.elicitation import is_scored, rate_continuations
from codescan.audits.measures.discoverability import Discoverability
from codescan.audits.measures.extraction import main_frame
from codescan.audits.sampling_frames import frame_of
from codescan.records import Decoding, SampledLogprob
from codescan.runs import RunStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from codescan.audits.elicitation import Watch
    from codescan.audits.measure import AuditState
    from codescan.records import Prompt, Sampling, Score, Skipped
    from codescan.runs import RunReader

__all__ = ["FOLDER", "NearRater", "NearVerbatim", "NearVerbatimMeasure", "near_verbatim"]

FOLDER = "near-verbatim"
"""Subfolder of the run folder for the bounds."""


@runtime_checkable
class NearRater(Protocol):
    """A model that can bound the probability of near-verbatim copies."""

    def near_verbatim(
        self, prompts: Sequence[Prompt], decoding: Decoding, distance: int
    ) -> Iterator[Score | Skipped]:
        """Yield for each prompt a Score whose log-probability is the lower bound."""
        ...


@dataclass(frozen=True, slots=True)
class _Near:
    """The same as a scorer with one decoding and distance."""

    model: NearRater
    decoding: Decoding
    distance: int

    def score(self, prompts: Sequence[Prompt]) -> Iterator[Score | Skipped]:
        """Yield the bounds."""
        yield from self.model.near_verbatim(prompts, self.decoding, self.distance)


@dataclass(frozen=True, slots=True)
class NearVerbatim:
    """A table of (n, p)-discoverable extraction in which near-verbatim copies count."""

    distance: int
    """Maximum number of inserted, deleted or replaced model tokens."""
    metric: str
    bound: str
    """"lower": true rates are at least those of the table."""
    table: Mapping[str, object]
    """A table as in the statistics' "discoverability"."""


class NearVerbatimMeasure:
    """Compute lower bounds on the extraction of near-verbatim copies."""

    name = "near_verbatim"

    def applies(self, audit: AuditState) -> bool:
        """Whether a distance was given and the model can bound the probability."""
        return audit.parts.near_verbatim > 0 and isinstance(audit.parts.model, NearRater)

    def run(self, audit: AuditState) -> NearVerbatim | None:
        """Score near-verbatim copies of the true continuations."""
        parts = audit.parts
        if not isinstance(parts.model, NearRater):
            return None
        return near_verbatim(
            parts.model, audit.run, parts.sampling, parts.near_verbatim, audit.on_progress
        )


def near_verbatim(
    model: NearRater, store: RunReader, sampling: Sampling, distance: int, watch: Watch
) -> NearVerbatim | None:
    """The table of near-verbatim extraction; None if nothing was scored.

    Args:
        model: the model that scores.
        store: the run's prompts and exact scores; a subfolder stores the bounds.
        sampling: sampling settings of the run; if greedy, the bound is for top-k 40.
        distance: maximum number of inserted, deleted or replaced tokens.
        watch: progress callback.
    """
    decoding = Decoding(1.0, top_k=40)
    if sampling.temperature > 0:
        decoding = Decoding(sampling.temperature, sampling.top_k, sampling.top_p)
    frame = main_frame(store)
    table = Discoverability(f", at most {distance} tokens off (lower bound)")
    table.designs = {
        arm: score_of_original
        for (name, arm), score_of_original in designs_of(store).items()
        if name == frame
    }
    exact: dict[str, float] = {}
    with RunStore(store.path / FOLDER) as search_store:
        search_store.settle({"distance": distance, "decoding": repr(decoding)})
        if not search_store.prompts_drawn:
            search_store.add_prompts(
                prompt
                for prompt in store.prompts()
                if is_scored(prompt) and frame_of(prompt) == frame
            )
        rate_continuations(
            _Near(model, decoding, distance),
            search_store.prompts,
            search_store,
            watch,
            step="bound near copies",
        )
        for prompt in search_store.prompts():
            score = search_store.score_of(prompt.id)
            if score is None:
                continue
            score_of_original = store.score_of(prompt.id)
            sampled_logprobs = (
                {one.decoding: one.logprob for one in score_of_original.sampled}
                if score_of_original is not None
                else {}
            )
            exact[prompt.id] = sampled_logprobs.get(decoding, float("-inf"))
            # Exact copies are near ones; what the beam gave up for being too rare is known exactly.
            bound = max(score.logprob, exact[prompt.id])
            table.add(prompt, replace(score, sampled=(SampledLogprob(decoding, bound),)))
    entries = table.tables()
    if not entries:
        return None
    return NearVerbatim(distance, "levenshtein", "lower", entries[0])
