# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The result of `codescan check` on a terminal: place, origin, license and advice."""

from __future__ import annotations

import itertools
import shlex
from typing import TYPE_CHECKING

import click

from codescan.gate.policy_result import advice, remedy_of
from codescan.records import coverage_of, is_unchecked
from codescan.reports import coverage_text, summary
from codescan.reports.escaping import inert_line, visible
from codescan.reports.gate_notes import gate_notes, policy_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.app.check_result import CheckResult
    from codescan.records import Finding, Report

__all__ = ["render"]

_SHORT = 12  # characters of a fingerprint that name it
_MOST_ITEMS = 20  # unchecked inputs that are listed


def render(result: CheckResult, *, show_accepted: bool) -> str:
    """The findings that fail, in the order of files and lines, and one line that sums up.

    Args:
        result: of a check.
        show_accepted: also list accepted findings and those too weak to count.
    """
    report = result.report
    remedy = remedy_of(report)
    lines = [line for finding in result.failing for line in _card(finding, remedy)]
    if show_accepted:
        lines += [line for finding in result.passing for line in _card(finding, remedy)]
        lines += [
            inert_line(visible(item.snippet_id))
            + f":{item.region.start_line}-{item.region.end_line}: no finding: "
            f"{item.reason} ({item.tokens} tokens)"
            for item in report.suppressed
        ]
    lines += [inert_line(visible(note)) for note in (*gate_notes(report), policy_line(report))]
    lines += [inert_line(visible(line)) for line in _ai_lines(report)]
    lines.append(_sum(result))
    return "\n".join(lines)


def _ai_lines(report: Report) -> Iterator[str]:
    """The authors of the lines of a change, if `--ai-lines` is given."""
    counts = report.statistics.get("ai_lines")
    if not isinstance(counts, dict):
        return
    for row in (*counts["agents"], {"agent": "unmarked lines", "model": "", **counts["unmarked"]}):
        name = " ".join(filter(None, (row["agent"] or "an unnamed agent", row["model"])))
        yield (
            f"{name}: {summary.plural(row['lines'], 'line')}, "
            f"{summary.plural(row['findings'], 'passage')}, {row['failing']} to settle"
        )
    yield from (f"marks not read: {problem}" for problem in counts["problems"])


def _card(finding: Finding, remedy: Mapping[str, object] | None) -> list[str]:
    place, *lines = (inert_line(visible(line)) for line in _fields(finding, remedy))
    return [click.style(place, bold=True), *lines, ""]


def _fields(finding: Finding, remedy: Mapping[str, object] | None) -> Iterator[str]:
    attribution, policy = finding.attribution, finding.policy
    region, origin_region = finding.region, attribution.region
    place = f"{finding.snippet_path or finding.snippet_id}:{region.start_line}-{region.end_line}"
    if finding.view:
        place += f" ({summary.view_name(finding.view)})"
    kind = summary.kind_of(finding)
    origin = attribution.origin
    yield f"{place}: {kind} copy, grade {finding.grade.value} ({finding.tokens} tokens)"
    added = finding.added_region
    if added is not None and added != region:
        yield f"  added    lines {added.start_line}-{added.end_line}"
    yield (
        f"  origin   {summary.origin_name(finding)}, {origin.path}, "
        f"{summary.lines_of(origin_region.start_line, origin_region.end_line)}"
    )
    if attribution.alternatives_total:
        doubt = "ambiguous, " if attribution.ambiguous else ""
        other_holders = summary.plural(attribution.alternatives_total, "other holder")
        yield f"           {doubt}{other_holders} in the index"
    license_ = summary.license_name(attribution.license.expression)
    yield f"  license  {license_} (read in: {summary.BASES[attribution.license.basis]})"
    if policy is not None:
        state = policy.state.replace("-", " ")
        rules = f" [{', '.join(rule.value for rule in policy.rules)}]" if policy.rules else ""
        yield f"  policy   {state}: {policy.reason}{rules}"
        if policy.accepted_reason:
            yield f"  {'accepted' if policy.accepted else 'baseline'} {policy.accepted_reason}"
    for number, step in enumerate(advice(finding, remedy)):
        yield f"  {'do' if not number else 'or':8} {step}"
    program = (remedy or {}).get("program")
    words = program if isinstance(program, list) else ["codescan"]
    yield f"  why      {shlex.join([*words, 'explain', finding.fingerprint[:_SHORT]])}"


def _sum(result: CheckResult) -> str:
    report, failed, passing = result.report, result.failing, result.passing
    words = [
        click.style(f"{summary.plural(len(failed), 'passage')} to settle", fg="red", bold=True)
        if failed
        else click.style("nothing to settle", fg=None if coverage_of(report).failures else "green")
    ]
    accepted = result.accepted
    if accepted:
        words.append(f"{accepted} accepted")
    in_change = summary.number(report, "accepted_in_change")
    if in_change:
        words.append(f"accepted in this change: {in_change}")
    if len(passing) > accepted:
        words.append(f"{len(passing) - accepted} too weak or free of conditions")
    number = summary.number(report, "snippets") or 0
    words.append(f"{summary.plural(number, 'file')} checked")
    coverage = coverage_of(report)
    if coverage.out_of_scope:
        listed = ", ".join(f"{n} {reason}" for reason, n in coverage.out_of_scope.items())
        words.append(f"out of scope: {listed}")
    line = "; ".join(words)
    unchecked = visible(coverage_text.unchecked_sentence(report, names_inputs=False))
    if not unchecked:
        return line
    items = (
        f"  {skip.item}: {skip.reason}" + (f" ({skip.detail})" if skip.detail else "")
        for skip in filter(is_unchecked, report.skipped)
    )
    listed = "\n".join(inert_line(visible(item)) for item in itertools.islice(items, _MOST_ITEMS))
    color = "red" if coverage.failures else None
    return f"{listed}\n{click.style(unchecked, fg=color, bold=True)}\n{line}"
