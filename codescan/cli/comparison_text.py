# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A comparison of two runs as text for a terminal."""

from __future__ import annotations

from typing import Any

__all__ = ["comparison_text"]


def comparison_text(result: dict[str, Any]) -> str:
    """Each measure with both rates, their difference and its p-value."""
    pairs, passages = result["pairs"], result["passages"]
    shared = f"{pairs['same_prompt']:,} prompts are the same in both"
    if pairs["same_place"]:
        shared += f"; {pairs['same_place']:,} more ask for the same place, cut at other tokens"
    lines = [f"A: {result['a']}", f"B: {result['b']}", "", f"{shared}."]
    for entry in result["measures"]:
        lines += ["", *_measure(entry, len(result["measures"]))]
    counts = (
        f"{passages['only_a']:,} only in A, {passages['both']:,} in both, "
        f"{passages['only_b']:,} only in B"
    )
    lines += ["", f"Passages of grade A or B: {counts}."]
    if result["settings_that_differ"]:
        names = ", ".join(result["settings_that_differ"])
        lines.append(f"Besides the model, these settings differ: {names}.")
    return "\n".join(lines)


def _measure(entry: dict[str, Any], measures: int) -> list[str]:
    sure = f"p = {entry['p_value']:.3g} (McNemar, exact"
    if measures > 1:
        sure += f"; {entry['p_value_adjusted']:.3g} adjusted for {measures} measures"
    return [
        f"{entry['measure'][:1].upper()}{entry['measure'][1:]}:",
        f"  A          {entry['a']['words']}",
        f"  B          {entry['b']['words']}",
        f"  B minus A  {entry['difference']['words']}",
        f"  only A {entry['only_a']:,}, only B {entry['only_b']:,}; {sure})",
    ]
