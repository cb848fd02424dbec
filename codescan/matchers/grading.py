# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Grades the evidence that a passage was copied: A and B count, C and D are listed.

A  long, verbatim, held by few families, not in the prompt
B  the same, but renamed or lightly edited
C  long but common: license texts, tables, imports, idioms, many families
D  short, given in the prompt, or edited so much that little is the same
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.licenses.detect import is_license_path, is_license_text
from codescan.matchers import thresholds
from codescan.records import Grade, MatchKind, Span
from codescan.text.lines import lines_of

if TYPE_CHECKING:
    from codescan.records import Attribution, Match, Snippet

__all__ = ["grade"]

_LONGEST_IMPORT = 400
_NUMBER, _STRING, _OPERATOR, _WORD = 2, 3, 4, 5  # kinds of _core/lexer.hpp
_BLANKS = b" \t\n\r\v\f"
_IMPORT = re.compile(
    rb"\s*+(?:import\b|from\s+[\w.]+\s+import\b|#\s*include\b|using\b|use\b|package\b|require\b"
    rb"|(?:const|var|let)\s.{0,200}=\s*require\s*\(|export\s.{0,200}\sfrom\b|@import\b|\)?;?\s*$)"
)
_ANY_IMPORT = re.compile(rb"\b(?:import|from|include|using|use|package|require)\b")


def grade(
    match: Match, snippet: Snippet, attribution: Attribution, tokens: _native.Tokens, lexer: int
) -> tuple[Grade, tuple[str, ...]]:
    """The grade of a match and one sentence for each reason.

    Args:
        match: of this snippet.
        snippet: where it was found, with the prompt as its context.
        attribution: whose it is.
        tokens: of the passage by itself.
        lexer: family they were lexed with, a value of `_native.LEXERS`.
    """
    text = snippet.content[match.span.start : match.span.end]
    weak = [
        *_too_short(match, snippet, attribution, text, lexer),
        *_in_prompt(snippet, tokens, lexer),
    ]
    if match.kind is MatchKind.EDITED and match.similarity < thresholds.STRONG_SIMILARITY:
        weak.append(f"edited: {match.similarity:.0%} of its tokens are the same")
    if weak:
        return Grade.D, tuple(weak)
    common = [*_is_common(match, snippet, attribution), *_is_pattern(text, tokens, lexer)]
    if common:
        return Grade.C, tuple(common)
    if match.kind is MatchKind.VERBATIM:
        return Grade.A, ("long, verbatim and held by few independent families",)
    how = (
        "renamed"
        if match.kind is MatchKind.RENAMED
        else f"edited ({match.similarity:.0%} the same)"
    )
    return Grade.B, (f"long and held by few independent families, but {how}",)


def _too_short(
    match: Match, snippet: Snippet, attribution: Attribution, text: bytes, lexer: int
) -> list[str]:
    if lexer == _native.LEXERS["prose"]:
        words = len(text.split())
        short = words < thresholds.MIN_WORDS
        return [f"short: {words} words of at least {thresholds.MIN_WORDS}"] if short else []
    characters = len(text.translate(None, _BLANKS))
    if characters < thresholds.MIN_CHARACTERS:
        return [f"short: {characters} characters of at least {thresholds.MIN_CHARACTERS}"]
    # A copy with its lines joined is as long as its origin.
    region = lines_of(snippet.content).region(match.span)
    lines = max(
        region.end_line - region.start_line + 1,
        attribution.region.end_line - attribution.region.start_line + 1,
    )
    if lines < thresholds.MIN_LINES:
        return [f"short: {lines} lines of at least {thresholds.MIN_LINES}"]
    return []


def _in_prompt(snippet: Snippet, tokens: _native.Tokens, lexer: int) -> list[str]:
    """Whether the passage repeats what the prompt said."""
    if not snippet.context:
        return []
    n = thresholds.PROMPT_SHINGLE
    passage = tokens.hashes().tolist()
    given = _native.lex(snippet.context.encode(), lexer).hashes().tolist()
    shingles = {tuple(passage[i : i + n]) for i in range(len(passage) - n + 1)}
    seen = {tuple(given[i : i + n]) for i in range(len(given) - n + 1)}
    if not shingles or len(shingles & seen) < thresholds.IN_PROMPT_SHARE * len(shingles):
        return []
    return ["given in the prompt"]


def _is_common(match: Match, snippet: Snippet, attribution: Attribution) -> list[str]:
    reasons = []
    if is_license_text(snippet.content, Span(match.span.start, match.span.end)) or is_license_path(
        attribution.origin.path
    ):
        reasons.append("a license text or notice")
    # Contents beyond the listed holders were counted but not opened; each may be a family.
    beyond = match.holders_total - len(match.holders)
    families = attribution.families
    if families > thresholds.MAX_FAMILIES:
        more = f" (and {beyond} further files)" if beyond else ""
        reasons.append(f"common: {families} independent families hold it{more}")
    least = thresholds.MIN_RENAMED_BITS if match.renames else thresholds.MIN_BITS
    if match.bits < least:
        reasons.append(f"an idiom: {match.bits:.0f} bits of information")
    return reasons


def _is_pattern(text: bytes, tokens: _native.Tokens, lexer: int) -> list[str]:
    """Tables of data and blocks of imports, which many authors arrive at alone."""
    if lexer == _native.LEXERS["prose"]:
        return []
    kinds = tokens.kinds().tobytes()
    telling = len(kinds) - kinds.count(_OPERATOR) - kinds.count(_WORD)
    literals = kinds.count(_NUMBER) + kinds.count(_STRING)
    if telling and literals >= thresholds.MAX_LITERAL_SHARE * telling:
        return [f"a data table: {literals / telling:.0%} literals"]
    imports = _imports(text, tokens.spans()[:, 0].tolist())
    if imports >= thresholds.MAX_IMPORT_SHARE and _ANY_IMPORT.search(text):
        return [f"an import block: {imports:.0%} of its tokens"]
    return []


def _imports(text: bytes, starts: list[int]) -> float:
    """Share of the tokens, which start at these offsets, that stand in import statements.

    0 as soon as it cannot be that of an import block any more, which most code shows early.
    """
    inside = len(starts)
    at = end = open_brackets = 0
    for line in text.splitlines(keepends=True):
        end += len(line)
        first, at = at, bisect_left(starts, end, at)
        if at == first:
            continue  # a comment
        if open_brackets > 0 or _IMPORT.match(line, 0, _LONGEST_IMPORT):
            # Names in brackets over several lines belong to the statement.
            head = line[:_LONGEST_IMPORT]
            opening, closing = (
                head.count(b"(") + head.count(b"{"),
                head.count(b")") + head.count(b"}"),
            )
            open_brackets = max(0, open_brackets + opening - closing)
        else:
            inside -= at - first
            if inside / len(starts) < thresholds.MAX_IMPORT_SHARE:
                return 0.0
    return inside / len(starts) if starts else 0.0
