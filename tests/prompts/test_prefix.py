# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Windows are true text, exact in tokens, spread over the document, and reproducible."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.errors import UsageError
from codescan.prompts.prefix import PrefixStrategy

CODE = "".join(f"value_{n} = compute({n}, 'naïve {n}')\n\n" for n in range(300))
BANNER = "# Copyright 2020 Ada\n# Licensed under the GPL.\n#\n# All rights reserved.\n"


@given(st.text(st.sampled_from("ab é中\n\r\t_=(1"), min_size=0, max_size=400), st.integers(0, 3))
def test_prompt_and_continuation_are_text_of_the_document(document_of, text, seed):
    strategy = PrefixStrategy(prefix_tokens=5, expected_tokens=7, per_document=3, seed=seed)
    prompts = list(strategy.prompts(document_of(text)))
    assert len({prompt.id for prompt in prompts}) == len(prompts) <= 3
    for prompt in prompts:
        assert prompt.text + prompt.expected in text
        assert prompt.text.strip()
        assert prompt.expected
        assert prompt.prompt_tokens == prompt.expected_tokens == ()


def test_model_tokens_are_counted_and_give_back_their_text(document_of, byte_tokenizer):
    strategy = PrefixStrategy(tokenizer=byte_tokenizer, per_document=20)
    prompts = list(strategy.prompts(document_of(CODE)))
    assert len(prompts) > 10
    for prompt in prompts:
        assert prompt.text + prompt.expected in CODE
        assert (len(prompt.prompt_tokens), len(prompt.expected_tokens)) == (50, 50)
        assert byte_tokenizer.decode(prompt.prompt_tokens) == prompt.text
        assert byte_tokenizer.decode(prompt.expected_tokens) == prompt.expected
        assert "\ufffd" not in prompt.text + prompt.expected


def test_windows_that_do_not_survive_decoding_are_passed_over(document_of, byte_tokenizer):
    text = ("a" + "é" * 149 + "\n") * 50  # nearly every cut after 3 n bytes splits a character
    strategy = PrefixStrategy(
        tokenizer=byte_tokenizer, prefix_tokens=4, expected_tokens=5, per_document=50
    )
    assert list(strategy.prompts(document_of(text))) == []


def test_a_tokenizer_that_drops_spaces_gives_true_text_or_nothing(document_of, stripping_tokenizer):
    text = "".join(f"{'  ' * (n % 3)}word{n} and {n} more\n" for n in range(200))
    strategy = PrefixStrategy(
        tokenizer=stripping_tokenizer, prefix_tokens=6, expected_tokens=6, per_document=40
    )
    prompts = list(strategy.prompts(document_of(text)))
    assert prompts
    assert all(prompt.text + prompt.expected in text for prompt in prompts)


def test_no_window_begins_in_the_banner(document_of):
    text = BANNER + CODE
    for seed in range(50):
        for prompt in PrefixStrategy(seed=seed, per_document=3).prompts(document_of(text)):
            assert prompt.text.startswith("value_")


def test_license_texts_have_no_banner(document_of):
    text = BANNER * 20
    (prompt,) = PrefixStrategy().prompts(document_of(text, "COPYING"))
    assert prompt.language == "prose"
    assert prompt.text.startswith("#")


def test_windows_are_spread_over_the_document(document_of):
    document = document_of(CODE)
    prompts = list(PrefixStrategy(per_document=10).prompts(document))
    places = [CODE.index(prompt.text) for prompt in prompts]
    assert places == sorted(places)
    tenths = [place * 10 // len(CODE) for place in places]
    assert max(Counter(tenths).values()) <= 2


def test_every_line_has_its_chance(document_of):
    document = document_of(CODE)
    starts = Counter()
    for seed in range(400):
        (prompt,) = PrefixStrategy(seed=seed).prompts(document)
        starts[CODE.index(prompt.text) * 4 // len(CODE)] += 1
    assert all(70 <= starts[quarter] <= 130 for quarter in range(4))


def test_another_seed_other_windows_the_same_seed_the_same(document_of):
    document = document_of(CODE)
    drawn = [list(PrefixStrategy(seed=seed).prompts(document)) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.parametrize("text", ["", "a", "short text\n", b"\xff\xfe" * 500], ids=repr)
def test_nothing_is_drawn_where_no_window_fits(document_of, text):
    assert list(PrefixStrategy().prompts(document_of(text))) == []


def test_the_shortest_document_is_one_window(document_of):
    text = "x " * 99 + "x"
    (prompt,) = PrefixStrategy().prompts(document_of("\n" + text + "\n", "a.txt"))
    assert prompt.text + prompt.expected == text[: len(prompt.text + prompt.expected)]


@pytest.mark.parametrize("option", ["prefix_tokens", "expected_tokens", "per_document"])
def test_wrong_numbers_are_refused(option):
    with pytest.raises(UsageError, match=option):
        PrefixStrategy(**{option: 0})
