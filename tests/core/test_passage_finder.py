# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Verified runs and passages of the native core, compared with a plain version."""

from __future__ import annotations

import itertools
import random
from array import array

import pytest

from codescan._core import _native
from codescan.matchers import thresholds
from codescan.matchers.passages import _LIMITS as JOINING
from codescan.matchers.verified_runs import _LIMITS as VERIFICATION

PYTHON = _native.LEXERS["python"]
GUARANTEE = 23
LONG = 60
SEEDS = range(12)


def rows(values, columns):
    """A table of the native core."""
    if not values:
        return _native.no_rows(columns)
    flat = memoryview(array("I", itertools.chain.from_iterable(values)))
    return flat.cast("B").cast("I", (len(values), columns))


def lexed(names):
    return _native.lex(" ".join(names).encode(), PYTHON, streams=True)


def written(rng):
    """Names of a query, and of contents that hold pieces of it with edits between."""
    query = [f"n{rng.randrange(10**9)}" for _ in range(rng.randrange(150, 600))]
    contents = []
    for _ in range(rng.randrange(1, 9)):
        at, names = 0, []
        while at < len(query):
            length = rng.randrange(10, 130)
            names += query[at : at + length]
            names += [f"x{rng.randrange(10**9)}" for _ in range(rng.choice([0, 2, 10, 60]))]
            at += length + rng.choice([0, 0, 3, 25, 90])
        contents.append(names)
    return query, contents


def runs_of(query, content):
    """Every maximal run of equal names, by its place in the query; names are unique."""
    places = {name: place for place, name in enumerate(content)}
    runs, at = [], 0
    while at < len(query):
        if query[at] not in places:
            at += 1
            continue
        start, place = at, places[query[at]]
        while at < len(query) and places.get(query[at]) == place + at - start:
            at += 1
        runs.append((start, place, at - start))
    return runs


def verified(query, contents):
    """The native runs of some contents, proposed by a fingerprint at each token."""
    tokens, content_tokens = lexed(query), [lexed(names) for names in contents]
    k = _native.PROFILES["default"][0][0]
    candidates, groups, used = [], [], set()
    for number, names in enumerate(contents):
        first = len(candidates)
        for start, place, length in runs_of(query, names):
            if length >= k:
                candidates.append((number, start, place, start + length - k, 2, 2))
                used |= set(range(start, start + length - k + 1))
        if len(candidates) > first:
            shared = len(candidates) - first
            groups.append((number, first, len(candidates), shared, 2, 0, len(names)))
    return tokens, content_tokens, _native.verified_runs(
        tokens,
        memoryview(array("I", itertools.chain.from_iterable(candidates))),
        rows(groups, 7),
        rows([(token, 1) for token in sorted(used)], 2),
        0,
        "default",
        VERIFICATION,
        content_tokens.__getitem__,
        lambda number: number,
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_runs_are_those_of_the_texts(seed):
    query, contents = written(random.Random(seed))
    _tokens, _content_tokens, known = verified(query, contents)
    k = _native.PROFILES["default"][0][0]
    seen = set()
    for number in known.contents():
        own = [tuple(row[:3]) for row in known.of(number).tolist()]
        assert own == sorted(own)
        assert set(own) <= {run for run in runs_of(query, contents[number]) if run[2] >= k}
        seen |= {(start, length) for start, _place, length in own}
    # Whatever any content has is known from one of them, or is a part of a longer run that is.
    share = thresholds.SAME_PASSAGE_SHARE
    every = {(s, n) for names in contents for s, _p, n in runs_of(query, names) if n >= k}
    for start, length in every:
        assert any(
            (s <= start and start + length <= s + n)
            or (s < start + length and start < s + n and length < share * n)
            for s, n in seen
        ), (start, length)
    with pytest.raises(KeyError):
        known.of(len(contents))


@pytest.mark.parametrize("seed", SEEDS)
def test_passages_hold_equal_tokens_only_and_every_long_run(seed):
    query, contents = written(random.Random(seed))
    tokens, content_tokens, known = verified(query, contents)
    finder = _native.PassageFinder(tokens, known, JOINING, is_exact=True)
    finder.add_verified(content_tokens.__getitem__, GUARANTEE, with_repeats=False)
    passages, short = finder.passages(GUARANTEE)
    assert not short
    spans = [(passage.query_start, passage.query_end) for passage in passages]
    assert spans == sorted(spans)
    for passage in passages:
        assert 0 < passage.similarity <= 1
        for start, place, length in passage.runs:
            content = contents[passage.content_id]
            assert query[start : start + length] == content[place : place + length]
        holders, count = passage.holders(thresholds.MAX_LOCATIONS)
        assert count == len(holders) == len({number for number, *_ in holders})
        assert holders == sorted(holders, key=lambda h: (-h[3], h[0]))
        assert max(similarity for *_, similarity in holders) == 1.0
        for number, start, end, _similarity in holders:
            text = " ".join(contents[number])
            assert set(text[start:end].split()) & set(
                query[passage.query_start : passage.query_end]
            )
    for names in contents:
        for start, _place, length in runs_of(query, names):
            if length >= LONG:  # a chain that ends elsewhere may stand for it, but not without it
                covered = max(min(e, start + length) - max(s, start) for s, e in spans)
                assert covered >= GUARANTEE, (start, length)


def test_a_score_is_that_of_its_blocks_less_its_gaps():
    rng = random.Random(1)
    query = [f"n{rng.randrange(10**9)}" for _ in range(120)]
    content = [*query[:60], "x1", "x2", "x3", *query[62:]]
    tokens, content_tokens, known = verified(query, [content])
    finder = _native.PassageFinder(tokens, known, JOINING, is_exact=True)
    finder.add_verified(content_tokens.__getitem__, GUARANTEE, with_repeats=False)
    (passage,), _short = finder.passages(GUARANTEE)
    assert (passage.matched, passage.run_count) == (118, 2)
    sums = memoryview(array("d", [2.0 * place for place in range(len(tokens) + 1)]))
    # Two tokens are replaced by three: the gap is of 5, and log2(1 + 5) doublings.
    assert passage.score(sums, 8.0, 0.0) == 2.0 * 118 - 8
    assert passage.score(sums, 0.0, 1.0) == pytest.approx(2.0 * 118 - 2.584962500721156)
    with pytest.raises(ValueError, match="too few scores"):
        passage.score(sums[:100], 8.0, 0.0)


def test_errors_of_a_content_reach_the_caller():
    query, contents = written(random.Random(0))
    tokens, _content_tokens, known = verified(query, contents)
    finder = _native.PassageFinder(tokens, known, JOINING, is_exact=True)

    def changed(_number):
        raise LookupError("changed")

    with pytest.raises(LookupError, match="changed"):
        finder.add_verified(changed, GUARANTEE, with_repeats=True)
