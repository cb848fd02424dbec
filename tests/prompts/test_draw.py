# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The draw is even over packages and strategies, lazy, and reproducible."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.prompts.sampler import draw
from codescan.prompts.slicing import make_prompt


class EveryLine:
    """Draws each line of a document that begins with its letter."""

    def __init__(self, name):
        self.name = name

    def prompts(self, document):
        for line in document.content.decode().splitlines():
            if line.startswith(self.name):
                yield make_prompt(self.name, document, line, "")


A, B = EveryLine("a"), EveryLine("b")


def packages(prompts):
    return Counter(prompt.document_id.partition("@")[0][len("pkg:pypi/") :] for prompt in prompts)


def test_a_big_package_does_not_crowd_out_small_ones(document_of):
    documents = [document_of("a", f"big/{n}", "big") for n in range(500)]
    documents += [document_of("a", f"{name}/{n}", name) for name in "xyz" for n in range(5)]
    assert packages(draw(documents, [A], 16)) == {"big": 4, "x": 4, "y": 4, "z": 4}
    assert packages(draw(documents, [A], 40)) == {"big": 25, "x": 5, "y": 5, "z": 5}


def test_a_package_of_fruitful_documents_waits_for_the_others(document_of):
    documents = [document_of("a1\na2\na3\na4", f"{n}", "many") for n in range(9)]
    documents += [document_of("a", f"{n}", "few") for n in range(9)]
    assert packages(draw(documents, [A], 9)) == {"many": 4, "few": 5} or packages(
        draw(documents, [A], 9)
    ) == {"many": 5, "few": 4}


def test_strategies_share_the_limit(document_of):
    documents = [document_of("a\nb", f"{n}", f"p{n % 7}") for n in range(50)]
    drawn = list(draw(documents, [A, B], 20))
    assert Counter(prompt.strategy for prompt in drawn) == {"a": 10, "b": 10}
    assert len({prompt.document_id for prompt in drawn}) == 20


def test_a_strategy_that_finds_little_leaves_its_share_to_the_others(document_of):
    documents = [document_of("a\nb" if n < 3 else "a", f"{n}") for n in range(50)]
    drawn = Counter(prompt.strategy for prompt in draw(documents, [B, A], 20))
    assert drawn == {"b": 2, "a": 18}  # the third was drawn from by the other, whose turn it was


def test_documents_are_asked_again_by_the_strategies_left(document_of):
    documents = [document_of("a\nb", f"{n}") for n in range(4)]
    drawn = list(draw(documents, [A, B], None))
    assert len(drawn) == len({prompt.id for prompt in drawn}) == 8


def test_the_same_document_twice_gives_its_prompts_once(document_of):
    assert len(list(draw([document_of("a")] * 5, [A], 9))) == 1


def test_the_stream_is_read_no_further_than_needed(document_of):
    read = itertools.count()
    stream = (document_of("a", f"{next(read)}", f"p{n}") for n in itertools.count())
    assert len(list(draw(stream, [A], 10))) == 10
    assert next(read) <= 1_024
    stream = (document_of("a" * (1 << 23), f"{next(read)}") for _ in itertools.count())
    before = next(read)
    assert len(list(draw(stream, [A], 2))) == 2
    assert next(read) - before <= 10


def test_packages_stay_even_from_one_window_to_the_next(document_of):
    documents = [document_of("a", f"big/{n}", "big") for n in range(1_024)]
    documents += [document_of("a", f"{n}", name) for n in range(30) for name in ("big", "small")]
    drawn = list(draw(documents, [A], 1_054))
    assert packages(drawn[1_024:])["small"] == 30


@given(
    st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from(["a", "b", "a\nb", "c"]))),
    st.integers(0, 20),
    st.integers(0, 5),
)
def test_the_draw_is_reproducible_and_complete(document_of, files, limit, seed):
    documents = [document_of(text, f"{n}", package) for n, (package, text) in enumerate(files)]
    drawn = list(draw(documents, [A, B], limit, seed))
    assert drawn == list(draw(iter(documents), [A, B], limit, seed))
    there = sum(text.count("a") + text.count("b") for _, text in files)
    assert len(drawn) == min(limit, there)


@pytest.mark.parametrize("limit", [0, 5, None])
def test_nothing_comes_of_nothing(limit):
    assert list(draw([], [A], limit)) == []
