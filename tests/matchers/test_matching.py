# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Copies are found through every disguise that is promised, with exact spans on both sides."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest
from stdlib_index import document

from codescan._core import _native
from codescan.index.candidates import NOTHING
from codescan.matchers import thresholds
from codescan.matchers.overlaps import resolve
from codescan.matchers.renamed import RenamedMatcher
from codescan.matchers.verbatim import VerbatimMatcher
from codescan.records import Match, MatchKind, Snippet, Suppressed
from codescan.text.lines import LineMap


def find(index, text, language="python", **options):
    snippet = Snippet("s", text if isinstance(text, bytes) else text.encode(), language)
    matchers = [VerbatimMatcher(index, **options), RenamedMatcher(index, **options)]
    return list(resolve(snippet, [m for matcher in matchers for m in matcher.match(snippet)]))


def matches(index, text, **options):
    return [m for m in find(index, text, **options) if isinstance(m, Match)]


def names(index, match):
    return [index.documents(h.content_id)[0].origin.path for h in match.locations]


def cut(library, rng, lines=30):
    name = rng.choice(sorted(library))
    text = library[name].decode().splitlines(keepends=True)
    start = rng.randrange(len(text) - lines)
    return name, start, "".join(text[start : start + lines])


def test_a_verbatim_cut_is_found_with_its_lines(index, library):
    rng = random.Random(1)
    for _ in range(40):
        name, start, text = cut(library, rng)
        tokens = _native.lex(text.encode(), _native.LEXERS["python"])
        if len(tokens) < index.manifest.guarantee_tokens:
            continue
        (match,) = matches(index, text)
        assert match.kind is MatchKind.VERBATIM
        assert name in names(index, match)
        # A comment at its ends belongs to the passage where it is long enough to be compared.
        code = tokens.span(0, len(tokens))
        assert match.span.start <= code[0]
        assert match.span.end >= code[1]
        assert not re.match(r"\w", text.encode()[match.span.end :].decode())
        holder = next(
            h for h in match.locations if names(index, match)[match.locations.index(h)] == name
        )
        region = LineMap(library[name]).region(holder.span)
        own = LineMap(text.encode()).region(match.span)
        assert (region.start_line, region.end_line) == (
            start + own.start_line,
            start + own.end_line,
        )


@pytest.mark.parametrize(
    "disguise",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("    ", "\t"),
        lambda text: re.sub(r"(?m)^", "        ", text),
        lambda text: re.sub(r"(?m)#[^'\"\n]*$", "", text),
        lambda text: re.sub(r",\s*\n\s*", ", ", text),
        lambda text: text.replace("'", '"') if '"' not in text else text,
    ],
    ids=["crlf", "tabs", "indented", "comments", "joined", "quotes"],
)
def test_layout_does_not_hide_a_copy(index, library, disguise):
    rng = random.Random(2)
    hits = tried = 0
    for _ in range(25):
        name, _start, text = cut(library, rng)
        if len(_native.lex(text.encode(), _native.LEXERS["python"])) < 60:
            continue
        tried += 1
        hits += any(name in names(index, m) for m in matches(index, disguise(text)))
    assert hits == tried > 10


def test_a_renamed_copy_is_found_with_its_renames(index, library):
    text = library["textwrap.py"].decode()
    start = text.index("    def _wrap_chunks")
    body = text[start : text.index("    # -- Public interface", start)]
    renamed = re.sub(r"\bcur_line\b", "row", re.sub(r"\bchunks\b", "pieces", body))
    (match,) = matches(index, renamed)
    assert match.kind is MatchKind.RENAMED
    assert names(index, match) == ["textwrap.py"]
    assert match.renames == (("chunks", "pieces"), ("cur_line", "row"))


def test_a_renaming_that_merges_two_names_is_no_renaming(index, library):
    text = library["heapq.py"].decode()
    start = text.index("def _siftdown(heap")
    body = text[start : text.index("# The child indices", start)]
    merged = re.sub(r"\b(parentpos|startpos)\b", "where", body)
    for match in matches(index, merged):
        is_whole = match.tokens == len(_native.lex(merged.encode(), _native.LEXERS["python"]))
        assert not (is_whole and match.kind is MatchKind.RENAMED)


def test_an_edited_copy_is_one_match_with_its_similarity(index, library):
    rng = random.Random(3)
    hits = tried = 0
    for _ in range(25):
        name, _start, text = cut(library, rng, lines=40)
        lines = text.splitlines(keepends=True)
        code = [
            i for i, line in enumerate(lines) if line.strip() and not line.strip().startswith("#")
        ]
        if len(code) < 30:
            continue
        for i in rng.sample(code, len(code) // 10):
            indent = lines[i][: len(lines[i]) - len(lines[i].lstrip())]
            lines[i] = f"{indent}self.edited_{i} = compute({i})\n"
        tried += 1
        best = max(matches(index, "".join(lines)), key=lambda m: m.tokens, default=None)
        hits += best is not None and name in names(index, best) and best.similarity > 0.6
    assert tried > 8
    assert hits >= 0.95 * tried


def test_own_code_has_no_match(index):
    text = "".join(
        f"def blend_{i}(amber, teal):\n    ratio_{i} = amber.lumen * {i} - teal.hue\n"
        f"    return mixer.pour(ratio_{i}, keep={i % 3})\n"
        for i in range(30)
    )
    assert find(index, text) == []


def test_looking_up_all_forms_at_once_answers_as_one_by_one(index, library):
    copies = [cut(library, random.Random(seed))[2].encode() for seed in range(5)]
    for text in (*copies, b"".join(b"q%d ** r%d\n" % (i, i * i) for i in range(40))):
        tokens = _native.lex(text, _native.LEXERS["python"])
        lookup = index.look_up(tokens, text)
        for form, places in enumerate((lookup.exact, lookup.renamed)):
            alone = index.candidates(tokens, form)
            assert places.groups == alone.groups
            assert places.ordered == alone.ordered
    assert lookup is NOTHING


def test_only_texts_with_many_candidates_are_scored(index, library, make_index):
    queries = []

    def bounds():
        queries.append(True)
        zeros = np.zeros(len(tokens) + 1)
        return (zeros, 0.0), (zeros, 0.0)

    lexer = _native.LEXERS["python"]
    other = b"".join(b"q%d ** r%d\n" % (i, i * i) for i in range(40))
    assert index.look_up(_native.lex(other, lexer), other, bounds) is NOTHING
    copy = cut(library, random.Random(3))[2].encode()
    tokens = _native.lex(copy, lexer)
    few = index.look_up(tokens, copy, bounds)
    assert few.exact.groups == index.look_up(tokens, copy).exact.groups
    assert not queries
    same = [document(f"{i}.py", copy + b"\nx%d = 1\n" % i, f"p{i}") for i in range(40)]
    many = make_index(same)
    places = many.look_up(tokens, copy, bounds)
    assert len(places.exact.groups) == len(same)
    assert queries == [True]  # once for both forms
    assert places.exact.groups == many.look_up(tokens, copy).exact.groups


def test_shared_runs_are_reported_or_listed_as_suppressed(make_index):
    """The completeness promise, against brute force over the token sequences."""
    rng = random.Random(4)
    lexer = _native.LEXERS["python"]
    for _ in range(12):
        vocabulary = [f"n{i}" for i in range(rng.choice([4, 12, 60]))] + ["(", ")", "=", "+", "1"]

        def words(count, vocabulary=vocabulary):
            return [rng.choice(vocabulary) for _ in range(count)]

        pool = [words(rng.randrange(31, 80)) for _ in range(3)]
        texts = [
            " ".join(w for _ in range(4) for w in (*words(rng.randrange(40)), *rng.choice(pool)))
            for _ in range(4)
        ]
        query = " ".join(w for p in pool for w in (*words(rng.randrange(30)), *p)).encode()
        index = make_index([document(f"{i}.py", t.encode(), f"p{i}") for i, t in enumerate(texts)])
        lines_of_query = LineMap(query)
        reported = find(index, query)
        t = index.manifest.guarantee_tokens
        ours = _native.lex(query, lexer)
        a = ours.hashes().tolist()
        for text in texts:
            b = _native.lex(text.encode(), lexer).hashes().tolist()
            for i, length in _maximal_runs(a, b, t):
                start, end = ours.span(i, i + length)
                region = (
                    lines_of_query.region(type(reported[0].span)(start, end)) if reported else None
                )
                covered = [False] * length
                for item in reported:
                    if isinstance(item, Match):
                        for x in range(length):
                            s, e = ours.span(i + x, i + x + 1)
                            covered[x] |= item.span.start <= s and e <= item.span.end
                    elif isinstance(item, Suppressed):
                        assert item.region == region  # one line of text
                        covered = [True] * length
                # A run that lies in a passage for the most part is reported with it.
                assert sum(covered) >= thresholds.SAME_PASSAGE_SHARE * length, (i, length)


def _maximal_runs(a, b, least):
    for shift in range(-len(a) + 1, len(b)):
        length = 0
        for i in range(max(0, -shift), min(len(a), len(b) - shift) + 1):
            if i < len(a) and i + shift < len(b) and a[i] == b[i + shift]:
                length += 1
                continue
            if length >= least:
                yield i - length, length
            length = 0


def test_a_text_that_very_many_hold_is_found_and_its_holders_counted(make_index, library):
    banner = library["calendar.py"][:4000]
    index = make_index(
        [
            document(f"f{i}.py", banner + f"\nunique_{i} = {i}\n".encode(), f"family{i}")
            for i in range(150)
        ]
    )
    (match,) = matches(index, banner)
    assert match.locations_total >= 60
    assert len({names(index, match)[i] for i in range(len(match.locations))}) > 3


def test_a_query_of_unknown_language_is_read_as_it_matches_best(index, library):
    text = library["shlex.py"][:3000]
    snippet = Snippet("s", text, None)
    matches = [m for m in VerbatimMatcher(index).match(snippet) if isinstance(m, Match)]
    assert {name for m in matches for name in names(index, m)} == {"shlex.py"}


def test_a_function_edited_on_every_third_line_is_still_found(index, library):
    from codescan.matchers.minhash_units import NearMatcher

    text = library["textwrap.py"].decode()
    start = text.index("    def _wrap_chunks")
    lines = text[start : text.index("    # -- Public interface", start)].splitlines(keepends=True)
    for i in range(2, len(lines), 5):
        indent = lines[i][: len(lines[i]) - len(lines[i].lstrip())]
        lines[i] = f"{indent}other_{i} = self.changed({i})\n"
    runs = [
        m
        for m in NearMatcher(index).match(Snippet("s", "".join(lines).encode(), "python"))
        if isinstance(m, Match)
    ]
    assert runs
    assert all(m.kind is MatchKind.EDITED for m in runs)
    assert any("textwrap.py" in names(index, m) for m in runs)
