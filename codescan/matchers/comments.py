# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Comments as additional evidence: a match does not need them, but equal ones are strong evidence.

Two people may write the same loop, but hardly ever the same sentence above it.
"""

from __future__ import annotations

from collections import Counter

from codescan._core import _native
from codescan.matchers import thresholds

__all__ = ["comment_evidence"]


def comment_evidence(passage: bytes, origin: bytes, lexer: int) -> tuple[str, ...]:
    """A sentence about the comments that a passage shares with its origin; empty if it shares few.

    Args:
        passage: whole lines of the snippet.
        origin: whole lines of the origin.
        lexer: a value of `_native.LEXERS`.
    """
    comments = _comments(passage, lexer)
    words = _words(comments)
    if len(words) < thresholds.MIN_COMMENT_WORDS:
        return ()
    origin_comments = _comments(origin, lexer)
    same = (
        len(words)
        if comments == origin_comments
        else (Counter(words) & Counter(_words(origin_comments))).total()
    )
    if same < thresholds.SAME_COMMENT_SHARE * len(words):
        return ()
    return (f"its comments are the same, too: {same} of {len(words)} words",)


def _comments(text: bytes, lexer: int) -> bytes:
    spans = _native.lex(text, lexer, comments=True).comments().tolist()
    return b"\n".join([text[start:end] for start, end in spans])


def _words(comments: bytes) -> list[int]:
    words: list[int] = _native.lex(comments, _native.LEXERS["prose"]).hashes().tolist()
    return words
