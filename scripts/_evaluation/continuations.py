# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Exact continuations of 30 to 60 tokens, as a model gives them back: how they are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codescan._core import _native
from codescan.audits.measures.true_continuations import LEAST_TOKENS
from codescan.pipeline import scan
from codescan.records import Finding, Grade, Snippet
from codescan.registry import load, names
from codescan.stats.intervals import Rate, wilson_rate
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    import random

    from codescan.index import Index

__all__ = ["Continuations", "continuations"]

_SHORTEST, _LONGEST = 30, 60
_PROMPT = 120
"""Tokens of the prompt before a continuation."""
_MOST_FAMILIES = 3


class Continuations(NamedTuple):
    """How exact continuations were counted."""

    extracted: Rate
    """By the rate of true continuations."""
    strong: Rate
    """With a finding of grade A or B."""


def continuations(index: Index, count: int, rng: random.Random, seed: int) -> Continuations:
    """Cut continuations at token boundaries out of indexed code and scan them.

    Args:
        index: whose files are cut.
        count: continuations wanted.
        rng: decides where they begin.
        seed: decides the files.
    """
    matchers = [load("matchers", name)(index) for name in names("matchers")]
    total = extracted = strong = 0
    for document in index.sample(len(index), seed):
        if total >= count:
            break
        spec = LANGUAGES.get(document.language)
        if spec is None or spec.lexer == "prose" or document.families > _MOST_FAMILIES:
            continue
        lexed = _native.lex(document.content, _native.LEXERS[spec.lexer])
        if len(lexed) < _PROMPT + _LONGEST:
            continue
        start = rng.randrange(_PROMPT, len(lexed) - _LONGEST + 1)
        begin, end = lexed.span(start, start + rng.randint(_SHORTEST, _LONGEST))
        before = document.content[lexed.span(start - _PROMPT, start)[0] : begin]
        text = document.content[begin:end]
        snippet = Snippet(
            "continuation", text, document.language, context=before.decode(errors="replace")
        )
        total += 1
        extracted += len(_native.lex(text, _native.LEXERS[spec.lexer])) >= LEAST_TOKENS
        strong += any(
            isinstance(finding, Finding) and finding.grade in (Grade.A, Grade.B)
            for finding in scan([snippet], index, matchers)
        )
    return Continuations(wilson_rate(extracted, total), wilson_rate(strong, total))
