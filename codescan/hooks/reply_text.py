# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The reason that an agent reads: what it copied, from where, and what to do instead.

Names, paths and licenses come from strangers' packages. They are shortened and shown inert, so that
none of them reads as an instruction; no source text is quoted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.reports import summary
from codescan.reports.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.app.edit_check import EditCheck
    from codescan.records import Finding

__all__ = ["reason_text", "unchecked_text"]

_MOST = 10
"""Findings and unchecked inputs that are listed."""
_LONGEST = 120
"""Characters of a name."""
_UNFIT = frozenset({"conflict", "unknown"})


def reason_text(result: EditCheck) -> str:
    """The failing findings and advice on them; "" if there are none."""
    if not result.failing:
        return ""
    count = summary.plural(len(result.failing), "passage")
    lines = [f"codescan: this edit copies {count} that the project may not take in as written."]
    for finding in result.failing[:_MOST]:
        lines += _card(finding)
    if len(result.failing) > _MOST:
        lines.append(f"and {len(result.failing) - _MOST} more")
    lines.append(
        f"Policy: {_inert(result.policy_origin)}. An allow comment in this edit has no effect."
    )
    return "\n".join(lines)


def unchecked_text(result: EditCheck) -> str:
    """The inputs that were not compared, with reasons; "" if there are none."""
    unchecked = result.unchecked
    if not unchecked:
        return ""
    count = summary.plural(result.unchecked_lines, "line")
    lines = [f"codescan: {count} of this edit could not be checked."]
    for skip in unchecked[:_MOST]:
        detail = f" ({_inert(skip.detail)})" if skip.detail else ""
        lines.append(f"  {_inert(skip.item)}: {_inert(skip.reason)}{detail}")
    return "\n".join(lines)


def _card(finding: Finding) -> Iterator[str]:
    region, attribution, policy = finding.region, finding.attribution, finding.policy
    origin = attribution.origin
    place = _inert(finding.snippet_path or finding.snippet_id)
    place += f":{region.start_line}-{region.end_line}"
    yield f"- {place}: {summary.KINDS[finding.kind]} copy of {finding.tokens} tokens"
    yield (
        f"  origin: {_inert(summary.origin_name(finding))}, {_inert(origin.path)}, "
        f"{summary.lines_of(attribution.region.start_line, attribution.region.end_line)}"
    )
    license_name = summary.license_name(attribution.license.expression)
    state = f" ({policy.state})" if policy is not None else ""
    yield f"  license: {_inert(license_name)}{state}"
    yield f"  do: {_step(finding)}"


def _step(finding: Finding) -> str:
    policy = finding.policy
    package = _inert(finding.attribution.origin.package.name)
    if policy is not None and policy.relation == "dependency":
        return f"call {package}, which is a dependency of this project, instead of copying it"
    if policy is None or policy.state in _UNFIT:
        return "remove the passage, and write your own from what it is for, not from its text"
    if policy.state == "review":
        return "remove the passage, or ask the user to have its license reviewed"
    expression = _inert(finding.attribution.license.expression)
    holders = ", ".join(map(_inert, finding.attribution.copyrights[:2]))
    notice = f"SPDX-License-Identifier: {expression}"
    return (
        "keep it with its notice: above the passage, SPDX-SnippetBegin, "
        f"SPDX-SnippetCopyrightText: {holders or 'its holders'}, {notice}; below it, "
        "SPDX-SnippetEnd. Or write your own."
    )


def _inert(text: str) -> str:
    """A name on one line, shortened, without what a terminal or a reader could take for more."""
    flat = " ".join(visible(text).split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
