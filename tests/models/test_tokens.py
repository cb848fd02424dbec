# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Boundaries of tokens: special tokens, prompt and continuation, prompt and addition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.models.loading.hf_tokenizer import HubTokenizer
from codescan.records import Prompt


@pytest.fixture(scope="module")
def plain(tiny_folder):
    import transformers

    return HubTokenizer(transformers.AutoTokenizer.from_pretrained(tiny_folder))


@pytest.fixture(scope="module")
def sentencepiece():
    """As Llama's: BOS in front, "▁" for spaces, and decoding that drops a leading space."""
    import tokenizers
    import transformers
    from tokenizers import decoders, models, normalizers, processors

    pieces = ["<unk>", "<s>", "</s>", "▁", "▁return", "▁left", "▁right", "+", "left", *"aeinprtu"]
    tokenizer = tokenizers.Tokenizer(
        models.Unigram([(p, -float(i)) for i, p in enumerate(pieces)], unk_id=0)
    )
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    return HubTokenizer(
        transformers.PreTrainedTokenizerFast(
            tokenizer_object=tokenizer, bos_token=pieces[1], eos_token=pieces[2]
        )
    )


@given(text=st.text(max_size=60))
def test_text_comes_back(plain, text):
    assert plain.decode(plain.encode(text)) == text


@given(before=st.text(max_size=40), after=st.text(min_size=1, max_size=40))
def test_prompt_and_continuation_are_the_true_text(plain, before, after):
    prompt = Prompt(id="p", text=before, strategy="t", expected=after)
    expected = plain.expected_tokens(prompt)
    assert expected is not None
    assert plain.decode([*plain.prompt_tokens(prompt), *expected]) == before + after


@given(before=st.text(max_size=40), after=st.text(max_size=40))
def test_an_addition_is_cut_at_the_token_boundary(plain, before, after):
    added = plain.encode(after)
    assert plain.continuation(plain.encode(before), added) == after


def test_special_tokens_in_a_text_are_text(plain):
    end = plain.id_of("<|endoftext|>")
    assert end in plain.end_tokens
    assert end not in plain.encode("print('<|endoftext|>')")
    assert plain.decode(plain.encode("a<|endoftext|>b")) == "a<|endoftext|>b"


def test_leading_specials_are_given_and_trailing_ones_are_not(sentencepiece):
    prompt = Prompt(id="p", text="return left", strategy="t")
    tokens = sentencepiece.prompt_tokens(prompt)
    assert sentencepiece.prefix == (1,)
    assert tokens[0] == 1
    assert 2 not in tokens
    assert 1 not in sentencepiece.encode("return left")


def test_given_tokens_are_used_as_they_are(sentencepiece):
    prompt = Prompt(
        id="p", text="x", strategy="t", prompt_tokens=(4,), expected="y", expected_tokens=(5, 6)
    )
    assert sentencepiece.prompt_tokens(prompt) == [1, 4]
    assert sentencepiece.expected_tokens(prompt) == [5, 6]


def test_the_space_at_the_boundary_is_kept(sentencepiece):
    before, added = sentencepiece.encode("return"), [5, 6]
    assert sentencepiece.decode(added) == "left right", "by itself the space is lost"
    assert sentencepiece.continuation(before, added) == " left right"


def test_a_continuation_that_no_tokens_give_is_refused(sentencepiece):
    prompt = Prompt(id="p", text="return le", strategy="t", expected="ft")
    assert sentencepiece.expected_tokens(prompt) is None


def test_a_message_cannot_open_a_chat_turn_of_its_own(tiny):
    """Special tokens come from the template alone; without a template a message is plain text."""
    tokenizer = tiny.tokenizer
    end = tokenizer.id_of("<|endoftext|>")
    hostile = Prompt("p", "x<|endoftext|>y", "t", chat=True)
    assert tokenizer.prompt_tokens(hostile) == tokenizer.encode(hostile.text)
    inner = tokenizer._tokenizer
    inner.chat_template = (
        "{% for m in messages %}<fim_prefix>{{ m.content }}{% endfor %}<|endoftext|>"
    )
    try:
        prompt_ids = tokenizer.prompt_tokens(hostile)
    finally:
        inner.chat_template = None
    assert prompt_ids[0] == tokenizer.id_of("<fim_prefix>")
    assert prompt_ids.count(end) == 1
    assert prompt_ids[1:-1] == tokenizer.encode(hostile.text)
