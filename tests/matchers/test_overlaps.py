# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Matches of several forms and streams that overlap: what stands, and who holds it."""

from __future__ import annotations

import itertools

import pytest

from codescan.matchers.overlaps import resolve
from codescan.records import Match, MatchKind, MatchLocation, Snippet, Span, Stream

TEXT = (
    b"// The harbor master assigns berths by draught first and by arrival second\n"
    b"function assign(vessels) {\n  return vessels.sort(byDraught).map(nearestQuay);\n}\n"
)
CODE_START = TEXT.index(b"function")


def match(kind, stream, start, end, holders, e_value=1e-6, tokens=30):
    locations = [
        MatchLocation(number, Span(start, end), similarity)
        for number, similarity in holders.items()
    ]
    return Match(
        "s", kind, Span(start, end), tokens, tuple(locations), bits=90.0, e_value=e_value,
        stream=stream,
    )  # fmt: skip


def resolved(*matches):
    results = resolve(Snippet("s", TEXT, "javascript"), matches)
    return [each for each in results if isinstance(each, Match)]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_renamed_match_says_nothing_against_whoever_holds_the_lines_verbatim(order):
    whole = match(MatchKind.VERBATIM, Stream.CODE, 0, len(TEXT), {1: 1.0, 2: 0.92}, tokens=62)
    comment = match(MatchKind.VERBATIM, Stream.PROSE, 5, 70, {1: 1.0, 2: 1.0})
    renamed = match(MatchKind.RENAMED, Stream.PROSE, 5, 70, {2: 1.0, 3: 1.0}, tokens=29)
    items = (whole, comment, renamed)
    (standing,) = resolved(*(items[n] for n in order))
    assert standing.locations[0].content_id == 1


@pytest.mark.parametrize(("code_e_value", "comment_e_value"), [(4e-3, 1e-5), (1e-5, 4e-3)])
def test_a_comment_and_its_code_are_as_strong_as_the_stronger(code_e_value, comment_e_value):
    comment = match(
        MatchKind.VERBATIM, Stream.PROSE, 3, CODE_START - 1, {1: 1.0}, comment_e_value, 12
    )
    code = match(MatchKind.RENAMED, Stream.CODE, CODE_START, len(TEXT), {1: 1.0}, code_e_value)
    (standing,) = resolved(comment, code)
    assert standing.kind is MatchKind.RENAMED
    assert standing.e_value == min(code_e_value, comment_e_value)
    assert standing.tokens == comment.tokens + code.tokens
