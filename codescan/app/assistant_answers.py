# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Answers for a coding assistant: whether code is copied, whether it may stay, and its notice."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any

from codescan.app.edit_check import Edit, EditCheck, check_edits, edit_policy, project_policy
from codescan.app.explanation import explanation
from codescan.app.indexes import describe_index
from codescan.errors import UsageError
from codescan.gate.notices import license_texts, notice
from codescan.gate.origin_license_texts import own_texts
from codescan.gate.policy_result import advice
from codescan.licenses.expressions import normalize
from codescan.licenses.policy import evaluate_license
from codescan.records import NOASSERTION
from codescan.reports.escaping import clip, visible
from codescan.reports.report_layout import REPORT_CODEC

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.app.shared_index import SharedIndex
    from codescan.records import Finding

__all__ = ["Assistant"]

SCHEMA_VERSION = 1
_REMEMBERED = 1_000
"""Maximum number of findings kept for explanations."""
_LONGEST = 300
_MOST_CHARACTERS = 10_000
"""Maximum characters of a license expression."""
_SHORTEST_PREFIX = 6


class Assistant:
    """Answers about one project; safe to share between threads.

    Args:
        index: index to compare code with.
        folder: folder of the project; its last commit gives the policy.
        config_file: configuration instead of the project's own.
    """

    def __init__(self, index: SharedIndex, folder: Path, config_file: Path | None = None) -> None:
        self._index = index
        self._folder = folder
        self._config_file = config_file
        self._findings: OrderedDict[str, Finding] = OrderedDict()
        self._lock = Lock()

    def check_code(self, code: str, path: str = "") -> dict[str, Any]:
        """Compare code with the index, and judge its passages by the policy.

        Args:
            code: the code to check.
            path: path of its file, relative to the folder of the project. Code that the last commit
                already contains is not a finding.

        Raises:
            CodescanError: git fails, the configuration is wrong, or the index is damaged.
        """
        result = self._checked(code, path)
        status = "refused" if result.failing else "unchecked" if result.unchecked else "fine"
        if not result.failing and not result.unchecked and not result.checked_lines:
            status = "nothing"
        return {
            "schema_version": SCHEMA_VERSION,
            "status": status,
            "checked_lines": result.checked_lines,
            "unchecked_lines": result.unchecked_lines,
            "policy_from": result.policy_origin,
            "findings": [
                *(_described(finding, is_refused=True) for finding in result.failing),
                *(_described(finding, is_refused=False) for finding in result.passing),
            ],
            "skipped": REPORT_CODEC.encode(tuple(result.skipped)),
        }

    def explain_finding(self, fingerprint: str) -> str:
        """Explain a finding of `check_code`: passage, origin, license, grade, policy, advice.

        Args:
            fingerprint: the fingerprint, or at least its first six characters.

        Raises:
            UsageError: no finding of `check_code` matches, or several do.
        """
        prefix = fingerprint.strip().lower()
        with self._lock:
            findings = [each for key, each in self._findings.items() if key.startswith(prefix)]
        if len(prefix) < _SHORTEST_PREFIX or len(findings) != 1:
            raise UsageError(
                "no single finding has this fingerprint",
                "call check_code, and give its fingerprint",
            )
        return explanation(findings[0])

    def notices_for(self, code: str, path: str = "") -> dict[str, Any]:
        """The notices that code needs if its passages stay.

        Args:
            code: as for `check_code`.
            path: likewise.

        Raises:
            CodescanError: as `check_code`.
        """
        result = self._checked(code, path)
        findings = [f for f in (*result.failing, *result.passing) if f.counts]
        with self._index.lease() as opened:
            texts = license_texts(findings, own_texts(findings, opened.matching.index))
        return {
            "schema_version": SCHEMA_VERSION,
            "complete": not result.unchecked and result.checked_lines > 0,
            "notice": notice("", findings),
            "licenses": sorted(texts),
            "refused": len(result.failing),
        }

    def license_fits(self, expression: str) -> dict[str, Any]:
        """Whether code under a license may be used in the project.

        Args:
            expression: an SPDX license expression.

        Raises:
            CodescanError: git fails, or the configuration is wrong.
        """
        policy = project_policy(edit_policy(self._folder, self._config_file))
        # A shortened expression could lose the license that forbids.
        normal = normalize(expression) if len(expression) <= _MOST_CHARACTERS else NOASSERTION
        evaluation = evaluate_license(normal, policy)
        return {
            "schema_version": SCHEMA_VERSION,
            "expression": normal,
            "is_understood": normal != NOASSERTION,
            "state": evaluation.state.value,
            "reason": evaluation.reason,
            "choice": evaluation.choice,
            "obligations": [obligation.sentence for obligation in evaluation.obligations],
            "project_license": policy.project_license or None,
        }

    def index_document(self) -> dict[str, Any]:
        """The index that code is compared with: name, size, guarantee, digest."""
        with self._index.lease() as opened:
            described = describe_index(opened.matching.index)
        described.pop("recipe", None)
        return {"schema_version": SCHEMA_VERSION, **described}

    def policy_document(self) -> dict[str, Any]:
        """The policy of the project: license, rules, and their files.

        Raises:
            CodescanError: git fails, or the configuration is wrong.
        """
        policy = edit_policy(self._folder, self._config_file)
        rules = project_policy(policy)
        return {
            "schema_version": SCHEMA_VERSION,
            "project_license": rules.project_license or None,
            "configuration": policy.source.config_name or None,
            "read_from": policy.source.config_origin,
            "fail_on": policy.config.fail_on or "B",
            "fail_states": list(policy.config.fail_states),
            **{
                name: {
                    "licenses": sorted(each.licenses),
                    "categories": sorted(each.categories),
                    "packages": sorted(each.packages),
                    "paths": sorted(each.paths),
                }
                for name, each in (
                    ("allow", rules.allow), ("review", rules.review), ("deny", rules.deny)
                )
            },
        }  # fmt: skip

    def _checked(self, code: str, path: str) -> EditCheck:
        policy = edit_policy(self._folder, self._config_file)
        if "\0" in path:
            raise UsageError("the path holds a zero byte", "give a path of the project")
        with self._index.lease() as opened:
            result = check_edits([Edit(path, None, code)], policy, opened.matching)
        with self._lock:
            for finding in (*result.failing, *result.passing):
                self._findings[finding.fingerprint] = finding
                self._findings.move_to_end(finding.fingerprint)
            while len(self._findings) > _REMEMBERED:
                self._findings.popitem(last=False)
        return result


def _described(finding: Finding, *, is_refused: bool) -> dict[str, Any]:
    """A finding without source text. Names from packages are untrusted and are escaped."""
    attribution, policy = finding.attribution, finding.policy
    return {
        "fingerprint": finding.fingerprint,
        "refused": is_refused,
        "grade": finding.grade.value,
        "kind": finding.kind.value,
        "start_line": finding.region.start_line,
        "end_line": finding.region.end_line,
        "tokens": finding.tokens,
        "package": _inert(attribution.origin.package.purl),
        "origin_path": _inert(attribution.origin.path),
        "origin_start_line": attribution.region.start_line,
        "origin_end_line": attribution.region.end_line,
        "license": attribution.license.expression,
        "families": finding.spread.families,
        "state": policy.state if policy is not None else "unknown",
        "reason": _inert(policy.reason) if policy is not None else "",
        "advice": [_inert(step) for step in advice(finding)],
    }


def _inert(text: str) -> str:
    return clip(" ".join(visible(text).split()), _LONGEST)
