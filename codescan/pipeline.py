# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The main steps as generators: elicit completions, make snippets, scan them for findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from msgspec.structs import replace

from codescan._core import _native
from codescan.digests import blake2b
from codescan.errors import ChangedError, CodescanError
from codescan.licenses.attribution import attribute
from codescan.licenses.categories import category
from codescan.matchers import thresholds
from codescan.matchers.comments import comment_evidence
from codescan.matchers.documentation import all_matches, documentation_matches
from codescan.matchers.grading import grade
from codescan.matchers.interval_index import IntervalIndex
from codescan.matchers.overlaps import resolve, strength
from codescan.matchers.unverified import NOT_VERIFIED, attribute_by_file
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
    Spread,
    Stream,
    Suppressed,
)
from codescan.text.languages import LANGUAGES, by_tag, detect, kind
from codescan.text.lines import lines_of, whole_lines
from codescan.text.views import View, views_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from codescan.index.reader import Index
    from codescan.index.sketch.reader import SketchIndex
    from codescan.licenses.project_packages import ProjectPackages
    from codescan.protocols import Matcher, Model
    from codescan.records import Attribution, MatchLocation, Sampling, Span

__all__ = ["BELOW_THRESHOLD", "CompletionStore", "elicit", "scan", "snippets_of", "texts_of"]

BELOW_THRESHOLD = "below-threshold"
"""Reason of a suppressed run below the requested minimum length."""

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
"""Maximum bytes of passage text in a finding, for display; the rest is cut."""
_HEAD = 8192
"""First bytes of a text that are examined to detect its language."""


class CompletionStore(Protocol):
    """Storage for completions before they are matched."""

    def is_done(self, prompt_id: str) -> bool:
        """Whether every completion of a prompt is stored."""
        ...

    def add(self, item: Completion | Skipped) -> None:
        """Add a result; the store decides when to commit it."""
        ...

    def commit(self) -> None:
        """Store every result added so far durably."""
        ...


def elicit(
    prompts: Sequence[Prompt],
    model: Model,
    sampling: Sampling,
    store: CompletionStore,
    *,
    batch: int = 64,
) -> Iterator[Completion | Skipped]:
    """Generate the completions that the store lacks; each is stored once, as soon as it is ready.

    Args:
        prompts: all prompts of the run.
        model: the model to prompt.
        sampling: its sampling settings.
        store: completions in it are not generated again, so that a killed run can continue.
        batch: maximum number of prompts between two commits.
    """
    waiting = [prompt for prompt in prompts if not store.is_done(prompt.id)]
    for start in range(0, len(waiting), batch):
        try:
            for item in model.generate(waiting[start : start + batch], sampling):
                store.add(item)
                yield item
        finally:  # a model that fails or is interrupted loses none of its completions
            store.commit()


def snippets_of(completion: Completion, prompt: Prompt | None = None) -> tuple[Snippet, ...]:
    """The snippet of a completion, with the same offsets as the completion.

    The completion of a code prompt is in the prompt's language. The completion of a prompt in prose
    may be in any language. A lone surrogate is replaced with "?".
    """
    is_code = prompt is not None and kind(prompt.language) == "code"
    return (
        Snippet(
            id=completion.id,
            content=completion.text.encode("utf-8", "replace"),
            language=prompt.language if prompt is not None and is_code else None,
            context=prompt.text if prompt is not None else "",
        ),
    )


def texts_of(snippets: Iterable[Snippet]) -> Iterator[Snippet]:
    """Yield every text that `scan` matches: the views of each snippet, as snippets.

    Offsets are relative to the decoded view.
    """
    for snippet in snippets:
        for view in _views(snippet):
            if isinstance(view, View):
                yield _as_snippet(view, snippet)


def scan(
    snippets: Iterable[Snippet],
    index: Index,
    matchers: Sequence[Matcher],
    *,
    project: ProjectPackages | None = None,
    min_tokens: int = 1,
    name_functions: bool = False,
) -> Iterator[Finding | Suppressed | Skipped]:
    """Match, attribute and grade each snippet; yield its findings in the order of its text.

    Each snippet is split into views: its code by language, its prose, and the texts that it wraps.
    A passage that occurs in several views is one finding. A snippet that cannot be matched is
    yielded as Skipped, and the scan continues. If a file of a compared folder changed during the
    scan, it is yielded as Skipped too; the snippet is then matched without it.

    Args:
        snippets: texts of any size and format.
        index: the index to match against.
        matchers: the matchers to use.
        project: packages of the project under review, see `attribute`.
        min_tokens: shorter findings are yielded as Suppressed, "below-threshold".
        name_functions: name the functions of grade A and B findings on both sides. This parses
            their files, which takes longer than everything else: about 0.1 s per MB.
    """
    for snippet in snippets:
        items: list[Finding | Suppressed | Skipped] = []
        while True:
            try:
                items.extend(
                    _scanned(snippet, index, matchers, project, name_functions, min_tokens)
                )
            except ChangedError as error:  # from now on, the index leaves out that file
                yield Skipped(error.item, "match", "changed", error.message)
                items.clear()
                continue
            except CodescanError:
                raise  # the index is damaged: nothing after this could be trusted
            except (ValueError, OverflowError) as error:
                items.append(Skipped(snippet.id, "match", "unreadable", str(error)))
            break
        yield from items


def _views(snippet: Snippet) -> Iterator[View | Skipped]:
    language = by_tag(snippet.language) if snippet.language is not None else None
    if language is None and snippet.path is not None:
        language = detect(snippet.path, snippet.content[:_HEAD])
    return views_of(snippet.content, language)


def _as_snippet(view: View, snippet: Snippet) -> Snippet:
    if view.content is snippet.content and view.language == snippet.language:
        return snippet
    size = view.searched_bytes
    return replace(snippet, content=view.content, language=view.language, searched_bytes=size)


class _Found(NamedTuple):
    """A match or a suppressed run of a view."""

    item: Match | Suppressed
    view: View
    snippet: Snippet
    """The text of the view."""
    span: Span
    """Position in the outer text."""
    order: int
    """Number of the view in its snippet; later views are decoded further."""


def _scanned(
    snippet: Snippet,
    index: Index,
    matchers: Sequence[Matcher],
    project: ProjectPackages | None,
    name_functions: bool,
    min_tokens: int,
) -> Iterator[Finding | Suppressed | Skipped]:
    placed_matches: list[_Found] = []
    for order, view in enumerate(_views(snippet)):
        if isinstance(view, Skipped):
            yield replace(view, item=snippet.id, detail=f"{view.item}: {view.detail}")
            continue
        text = _as_snippet(view, snippet)
        find = documentation_matches if view.is_documentation else all_matches
        matches = find(text, matchers)
        for item in resolve(text, matches) if matches else ():
            span = (
                item.span if isinstance(item, Match) else lines_of(text.content).span(item.region)
            )
            placed_matches.append(_Found(item, view, text, view.outer_span(span), order))
    if not placed_matches:
        return
    outer = lines_of(snippet.content)
    for item, view, text, span, _order in _standing(placed_matches):
        if isinstance(item, Suppressed):
            within = lines_of(text.content).span(item.region)
            yield replace(item, region=outer.region(span), view=view.label_of(within))
            continue
        if item.tokens < min_tokens:  # before the search for its origin, the slowest step
            region, label = outer.region(span), view.label_of(item.span)
            yield Suppressed(item.snippet_id, region, item.tokens, BELOW_THRESHOLD, label)
            continue
        finding = _finding(item, text, index, project)
        if name_functions:
            finding = _named(finding, item, text, index)
        yield replace(
            finding,
            span=span,
            region=outer.region(span),
            view=view.label_of(item.span),
            view_region=view.region_of(item.span),
        )


def _standing(placed_matches: list[_Found]) -> Iterator[_Found]:
    """The matches and suppressed runs to keep from several views, in the order of the outer text.

    A passage that lies mostly inside a stronger one of another view is the same passage. Among
    equals, the one from the more decoded view is kept.
    """
    intervals: IntervalIndex[_Found] = IntervalIndex()
    share = thresholds.SAME_PASSAGE_SHARE
    standing: list[_Found] = []
    suppressed: list[_Found] = []
    for each in sorted(placed_matches, key=_rank):
        match = each.item
        covering = intervals.mostly_over(each.span.start, each.span.end, share)
        if isinstance(match, Suppressed):
            if all(other.view is each.view for other in covering):
                suppressed.append(each)
        elif any(other.view is not each.view for other in covering):
            region = lines_of(each.snippet.content).region(match.span)
            item = Suppressed(match.snippet_id, region, match.tokens, "inside-another")
            suppressed.append(each._replace(item=item))
        else:
            intervals.add(each.span.start, each.span.end, each)
            standing.append(each)
    yield from sorted(standing, key=_place)
    once = {(each.span, each.item.reason): each for each in reversed(suppressed)
            if isinstance(each.item, Suppressed)}  # fmt: skip
    yield from sorted(once.values(), key=_place)


def _place(placed: _Found) -> tuple[int, int]:
    return placed.span.start, placed.span.end


def _rank(placed: _Found) -> tuple[bool, bool, float, int, int]:
    """Sort key: strongest match first; among equals, the most decoded one; suppressed runs last."""
    match = placed.item
    if isinstance(match, Suppressed):
        return True, True, 0.0, 0, placed.span.start
    is_weak = match.e_value > thresholds.STRONG_E_VALUE
    return False, is_weak, -strength(match), -placed.order, placed.span.start


def _finding(
    match: Match,
    snippet: Snippet,
    index: Index,
    project: ProjectPackages | None = None,
) -> Finding:
    if index.has_texts:
        attribution = attribute(match, index, snippet, project=project)
    else:
        attribution = attribute_by_file(match, cast("SketchIndex", index), snippet, project)
    lexer = _lexer_of(match, snippet)
    tokens = _passage_tokens(snippet.content[match.span.start : match.span.end], match, lexer)
    graded, reasons = grade(match, snippet, attribution, tokens)
    origin = _origin_of(match, attribution, index)
    passage = _whole_lines(snippet.content, match.span)
    text = index.content(origin.content_id) if match.is_verified else b""
    origin_passage = _whole_lines(text, origin.span)
    if not match.is_verified:
        reasons = (*reasons, NOT_VERIFIED)
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
        e_value=match.e_value,
        spread=_spread(attribution),
        attribution=attribution,
        renames=match.renames,
        is_verified=match.is_verified,
        grade_reasons=(*reasons, *comment_evidence(passage, origin_passage, lexer)),
        snippet_text=passage[:_SHOWN_BYTES].decode(errors="replace"),
        origin_text=origin_passage[:_SHOWN_BYTES].decode(errors="replace"),
    )


def _spread(attribution: Attribution) -> Spread:
    categories = {category(expression) for expression, _families in attribution.licenses_seen}
    return Spread(attribution.families, tuple(sorted(categories)))


def _named(finding: Finding, match: Match, snippet: Snippet, index: Index) -> Finding:
    """The finding, with the names of the functions on both sides if its grade is A or B."""
    if not finding.counts or not match.is_verified:
        return finding
    from codescan.text.naming import definitions_in  # here: it loads a parser

    attribution = finding.attribution
    origin = _origin_of(match, attribution, index)
    content = index.content(origin.content_id)
    span = whole_lines(content, origin.span)
    origin_functions = definitions_in(content, index.language(origin.content_id), span)
    functions = definitions_in(snippet.content, snippet.language or "", finding.span)
    return replace(
        finding,
        functions=functions,
        attribution=replace(attribution, functions=origin_functions),
    )


def _passage_tokens(passage: bytes, match: Match, lexer: int) -> _native.Tokens:
    """The tokens of a passage alone, lexed as for the comparison."""
    if match.stream is Stream.COMMENTED:
        return _native.lex_commented(passage, lexer)
    return _native.lex(passage, lexer)


def _lexer_of(match: Match, snippet: Snippet) -> int:
    language = "prose" if match.stream is Stream.PROSE else snippet.language or "prose"
    return _native.LEXERS[LANGUAGES[language].lexer]


def _origin_of(match: Match, attribution: Attribution, index: Index) -> MatchLocation:
    """The location that attribution selected as the origin."""
    for location in match.locations:
        documents = index.documents(location.content_id)
        if any(document.origin == attribution.origin for document in documents):
            return location
    return match.locations[0]


def _fingerprint(tokens: _native.Tokens, attribution: Attribution) -> str:
    """Hash of the passage's tokens and the origin's family; edits around the passage keep it."""
    digest = blake2b(tokens.hashes().tobytes(), digest_size=16)
    digest.update(attribution.origin.package.family.encode())
    return str(digest.hexdigest())


def _whole_lines(text: bytes, span: Span) -> bytes:
    lines = whole_lines(text, span)
    return text[lines.start : lines.end]
