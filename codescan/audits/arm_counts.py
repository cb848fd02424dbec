# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The target arm and the null arm of one sampling frame."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codescan.audits.group_counts import Design, Share, Tally, claim_of, combined
from codescan.audits.sampling_frames import frame_of
from codescan.records import Arm
from codescan.stats.cluster_intervals import cluster_excess

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from codescan.records import Completion, Prompt, Score
    from codescan.runs import RunReader

__all__ = ["POPULATION", "STRATA", "Arms", "Designs", "designs_of"]

STRATA = "strata"
"""Key of a run's notes: number of files that each stratum of each frame represents."""
POPULATION = "population"
"""Key of a run's notes: upper bound on the prompts of each stratum of each frame."""

Designs = dict[tuple[str, Arm], Design]
"""Sampling designs by frame and arm; frames without strata are omitted."""


def designs_of(store: RunReader) -> Designs:
    """The design of each frame and arm; a prompt counts for files per prompt of a stratum."""
    noted = store.note(STRATA)
    if not isinstance(noted, dict) or not noted:
        return {}
    population = store.note(POPULATION)
    sizes = population if isinstance(population, dict) else {}
    prompt_counts = Counter((frame_of(p), p.arm, p.stratum) for p in store.prompts())
    weights: dict[tuple[str, Arm], dict[str, float]] = defaultdict(dict)
    for (frame, arm, stratum), count in prompt_counts.items():
        files = noted.get(frame, {}).get(stratum)
        if files is not None:
            weights[frame, arm][stratum] = float(files) / count
    return {
        (frame, arm): Design(
            by_stratum,
            {name: int(sizes[frame][name]) for name in by_stratum} if frame in sizes else {},
        )
        for (frame, arm), by_stratum in weights.items()
    }


@dataclass(slots=True)
class Arms:
    """Both arms of one frame."""

    target: Tally = field(default_factory=Tally)
    null: Tally | None = None
    designs: Mapping[Arm, Design] = field(default_factory=dict)
    by_strategy: dict[tuple[Arm, str], Tally] = field(default_factory=dict)

    def add(
        self,
        prompt: Prompt,
        completions: list[Completion],
        copies: Collection[str],
        verbatim: Collection[str],
        score: Score | None,
    ) -> None:
        """Count one prompt in its arm; see `Tally.add`."""
        of_strategy = self.by_strategy.setdefault((prompt.arm, prompt.strategy), Tally())
        for tally in (self.tally(prompt.arm), of_strategy):
            tally.add(prompt, completions, copies, verbatim, score)

    def tally(self, arm: Arm) -> Tally:
        """The counts of an arm."""
        if arm is Arm.TARGET:
            return self.target
        if self.null is None:
            self.null = Tally()
        return self.null

    @property
    def tallies(self) -> list[Tally]:
        """The counts of the arms that have prompts."""
        return [self.target] if self.null is None else [self.target, self.null]

    def compared(self, share: Callable[[Tally], Share]) -> dict[str, object]:
        """A measure in both arms, and the excess of the first over the second.

        Prompts of strategies without a null arm count in the rate of the target arm, but not in its
        excess.
        """
        rate = share(self.target).rate(self.designs.get(Arm.TARGET))
        null = share(self.null) if self.null is not None else None
        if null is None or not null.n:
            return {"target": rate, "null": None, "excess": None}
        null_rate = null.rate(self.designs.get(Arm.NULL))
        comparable = self._comparable(share)
        compared = rate if comparable is None else comparable.rate(self.designs.get(Arm.TARGET))
        return {
            "target": rate,
            "null": null_rate,
            "excess": cluster_excess(compared, null_rate),
            **({"target_with_null_arm": compared} if comparable is not None else {}),
        }

    def _comparable(self, share: Callable[[Tally], Share]) -> Share | None:
        """The target arm's prompts of strategies that have a null arm; None for all of them."""
        target, null = (
            {
                strategy: share(tally)
                for (of_arm, strategy), tally in self.by_strategy.items()
                if of_arm is arm and share(tally).n
            }
            for arm in (Arm.TARGET, Arm.NULL)
        )
        if target.keys() <= null.keys():
            return None
        return combined(target[name] for name in target if name in null)

    def without_null(self) -> dict[str, int]:
        """Completions of the target arm by strategy, for strategies without a null arm."""
        if self.null is None:
            return {}
        return {
            strategy: tally.completions
            for (arm, strategy), tally in sorted(self.by_strategy.items())
            if arm is Arm.TARGET
            and tally.completions
            and not getattr(self.by_strategy.get((Arm.NULL, strategy)), "completions", 0)
        }

    def copies(self) -> dict[str, object]:
        """Completions that hold a copy."""
        target = self.target
        return {
            "unit": "completions that hold a finding of grade A or B",
            **self.compared(lambda tally: tally.copies),
            # Completions of one prompt are not independent; prompts are nearer to it.
            "prompts": target.prompts_with_copies.rate(self.designs.get(Arm.TARGET)),
            **self._other_claim(target.copies_other_claim),
            **self._without_indexed_text(),
        }

    def _without_indexed_text(self) -> dict[str, object]:
        """The excess over the null completions that hold no indexed text verbatim.

        A model may answer an unseen prompt with text that it knows. The null rate includes such
        completions; this second figure excludes them.
        """
        if self.null is None or self.null.copies_not_verbatim.n == self.null.copies.n:
            return {}
        comparable = self._comparable(lambda tally: tally.copies) or self.target.copies
        target = comparable.rate(self.designs.get(Arm.TARGET))
        null = self.null.copies_not_verbatim.rate(self.designs.get(Arm.NULL))
        return {
            "null_without_indexed_text": null,
            "excess_without_indexed_text": cluster_excess(target, null),
        }

    def _other_claim(self, target: Share) -> dict[str, object]:
        """The target arm's rate under the second claim of a frame with two claims."""
        if not target.n or not claim_of(target.frame, other=True):
            return {}
        return {"other_claim": target.rate(self.designs.get(Arm.TARGET))}

    def extraction(self) -> dict[str, object]:
        """True continuations that greedy decoding emits."""
        target = self.target
        scored = target.extracted.n
        return {
            "unit": "true continuations that greedy decoding emits token for token",
            **self.compared(lambda tally: tally.extracted),
            "longest_greedy_run": target.longest_greedy_run if scored else None,
            "mean_greedy_run": target.greedy_tokens / scored if scored else None,
            "ties": target.ties,
            **self._other_claim(target.extracted_other_claim),
        }

    def as_group(self) -> dict[str, object]:
        """Both arms as one entry of a breakdown by frame."""
        group: dict[str, object] = {**self.target.rates(self.designs.get(Arm.TARGET))}
        if self.null is not None:
            group["null"] = self.null.rates(self.designs.get(Arm.NULL))
            group["excess"] = {
                "copies": self.compared(lambda tally: tally.copies)["excess"],
                "discoverable_extraction": (
                    self.compared(lambda tally: tally.extracted)["excess"]
                    if self.target.extracted.n
                    else None
                ),
            }
        return group
