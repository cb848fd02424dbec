# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Annotations for GitHub Actions, as workflow commands on standard output."""

from __future__ import annotations

from codescan.records import Finding, Level, Report, coverage_of
from codescan.reports import coverage_text, summary
from codescan.reports.escaping import clip, inert_line, visible
from codescan.reports.gate_notes import gate_notes, policy_line
from codescan.reports.locations import place

__all__ = ["GithubReporter"]

_COMMANDS = {
    Level.ERROR: "error",
    Level.WARNING: "warning",
    Level.NOTE: "notice",
    Level.NONE: "debug",
}
_FIELD = 200


class GithubReporter:
    """Renders one workflow command for each finding and one notice that sums up."""

    name = "github"
    media_type = "text/plain"
    suffix = ".txt"

    def render(self, report: Report) -> str:
        """One command a line: findings by strength, then notes on the policy."""
        lines = [_annotation(finding) for finding in summary.ordered(report)]
        policy = {"title": "codescan policy"}
        lines += [_command("warning", policy, note) for note in gate_notes(report)]
        if policy_line(report):
            lines.append(_command("notice", policy, policy_line(report)))
        level = "notice" if coverage_of(report).is_complete else "error"
        unchecked = coverage_text.unchecked_sentence(report)
        message = " ".join(filter(None, (f"{summary.headline(report)}.", unchecked)))
        lines.append(_command(level, {"title": "codescan"}, message))
        return "".join(f"{line}\n" for line in lines)


def _annotation(finding: Finding) -> str:
    attribution = finding.attribution
    properties: dict[str, str] = {}
    if finding.snippet_path is not None:  # a completion is not a file of the repository
        properties["file"] = place(finding)
        properties["line"] = str(finding.region.start_line)
        properties["endLine"] = str(finding.region.end_line)
    kind = summary.kind_of(finding).capitalize()
    properties["title"] = f"{kind} copy of {clip(summary.origin_name(finding), _FIELD)}"
    where = summary.lines_of(attribution.region.start_line, attribution.region.end_line)
    message = (
        f"{clip(attribution.origin.path, _FIELD)}, {where}. "
        f"License: {clip(summary.license_name(attribution.license.expression), _FIELD)}. "
        f"Grade {finding.grade.value}: {summary.GRADES[finding.grade]}."
    )
    if finding.policy is not None:
        state = finding.policy.state.replace("-", " ")
        message += f" Policy: {state}, {clip(finding.policy.reason, _FIELD)}."
    if attribution.ambiguous:
        message += " The origin is ambiguous."
    if finding.snippet_path is None:
        message = f"In {clip(finding.snippet_id, _FIELD)}: {message}"
    return _command(_COMMANDS[finding.level], properties, message)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    """A workflow command; "%", line ends, ":" and "," are escaped as the runner decodes them."""
    # The name of a file has to stay what it is: the runner reads the command before it.
    listed = ",".join(
        f"{key}={_property(value if key == 'file' else inert_line(value))}"
        for key, value in properties.items()
    )
    return f"::{name}{' ' if listed else ''}{listed}::{_data(message)}"


def _data(text: str) -> str:
    return inert_line(visible(text)).replace("%", "%25")


def _property(text: str) -> str:
    return visible(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
