# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Evaluate the passages of completions by the policy of a project, for a gateway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.app.change_inputs import repository_at
from codescan.app.check import policy_of
from codescan.app.outcome import failing_grades
from codescan.app.policy_source import PolicyRequest, read_policy
from codescan.gate.policy_result import with_policy

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.app.text_scan import TextResult
    from codescan.gate.project import Project
    from codescan.licenses.policy import Policy
    from codescan.records import Finding, Grade

__all__ = ["CompletionPolicy", "read_completion_policy"]

_DENIED = frozenset({"conflict", "unknown", "review"})
"""States that a notice does not resolve; the configuration's `fail_states` apply."""


@dataclass(frozen=True, slots=True)
class CompletionPolicy:
    """A project's policy for the output of a model."""

    policy: Policy
    project: Project
    grades: frozenset[Grade]
    states: frozenset[str]
    origin: str
    """File or revision of the policy."""

    def applied_to(self, result: TextResult, text: str) -> TextResult:
        """The result with the policy's decision on each finding.

        Args:
            result: result of the text.
            text: the scanned text.
        """
        if not result.findings:
            return result
        content = text.encode("utf-8", "replace")
        findings = (with_policy(f, content, self.policy, self.project) for f in result.findings)
        return replace(result, findings=tuple(findings))

    def is_denied(self, finding: Finding) -> bool:
        """Whether the policy rejects a passage even with a notice."""
        verdict = finding.policy
        if finding.grade not in self.grades:
            return False
        return verdict is None or (not verdict.accepted and verdict.state in self.states)


def read_completion_policy(folder: Path, config_file: Path | None = None) -> CompletionPolicy:
    """The policy of the project in a folder, from its current files.

    Raises:
        ConfigError: the configuration is wrong.
        GitError: git cannot read the repository.
    """
    repository = repository_at(folder, needed=False)
    source = read_policy(
        PolicyRequest(folder=folder, repository=repository, change=None, config_file=config_file)
    )
    project = source.projects.of()
    config = source.config
    return CompletionPolicy(
        replace(policy_of(config), project_license=project.license),
        project,
        failing_grades(config.fail_on or "B"),
        frozenset(config.fail_states) & _DENIED,
        source.config_origin,
    )
