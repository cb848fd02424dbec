# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Grades the evidence that a passage was copied: A and B count, C and D are listed.

A  strong, verbatim: chance gives such a match in less than 2 of 1,000 texts
B  strong, but renamed or edited
C  common by nature: license texts, output of tools, imports, lists of names, weak tables
D  weak: chance may well give such a match, or the prompt did

How many families hold a passage (`Finding.spread`) does not change its grade.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from codescan._core import _native
from codescan.index.token_model import background_model
from codescan.licenses.detect import is_license_text
from codescan.licenses.license_paths import is_license_path
from codescan.matchers import thresholds
from codescan.matchers.significance import weaker
from codescan.matchers.tool_output import tool_stretches
from codescan.records import Grade, MatchKind, Span

if TYPE_CHECKING:
    import numpy.typing as npt

    from codescan.matchers.tool_output import Tool
    from codescan.records import Attribution, Match, Snippet

__all__ = ["grade"]

_LONGEST_IMPORT = 400
_LEAST_SHOWN = 1e-9
_LIST_ENDS, _ENDS_SHARE = 4, 10
"""Tokens around a list, at least, and one of so many of its length."""
_IDENTIFIER, _NUMBER, _STRING, _OPERATOR, _WORD = 0, 2, 3, 4, 5  # kinds of _core/lexer.hpp
_NAME_IN_QUOTES = re.compile(rb"""["'`][^\s"'`=<>(){};]{1,60}["'`]""")
_IMPORT = re.compile(
    rb"\s*+(?:import\b|from\s+[\w.]+\s+import\b|#\s*include\b|using\b|use\b|package\b|require\b"
    rb"|(?:const|var|let)\s.{0,200}=\s*[\w.$]{0,60}\(?\s*require\s*\(|export\s.{0,200}\sfrom\b|@import\b|\)?;?\s*$)"
)
_ANY_IMPORT = re.compile(rb"\b(?:import|from|include|using|use|package|require)\b")


def grade(
    match: Match, snippet: Snippet, attribution: Attribution, tokens: _native.Tokens
) -> tuple[Grade, tuple[str, ...]]:
    """The grade of a match and one sentence for each reason.

    Args:
        match: of this snippet.
        snippet: where it was found, with the prompt as its context.
        attribution: of the match.
        tokens: of the passage by itself.
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
    names = _is_list_of_names(match, text, tokens)
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
    if match.e_value <= thresholds.STRONG_E_VALUE and match.bits >= thresholds.LEAST_BITS:
        return []
    matches = f"{_counted(match.e_value)} such matches"
    return [f"weak: chance gives {matches} in a text of this length ({match.bits:.0f} bits)"]


def _counted(e_value: float) -> str:
    return f"{e_value:.2g}" if e_value >= _LEAST_SHOWN else f"less than {_LEAST_SHOWN:g}"


def _is_tool_output(tokens: _native.Tokens) -> list[str]:
    """The tool that wrote most of a passage."""
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


def _is_list_of_names(match: Match, text: bytes, tokens: _native.Tokens) -> tuple[str, ...]:
    """Why a passage is a list of names that says too little beside the names.

    In a list each entry has the shape of the one before: exports, slots, parameters, members of an
    enumeration. Two authors who list the same names write the same list.
    """
    kinds = tokens.kinds()
    is_shape = (kinds != _NUMBER) & (kinds != _STRING) & (kinds != _WORD)
    if not is_shape.any():
        return ()
    scores = background_model().score(tokens, text)
    shapes = np.diff(scores[0])
    if _mean_without_ends(shapes[is_shape]) > thresholds.LIST_SHAPE_BITS:
        return ()
    full = np.diff(scores[1])
    spans = tokens.spans().tolist()
    is_name = np.array(
        [
            kind == _IDENTIFIER
            or (kind == _STRING and _NAME_IN_QUOTES.fullmatch(text, start, end) is not None)
            for kind, (start, end) in zip(kinds.tolist(), spans, strict=True)
        ]
    )
    # The names tell nothing; what a renamed copy of them would keep still does.
    names = full[is_name].sum() - shapes[is_name & (kinds == _IDENTIFIER)].sum()
    rest = weaker(match.e_value, match.kind, tokens.lexer, float(names))
    is_strong = rest <= thresholds.STRONG_E_VALUE and match.bits - names >= thresholds.LEAST_BITS
    return () if is_strong else ("a list of names",)


def _mean_without_ends(shapes: npt.NDArray[np.float64]) -> float:
    """The mean of all but the dearest: the ends of a list do not have the shape of an entry."""
    ends = max(_LIST_ENDS, len(shapes) // _ENDS_SHARE)
    return float(np.sort(shapes)[:-ends].mean()) if len(shapes) > ends else math.inf


def _in_prompt(snippet: Snippet, tokens: _native.Tokens) -> list[str]:
    """Whether the passage repeats what the prompt said."""
    if not snippet.context:
        return []
    n = thresholds.PROMPT_SHINGLE
    passage = tokens.hashes().tolist()
    given = _native.lex(snippet.context.encode(), tokens.lexer).hashes().tolist()
    shingles = {tuple(passage[i : i + n]) for i in range(len(passage) - n + 1)}
    seen = {tuple(given[i : i + n]) for i in range(len(given) - n + 1)}
    if not shingles or len(shingles & seen) < thresholds.IN_PROMPT_SHARE * len(shingles):
        return []
    return ["given in the prompt"]


def _is_license(match: Match, snippet: Snippet, attribution: Attribution) -> list[str]:
    if is_license_text(snippet.content, Span(match.span.start, match.span.end)) or is_license_path(
        attribution.origin.path
    ):
        return ["a license text or notice"]
    return []


def _is_pattern(text: bytes, tokens: _native.Tokens) -> list[str]:
    """Blocks of imports, which many authors arrive at alone."""
    if tokens.lexer == _native.LEXERS["prose"]:
        return []
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
