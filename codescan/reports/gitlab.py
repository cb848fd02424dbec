# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""GitLab's Code Quality report: a JSON array that merge requests show beside the lines."""

from __future__ import annotations

import hashlib

from codescan.records import Finding, Grade, Report, coverage_of, is_unchecked
from codescan.reports import coverage_text, summary
from codescan.reports.escaping import clip, json_text, visible
from codescan.reports.locations import numbered, place

__all__ = ["GitlabReporter"]

_SEVERITIES = {Grade.A: "critical", Grade.B: "major", Grade.C: "minor", Grade.D: "info"}
_FIELD = 200


class GitlabReporter:
    """Renders one entry for each finding; grades become severities."""

    name = "gitlab"
    media_type = "application/json"
    suffix = ".json"

    def render(self, report: Report) -> str:
        """The JSON array, strongest finding first."""
        entries = [_entry(f, key) for f, key in numbered(summary.ordered(report))]
        if not coverage_of(report).is_complete:
            entries.append(_unchecked(report))
        return json_text(entries)


def _unchecked(report: Report) -> dict[str, object]:
    """One entry that keeps an empty list from passing for a clean result."""
    items = [skip.item for skip in report.skipped if is_unchecked(skip)]
    text = coverage_text.unchecked_sentence(report) or f"{coverage_text.NOTHING_CHECKED}."
    return {
        "description": visible(clip(text, 4 * _FIELD)),
        "check_name": "not-checked",
        "fingerprint": hashlib.sha256("\0".join(items).encode("utf-8", "replace")).hexdigest(),
        "severity": "major",
        "location": {
            "path": visible(clip(items[0], _FIELD)) if items else ".",
            "lines": {"begin": 1, "end": 1},
        },
    }


def _entry(finding: Finding, fingerprint: str) -> dict[str, object]:
    attribution = finding.attribution
    path = visible(place(finding))
    where = summary.lines_of(attribution.region.start_line, attribution.region.end_line)
    described = (
        f"{summary.kind_of(finding).capitalize()} copy of "
        f"{clip(summary.origin_name(finding), _FIELD)}, {clip(attribution.origin.path, _FIELD)}, "
        f"{where}. License: {clip(summary.license_name(attribution.license.expression), _FIELD)}."
    )
    if finding.policy is not None:
        described += f" Policy: {finding.policy.state.replace('-', ' ')}."
    # GitLab takes two entries of one fingerprint for one problem, wherever they are.
    unique = hashlib.sha256(f"{path}\0{fingerprint}".encode("utf-8", "replace")).hexdigest()
    return {
        "description": visible(described),
        "check_name": finding.rule.value,
        "fingerprint": unique,
        "severity": _SEVERITIES[finding.grade],
        "location": {
            "path": path,
            "lines": {"begin": finding.region.start_line, "end": finding.region.end_line},
        },
    }
