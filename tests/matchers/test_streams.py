# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Code and comments of one text: each is judged by its own law, and together they name a file."""

from __future__ import annotations

import pytest
from stdlib_index import document

from codescan._core import _native
from codescan.matchers.query import Query
from codescan.matchers.significance import SearchSpace
from codescan.matchers.verbatim import VerbatimMatcher
from codescan.matchers.verified_runs import Form, evidence_of
from codescan.pipeline import scan
from codescan.records import Finding, Grade, MatchKind, Snippet, Stream

PROSE = _native.LEXERS["prose"]
COMMENT = (
    "The harbor master assigns berths by draught first and by arrival second, except that a vessel"
    " in distress goes before every other one and takes the nearest free quay regardless of depth"
)
CODE = """\
def assign(vessels, quays):
    waiting = sorted(vessels, key=lambda v: (not v.in_distress, -v.draught_dm, v.arrived_at))
    return {v.call_sign: quays.pop_nearest(v.position, v.draught_dm) for v in waiting}
"""


def marked(language, comment, code):
    mark = {"python": "#", "javascript": "//", "c": "//", "rust": "//"}[language]
    words = comment.split()
    lines = [" ".join(words[n : n + 10]) for n in range(0, len(words), 10)]
    return "".join(f"{mark} {line}\n" for line in lines) + code


@pytest.mark.parametrize("language", ["python", "javascript", "c", "rust"])
def test_comments_are_judged_as_prose_and_by_their_own_length(make_index, language):
    text = marked(language, COMMENT, CODE * 40).encode()
    lexer = _native.LEXERS[language]
    tokens = _native.lex(text, lexer, streams=True)
    index = make_index([document("a.py", b"quay = berth(7)\n", "a")])
    query = Query(tokens, text, index)
    assert query.spaces[Stream.PROSE].lexer == PROSE
    assert query.spaces[Stream.CODE].lexer == lexer
    sizes = {stream: space.query_tokens for stream, space in query.spaces.items()}
    assert sizes[Stream.CODE] > 10 * sizes[Stream.PROSE] > 0
    for kind in MatchKind:
        least = query.least_bits(1e-6, kind)
        assert least == min(
            SearchSpace(space.lexer, space.query_tokens, index.manifest.tokens).least_bits(
                kind, 1e-6
            )
            for space in query.spaces.values()
        )


@pytest.mark.parametrize("others", [1, 4, 12])
def test_the_file_with_code_and_comments_is_the_origin(make_index, others):
    comments = [
        f"        // harbor.at({n}).expect(tide, {n * 7}).moor(berth_{n}, draught_{n})\n"
        for n in range(20)
    ]

    def table(words):
        body = "".join(
            f"{c}        '{w} {n}',\n"
            for n, (c, w) in enumerate(zip(comments, words, strict=False))
        )
        return f"const EXPECTED = [\n{body}];\n"

    own = ["quay of stones", "lee shore", "slack water", "spring tide", "neap tide", "ebb of May",
           "flood mark", "dead calm"] * 3  # fmt: skip
    documents = [document("own.js", table(own).encode(), "own", "javascript")]
    documents += [
        document(
            f"other{k}.js",
            table([f"w{k} {n} x" for n in range(24)]).encode(),
            f"o{k}",
            "javascript",
        )
        for k in range(others)
    ]
    index = make_index(documents)
    snippet = Snippet("s", table(own).encode(), "javascript")
    results = [
        f for f in scan([snippet], index, [VerbatimMatcher(index)]) if isinstance(f, Finding)
    ]
    strong = [finding for finding in results if finding.grade in (Grade.A, Grade.B)]
    assert strong
    assert strong[0].attribution.origin.path == "own.js"


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_comments_of_hundreds_of_files_do_not_hide_whose_code_it_is(make_index, place):
    count = 300  # more places of each hash than an index lists
    comments = [
        f"        // harbor.at({n}).expect(tide, {n * 7}).moor(berth_{n}, draught_{n})\n"
        for n in range(24)
    ]

    def table(number):
        # Seven entries in a row are those of several files, all of them of one alone.
        body = "".join(
            f"{c}        '{n}{'th' if number >> n % 9 & 1 else 'e'}',\n"
            for n, c in enumerate(comments)
        )
        return f"const EXPECTED = [\n{body}];\n"

    number = {"first": 0, "middle": count // 2, "last": count - 1}[place]
    names = [f"tests/{n:03}.js" for n in range(count)]
    index = make_index(
        [document(path, table(n).encode(), "own", "javascript") for n, path in enumerate(names)]
    )
    snippet = Snippet("s", table(number).encode(), "javascript")
    evidence = evidence_of(index, snippet, Form.EXACT)
    own = next(c for c in evidence.runs if index.documents(c)[0].origin.path == names[number])
    runs = evidence.runs[own]
    assert sum(run.length for run in runs) >= len(evidence.tokens) - 2  # barriers are not tokens
    findings = [
        f for f in scan([snippet], index, [VerbatimMatcher(index)]) if isinstance(f, Finding)
    ]
    first = max(findings, key=lambda finding: len(finding.span))
    assert first.attribution.origin.path == names[number]
