# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A NOTICE file: whose passages a project holds, their copyright lines, and the license texts.

Each text stands once, at the end. The texts are those of the SPDX list; where it has none, the file
says where to get it, because a notice that silently lacks its license is worse than none.

Byte-stable: components are sorted by package URL, passages by place, and nothing depends on when
or where the file is made, so that it can be committed and compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.licenses.expressions import leaves
from codescan.licenses.spdx_list import license_text
from codescan.records import NOASSERTION, coverage_of
from codescan.reports import coverage_text, summary
from codescan.reports.escaping import clip, visible
from codescan.reports.locations import place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
        unchecked = coverage_text.unchecked_sentence(report)
        if coverage_of(report).is_nothing and not report.findings:
            lines[-1] = f"{coverage_text.NOTHING_CHECKED}."
        if unchecked:
            lines.append(_line(unchecked))
        for purl in sorted(components):
            lines += ["", _RULE, *_component(components[purl])]
        for identifier, owners in _licenses(components):
            lines += ["", _RULE, *_license(identifier, owners)]
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
        region, origin_region = finding.region, finding.attribution.region
        yield _line(
            f"  {place(finding)}:{region.start_line}-{region.end_line} from "
            f"{finding.attribution.origin.path}:{origin_region.start_line}-{origin_region.end_line}"
        )


def _licenses(components: Mapping[str, list[Finding]]) -> list[tuple[str, list[str]]]:
    """Every license and exception with the package URLs of those who use it, both sorted."""
    owners: dict[str, set[str]] = {}
    for purl, findings in components.items():
        for finding in findings:
            for identifier in _identifiers(_used(finding)):
                owners.setdefault(identifier, set()).add(purl)
    return [(identifier, sorted(purls)) for identifier, purls in sorted(owners.items())]


def _used(finding: Finding) -> str:
    """The expression whose texts are needed: the one that was chosen among OR, if any was."""
    policy = finding.policy
    chosen = policy.choice if policy is not None else NOASSERTION
    return chosen if chosen != NOASSERTION else finding.attribution.license.expression


def _identifiers(expression: str) -> list[str]:
    return [part for leaf in leaves(expression) for part in leaf.split(" WITH ")] or [NOASSERTION]


def _license(identifier: str, purls: list[str]) -> Iterator[str]:
    if identifier == NOASSERTION:
        yield "No license is known for the following; ask their owners:"
        yield from (f"  {_line(purl)}" for purl in purls)
        return
    text = license_text(identifier)
    if text is None:
        yield _line(f"{identifier}: its text is not at hand; take it from the license files of")
        yield from (f"  {_line(purl)}" for purl in purls)
        return
    yield _line(f"License text: {identifier}")
    yield ""
    yield from (visible(line).rstrip() for line in text.strip().splitlines())


def _order(finding: Finding) -> tuple[str, int, int, str]:
    return place(finding), finding.span.start, finding.span.end, finding.attribution.origin.path


def _line(text: str) -> str:
    return visible(clip(text, _FIELD)).rstrip()
