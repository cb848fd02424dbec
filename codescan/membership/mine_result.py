# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The result of a search for one owner's code: copies by kind, copyright lines, a p-value."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codescan.records.enums import HEADLINE_GRADES
from codescan.stats.cluster_intervals import clustered_rate
from codescan.stats.exact_tests import fisher_greater
from codescan.stats.intervals import Rate  # noqa: TC001 - the schema reads it

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from codescan.membership.mine_passages import Passage
    from codescan.records import Completion, Document, Finding, Prompt

__all__ = ["MEANING", "MineResult", "MinedCopy", "mine_result"]

MEANING = (
    "A copy shows that the model writes this text after this prompt. The p-value compares files "
    "with the same files under other names. It is evidence, not proof, of training on them."
)
_COMMENT_MARKS = re.compile(r"[\s#*/;%\"'<>!-]+")
_LONGEST = 4_000
"""Characters of a text that are kept for the page."""


@dataclass(frozen=True, slots=True)
class MinedCopy:
    """The best copy that a prompt brought up."""

    path: str
    start_line: int
    end_line: int
    kind: str
    """"verbatim", "renamed" or "edited"."""
    grade: str
    tokens: int
    license: str
    strategy: str
    tries: int
    """Completions of the prompt."""
    hits: int
    """Completions that hold a copy of grade A or B."""
    copyright: str
    """"kept", "lost", "in-prompt", or "none" where the file has no copyright line."""
    prompt: str
    passage: str
    origin: str


@dataclass(frozen=True, slots=True)
class MineResult:
    """The result of a search."""

    schema_version: int
    decision: str
    """"reproduced": a copy of grade A or B; "not-reproduced"; "not-measured": no completion."""
    passages: int
    """Passages of the code that can be elicited."""
    files: int
    """Files that prompts were drawn from."""
    prompts: int
    completions: int
    target: Rate
    """Rate of prompts with a copy, with files as clusters."""
    null: Rate
    """The same for prompts with other names and literals."""
    p_value: float | None
    """Fisher's exact test over files: more files with a copy than under other names."""
    by_kind: dict[str, int]
    copyright: dict[str, int]
    """Copies by what became of the copyright lines."""
    copies: list[MinedCopy]
    skipped: dict[str, int]
    """Inputs and prompts without a result, by reason."""
    unchecked: int
    """Of these, those that may hold a copy."""
    meaning: str
    run: dict[str, Any]


def mine_result(
    passages: Sequence[Passage],
    documents: Mapping[str, Document],
    completions: Mapping[str, Sequence[Completion]],
    findings: Mapping[str, Sequence[Finding]],
    skipped: Mapping[str, int],
    unchecked: int,
    run: dict[str, Any],
) -> MineResult:
    """Put the parts of a run together.

    Args:
        passages: that were requested.
        documents: the owner's files by id.
        completions: by id of the prompt.
        findings: by id of the completion.
        skipped: counts by reason.
        unchecked: skipped inputs that may hold a copy.
        run: what identifies the run.
    """
    target = [p.prompt for p in passages if completions.get(p.prompt.id)]
    null = [p.null_prompt for p in passages if p.null_prompt and completions.get(p.null_prompt.id)]
    hits = {prompt.id: _hits(completions[prompt.id], findings) for prompt in [*target, *null]}
    copies = [
        _copy(prompt, documents.get(prompt.document_id), completions[prompt.id], hits[prompt.id])
        for prompt in target
        if hits[prompt.id]
    ]
    files, null_files = _by_file(target, hits), _by_file(null, hits)
    p_value = None
    if files and null_files:
        p_value = fisher_greater(
            *(count for group in (files, null_files)
              for count in (sum(any(f) for f in group.values()), len(group)))
        )  # fmt: skip
    decision = "reproduced" if copies else "not-reproduced" if target else "not-measured"
    return MineResult(
        schema_version=1,
        decision=decision,
        passages=len(passages),
        files=len(files),
        prompts=len(target),
        completions=sum(len(completions[prompt.id]) for prompt in target),
        target=_rate(files),
        null=_rate(null_files),
        p_value=p_value,
        by_kind=dict(sorted(Counter(copy.kind for copy in copies).items())),
        copyright=dict(sorted(Counter(copy.copyright for copy in copies).items())),
        copies=sorted(copies, key=lambda copy: (copy.grade, -copy.tokens, copy.path)),
        skipped=dict(sorted(skipped.items())),
        unchecked=unchecked,
        meaning=MEANING,
        run=run,
    )


def _hits(
    completions: Sequence[Completion], findings: Mapping[str, Sequence[Finding]]
) -> list[tuple[Completion, Finding]]:
    """The strongest finding of grade A or B of each completion that has one."""
    strongest = []
    for completion in completions:
        strong = [f for f in findings.get(completion.id, ()) if f.grade in HEADLINE_GRADES]
        if strong:
            strongest.append((completion, min(strong, key=lambda f: (f.grade, -f.tokens))))
    return strongest


def _copy(
    prompt: Prompt,
    document: Document | None,
    completions: Sequence[Completion],
    hits: Sequence[tuple[Completion, Finding]],
) -> MinedCopy:
    completion, finding = min(hits, key=lambda hit: (hit[1].grade, -hit[1].tokens, hit[0].index))
    attribution = finding.attribution
    return MinedCopy(
        path=attribution.origin.path,
        start_line=attribution.region.start_line,
        end_line=attribution.region.end_line,
        kind=finding.kind.value,
        grade=finding.grade.value,
        tokens=finding.tokens,
        license=attribution.license.expression,
        strategy=prompt.strategy,
        tries=len(completions),
        hits=len(hits),
        copyright=_copyright(document, prompt, completion),
        prompt=prompt.text[-_LONGEST:],
        passage=finding.snippet_text[:_LONGEST],
        origin=finding.origin_text[:_LONGEST],
    )


def _copyright(document: Document | None, prompt: Prompt, completion: Completion) -> str:
    lines = [_plain(line) for line in (document.copyrights if document is not None else ())]
    lines = [line for line in lines if line]
    if not lines:
        return "none"
    if any(line in _plain(completion.text) for line in lines):
        return "kept"
    return "in-prompt" if any(line in _plain(prompt.text) for line in lines) else "lost"


def _plain(text: str) -> str:
    """A text without case, white space and marks of comments."""
    return _COMMENT_MARKS.sub(" ", text).strip().casefold()


def _by_file(
    prompts: Sequence[Prompt], hits: Mapping[str, Sequence[object]]
) -> dict[str, list[bool]]:
    files: dict[str, list[bool]] = defaultdict(list)
    for prompt in prompts:
        files[prompt.document_id].append(bool(hits[prompt.id]))
    return files


def _rate(files: Mapping[str, Sequence[bool]]) -> Rate:
    return clustered_rate({name: (sum(file), len(file)) for name, file in files.items()})
