# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Grades the evidence that a passage was copied: A and B count as copied, C and D are only listed.

A  strong, verbatim: chance gives such a match in less than 2 of 1,000 texts
B  strong, but renamed or edited
C  common by nature: license texts, output of tools, imports, lists of names, weak tables
D  weak: the match may be due to chance, or the prompt contained the passage

The number of families that hold a passage (`Finding.spread`) does not change its grade.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.licenses.detect import is_license_text
from codescan.licenses.license_paths import is_license_path
from codescan.matchers import thresholds
from codescan.matchers.name_lists import is_list_of_names
from codescan.matchers.tool_output import tool_stretches
from codescan.records import Grade, MatchKind, Span
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from codescan.matchers.tool_output import Tool
    from codescan.records import Attribution, Match, Snippet

__all__ = ["grade"]

_LONGEST_IMPORT = 400
_LEAST_SHOWN = 1e-9
_NUMBER, _STRING, _OPERATOR, _WORD = 2, 3, 4, 5  # kinds of _core/lexer.hpp
_ROW = lazy_pattern(b"%c{12,}" % _OPERATOR)
"""At least 12 operators in a row, as kinds of tokens."""
_IMPORT = lazy_pattern(
    rb"\s*+(?:import\b|from\s+[\w.]+\s+import\b|#\s*include\b|using\b|use\b|package\b|require\b"
    rb"|(?:const|var|let)\s.{0,200}=\s*[\w.$]{0,60}\(?\s*require\s*\(|export\s.{0,200}\sfrom\b|@import\b|\)?;?\s*$)"
)
_ANY_IMPORT = lazy_pattern(rb"\b(?:import|from|include|using|use|package|require)\b")


def grade(
    match: Match, snippet: Snippet, attribution: Attribution, tokens: _native.Tokens
) -> tuple[Grade, tuple[str, ...]]:
    """The grade of a match, and one sentence for each reason.

    Args:
        match: the match to grade.
        snippet: the snippet of the match, with the prompt as its context.
        attribution: the attribution of the match.
        tokens: the tokens of the passage alone.
    """
    text = snippet.content[match.span.start : match.span.end]
    common = [
        *_is_license(match, snippet, attribution),
        *_is_tool_output(tokens),
        *_is_pattern(text, tokens),
    ]
    if common:
        return Grade.C, tuple(common)
    weak = [*_is_weak(match), *_in_prompt(snippet, tokens)]
    if match.e_value > thresholds.STRONG_E_VALUE and _is_table(tokens):
        return Grade.C, ("a data table", *weak)
    if weak:
        return Grade.D, tuple(weak)
    names = is_list_of_names(match, text, tokens)
    if names:
        return Grade.C, names
    rare = f"chance gives {_counted(match.e_value)} such matches in a text of this length"
    if match.kind is MatchKind.VERBATIM:
        return Grade.A, (f"verbatim; {rare}",)
    how = (
        "renamed"
        if match.kind is MatchKind.RENAMED
        else f"edited ({match.similarity:.0%} the same)"
    )
    return Grade.B, (f"{how}; {rare}",)


def _is_weak(match: Match) -> list[str]:
    if match.kind is MatchKind.EDITED and match.similarity < thresholds.STRONG_SIMILARITY:
        return [f"edited: {match.similarity:.0%} of its tokens are the same"]
    if match.e_value <= thresholds.STRONG_E_VALUE and match.bits >= thresholds.STRONG_BITS:
        return []
    matches = f"{_counted(match.e_value)} such matches"
    return [f"weak: chance gives {matches} in a text of this length ({match.bits:.0f} bits)"]


def _counted(e_value: float) -> str:
    return f"{e_value:.2g}" if e_value >= _LEAST_SHOWN else f"less than {_LEAST_SHOWN:g}"


def _is_tool_output(tokens: _native.Tokens) -> list[str]:
    """The reason if a tool wrote most of a passage; else empty."""
    written: Counter[Tool] = Counter()
    for start, end, tool in tool_stretches(tokens):
        written[tool] += end - start
    if not written or written.total() < thresholds.TOOL_SHARE * len(tokens):
        return []
    tool = written.most_common(1)[0][0]
    return [f"output of {tool.name}: {tool.terms} ({tool.license})"]


def _is_table(tokens: _native.Tokens) -> bool:
    kinds = tokens.kinds().tobytes()
    telling = len(kinds) - kinds.count(_OPERATOR) - kinds.count(_WORD)
    literals = kinds.count(_NUMBER) + kinds.count(_STRING)
    return telling > 0 and literals >= thresholds.MAX_LITERAL_SHARE * telling


def _in_prompt(snippet: Snippet, tokens: _native.Tokens) -> list[str]:
    """The reason if the passage repeats text of the prompt; else empty."""
    if not snippet.context:
        return []
    n = thresholds.PROMPT_SHINGLE
    passage = tokens.hashes().tolist()
    prompt_hashes = _native.lex(snippet.context.encode(), tokens.lexer).hashes().tolist()
    shingles = {tuple(passage[i : i + n]) for i in range(len(passage) - n + 1)}
    prompt_grams = {tuple(prompt_hashes[i : i + n]) for i in range(len(prompt_hashes) - n + 1)}
    if not shingles or len(shingles & prompt_grams) < thresholds.IN_PROMPT_SHARE * len(shingles):
        return []
    return ["given in the prompt"]


def _is_license(match: Match, snippet: Snippet, attribution: Attribution) -> list[str]:
    if is_license_text(snippet.content, Span(match.span.start, match.span.end)) or is_license_path(
        attribution.origin.path
    ):
        return ["a license text or notice"]
    return []


def _is_pattern(text: bytes, tokens: _native.Tokens) -> list[str]:
    """The reason if the passage is imports or drawn lines, which authors write independently."""
    between = [len(part) for part in _ROW.split(tokens.kinds().tobytes())]
    rows = len(tokens) - sum(between)
    if rows > thresholds.MAX_ROW_SHARE * len(tokens) and max(between) < thresholds.LEAST_CODE:
        return ["rows of signs"]
    if tokens.lexer == _native.LEXERS["prose"]:
        return []
    imports = _imports(text, tokens.starts().tolist())
    if imports >= thresholds.MAX_IMPORT_SHARE and _ANY_IMPORT.search(text):
        return [f"an import block: {imports:.0%} of its tokens"]
    return []


def _imports(text: bytes, starts: list[int]) -> float:
    """Share of the tokens that belong to import statements.

    Returns 0 as soon as the text cannot be an import block, which most code shows early: other
    statements have most of the tokens, or many in a row, as where a function follows the imports.

    Args:
        text: the passage.
        starts: byte offsets of its tokens.
    """
    inside = len(starts)
    at = end = open_brackets = others = 0
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
            others = 0
        else:
            inside -= at - first
            others += at - first
            is_code = others >= thresholds.LEAST_CODE
            if is_code or inside / len(starts) < thresholds.MAX_IMPORT_SHARE:
                return 0.0
    return inside / len(starts) if starts else 0.0
