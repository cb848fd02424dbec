# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What was not seen: how many memorized passages there are beyond those that came up by chance.

Only where nothing in particular was asked for (sampling from nothing, short snippets, divergence)
is the answer a draw from what the model holds, so that passages seen once and twice tell of those
that were not seen. Trials are completions, never tokens, which come in runs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from codescan.audits.group_counts import Share
from codescan.audits.measures.extraction import HEADLINE_GRADES
from codescan.records import Arm
from codescan.stats.intervals import chao1, good_turing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from codescan.records import Finding
    from codescan.runs import RunStore

__all__ = ["passages", "untargeted_statistics"]


def untargeted_statistics(
    store: RunStore, findings: Iterable[Finding], completion_of: Mapping[str, str]
) -> list[dict[str, object]]:
    """For each strategy that asks for nothing in particular: passages seen, and those unseen.

    Args:
        store: prompts and completions.
        findings: what matching found in the completions.
        completion_of: completion id by snippet id, for every snippet that has a finding.

    Returns:
        What a report's statistics hold, by strategy and frame; empty for a run that asked for
        true continuations only, or that did not draw its prompts.
    """
    by_completion: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.grade in HEADLINE_GRADES:
            by_completion[completion_of[finding.snippet_id]].append(finding)
    shares: dict[tuple[str, str], Share] = defaultdict(Share)
    tokens: Counter[tuple[str, str]] = Counter()
    found: dict[tuple[str, str], list[tuple[str, Finding]]] = defaultdict(list)
    for prompt in store.prompts():
        if prompt.expected or not prompt.frame or prompt.arm is not Arm.TARGET:
            continue
        key = prompt.strategy, prompt.frame
        for completion in store.completions_of(prompt.id):
            copies = by_completion.get(completion.id, [])
            shares[key].add(prompt, int(bool(copies)), 1)
            tokens[key] += completion.tokens
            found[key] += ((completion.id, copy) for copy in copies)
    return [_described(key, shares[key], tokens[key], found[key]) for key in sorted(shares)]


def passages(found: Iterable[tuple[str, Finding]]) -> list[int]:
    """In how many completions each distinct passage came up, most frequent first.

    Findings whose lines overlap in one file are one passage: two answers rarely begin and end a
    copy at the same place.

    Args:
        found: completion id and finding.
    """
    files: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for completion, finding in found:
        place = finding.attribution
        files[place.origin.sha256].append(
            (place.region.start_line, place.region.end_line, completion)
        )
    counts = []
    for places in files.values():
        seen: set[str] = set()
        end = 0
        for start, last, completion in sorted(places):
            if start > end and seen:
                counts.append(len(seen))
                seen = set()
            seen.add(completion)
            end = max(end, last)
        counts.append(len(seen))
    return sorted(counts, reverse=True)


def _described(
    key: tuple[str, str], share: Share, tokens: int, found: list[tuple[str, Finding]]
) -> dict[str, object]:
    strategy, frame = key
    counts = passages(found)
    rate = share.rate()
    said = f"Asked for nothing in particular ({strategy}), {rate.describe()} of the completions "
    said += "hold a copy of grade A or B"
    described: dict[str, object] = {
        "strategy": strategy,
        "frame": frame,
        "completions": share.n,
        "tokens": tokens,
        "with_copies": rate.as_json(),
        "passages": len(counts),
        "seen_once": counts.count(1),
        "seen_twice": counts.count(2),
    }
    if not counts:
        return {**described, "unseen_mass": None, "all_passages": None, "words": f"{said}."}
    unseen, whole = good_turing(counts), chao1(counts)
    said += (
        f": {_counted(len(counts), 'distinct passage')}. The chance that the next copy is of a "
        f"passage not seen so far is {unseen.value:.0%} ({unseen.low:.0%} to {unseen.high:.0%}, "
        f"Good-Turing); about {_counted(round(whole.value), 'passage')} or more "
        f"({whole.low:,.0f} to {whole.high:,.0f}, Chao1) can come up in this way."
    )
    return {
        **described,
        "unseen_mass": unseen.as_json(),
        "all_passages": whole.as_json(),
        "words": said,
    }


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
