# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Phrases that compare the owners of a passage, shared by several formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.reports import summary

if TYPE_CHECKING:
    from codescan.records import Attribution, Contribution

__all__ = ["earliest", "licenses_seen", "margin", "points"]

_MOST = 6


def margin(attribution: Attribution) -> str:
    """The margin of the origin over the runner-up; "" without a runner-up."""
    if attribution.margin is None:
        return ""
    if attribution.margin == 0:
        return "margin 0: only a tie-break decides"
    return f"margin {attribution.margin:.2g} of 1"


def points(contribution: Contribution) -> str:
    """Signed points of a rule; "·" for a rule that speaks for neither."""
    return f"{contribution.points:+.2g}" if contribution.points else "·"


def licenses_seen(attribution: Attribution) -> str:
    """The licenses under which all owners hold the passage; "" where there is one owner only."""
    seen = attribution.licenses_seen
    if attribution.families <= 1 or not seen:
        return ""
    listed = ", ".join(f"{summary.license_name(name)} ({count})" for name, count in seen[:_MOST])
    return f"Licenses of all owners: {listed}" + (" …" if len(seen) > _MOST else ".")


def earliest(attribution: Attribution) -> str:
    """The earliest holder in the index, where that is not the origin; else ""."""
    first, package = attribution.earliest, attribution.origin.package
    if first is None or (first.purl, first.path) == (package.purl, attribution.origin.path):
        return ""
    name = f"{first.package} {first.version}".strip()
    return f"Earliest in index: {name}, {first.path}, released {first.released}."
