# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The result of a check and of a baseline update."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - type of a field
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from codescan.records import Skipped  # noqa: TC001 - type of a field

if TYPE_CHECKING:
    from codescan.app.outcome import ExitCode
    from codescan.config import Config
    from codescan.records import Finding, Report

__all__ = ["BaselineUpdate", "CheckResult"]

_FOR_PEOPLE = frozenset({"terminal", "github", "gitlab", "markdown", "html"})


class BaselineUpdate(Struct, frozen=True, kw_only=True):
    """Result of `--update-baseline`."""

    schema_version: int = 1
    file: Path
    accepted: int
    """Number of newly accepted findings."""
    entries: int
    """Number of entries in the file."""
    removed: int
    """Number of removed stale entries."""
    unchecked: tuple[Skipped, ...] = ()
    """Unreadable inputs; their findings were not accepted."""


class CheckResult(Struct, frozen=True):
    """The report of a check, and its exit code."""

    report: Report
    failing: tuple[Finding, ...]
    """Failing findings, in the order of the report."""
    passing: tuple[Finding, ...]
    """All other findings of the report."""
    unused_allow_comments: tuple[tuple[str, int, str], ...]
    """(path, line, problem) of each ineffective allow comment."""
    exit_code: ExitCode
    config: Config
    """The applied configuration."""
    update: BaselineUpdate | None = None

    @property
    def accepted(self) -> int:
        """Number of findings that a reviewer, an allow comment or the baseline accepted."""
        return sum(map(_is_accepted, self.passing))

    def shown(self, format_: str, *, with_accepted: bool) -> Report:
        """The report for a format.

        Args:
            format_: name of the format; accepted findings are omitted from formats for people.
            with_accepted: keep accepted findings in these formats too.
        """
        if with_accepted or format_ not in _FOR_PEOPLE:
            return self.report
        findings = (finding for finding in self.report.findings if not _is_accepted(finding))
        return replace(self.report, findings=tuple(findings))


def _is_accepted(finding: Finding) -> bool:
    return finding.policy is not None and bool(finding.policy.accepted)
