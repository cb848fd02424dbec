# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The projects of the HTML page, each with its findings; and the choices of the filter."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.records import Grade
from codescan.reports import summary
from codescan.reports.escaping import clip
from codescan.reports.finding_measures import MEASURES
from codescan.reports.html_card import license_view, project_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from codescan.records import Finding
    from codescan.reports.html_card import LicenseView

__all__ = ["Choice", "Filter", "Project", "filter_of", "projects_of"]

_NAME = 80
_LICENSES = 5  # badges of one project


@dataclass(frozen=True, slots=True)
class Project:
    """A project with what was found of it."""

    key: str
    name: str
    anchor: str
    """Id of its first finding."""
    licenses: tuple[LicenseView, ...]
    licenses_more: int
    grades: tuple[int, ...]
    """Findings of grade A to D."""
    findings: int
    tokens: int
    longest: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that findings can be filtered by."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Filter:
    """The choices of each filter; a filter of fewer than two choices is not shown."""

    projects: tuple[Choice, ...]
    licenses: tuple[tuple[str, tuple[Choice, ...]], ...]
    """The licenses by category."""
    grades: tuple[Choice, ...]
    measures: tuple[Choice, ...]
    arms: tuple[Choice, ...]


def projects_of(findings: Sequence[Finding], anchors: Sequence[str]) -> tuple[Project, ...]:
    """Every project that a finding comes from, most tokens of grade A and B first.

    Args:
        findings: in the order of the page.
        anchors: id of each finding.
    """
    groups: dict[str, list[tuple[Finding, str]]] = {}
    for finding, anchor in zip(findings, anchors, strict=True):
        groups.setdefault(project_key(finding), []).append((finding, anchor))
    projects = [_project(key, members) for key, members in groups.items()]
    strong = {key: sum(f.tokens for f, _ in group if f.counts) for key, group in groups.items()}
    return tuple(sorted(projects, key=lambda p: (-strong[p.key], -p.tokens, p.name, p.key)))


def _project(key: str, members: Sequence[tuple[Finding, str]]) -> Project:
    findings = [finding for finding, _ in members]
    counts = Counter(finding.grade for finding in findings)
    claims = list(
        dict.fromkeys(
            (f.attribution.license.expression, f.attribution.license.category) for f in findings
        )
    )
    first = {
        (f.attribution.license.expression, f.attribution.license.category): f.attribution.license
        for f in reversed(findings)
    }
    return Project(
        key=key,
        name=clip(findings[0].attribution.origin.package.name, _NAME),
        anchor=members[0][1],
        licenses=tuple(license_view(first[claim]) for claim in claims[:_LICENSES]),
        licenses_more=max(0, len(claims) - _LICENSES),
        grades=tuple(counts[grade] for grade in Grade),
        findings=len(findings),
        tokens=sum(finding.tokens for finding in findings),
        longest=max(finding.tokens for finding in findings),
    )


def filter_of(
    findings: Sequence[Finding],
    projects: Iterable[Project],
    measures: Sequence[tuple[str, ...]],
) -> Filter:
    """The choices that the findings of a page offer.

    Args:
        findings: in the order of the page.
        projects: those of the page.
        measures: words of `MEASURES` that each finding supports.
    """
    by_category: dict[str, Counter[str]] = {}
    for finding in findings:
        view = license_view(finding.attribution.license)
        by_category.setdefault(view.category, Counter())[view.name] += 1
    supported = Counter(word for words in measures for word in words)
    arms = Counter(finding.arm.value for finding in findings)
    grades = Counter(finding.grade for finding in findings)
    return Filter(
        projects=tuple(
            Choice(project.key, project.name, project.findings)
            for project in sorted(projects, key=lambda p: (p.name.lower(), p.key))
        ),
        licenses=tuple(
            (category, _choices(names, {})) for category, names in sorted(by_category.items())
        ),
        grades=tuple(
            Choice(grade.value, f"{grade.value}: {meaning}", grades[grade])
            for grade, meaning in summary.GRADES.items()
            if grades[grade]
        ),
        measures=_choices(supported, MEASURES),
        arms=_choices(arms, {"target": "Target arm", "null": "Null arm: unseen text"}),
    )


def _choices(counts: Counter[str], names: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(
        Choice(value, names.get(value, value), count) for value, count in sorted(counts.items())
    )
