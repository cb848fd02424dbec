# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The result of a report in one sentence, made from all measures together.

Passages, extraction, true continuations, long works, agreement and prior-aware results each add a
part where they show something beyond their null arm. Only when none does is nothing consistent with
memorization. Passages that many independent projects hold, and common text, are counted apart; a
result that the null arm explains says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.records import Arm, Grade
from codescan.records.licensing import WIDELY_COPIED_FAMILIES
from codescan.reports.coverage_text import NOTHING_CHECKED, qualified_headline
from codescan.reports.gate_notes import check_headline
from codescan.reports.json_values import mapping, number
from codescan.reports.plurals import plural
from codescan.reports.withheld import without_answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from codescan.records import Finding, Report

__all__ = ["headline", "is_audit", "shows_memorization"]

_COMPARED = {
    "copies": "copies",
    "discoverable_extraction": "extraction",
    "true_continuations": "true continuations",
    "agreement": "agreement",
}
"""Measures that a null arm may stand against, by their key."""


def headline(report: Report) -> str:
    """The result in one sentence, which also says when not everything was checked."""
    if report.run.get("command") == "check" and isinstance(report.statistics.get("failing"), int):
        return qualified_headline(report, check_headline(report))
    parts = [part for _, part in _parts(report)]
    means = "memorization" if is_audit(report) else "copying"
    widely_copied = _widely_copied_sentence(report)
    if not parts:
        sentence = widely_copied or _negative(report, means)
        return qualified_headline(report, f"{sentence}{_common(report)}")
    verb = "is" if len(parts) == 1 and parts[0].startswith("1 ") else "are"
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    sentence = f"{listed} {verb} consistent with {means}{_against_null_arm(report)}"
    sentence = "; ".join(filter(None, (sentence, widely_copied)))
    return qualified_headline(report, f"{sentence}{_common(report)}")


def shows_memorization(report: Report) -> bool:
    """Whether any measure shows something: the headline is not a negative one."""
    return next(_parts(report), None) is not None or bool(_widely_copied_sentence(report))


def is_audit(report: Report) -> bool:
    """Whether a model was prompted, as opposed to files that were scanned."""
    return report.run.get("command") == "audit" or "model" in report.run


def _negative(report: Report, means: str) -> str:
    """That nothing was found, or that nothing was measured."""
    if is_audit(report) and not _is_measured(report.statistics):
        return NOTHING_CHECKED
    weak = [finding for finding in report.findings if _is_rare(finding)]
    chance = (
        f"; {plural(len(weak), 'passage')} of grade B, no more than unseen text gives"
        if weak
        else ""
    )
    withheld = without_answer(report.statistics) if is_audit(report) else ""
    return f"No passage is consistent with {means}{chance}{f'; {withheld}' if withheld else ''}"


def _is_measured(statistics: Mapping[str, object]) -> bool:
    """Whether a completion or a score of the target arm supports any rate."""
    measures = [mapping(statistics.get(name)) for name in _COMPARED]
    if not any("target" in measure for measure in measures):
        return True  # no statistics of an audit: the findings are all there is
    return any(number(mapping(measure.get("target")).get("n")) for measure in measures)


def _parts(report: Report) -> Iterator[tuple[str, str]]:
    """Key of the measure, and what it shows."""
    counted = [finding for finding in report.findings if _is_rare(finding)]
    if counted and not _is_explained_by_null_arm(report, counted):
        projects = {
            finding.attribution.origin.package.family or finding.attribution.origin.package.purl
            for finding in counted
        }
        yield "copies", f"{plural(len(counted), 'passage')} of {plural(len(projects), 'project')}"
    if not is_audit(report):
        return
    statistics = report.statistics
    extracted = _beyond_null(statistics.get("discoverable_extraction"))
    if extracted is not None:
        hits, trials = extracted
        part = f"{hits:,} of {plural(trials, 'continuation')} extracted token for token"
        yield "discoverable_extraction", part
    true = _beyond_null(statistics.get("true_continuations"))
    if true is not None:
        hits, trials = true
        part = f"the true continuations in completions of {hits:,} of {plural(trials, 'prompt')}"
        yield "true_continuations", part
    words = _beyond_null(statistics.get("long_works"))
    if words is not None:
        yield "long_works", f"{plural(words[0], 'word')} of long works in near-verbatim runs"
    agreeing = _beyond_null(statistics.get("agreement"))
    if agreeing is not None:
        yield "agreement", f"the agreeing samples of {plural(agreeing[0], 'prompt')}"
    distinctive = mapping(mapping(statistics.get("prior_aware")).get("distinctive"))
    own = int(number(distinctive.get("k")) or 0)
    if own:
        possessive = "its" if own == 1 else "their"
        part = f"{plural(own, 'continuation')} likely after {possessive} own prompt only"
        yield "prior_aware", part


def _widely_copied_sentence(report: Report) -> str:
    """The number of passages that occur in many projects; "" for none."""
    count = sum(finding.counts and finding.spread.is_wide for finding in report.findings)
    if not count:
        return ""
    verb, each = ("is", "it is") if count == 1 else ("are", "each is")
    return (
        f"{plural(count, 'passage')} {verb} widely copied:"
        f" {each} in {WIDELY_COPIED_FAMILIES} or more independent projects"
    )


def _is_rare(finding: Finding) -> bool:
    """Whether a finding counts, and is not of text that many projects hold."""
    return finding.counts and not finding.spread.is_wide


def _is_explained_by_null_arm(report: Report, counted: Sequence[Finding]) -> bool:
    """Whether unseen text gives as many copies, none of them verbatim and none of grade A.

    A model that leaves unseen prompts for text that it knows raises the null rate too. So the
    figure without such completions must not show an excess either.
    """
    copies = mapping(report.statistics.get("copies"))
    excesses = [
        number(mapping(copies.get(key)).get("value"))
        for key in ("excess", "excess_without_indexed_text")
    ]
    known = [value for value in excesses if value is not None]
    is_above = not known or any(value > 0 for value in known)
    return not is_above and all(finding.grade is not Grade.A for finding in counted)


def _beyond_null(measure: object) -> tuple[int, int] | None:
    """Hits and trials of the target arm; None where there is no hit, or no more than by chance."""
    values = mapping(measure)
    target = mapping(values.get("target"))
    hits, trials = number(target.get("k")), number(target.get("n"))
    if not hits or not trials:
        return None
    beyond = _excess(values, "value")
    return None if beyond is not None and beyond <= 0 else (int(hits), int(trials))


def _excess(measure: Mapping[object, object], key: str) -> float | None:
    """A number of the excess over the null arm; the difference of rates where none is given."""
    excess = mapping(measure.get("excess"))
    if excess:
        return number(excess.get(key))
    target, null = (number(mapping(measure.get(arm)).get("value")) for arm in ("target", "null"))
    return None if target is None or null is None else target - null


def _against_null_arm(report: Report) -> str:
    """Whether what the headline names is clearly more than the null arm shows; "" for a scan."""
    if not is_audit(report):
        return ""
    statistics = report.statistics
    bounds = {
        words: bound
        for key, words in _COMPARED.items()
        if key in {name for name, _ in _parts(report)}
        and (bound := number(mapping(mapping(statistics.get(key)).get("excess")).get("low")))
        is not None
    }
    baseline = "the null arm"
    chance = mapping(mapping(statistics.get("shuffled_index")).get("excess"))
    if not bounds and number(chance.get("low")) is not None:
        bounds, baseline = {"copies": number(chance.get("low")) or 0.0}, "a shuffled index"
    if not bounds:
        is_missing = statistics.get("null_arm_completions", 0) is None
        return "; no null arm was run" if is_missing else ""
    unclear = [words for words, bound in bounds.items() if bound <= 0]
    if not unclear:
        return f"; the excess over {baseline} is above 0"
    return f"; the excess of {' and '.join(unclear)} over {baseline} may be 0"


def _common(report: Report) -> str:
    """The number of passages of common text, such as licenses and idioms; "" for none."""
    count = sum(
        finding.grade is Grade.C and finding.arm is Arm.TARGET for finding in report.findings
    )
    if not count:
        return ""
    return f"; {plural(count, 'passage')} {'is' if count == 1 else 'are'} common text (grade C)"
