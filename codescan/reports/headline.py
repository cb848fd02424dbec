# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The result of a report in one sentence, made from all measures together.

Passages, extraction, agreement and prior-aware results each add a part where they show something
beyond their null arm. Only when none does is nothing consistent with memorization. Passages that
many independent projects hold are counted in a sentence of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from codescan.records.licensing import WIDELY_COPIED_FAMILIES
from codescan.reports.coverage_text import qualified_headline
from codescan.reports.gate_notes import check_headline
from codescan.reports.json_values import mapping, number
from codescan.reports.plurals import plural

if TYPE_CHECKING:
    from codescan.records import Report

__all__ = ["headline", "is_audit", "shows_memorization"]


def headline(report: Report) -> str:
    """The result in one sentence, which also says when not everything was checked."""
    if report.run.get("command") == "check" and isinstance(report.statistics.get("failing"), int):
        return qualified_headline(report, check_headline(report))
    parts = list(_parts(report))
    means = "memorization" if is_audit(report) else "copying"
    widely_copied = _widely_copied_sentence(report)
    if not parts:
        sentence = widely_copied or f"No passage is consistent with {means}"
        return qualified_headline(report, sentence)
    verb = "is" if len(parts) == 1 and parts[0].startswith("1 ") else "are"
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    sentence = f"{listed} {verb} consistent with {means}"
    return qualified_headline(report, "; ".join(filter(None, (sentence, widely_copied))))


def shows_memorization(report: Report) -> bool:
    """Whether any measure shows something: the headline is not a negative one."""
    return next(_parts(report), None) is not None or bool(_widely_copied_sentence(report))


def is_audit(report: Report) -> bool:
    """Whether a model was prompted, as opposed to files that were scanned."""
    return report.run.get("command") == "audit" or "model" in report.run


def _parts(report: Report) -> Iterator[str]:
    counted = [
        finding for finding in report.findings if finding.counts and not finding.spread.is_wide
    ]
    if counted:
        projects = {
            finding.attribution.origin.package.family or finding.attribution.origin.package.purl
            for finding in counted
        }
        yield f"{plural(len(counted), 'passage')} of {plural(len(projects), 'project')}"
    if not is_audit(report):
        return
    statistics = report.statistics
    extracted = _beyond_null(statistics.get("discoverable_extraction"))
    if extracted is not None:
        hits, trials = extracted
        yield f"{hits:,} of {plural(trials, 'continuation')} extracted token for token"
    agreeing = _beyond_null(statistics.get("agreement"))
    if agreeing is not None:
        yield f"the agreeing samples of {plural(agreeing[0], 'prompt')}"
    distinctive = mapping(mapping(statistics.get("prior_aware")).get("distinctive"))
    own = int(number(distinctive.get("k")) or 0)
    if own:
        whose = "its" if own == 1 else "their"
        yield f"{plural(own, 'continuation')} likely after {whose} own prompt only"


def _widely_copied_sentence(report: Report) -> str:
    """How many passages are found in many projects, whose origin says little; "" for none."""
    count = sum(finding.counts and finding.spread.is_wide for finding in report.findings)
    if not count:
        return ""
    verb, each = ("is", "it is") if count == 1 else ("are", "each is")
    return (
        f"{plural(count, 'passage')} {verb} widely copied:"
        f" {each} in {WIDELY_COPIED_FAMILIES} or more independent projects"
    )


def _beyond_null(measure: object) -> tuple[int, int] | None:
    """Hits and trials of the target arm; None where there is no hit, or no more than by chance."""
    values = mapping(measure)
    target = mapping(values.get("target"))
    hits, trials = number(target.get("k")), number(target.get("n"))
    if not hits or not trials:
        return None
    excess = values.get("excess")
    if isinstance(excess, Mapping):
        beyond = number(excess.get("value"))
        if beyond is not None and beyond <= 0:
            return None
    return int(hits), int(trials)
