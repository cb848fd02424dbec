# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What the software bill formats share: stable names and dates that come from the report alone."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from codescan.reports import summary
from codescan.reports.json import JsonReporter

if TYPE_CHECKING:
    from codescan.records import Finding, Report

__all__ = ["by_package", "created", "identity", "serious"]

_NAMESPACE = uuid.UUID("0d0f7e6c-3c44-5d9f-9d0b-0a9b1f3f7c11")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def serious(report: Report) -> list[Finding]:
    """The findings that a bill lists, grades A and B: what is common or short is no component."""
    return [f for f in summary.ordered(report) if f.grade in summary.HEADLINE_GRADES]


def by_package(findings: list[Finding]) -> dict[str, list[Finding]]:
    """Findings by the package URL of their origin, sorted by it."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.attribution.origin.package.purl, []).append(finding)
    return dict(sorted(groups.items()))


def identity(report: Report) -> uuid.UUID:
    """A UUID that is the same for the same report (RFC 9562, version 5)."""
    return uuid.uuid5(_NAMESPACE, JsonReporter().render(report))


def created(report: Report) -> datetime:
    """When the run was made, UTC in whole seconds; 1970-01-01 where the report does not say.

    A clock would make two renderings of one report differ.
    """
    value = report.run.get("created") or report.run.get("finished")
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else _EPOCH
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return _EPOCH
