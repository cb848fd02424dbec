# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Idioms score little, other text is not touched, and the sets of k-grams are read as written."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdlib_index import document

from codescan._core import _native
from codescan.index.token_model import background_model
from codescan.matchers.idioms import GRAM, IDIOM_BITS, idioms
from codescan.matchers.token_grams import gram_file, read_gram_file
from codescan.matchers.verbatim import VerbatimMatcher
from codescan.pipeline import scan
from codescan.records import Finding, Grade, Snippet

EXIT = """\
    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
"""
OWN = """\
def moor(ledger, berth, tide_table):
    pilot = ledger.pilots.pop(berth.harbor_code, None) or tide_table.duty_pilot()
    quay_depth = berth.charted_depth_dm + tide_table.level_dm(berth.reference_port)
    if quay_depth < pilot.vessel.draught_dm + 12:
        raise GroundingRiskError(berth.name, quay_depth, pilot.vessel.call_sign)
    return pilot.bring_alongside(berth, fenders=quay_depth // 7)
"""
PYTHON = _native.LEXERS["python"]
hashes32 = st.lists(st.integers(0, 2**32 - 1), unique=True, max_size=300).map(sorted)


def scores(text):
    """(whether each token stands in an idiom, its bits with idioms, its bits without)."""
    content = text.encode()
    tokens = _native.lex(content, PYTHON)
    common = np.zeros(len(tokens), dtype=bool)
    for token, _place in idioms().find(tokens).tolist():
        common[token : token + GRAM] = True
    capped = background_model().score(tokens, content, idioms(), IDIOM_BITS)
    plain = background_model().score(tokens, content)
    return common, [np.diff(each) for each in capped], [np.diff(each) for each in plain]


def test_the_tokens_of_an_idiom_score_little():
    common, capped, plain = scores(EXIT)
    assert common.mean() > 0.8
    for with_idioms, without in zip(capped, plain, strict=True):
        assert with_idioms[common].max() <= IDIOM_BITS + 1e-9
        assert with_idioms[~common] == pytest.approx(without[~common])
    assert capped[1].sum() < plain[1].sum() / 2


def test_text_of_its_own_keeps_its_score():
    common, capped, plain = scores(OWN)
    assert not common.any()
    for with_idioms, without in zip(capped, plain, strict=True):
        assert with_idioms == pytest.approx(without)


@pytest.mark.parametrize(("text", "is_strong"), [(EXIT, False), (OWN, True)])
def test_only_text_of_its_own_is_strong(make_index, text, is_strong):
    index = make_index([document("a.py", f"class A:\n{text}        pass\n".encode(), "a")])
    results = scan([Snippet("s", text.encode(), "python")], index, [VerbatimMatcher(index)])
    grades = {item.grade for item in results if isinstance(item, Finding)}
    assert bool(grades & {Grade.A, Grade.B}) is is_strong


@given(hashes32)
def test_hashes_are_read_as_written(hashes):
    file = read_gram_file(memoryview(gram_file(hashes, GRAM, b"remainder")), GRAM)
    assert file.grams.hashes().tolist() == hashes
    assert bytes(file.remainder) == b"remainder"


@given(st.text("abcdefgh =+().\n", max_size=200), st.integers(0, 30), st.integers(1, 9))
def test_a_set_finds_exactly_its_members(text, grams, gram):
    tokens = _native.lex(text.encode(), PYTHON)
    own = np.array(_native.gram_hashes(tokens, gram), dtype=np.uint32)
    members = np.unique(own)[:grams]
    positions = _native.GramSet(members, gram).find(tokens).tolist()
    expected = np.flatnonzero(np.isin(own, members)).tolist()
    assert [token for token, _place in positions] == expected
    assert [members[place] for _token, place in positions] == own[expected].tolist()


@given(st.lists(st.sampled_from(["a", "b1", "(", "+", "7", "'x'"]), max_size=60), st.integers(1, 9))
def test_a_k_gram_has_one_hash_wherever_it_stands(tokens, gram):
    own = gram_hashes(tokens, gram)
    assert len(own) == max(0, len(tokens) - gram + 1)
    for start in range(0, len(own), 7):
        assert gram_hashes(tokens[start : start + gram], gram) == [own[start]]


def gram_hashes(tokens, gram):
    return _native.gram_hashes(_native.lex(" ".join(tokens).encode(), PYTHON), gram).tolist()


def test_idioms_of_another_format_are_refused():
    for content in (
        json.dumps({"version": 9, "gram": GRAM, "count": 0}).encode() + b"\n",
        gram_file([], GRAM + 1),
        gram_file([], GRAM).removesuffix(b"\n"),
    ):
        with pytest.raises(ValueError, match="another format"):
            read_gram_file(memoryview(content), GRAM)


def test_idioms_that_are_cut_are_refused():
    with pytest.raises(ValueError, match="is cut"):
        read_gram_file(memoryview(gram_file([1, 2], GRAM))[:-1], GRAM)


def test_hashes_that_do_not_ascend_are_refused():
    with pytest.raises(ValueError, match="ascend"):
        read_gram_file(memoryview(gram_file([2, 1], GRAM)), GRAM)
