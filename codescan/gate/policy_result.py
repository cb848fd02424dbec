# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The policy's result for a finding, and whether the file already declares the passage.

A passage counts unless its license is met or someone let it in: it is the project's own, an
allow comment or the baseline names it, or the file declares it with tags. Tags meet what a
permissive license asks for; they cannot make a conflicting or an unknown license fit.
"""

from __future__ import annotations

import posixpath
import shlex
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.gate.widely_copied import evaluate_spread
from codescan.licenses import spdx_tags
from codescan.licenses.copyrights import holder_name
from codescan.licenses.expressions import covers, equivalent
from codescan.licenses.policy import Policy, State, evaluate_license
from codescan.records import NOASSERTION, Finding, PolicyResult, PolicyRule, Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from codescan.gate.comments import Allowance
    from codescan.gate.project import Project
    from codescan.records import Report

__all__ = ["DECLARABLE", "advice", "declaration", "remedy_of", "with_allowance", "with_policy"]

DECLARABLE = frozenset({State.OK.value, State.OK_WITH_OBLIGATIONS.value, State.REVIEW.value})
"""States that notices in the file can settle."""
_NOTICES = frozenset({"keep-copyright", "include-license", "attribution", "include-notice"})
_DECISION = ("--update-baseline", "--reason", "WHY", "--reviewer", "NAME")
_SHARE = 0.9  # of a passage that a tagged snippet holds to be its declaration


def with_policy(finding: Finding, content: bytes, policy: Policy, project: Project) -> Finding:
    """A finding with the policy's result.

    Args:
        finding: of the text `content`.
        content: the whole text.
        policy: with the project's license.
        project: that the text belongs to.
    """
    attribution = finding.attribution
    expression = attribution.license.expression
    evaluation = evaluate_license(
        expression,
        policy,
        purl=attribution.origin.package.purl,
        path=finding.snippet_path or "",
    )
    of_origin = evaluation
    evaluation = evaluate_spread(finding, evaluation, policy)
    declared, mismatch = declaration(finding, content)
    rules = []
    if evaluation.state is State.CONFLICT:
        rules.append(PolicyRule.LICENSE_CONFLICT)
    if evaluation.state is State.UNKNOWN:
        rules.append(PolicyRule.LICENSE_UNKNOWN)
    if attribution.ambiguous or evaluation is not of_origin:
        rules.append(PolicyRule.AMBIGUOUS_ORIGIN)
    if mismatch or any(r.startswith(PolicyRule.LICENSE_MISMATCH) for r in attribution.reasons):
        rules.append(PolicyRule.LICENSE_MISMATCH)
    if not declared and _NOTICES & {obligation.key for obligation in evaluation.obligations}:
        rules.append(PolicyRule.MISSING_ATTRIBUTION)
    relation = project.relation(attribution.origin.package)
    accepted, reason = "", mismatch
    if relation == "own-project":
        accepted, reason = relation, f"{attribution.origin.package.name} is this project"
    elif declared and evaluation is of_origin and evaluation.state.value in DECLARABLE:
        accepted, reason = "declared", declared
    return replace(
        finding,
        policy=PolicyResult(
            state=evaluation.state.value,
            reason=evaluation.reason,
            choice=evaluation.choice,
            obligations=tuple(obligation.sentence for obligation in evaluation.obligations),
            rules=tuple(rules),
            relation=relation,
            accepted=accepted,
            accepted_reason=reason,
        ),
    )


def declaration(finding: Finding, content: bytes) -> tuple[str, str]:
    """(how the file declares a passage, what is wrong with its declaration); "" for nothing.

    A passage is declared by snippet tags around it, or by the license and a copyright notice of
    the origin in the head of the file.
    """
    expression = finding.attribution.license.expression
    if expression == NOASSERTION:
        return "", ""
    for tag in spdx_tags.snippet_tags(content):
        if _common(tag.span, finding.span) < _SHARE * len(finding.span):
            continue
        declared = tag.claim.expression
        if _permits(expression, declared) and tag.copyrights:
            return f"declared by snippet tags as {declared}", ""
        return "", f"the snippet tags say {declared}, the origin is under {expression}"
    return _file_declaration(finding, content), ""


def _file_declaration(finding: Finding, content: bytes) -> str:
    from codescan.licenses.copyrights import copyright_lines
    from codescan.licenses.detect import file_claims

    expression = finding.attribution.license.expression
    claims = file_claims(content)
    if not claims or not _permits(expression, claims[0].expression):
        return ""
    origin_holders = {holder_name(line).lower() for line in finding.attribution.copyrights} - {""}
    holders = {holder_name(line).lower() for line in copyright_lines(content)}
    if origin_holders and not origin_holders & holders:
        return ""
    return f"the file's own header says {claims[0].expression} and names the holder"


def with_allowance(finding: Finding, allowances: Sequence[Allowance]) -> tuple[Finding, int | None]:
    """A finding with its policy result, accepted by the first allowance that covers it.

    Returns:
        The finding, and the number of the allowance; None where none covers it.
    """
    for number, allowance in enumerate(allowances):
        if allowance.covers(finding) and finding.policy is not None:
            if finding.policy.accepted == "own-project":
                return finding, number
            words = f"allowed in line {allowance.line}: {allowance.reason}"
            allowed = replace(
                finding.policy, accepted="allow-comment", accepted_reason=words
            )  # fmt: skip
            return replace(finding, policy=allowed), number
    return finding, None


def remedy_of(report: Report) -> Mapping[str, object] | None:
    """The options of the check that made a report, for `advice`; None where it states none."""
    remedy = report.run.get("remedy")
    return remedy if isinstance(remedy, dict) else None


def advice(finding: Finding, remedy: Mapping[str, object] | None = None) -> tuple[str, ...]:
    """Advice on a finding, most useful first. Commands can be run as printed.

    Args:
        finding: with its policy result.
        remedy: of the report (`run["remedy"]`): the options that the check was given.
    """
    result = finding.policy
    if result is None:
        return ("compare the passage with its origin; keep its notice and follow its license",)
    package = finding.attribution.origin.package.name
    if result.accepted:
        return (f"nothing: {result.accepted_reason}",)
    steps = []
    if result.relation == "dependency":
        steps.append(f"{package} is a dependency of this project: call it instead of copying it")
    accept = _command("check", finding, remedy, _DECISION)
    if result.state == State.CONFLICT.value:
        steps.append("remove or rewrite the passage: its license does not fit this project")
        steps.append(f"if it is yours or permitted: {accept}")
    elif result.state == State.UNKNOWN.value:
        steps.append(f"ask the owner of {package} for a license, or remove the passage")
        steps.append(f"if it is yours or permitted: {accept}")
    elif result.state == State.REVIEW.value:
        steps.append(f"have the license reviewed; then accept it: {accept}")
    else:
        steps.append(f"keep it with its notice: {_command('attribute', finding, remedy, ())}")
    if remedy is not None and remedy.get("strict"):
        steps.append("a strict check counts only what the base accepts: have it accepted there")
    return tuple(steps)


def _command(
    name: str, finding: Finding, remedy: Mapping[str, object] | None, extra: Sequence[str]
) -> str:
    """A command line for the file of a finding, as a shell reads it."""
    remedy = remedy or {}
    options = remedy.get(name)
    root = remedy.get("root")
    path = finding.snippet_path or "PATH"
    if isinstance(root, str) and not posixpath.isabs(path):
        path = posixpath.normpath(posixpath.join(root, path))
    program = remedy.get("program")
    words = [str(each) for each in program] if isinstance(program, list) else ["codescan"]
    arguments = [str(option) for option in options] if isinstance(options, list | tuple) else []
    guard = ["--"] if path.startswith("-") else []
    return shlex.join([*words, name, *arguments, *extra, *guard, path])


def _permits(origin: str, declared: str) -> bool:
    """Whether a passage under `origin` may be said to be under `declared`: an arm of OR may be."""
    return equivalent(origin, declared) or (" AND " not in origin and covers(origin, declared))


def _common(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))
