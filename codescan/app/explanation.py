# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Explain a finding as text: passage, origin, license, grade, policy and advice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.gate.policy_result import advice
from codescan.reports import origin_phrases, summary
from codescan.reports.escaping import visible
from codescan.reports.json import qualified

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.records import Finding

__all__ = ["explanation"]

_OTHERS = 10
_RENAMES = 12


def explanation(finding: Finding, remedy: Mapping[str, object] | None = None) -> str:
    """The reasons for a finding, as text for a terminal.

    Args:
        finding: finding of a report.
        remedy: options of its check (`run["remedy"]`), for the printed commands.
    """
    sections = (
        ("passage", _passage(finding)),
        ("origin", _origin(finding)),
        (
            "why this origin",
            iter(finding.attribution.reasons or ("no other package in the index holds it",)),
        ),
        ("ranking", _ranking(finding)),
        ("other holders", _others(finding)),
        ("license", _license(finding)),
        ("copyright", iter(finding.attribution.copyrights or ("no notice was found",))),
        (f"why grade {finding.grade.value}", iter(finding.grade_reasons)),
        ("policy", _policy(finding)),
        ("what to do", iter(advice(finding, remedy))),
    )
    lines = [f"finding {finding.fingerprint}"]
    for title, content in sections:
        listed = [f"  {visible(line)}" for line in content]
        if listed:
            lines += ["", title, *listed]
    return "\n".join((*lines, ""))


def _passage(finding: Finding) -> Iterator[str]:
    region = finding.region
    place = finding.snippet_path or finding.snippet_id
    yield f"{place}, {summary.lines_of(region.start_line, region.end_line)}"
    yield (
        f"{summary.kind_of(finding)} copy of {finding.tokens} tokens, {finding.similarity:.0%} "
        f"the same, {finding.bits:.0f} bits of information"
    )
    if finding.added_region is not None:
        added = finding.added_region
        yield f"the change adds {summary.lines_of(added.start_line, added.end_line)}"
    if finding.renames:
        renames = ", ".join(f"{a} → {b}" for a, b in finding.renames[:_RENAMES])
        yield f"renamed: {renames}" + (" …" if len(finding.renames) > _RENAMES else "")


def _origin(finding: Finding) -> Iterator[str]:
    attribution = finding.attribution
    origin, region = attribution.origin, attribution.region
    package = origin.package
    yield f"{summary.origin_name(finding)} ({package.purl})"
    yield f"{origin.path}, {summary.lines_of(region.start_line, region.end_line)}"
    if attribution.functions:
        yield f"made of {', '.join(attribution.functions[:_RENAMES])}"
    if package.released:
        yield f"released {package.released}"
    if package.homepage:
        yield package.homepage
    if attribution.swhid:
        yield qualified(attribution.swhid, region)
    yield f"{summary.plural(attribution.families, 'independent owner')} in the index"
    if attribution.ambiguous:
        yield "ambiguous: the best-ranked owners differ in license category, and no rule decides"


def _ranking(finding: Finding) -> Iterator[str]:
    attribution = finding.attribution
    second = attribution.runner_up
    if second is not None and attribution.contributions:
        margin = origin_phrases.margin(attribution)
        yield f"{margin} over {second.package} {second.version}".rstrip()
        for contribution in attribution.contributions:
            if contribution.origin or contribution.runner_up:
                points = origin_phrases.points(contribution)
                pair = f"{contribution.origin or '-'} | {contribution.runner_up or '-'}"
                yield f"{contribution.rule:15} {points:>6}  {pair}"
    for sentence in (
        origin_phrases.earliest(attribution),
        origin_phrases.licenses_seen(attribution),
    ):
        if sentence:
            yield sentence


def _others(finding: Finding) -> Iterator[str]:
    attribution = finding.attribution
    for rank, other in enumerate(attribution.alternatives[:_OTHERS], start=2):
        released = f", released {other.released}" if other.released else ""
        yield (
            f"{rank}. {other.package} {other.version} {other.path}:{other.region.start_line}"
            f"{released}, {summary.license_name(other.license.expression)}"
        )
    more = attribution.alternatives_total - min(_OTHERS, len(attribution.alternatives))
    if more > 0:
        yield f"and {more} more"


def _license(finding: Finding) -> Iterator[str]:
    attribution = finding.attribution
    claim = attribution.license
    yield f"{summary.license_name(claim.expression)} ({claim.category})"
    if not attribution.claims:
        yield "no license statement was found: all rights are reserved until shown otherwise"
    for other in attribution.claims:
        holds = " ← applies" if other == claim else ""
        evidence = f": {other.evidence}" if other.evidence else ""
        yield f"{summary.BASES[other.basis]}: {other.expression}{holds}{evidence}"


def _policy(finding: Finding) -> Iterator[str]:
    policy = finding.policy
    if policy is None:
        return
    yield f"{policy.state}: {policy.reason}"
    if policy.rules:
        yield f"rules: {', '.join(rule.value for rule in policy.rules)}"
    if policy.accepted_reason:
        yield policy.accepted_reason
    if policy.relation:
        words = {"own-project": "this project itself", "dependency": "a dependency of this project"}
        yield f"the origin is {words.get(policy.relation, policy.relation)}"
    if policy.choice != finding.attribution.license.expression:
        yield f"chosen: {policy.choice}"
    yield from (f"condition: {sentence}" for sentence in policy.obligations)
