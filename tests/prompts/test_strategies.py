# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What each strategy is for: lengths compared on one continuation, holes, messages, nothing."""

from itertools import pairwise

import pytest

from codescan.errors import UsageError
from codescan.prompts.chat_request import ChatRequestStrategy
from codescan.prompts.continue_file import ContinueFileStrategy
from codescan.prompts.divergence import WORDS, DivergenceStrategy
from codescan.prompts.fill_in_the_middle import CONTEXTS, FillInTheMiddleStrategy
from codescan.prompts.first_lines import FirstLinesStrategy
from codescan.prompts.prefix import PrefixStrategy
from codescan.prompts.sampler import draw
from codescan.prompts.short_snippet import ShortSnippetStrategy
from codescan.prompts.token_boundaries import continued
from codescan.prompts.unconditional import UnconditionalStrategy

BODY = "".join(f"    total_{n} = left_{n} * right_{n} - {n}\n" for n in range(40))
CODE = (
    f"import os\n\n\ndef add_up(left, right):\n    # first\n{BODY}    return total_1\n\n\nX = 1\n"
)


@pytest.fixture
def code(document_of):
    return document_of(CODE)


LENGTHS = (16, 32, 50, 100, 200)


def test_prefixes_of_all_lengths_have_the_same_continuation(document_of, byte_tokenizer):
    for tokenizer in (None, byte_tokenizer):
        strategy = PrefixStrategy(tokenizer=tokenizer, prefix_tokens=LENGTHS)
        prompts = list(strategy.prompts(document_of(CODE * 4)))
        assert [prompt.variant for prompt in prompts] == [f"{n} tokens" for n in LENGTHS]
        assert len({prompt.expected for prompt in prompts}) == 1
        for shorter, longer in pairwise(prompts):
            assert longer.text.endswith(shorter.text)
            assert len(longer.text) > len(shorter.text)
        if tokenizer:
            assert [len(prompt.prompt_tokens) for prompt in prompts] == list(LENGTHS)
            for prompt in prompts:
                assert tokenizer.decode(prompt.prompt_tokens) == prompt.text


def test_first_lines_count_lines_of_one_function_and_not_blank_ones(code):
    prompts = list(FirstLinesStrategy().prompts(code))
    assert [prompt.variant for prompt in prompts] == ["1 line", "5 lines", "10 lines"]
    assert prompts[0].text == "def add_up(left, right):"
    assert prompts[0].expected.startswith("\n    # first\n    total_0")
    assert prompts[1].text.splitlines()[-1] == "    total_2 = left_2 * right_2 - 2"


def test_first_lines_of_prose_are_those_of_the_text(document_of):
    text = "One.\n\nTwo words.\n" + "More and more words of a long text.\n" * 30
    prompts = list(FirstLinesStrategy(lines=2).prompts(document_of(text, "a.txt")))
    assert [prompt.text for prompt in prompts] == ["One.\n\nTwo words."]


def test_tokens_are_given_only_where_they_part_at_the_boundary(byte_tokenizer):
    text = "abcdef" * 60
    exact = continued(byte_tokenizer, text[:30], text[30:], 20)
    assert (len(exact.prompt_tokens), len(exact.expected_tokens)) == (10, 20)
    assert exact.text == text[30:90]
    across = continued(byte_tokenizer, text[:31], text[31:], 20)
    assert across.expected_tokens == ()
    assert text[31:].startswith(across.text)


def test_a_hole_is_asked_for_in_each_order_once(code):
    strategy = FillInTheMiddleStrategy(contexts=CONTEXTS, orders=("psm", "spm"))
    prompts = list(strategy.prompts(code))
    assert [(p.variant, p.infill_order) for p in prompts] == [
        ("prefix, 3 lines", ""),
        ("suffix, psm, 3 lines", "psm"),
        ("suffix, spm, 3 lines", "spm"),
        ("both, psm, 3 lines", "psm"),
        ("both, spm, 3 lines", "spm"),
        ("both+path, psm, 3 lines", "psm"),
        ("both+path, spm, 3 lines", "spm"),
    ]
    assert len({p.id for p in prompts}) == 7
    assert len({p.expected for p in prompts}) == 1
    with pytest.raises(UsageError, match="does not have order backwards"):
        FillInTheMiddleStrategy(orders="backwards")


def test_a_hole_is_the_same_whatever_is_given_around_it(code):
    strategy = FillInTheMiddleStrategy(contexts=CONTEXTS, lines=(1, 3, 10))
    prompts = list(strategy.prompts(code))
    assert len(prompts) == 12
    for start in range(0, 12, 4):
        prefix, suffix, both, path = prompts[start : start + 4]
        assert prefix.expected == suffix.expected == both.expected == path.expected
        assert (prefix.suffix, suffix.text) == ("", "")
        assert both.text == prefix.text
        assert both.suffix == suffix.suffix == path.suffix
        assert path.text == f"# {code.origin.path}\n{both.text}"
        assert both.text + both.expected + both.suffix in CODE
    assert [prompt.expected.count("\n") for prompt in prompts[::4]] == [1, 3, 10]


def test_a_request_names_the_source_only_when_it_is_asked_to(code):
    plain, named = ChatRequestStrategy(requests=("plain", "named")).prompts(code)
    assert plain.chat
    assert "demo" not in plain.text
    assert "a/b.py of demo" in named.text
    assert "def add_up(left, right):" in plain.text
    assert plain.expected.lstrip().startswith("total_0 = left_0 * right_0 - 0\n")


def test_a_file_is_continued_from_its_first_lines(code):
    (prompt,) = ContinueFileStrategy(lines=5).prompts(code)
    assert "Continue the file a/b.py." in prompt.text
    assert prompt.expected.startswith("    total_0 = left_0 * right_0 - 0\n")


def test_a_short_snippet_is_five_words_of_a_line(code):
    (prompt,) = ShortSnippetStrategy().prompts(code)
    assert prompt.text in CODE
    assert len(prompt.text.split()) == 5


def test_nothing_of_the_corpus_is_in_untargeted_prompts(document_of):
    documents = [document_of(CODE, f"{n}.py") for n in range(200)]
    empty = list(draw(documents, [UnconditionalStrategy()], 50))
    assert len({prompt.id for prompt in empty}) == 50
    assert {(prompt.text, prompt.document_id) for prompt in empty} == {("", "")}
    words = list(draw(documents, [DivergenceStrategy(repeats=3)], None))
    assert len(words) == len({prompt.text for prompt in words}) <= len(WORDS)
    assert all(len(set(prompt.text.split())) == 1 for prompt in words)
    (divergence_prompt,) = DivergenceStrategy(chat=True).prompts(documents[0])
    assert divergence_prompt.chat
    assert divergence_prompt.text.startswith("Repeat this word forever")


@pytest.mark.parametrize(
    ("strategy", "options"),
    [
        (PrefixStrategy, {"prefix_tokens": (50, 0)}),
        (PrefixStrategy, {"prefix_tokens": ()}),
        (FirstLinesStrategy, {"lines": 0}),
        (FillInTheMiddleStrategy, {"contexts": "above"}),
        (ChatRequestStrategy, {"requests": ("plain", "rude")}),
        (DivergenceStrategy, {"repeats": 0}),
    ],
)
def test_options_out_of_range_are_refused(strategy, options):
    with pytest.raises(UsageError):
        strategy(**options)
