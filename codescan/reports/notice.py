# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A NOTICE file: whose passages a project holds, under which license, with the copyright lines.

Byte-stable: components are sorted by package URL, passages by place, and nothing depends on when
or where the file is made, so that it can be committed and compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.reports import summary
from codescan.reports.places import place
from codescan.reports.visible import clip, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Finding, Report

__all__ = ["NoticeReporter"]

_RULE = "-" * 72
_FIELD = 300


class NoticeReporter:
    """Renders the notices of every origin with a finding of grade A or B."""

    name = "notice"
    media_type = "text/plain"
    suffix = ".txt"

    def render(self, report: Report) -> str:
        """The file, empty of components where nothing was found."""
        components: dict[str, list[Finding]] = {}
        for finding in report.findings:
            if finding.grade in summary.HEADLINE_GRADES:
                components.setdefault(finding.attribution.origin.package.purl, []).append(finding)
        lines = ["THIRD-PARTY NOTICES", ""]
        if components:
            lines.append("This work holds passages that equal passages of the following works.")
        else:
            lines.append("No passage of another work was found.")
        for purl in sorted(components):
            lines += ["", _RULE, *_component(components[purl])]
        return "".join(f"{line}\n" for line in lines)


def _component(findings: list[Finding]) -> Iterator[str]:
    package = findings[0].attribution.origin.package
    yield _line(summary.origin_name(findings[0]))
    yield _line(package.purl)
    if package.homepage:
        yield _line(package.homepage)
    for expression in sorted({f.attribution.license.expression for f in findings}):
        yield _line(f"License: {expression}")
    holders = dict.fromkeys(
        line for f in sorted(findings, key=_order) for line in f.attribution.copyrights
    )
    for line in holders or dict.fromkeys(package.copyrights):
        yield _line(line)
    yield ""
    for finding in sorted(findings, key=_order):
        mine, theirs = finding.region, finding.attribution.region
        yield _line(
            f"  {place(finding)}:{mine.start_line}-{mine.end_line} from "
            f"{finding.attribution.origin.path}:{theirs.start_line}-{theirs.end_line}"
        )


def _order(finding: Finding) -> tuple[str, int, int, str]:
    return place(finding), finding.span.start, finding.span.end, finding.attribution.origin.path


def _line(text: str) -> str:
    return visible(clip(text, _FIELD)).rstrip()
