# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Exit codes, and the rules that derive one from a result.

Precedence: 4 unexpected, 3 missing or damaged, 1 findings, 5 not everything was checked, 0.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from codescan.errors import UsageError
from codescan.records import Grade, coverage_of
from codescan.records.skip_reasons import NOTHING, OUT_OF_SCOPE, UNCHECKED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.records import Report

__all__ = ["ExitCode", "allowed_kinds", "exit_code", "failing_grades", "known_kinds"]


class ExitCode(IntEnum):
    """Exit codes without an error class."""

    NOTHING_FOUND = 0
    FINDINGS = 1
    USAGE = 2
    UNEXPECTED = 4
    UNCHECKED = 5
    """Part of the input could not be checked, or the input was empty."""
    INTERRUPTED = 130
    """128 + SIGINT, as in shells; also for SIGTERM and SIGHUP."""
    BROKEN_PIPE = 141
    """128 + SIGPIPE."""


def failing_grades(fail_on: str) -> frozenset[Grade]:
    """The grades that fail a command.

    Args:
        fail_on: the weakest failing grade, "A" (strongest) to "D", or "none".
    """
    if fail_on == "none":
        return frozenset()
    return frozenset(grade for grade in Grade if grade.value <= fail_on)


def exit_code(report: Report, fail_on: str, *, has_failed: bool | None = None) -> ExitCode:
    """1 for a failing finding, else 5 for an incomplete result, else 0.

    Args:
        report: the result.
        fail_on: the weakest grade that fails it, "A" (strongest) to "D", or "none".
        has_failed: whether the command fails by other rules; None: the grade decides.
    """
    if has_failed is None:
        grades = failing_grades(fail_on)
        has_failed = any(finding.grade in grades for finding in report.findings)
    if has_failed:
        return ExitCode.FINDINGS
    return ExitCode.NOTHING_FOUND if coverage_of(report).is_complete else ExitCode.UNCHECKED


def allowed_kinds(kinds: Sequence[str]) -> tuple[str, ...]:
    """The kinds of `--allow-unchecked`, each once.

    Raises:
        UsageError: a kind is unknown, or never fails a command.
    """
    for kind in kinds:
        if kind in OUT_OF_SCOPE:
            raise UsageError(
                f"--allow-unchecked {kind} is not needed", "such inputs are out of scope"
            )
        if kind != NOTHING and kind not in UNCHECKED:
            import difflib  # here: only mistakes need it

            close = difflib.get_close_matches(kind, (*UNCHECKED, NOTHING), n=1)
            raise UsageError(
                f"--allow-unchecked has no kind {kind!r}",
                f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known_kinds())}",
            )
    return tuple(sorted(set(kinds)))


def known_kinds() -> tuple[str, ...]:
    """Every kind that `--allow-unchecked` takes."""
    return (NOTHING, *UNCHECKED)
