# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The prompts that score a set of canaries, and their scores put together again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.canaries.canary import Role
from codescan.canaries.drawing import draw_secrets
from codescan.canaries.measure import CanaryScores
from codescan.records import Prompt, Score, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codescan.canaries.canary import CanarySet

__all__ = ["SAMPLED", "canary_prompts", "canary_scores"]

SAMPLED = 20
"""Fresh secrets for each planted canary, for exposure by sampling."""
_MISMATCHED = "~mismatched"


def canary_prompts(canaries: CanarySet, *, sampled: int = SAMPLED) -> Iterator[Prompt]:
    """Yield the prompts of a set, whose true continuations are the secrets.

    Every secret after its own prefix; planted and control secrets after the prefix of a held-out
    twin, too; and fresh secrets in the carriers of planted canaries.

    Args:
        canaries: the set.
        sampled: fresh secrets for each planted canary; 0 leaves exposure by sampling out.
    """
    for entry in canaries.entries:
        yield _prompt(entry.canary.id, entry.canary.prefix, entry.canary.secret)
    for family in canaries.families:
        others = canaries.held_out(family)
        for number, entry in enumerate(canaries.of(Role.PLANTED, Role.CONTROL, family=family)):
            other = others[number % len(others)].canary
            if other.id == entry.pair:
                other = others[(number + 1) % len(others)].canary
            name = f"{entry.canary.id}{_MISMATCHED}"
            yield _prompt(name, other.prefix, entry.canary.secret)
    for entry in canaries.planted:
        for fresh in draw_secrets(canaries.seed, entry.canary, sampled):
            yield _prompt(fresh.id, fresh.prefix, fresh.secret)


def canary_scores(items: Iterable[Score | Skipped]) -> CanaryScores:
    """The scores of the prompts of `canary_prompts`, in any order."""
    own: dict[str, Score] = {}
    mismatched: dict[str, Score] = {}
    sampled: dict[str, dict[str, float]] = {}
    skipped: list[Skipped] = []
    for item in items:
        if isinstance(item, Skipped):
            skipped.append(item)
            continue
        canary_id, _, number = item.prompt_id.partition("/")
        if number:
            sampled.setdefault(canary_id, {})[number] = item.logprob
        elif canary_id.endswith(_MISMATCHED):
            mismatched[canary_id.removesuffix(_MISMATCHED)] = item
        else:
            own[canary_id] = item
    fresh = {name: [by[n] for n in sorted(by)] for name, by in sampled.items()}
    return CanaryScores(own, mismatched, fresh, skipped)


def _prompt(prompt_id: str, prefix: str, secret: str) -> Prompt:
    return Prompt(id=prompt_id, text=prefix, strategy="canary", language="python", expected=secret)
