# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Tokens that a service lists are laid along the text: whatever they decode to, or not at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_models import save_tokenizer

from codescan.models.http.echo_logprobs import listed_tokens
from codescan.models.http.token_alignment import token_range


def alone(tokenizer, ids, number):
    """Each token by itself: a part of a character is a replacement character."""
    return tokenizer.decode([ids[number]])


def completed(tokenizer, ids, number):
    """As `LogprobsProcessor._correct_decoded_token`: the last part gives the whole character.

    The parts before it are listed as empty.
    """
    token = tokenizer.decode([ids[number]])
    for first in range(number - 1, max(-1, number - 5), -1):
        if not token.endswith("\ufffd"):
            return token
        whole = tokenizer.decode(ids[first : number + 1])
        if not whole.endswith("\ufffd"):
            return whole[len(tokenizer.decode(ids[first:number]).rstrip("\ufffd")) :]
    return "" if token.endswith("\ufffd") else token


def with_the_one_before(tokenizer, ids, number):
    """As an earlier version of that: a part of a character is decoded with the token before it."""
    token = tokenizer.decode([ids[number]])
    if token.endswith("\ufffd") and number:
        token = tokenizer.decode(ids[number - 1 : number + 1])
        token = "" if token.endswith("\ufffd") else token
    return token


def as_vllm_lists(tokenizer, ids, first_offset=0, decoded=alone):
    """The columns of `OpenAIServingCompletion._create_completion_logprobs` in vLLM 0.33.

    `text_offset` is a running sum of the lengths of the tokens, each decoded alone.
    """
    tokens = [decoded(tokenizer, ids, number) for number in range(len(ids))]
    offsets, at = [], first_offset
    for token in tokens:
        offsets.append(at)
        at += len(token)
    own = [None, *(-0.5 - number / 1000 for number in range(1, len(ids)))]
    best = [
        None,
        *({token: value, "other": -9.0} for token, value in zip(tokens[1:], own[1:], strict=True)),
    ]
    logprobs = {
        "tokens": tokens,
        "text_offset": offsets,
        "token_logprobs": own,
        "top_logprobs": best,
    }
    return {"choices": [{"text": "".join(tokens), "logprobs": logprobs}]}


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    return save_tokenizer(tmp_path_factory.mktemp("tokenizer"), bos=True)


@settings(deadline=None)
@given(
    prompt=st.text("ab (é中🙂\n\t_", min_size=1, max_size=12),
    expected=st.text("ab (é中🙂\n\t_", min_size=1, max_size=12),
    leading=st.booleans(),
    decoded=st.sampled_from([alone, completed, with_the_one_before]),
)
def test_scores_are_those_of_the_continuations_own_tokens(
    tokenizer, prompt, expected, leading, decoded
):
    """Byte-level tokens, with a special token first, in any script: the right ones or none."""
    before = tokenizer.encode(prompt, add_special_tokens=False)
    after = tokenizer.encode(expected, add_special_tokens=False)
    first = [tokenizer.bos_token_id] if leading else []
    ids = [*first, *before, *after, tokenizer.encode("a", add_special_tokens=False)[0]]
    answer = as_vllm_lists(tokenizer, ids, decoded=decoded)
    count = len(after) if len(prompt) % 2 else None
    listed = listed_tokens(answer, prompt + expected, len(prompt), 1, count)
    if listed is None:
        return
    start = len(first) + len(before)
    own = answer["choices"][0]["logprobs"]["token_logprobs"]
    if start == 0:
        return  # nothing stands before the first token
    assert [token.own for token in listed] == own[start : start + len(after)]


@pytest.mark.parametrize(
    "bos", ["<s>", "<|begin_of_text|>", "[CLS]", "<\uff5cbegin\u2581of\u2581sentence\uff5c>"]
)
def test_a_leading_special_token_is_no_text(bos):
    tokens = [bos, "def", " f", "():", "\n", "x"]
    assert token_range(tokens, b"def f():\n", 5) == (3, 5)


def test_non_ascii_texts_are_scored(tokenizer):
    prompt, expected = "# é 中\n", "🙂 = 中()\n"
    ids = [
        tokenizer.bos_token_id,
        *tokenizer.encode(prompt, add_special_tokens=False),
        *tokenizer.encode(expected, add_special_tokens=False),
        65,
    ]
    listed = listed_tokens(as_vllm_lists(tokenizer, ids), prompt + expected, len(prompt), 1)
    assert listed is not None
    assert len(listed) == len(tokenizer.encode(expected, add_special_tokens=False))


def test_openai_spells_bytes():
    tokens = ["a", "bytes:\\xe4\\xb8", "bytes:\\xad", "b", "c"]
    assert token_range(tokens, "a中b".encode(), 1) == (1, 4)
    assert token_range(tokens, "a中b".encode(), 4) == (3, 4)


def test_sentencepiece_decodes_a_token_without_its_space():
    assert token_range(["<s>", "def", "f", "()", "x"], b"def f()", 3) == (2, 4)


@pytest.mark.parametrize(
    ("tokens", "start"),
    [(["def f", "()"], 3), (["def", " g", "()"], 3), ([], 0), ([None, 3], 0), (["def"], 3)],
)
def test_what_does_not_fit_is_not_told(tokens, start):
    assert token_range(tokens, b"def f()", start) is None


def test_an_alignment_that_is_ambiguous_is_not_told():
    # Two parts of characters around the boundary: either may be the longer one.
    assert token_range(["\ufffd"] * 4, "éé".encode(), 2) is None


def test_tokens_without_a_text_are_identified_by_their_number():
    """As llama-cpp-python 0.3.36 lists "# é" and a smiley of four tokens: what it cannot decode."""
    tokens = ["#", " ", "", "", "\n", "", "", "", "", " =", ""]
    text = "# é\n\U0001f642 =".encode()
    assert token_range(tokens, text, 5) is None
    assert token_range(tokens, text, 5, count=5) == (5, 10)
    assert token_range(tokens, text, 5, count=1) is None


def test_a_list_without_the_generated_token_is_not_believed():
    assert token_range(["def", " f", "()"], b"def f()", 3) is None


@given(st.lists(st.sampled_from(["\ufffd", "", "a", "<s>", " ", "é"]), max_size=40))
@settings(deadline=None)
def test_no_list_of_tokens_takes_long(tokens):
    token_range(tokens, "aé a\ufffdé".encode() * 4, 4)


def test_likeliest_tokens_that_share_a_text_are_not_believed():
    def answer(best):
        columns = {"token_logprobs": [None, -0.5, -1.0], "top_logprobs": [None, best, {"c": -1.0}]}
        return {"choices": [{"logprobs": {"tokens": ["a", "b", "c"], **columns}}]}

    assert listed_tokens(answer({"b": -0.5, "\ufffd": -3.0}), "ab", 1, 5) is None
    assert listed_tokens(answer({"b": -0.5, "c": -3.0}), "ab", 1, 5) is not None
