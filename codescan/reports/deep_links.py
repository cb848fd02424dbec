# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Names of findings that outlive a report: anchors in the page, and citations in plain text."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from codescan.reports import summary
from codescan.reports.escaping import clip, visible
from codescan.reports.json import qualified

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.records import Finding, Report

__all__ = ["citation", "finding_anchors", "text_anchor"]

_FINGERPRINT = re.compile(r"[0-9a-f]{8,64}")
_DIGITS = 12
_LONGEST = 300  # characters of one untrusted field


def finding_anchors(findings: Sequence[Finding]) -> list[str]:
    """An anchor for each finding, the same in every report that holds the finding.

    The first finding of a fingerprint has "finding-" and the fingerprint; the same passage in
    other places has a hash of its place in addition.
    """
    anchors: list[str] = []
    used: set[str] = set()
    for finding in findings:
        name = finding.fingerprint
        if not _FINGERPRINT.fullmatch(name):
            name = _hash(name)
        anchor = f"finding-{name}"
        if anchor in used:
            anchor = (
                f"{anchor}-{_hash(f'{finding.snippet_id} {finding.span.start} {finding.view}')}"
            )
        number, base = 2, anchor
        while anchor in used:  # the very same finding twice
            anchor, number = f"{base}-{number}", number + 1
        used.add(anchor)
        anchors.append(anchor)
    return anchors


def text_anchor(snippet_id: str) -> str:
    """An anchor for the whole text of a snippet."""
    return f"text-{_hash(snippet_id)}"


def citation(report: Report, finding: Finding) -> str:
    """A citation of a finding: one paragraph of plain text."""
    attribution = finding.attribution
    region = attribution.region
    model = summary.model_name(report)
    where = finding.snippet_path or finding.snippet_id
    found_in = f"completion {where} of {model}" if model else where
    identifiers = [
        name
        for name in (
            attribution.origin.package.purl,
            qualified(attribution.swhid, region),
        )
        if name
    ]
    kind = summary.kind_of(finding)
    license_ = summary.license_name(attribution.license.expression)
    lines = summary.lines_of(region.start_line, region.end_line)
    passage = (
        f"{summary.plural(finding.tokens, 'token')} ({kind}, grade {finding.grade.value}) of "
        f"{summary.origin_name(finding)}, {attribution.origin.path}, {lines} ({license_}), "
        f"in {found_in}, {summary.found_lines(finding)}."
    )
    origin = f"Origin: {', '.join(identifiers)}."
    parts = (passage, origin, f"Finding {finding.fingerprint}; {_source(report)}.")
    return visible(" ".join(clip(part, 4 * _LONGEST) for part in parts))


def _source(report: Report) -> str:
    """The identity of the report: the program, the settings and the date."""
    run = report.run
    tool = " ".join(str(report.tool.get(key, "")) for key in ("name", "version")).strip()
    source = [f"report of {tool}" if tool else "report"]
    for key, words in (("settings_hash", "settings"), ("finished", "finished")):
        value = run.get(key)
        if isinstance(value, str) and value:
            source.append(f"{words} {value}")
    return ", ".join(source)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
