# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The product in three generators: elicit completions, cut snippets, scan them for findings."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from codescan._core import _native
from codescan.errors import ChangedError, CodescanError
from codescan.licenses.attribution import attribute
from codescan.matchers.comments import comment_evidence
from codescan.matchers.grading import grade
from codescan.matchers.overlaps import resolve
from codescan.matchers.verified_runs import forget
from codescan.records import (
    Completion,
    Finding,
    Grade,
    Level,
    Match,
    MatchKind,
    Prompt,
    Rule,
    Skipped,
    Snippet,
    Suppressed,
)
from codescan.text.languages import LANGUAGES, detect, kind
from codescan.text.lines import lines_of, whole_lines
from codescan.text.markdown import views
from codescan.text.naming import definitions_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from codescan.index.reader import Index
    from codescan.licenses.project_packages import ProjectPackages
    from codescan.protocols import Matcher, Model
    from codescan.records import Attribution, MatchLocation, Sampling, Span

__all__ = ["CompletionStore", "elicit", "scan", "snippets_of"]

_RULES = {
    MatchKind.VERBATIM: Rule.VERBATIM_COPY,
    MatchKind.RENAMED: Rule.RENAMED_COPY,
    MatchKind.EDITED: Rule.NEAR_COPY,
}
_LEVELS = {
    Grade.A: Level.ERROR,
    Grade.B: Level.WARNING,
    Grade.C: Level.NOTE,
    Grade.D: Level.NOTE,
}
_SHOWN_BYTES = 20_000
"""Text of a passage that a finding carries for display; the rest is cut."""


class CompletionStore(Protocol):
    """Where completions are kept before anything is matched."""

    def is_done(self, prompt_id: str) -> bool:
        """Whether every completion of a prompt is stored."""
        ...

    def add(self, items: Sequence[Completion | Skipped]) -> None:
        """Store a batch durably."""
        ...


def elicit(
    prompts: Sequence[Prompt],
    model: Model,
    sampling: Sampling,
    store: CompletionStore,
    *,
    batch: int = 64,
) -> Iterator[Completion | Skipped]:
    """Ask a model for what the store does not have yet; yield each item once it is stored.

    Args:
        prompts: all prompts of the run.
        model: who is asked.
        sampling: how.
        store: what is in it is not asked again, so a killed run continues.
        batch: prompts between two commits, at most.
    """
    waiting = [prompt for prompt in prompts if not store.is_done(prompt.id)]
    for start in range(0, len(waiting), batch):
        answered: list[Completion | Skipped] = []
        try:
            answered.extend(model.generate(waiting[start : start + batch], sampling))
        finally:  # a model that fails or is interrupted loses nothing of what it gave
            store.add(answered)
        yield from answered


def snippets_of(completion: Completion, prompt: Prompt | None = None) -> tuple[Snippet, ...]:
    """The snippets of a completion: its code blocks by language, and the prose around them.

    Their offsets are those of the completion. A completion of a code prompt is one snippet in
    the prompt's language, unless it is a chat answer with fenced blocks.
    """
    found = views(completion.text)
    plain = len(found) == 1 and found[0].language is None
    # Only a prompt of code is continued in its language; a question is asked in prose.
    told = prompt.language if prompt is not None and kind(prompt.language) == "code" else None
    return tuple(
        Snippet(
            id=completion.id,
            content=view.content,
            language=told if plain else view.language,
            context=prompt.text if prompt is not None else "",
        )
        for view in found
    )


def scan(
    snippets: Iterable[Snippet],
    index: Index,
    matchers: Sequence[Matcher],
    *,
    project: ProjectPackages | None = None,
    name_functions: bool = False,
) -> Iterator[Finding | Suppressed | Skipped]:
    """Match, attribute and grade each snippet; yield its findings in the order of its text.

    A snippet that cannot be judged is yielded as Skipped and the scan goes on; so is a file of a
    folder that is compared directly and that changed meanwhile, without which the snippet is then
    judged.

    Args:
        snippets: texts.
        index: what they are compared with.
        matchers: by which.
        project: packages of the project under review, see `attribute`.
        name_functions: say which functions findings of grade A and B are made of, on both sides.
            Their files are parsed for it, which costs more than all else: 0.1 s or so for each MB.
    """
    for snippet in snippets:
        items: list[Finding | Suppressed | Skipped] = []
        while True:
            try:
                items.extend(_judged(snippet, index, matchers, project, name_functions))
            except ChangedError as error:  # the index answers without that file from now on
                forget()
                yield Skipped(error.item, "match", "changed", error.message)
                items.clear()
                continue
            except CodescanError:
                raise  # the index is damaged: nothing after this could be trusted
            except (ValueError, OverflowError) as error:
                items.append(Skipped(snippet.id, "match", "unreadable", str(error)))
            break
        yield from items


def _judged(
    snippet: Snippet,
    index: Index,
    matchers: Sequence[Matcher],
    project: ProjectPackages | None,
    name_functions: bool,
) -> Iterator[Finding | Suppressed]:
    found = [item for matcher in matchers for item in matcher.match(snippet)]
    for item in resolve(snippet, found) if found else ():
        if isinstance(item, Match):
            finding = _finding(item, snippet, index, project)
            yield _named(finding, item, snippet, index) if name_functions else finding
        else:
            yield item


def _finding(
    match: Match,
    snippet: Snippet,
    index: Index,
    project: ProjectPackages | None = None,
) -> Finding:
    attribution = attribute(match, index, snippet, project=project)
    lexer = _lexer_of(match, snippet, index)
    tokens = _native.lex(snippet.content[match.span.start : match.span.end], lexer)
    graded, reasons = grade(match, snippet, attribution, tokens, lexer)
    origin = _origin_of(match, attribution, index)
    ours = _whole_lines(snippet.content, match.span)
    theirs = _whole_lines(index.content(origin.content), origin.span)
    return Finding(
        rule=_RULES[match.kind],
        grade=graded,
        level=_LEVELS[graded],
        fingerprint=_fingerprint(tokens, attribution),
        snippet_id=snippet.id,
        snippet_path=snippet.path,
        span=match.span,
        region=lines_of(snippet.content).region(match.span),
        kind=match.kind,
        similarity=match.similarity,
        tokens=match.tokens,
        bits=match.bits,
        attribution=attribution,
        renames=match.renames,
        grade_reasons=(*reasons, *comment_evidence(ours, theirs, lexer)),
        snippet_text=ours[:_SHOWN_BYTES].decode(errors="replace"),
        origin_text=theirs[:_SHOWN_BYTES].decode(errors="replace"),
    )


def _named(finding: Finding, match: Match, snippet: Snippet, index: Index) -> Finding:
    """The finding with the functions that it is made of, if it is one that counts."""
    if finding.grade not in (Grade.A, Grade.B):
        return finding
    attribution = finding.attribution
    origin = _origin_of(match, attribution, index)
    content = index.content(origin.content)
    span = whole_lines(content, origin.span)
    theirs = definitions_in(content, index.language(origin.content), span)
    ours = definitions_in(snippet.content, _language_of(snippet), finding.span)
    return replace(finding, functions=ours, attribution=replace(attribution, functions=theirs))


def _language_of(snippet: Snippet) -> str:
    return snippet.language or detect(snippet.path or "", snippet.content[:4096]) or ""


def _lexer_of(match: Match, snippet: Snippet, index: Index) -> int:
    if snippet.language is not None and snippet.language in LANGUAGES:
        return _native.LEXERS[LANGUAGES[snippet.language].lexer]
    return index.lexer(match.holders[0].content)


def _origin_of(match: Match, attribution: Attribution, index: Index) -> MatchLocation:
    """The holder that attribution chose."""
    for holder in match.holders:
        if any(d.origin == attribution.origin for d in index.documents(holder.content)):
            return holder
    return match.holders[0]


def _fingerprint(tokens: _native.Tokens, attribution: Attribution) -> str:
    """Hash of the passage's tokens and the origin's family: unmoved by edits around it."""
    digest = hashlib.blake2b(tokens.hashes().tobytes(), digest_size=16)
    digest.update(attribution.origin.package.family.encode())
    return digest.hexdigest()


def _whole_lines(text: bytes, span: Span) -> bytes:
    lines = whole_lines(text, span)
    return text[lines.start : lines.end]
