# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Exit codes, and the rules that choose one from a result."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from codescan.records import Grade

if TYPE_CHECKING:
    from codescan.records import Report

__all__ = ["ExitCode", "exit_code", "failing_grades"]


class ExitCode(IntEnum):
    """Exit codes that no error class owns."""

    NOTHING_FOUND = 0
    FINDINGS = 1
    USAGE = 2
    UNEXPECTED = 4
    INTERRUPTED = 130
    """128 + SIGINT, as shells count it; SIGTERM and SIGHUP are treated alike."""
    BROKEN_PIPE = 141
    """128 + SIGPIPE."""


def failing_grades(fail_on: str) -> frozenset[Grade]:
    """The grades that fail a command.

    Args:
        fail_on: the weakest of them, "A" (strongest) to "D", or "none".
    """
    if fail_on == "none":
        return frozenset()
    return frozenset(grade for grade in Grade if grade.value <= fail_on)


def exit_code(report: Report, fail_on: str) -> ExitCode:
    """1 when a finding has grade `fail_on` or a stronger one, else 0.

    Args:
        report: the result.
        fail_on: "A" (strongest) to "D", or "none" for always 0.
    """
    grades = failing_grades(fail_on)
    if any(finding.grade in grades for finding in report.findings):
        return ExitCode.FINDINGS
    return ExitCode.NOTHING_FOUND
