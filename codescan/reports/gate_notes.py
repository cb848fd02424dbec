# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sentences on the policy of a check: where it was read, and what the change alters in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.reports.escaping import clip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.records import Report

__all__ = ["check_headline", "gate_notes", "policy_line"]

_SHOWN = 50
_FIELD = 300


def policy_line(report: Report) -> str:
    """The configuration in force, and its source; "" for a report of another command."""
    policy = _policy(report)
    if not policy:
        return ""
    name = policy.get("configuration")
    if name:
        words = f"configuration: {name} (read from: {policy.get('configuration_from')})"
    else:
        words = f"configuration: none (looked in: {policy.get('configuration_from')})"
    project, config = policy.get("project_from"), policy.get("configuration_from")
    if project != config:
        words += f"; manifests read from: {project}"
    if policy.get("baseline"):
        words += f"; baseline: {policy['baseline']} (read from: {policy.get('baseline_from')})"
    return words + ("; strict" if policy.get("strict") else "")


def check_headline(report: Report) -> str:
    """The result of a check: passages that fail it, and those that the change itself accepts."""
    failing = report.statistics.get("failing")
    in_change = report.statistics.get("accepted_in_change")
    words = (
        f"{failing} passage{'' if failing == 1 else 's'} to settle"
        if failing
        else "Nothing to settle"
    )
    fail_on = report.run.get("fail_on")
    words += " (grades never fail)" if fail_on == "none" else f" (grade {fail_on} or stronger)"
    return words + (f"; accepted in this change: {in_change}" if in_change else "")


def gate_notes(report: Report) -> list[str]:
    """Notes on a check: changes of the policy, stale baseline entries and others."""
    lines = list(_lines(_policy(report)))
    more = len(lines) - _SHOWN
    shown = [clip(line, _FIELD) for line in lines[:_SHOWN]]
    return [*shown, f"and {more} more notes"] if more > 0 else shown


def _policy(report: Report) -> Mapping[str, object]:
    policy = report.run.get("policy")
    return policy if isinstance(policy, dict) else {}


def _lines(policy: Mapping[str, object]) -> Iterator[str]:
    for note in _items(policy, "notes"):
        yield f"note: {note}"
    for change in _items(policy, "changes"):
        if isinstance(change, dict):
            yield f"policy changed: {change.get('path')}: {change.get('what')}"
    for change in _items(policy, "comment_changes"):
        if isinstance(change, dict):
            yield (
                f"allow comment {change.get('change')}: {change.get('path')}:{change.get('line')}: "
                f"{change.get('text')}"
            )
    for entry in _items(policy, "stale_baseline_entries"):
        if isinstance(entry, dict):
            yield (
                f"stale baseline entry: {entry.get('path')}, {str(entry.get('fingerprint'))[:12]}; "
                "--update-baseline removes it"
            )


def _items(policy: Mapping[str, object], key: str) -> list[object]:
    items = policy.get(key)
    return items if isinstance(items, list) else []
