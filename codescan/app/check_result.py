# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The result of a check, and what it changed."""

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
    """The entries that `--update-baseline` added and removed."""

    schema_version: int = 1
    file: Path
    accepted: int
    """Findings accepted now."""
    entries: int
    """Entries of the file."""
    removed: int
    """Stale entries that were dropped."""
    unchecked: tuple[Skipped, ...] = ()
    """Inputs that could not be read: what they hold was not accepted."""


class CheckResult(Struct, frozen=True):
    """The report of a check, and the exit code that it asks for."""

    report: Report
    failing: tuple[Finding, ...]
    """Findings of the report that fail the check, in its order."""
    passing: tuple[Finding, ...]
    """All other findings of the report."""
    unused_allow_comments: tuple[tuple[str, int, str], ...]
    """(path, line, problem) of each allow comment without effect."""
    exit_code: ExitCode
    config: Config
    """The configuration that held."""
    update: BaselineUpdate | None = None

    @property
    def accepted(self) -> int:
        """Number of findings that a reviewer, an allow comment or the baseline accepted."""
        return sum(map(_is_accepted, self.passing))

    def shown(self, format_: str, *, with_accepted: bool) -> Report:
        """The report for a format.

        Args:
            format_: name of the format; accepted findings are left out of those for people.
            with_accepted: keep accepted findings in these formats too.
        """
        if with_accepted or format_ not in _FOR_PEOPLE:
            return self.report
        findings = (finding for finding in self.report.findings if not _is_accepted(finding))
        return replace(self.report, findings=tuple(findings))


def _is_accepted(finding: Finding) -> bool:
    return finding.policy is not None and bool(finding.policy.accepted)
