# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Prints recall and false positives of several rules on IR-Plag."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from _evaluation import plagiarism

from codescan.matchers.verified_runs import Form
from codescan.stats.intervals import wilson_rate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["ir_plag"]

MANY = 10**6
"""Families: whoever else holds a passage."""


def _rules(least: int) -> dict[str, Callable[[plagiarism.Found], bool]]:
    """Ways to tell copies from independent solutions, by name."""
    return {
        f"passage of {least} tokens": lambda f: f.longest(MANY) >= least,
        f"passage of {least}, original alone": lambda f: f.longest(1) >= least,
        f"run of {least}, original alone": lambda f: f.is_distinctive(Form.EXACT, least),
        f"run of {least} or renamed {least + 10}, alone": lambda f: (
            f.is_distinctive(Form.EXACT, least) or f.is_distinctive(Form.RENAMED, least + 10)
        ),
    }


def ir_plag(archive: Path) -> None:
    """Print recall by level and false positives, with and without a look at the other authors."""
    print("\nIR-Plag, a development set: share flagged as copies of the original\n")
    print(f"{'profile and rule':44} " + " ".join(f"L{n:<4}" for n in range(1, 7))
          + f" {'pooled':>23} {'independent solutions':>32}")  # fmt: skip
    everything = plagiarism.tasks(archive)
    for profile, least in (("default", 31), ("precise", 20)):
        outcomes = [f for task in everything for f in plagiarism.look(task, profile, least)]
        for name, flagged in _rules(least).items():
            flags: dict[str, list[bool]] = defaultdict(list)
            for one in outcomes:
                flags[one.level].append(flagged(one))
            others = flags.pop("other")
            false = wilson_rate(sum(others), len(others))
            pooled = wilson_rate(sum(map(sum, flags.values())), sum(map(len, flags.values())))
            levels = " ".join(
                f"{sum(group) / len(group):4.0%} " for _, group in sorted(flags.items())
            )
            share = f"{pooled.value:.1%} [{pooled.low:.1%}, {pooled.high:.1%}]"
            print(f"{f'{profile}: {name}':44} {levels}{share:>23} "
                  f"{f'{false.value:.1%}: {false.k} of {false.n}':>24}")  # fmt: skip
