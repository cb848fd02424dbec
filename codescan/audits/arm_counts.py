# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The two arms of one sampling frame: what was asked for, and what cannot have been memorized."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codescan.audits.group_counts import Design, Share, Tally, claim_of
from codescan.audits.sampling_frames import frame_of
from codescan.records import Arm
from codescan.stats.cluster_intervals import cluster_excess

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codescan.runs import RunReader

__all__ = ["POPULATION", "STRATA", "Arms", "Designs", "designs_of"]

STRATA = "strata"
"""Key of a run's notes: how many files each stratum of each frame stands for."""
POPULATION = "population"
"""Key of a run's notes: how many prompts each stratum of each frame would give, an upper bound."""

Designs = dict[tuple[str, Arm], Design]
"""How prompts were drawn, by frame and arm; frames without strata are left out."""


def designs_of(store: RunReader) -> Designs:
    """The design of each frame and arm; one prompt stands for files over prompts of its stratum."""
    noted = store.note(STRATA)
    if not isinstance(noted, dict) or not noted:
        return {}
    population = store.note(POPULATION)
    sizes = population if isinstance(population, dict) else {}
    drawn = Counter((frame_of(p), p.arm, p.stratum) for p in store.prompts())
    weights: dict[tuple[str, Arm], dict[str, float]] = defaultdict(dict)
    for (frame, arm, stratum), count in drawn.items():
        files = noted.get(frame, {}).get(stratum)
        if files is not None:
            weights[frame, arm][stratum] = float(files) / count
    return {
        (frame, arm): Design(own, {name: int(sizes[frame][name]) for name in own}
                             if frame in sizes else {})
        for (frame, arm), own in weights.items()
    }  # fmt: skip


@dataclass(slots=True)
class Arms:
    """Both arms of one frame."""

    target: Tally = field(default_factory=Tally)
    null: Tally | None = None
    designs: Mapping[Arm, Design] = field(default_factory=dict)

    def tally(self, arm: Arm) -> Tally:
        """The counts of an arm."""
        if arm is Arm.TARGET:
            return self.target
        if self.null is None:
            self.null = Tally()
        return self.null

    @property
    def tallies(self) -> list[Tally]:
        """The counts of the arms there are."""
        return [self.target] if self.null is None else [self.target, self.null]

    def compared(self, target: Share, null: Share | None) -> dict[str, object]:
        """A measure in both arms, and the excess of the first over the second."""
        rate = target.rate(self.designs.get(Arm.TARGET))
        floor = null.rate(self.designs.get(Arm.NULL)) if null is not None and null.n else None
        return {
            "target": rate.as_json(),
            "null": floor.as_json() if floor else None,
            "excess": cluster_excess(rate, floor).as_json() if floor else None,
        }

    def copies(self) -> dict[str, object]:
        """Completions that hold a copy."""
        target, null = self.target, self.null
        return {
            "unit": "completions that hold a finding of grade A or B",
            **self.compared(target.copies, null.copies if null else None),
            # Completions of one prompt are not independent; prompts are nearer to it.
            "prompts": target.prompts_with_copies.rate(self.designs.get(Arm.TARGET)).as_json(),
            **self._other_claim(target.copies_other_claim),
            **self._without_indexed_text(),
        }

    def _without_indexed_text(self) -> dict[str, object]:
        """The excess over the null completions that hold no indexed text verbatim.

        A model may leave an unseen prompt for text that it knows. That stays in the null rate; this
        second figure shows what is left of it.
        """
        if self.null is None or self.null.copies_not_verbatim.n == self.null.copies.n:
            return {}
        target = self.target.copies.rate(self.designs.get(Arm.TARGET))
        null = self.null.copies_not_verbatim.rate(self.designs.get(Arm.NULL))
        return {
            "null_without_indexed_text": null.as_json(),
            "excess_without_indexed_text": cluster_excess(target, null).as_json(),
        }

    def _other_claim(self, target: Share) -> dict[str, object]:
        """The target arm's rate under the second claim of a frame that has two."""
        if not target.n or not claim_of(target.frame, other=True):
            return {}
        return {"other_claim": target.rate(self.designs.get(Arm.TARGET)).as_json()}

    def extraction(self) -> dict[str, object]:
        """True continuations that greedy decoding emits."""
        target, null = self.target, self.null
        scored = target.extracted.n
        return {
            "unit": "true continuations that greedy decoding emits token for token",
            **self.compared(target.extracted, null.extracted if null else None),
            "longest_greedy_run": target.longest_greedy_run if scored else None,
            "mean_greedy_run": target.greedy_tokens / scored if scored else None,
            "ties": target.ties,
            **self._other_claim(target.extracted_other_claim),
        }

    def as_group(self) -> dict[str, object]:
        """Both arms as one entry of a breakdown by frame."""
        made: dict[str, object] = {**self.target.as_json(self.designs.get(Arm.TARGET))}
        if self.null is not None:
            made["null"] = self.null.as_json(self.designs.get(Arm.NULL))
            made["excess"] = {
                "copies": self.compared(self.target.copies, self.null.copies)["excess"],
                "discoverable_extraction": (
                    self.compared(self.target.extracted, self.null.extracted)["excess"]
                    if self.target.extracted.n
                    else None
                ),
            }
        return made
