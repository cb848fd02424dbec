# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Programs that solve an exercise independently: each is scanned against all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from _evaluation import plagiarism

from codescan.pipeline import scan
from codescan.records import Finding, Grade, Snippet
from codescan.registry import load, names
from codescan.stats.intervals import Rate, wilson_rate

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["false_findings"]


def false_findings(archive: Path) -> Rate:
    """Share of the independent solutions of IR-Plag with a finding of grade A or B.

    A solution is left out of the index when it is the one that is scanned.

    Args:
        archive: IR-Plag as its authors publish it.
    """
    programs = [program for task in plagiarism.tasks(archive) for program in task.others]
    false = 0
    for number, program in enumerate(programs):
        others = [text for n, text in enumerate(programs) if n != number and text != program]
        with plagiarism.index_of(others) as index:
            matchers = [load("matchers", name)(index) for name in names("matchers")]
            false += any(
                isinstance(finding, Finding) and finding.grade in (Grade.A, Grade.B)
                for finding in scan([Snippet("program", program, "java")], index, matchers)
            )
    return wilson_rate(false, len(programs))
