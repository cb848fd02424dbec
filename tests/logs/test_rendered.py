# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A conversation that a chat template rendered into one text: the user's part is no finding."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan.logs.read import LogEntry, read_log
from codescan.logs.records import Unchecked
from codescan.logs.rendered import turns_of

TOKENS = {
    "chatml": ("", "<|im_start|>user\n{}<|im_end|>\n", "<|im_start|>assistant\n{}<|im_end|>\n"),
    "llama3": (
        "<|begin_of_text|>",
        "<|start_header_id|>user<|end_header_id|>\n\n{}<|eot_id|>",
        "<|start_header_id|>assistant<|end_header_id|>\n\n{}<|eot_id|>",
    ),
    "llama4": (
        "<|begin_of_text|>",
        "<|header_start|>user<|header_end|>\n\n{}<|eot|>",
        "<|header_start|>assistant<|header_end|>\n\n{}<|eot|>",
    ),
    "gemma": (
        "<bos>",
        "<start_of_turn>user\n{}<end_of_turn>\n",
        "<start_of_turn>model\n{}<end_of_turn>\n",
    ),
    "gemma 4": ("<bos>", "<|turn>user\n{}<turn|>\n", "<|turn>model\n{}<turn|>\n"),
    "openchat": (
        "<s>",
        "GPT4 Correct User: {}<|end_of_turn|>",
        "GPT4 Correct Assistant: {}<|end_of_turn|>",
    ),
    "zephyr": ("", "<|user|>\n{}</s>\n", "<|assistant|>\n{}</s>\n"),
    "phi": ("", "<|user|>\n{}<|end|>\n", "<|assistant|>\n{}<|end|>\n"),
    "glm": ("[gMASK]<sop>", "<|user|>\n{}", "<|assistant|>\n{}"),
    "harmony": (
        "",
        "<|start|>user<|message|>{}<|end|>",
        "<|start|>assistant<|channel|>final<|message|>{}<|return|>",
    ),
    "llama2": ("<s>", "[INST] {} ", "[/INST] {} </s>"),
    "deepseek": (
        "<\uff5cbegin\u2581of\u2581sentence\uff5c>",
        "<\uff5cUser\uff5c>{}",
        "<\uff5cAssistant\uff5c>{}<\uff5cend\u2581of\u2581sentence\uff5c>",
    ),
    "command": (
        "<BOS_TOKEN>",
        "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>{}<|END_OF_TURN_TOKEN|>",
        "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>{}<|END_OF_TURN_TOKEN|>",
    ),
    "granite": (
        "",
        "<|start_of_role|>user<|end_of_role|>{}<|end_of_text|>\n",
        "<|start_of_role|>assistant<|end_of_role|>{}<|end_of_text|>\n",
    ),
}
WORDS = {
    "anthropic": ("\n\n", "Human: {}\n\n", "Assistant: {}\n\n"),
    "alpaca": (
        "Below is an instruction that describes a task.\n\n",
        "### Instruction:\n{}\n\n",
        "### Response:\n{}\n\n",
    ),
    "vicuna": ("A chat between a curious user and an assistant. ", "USER: {} ", "ASSISTANT: {} "),
    "guanaco": ("", "### Human: {}", "### Assistant: {}"),
}
TEMPLATES = {**TOKENS, **WORDS}
SAID = st.text("ab(){}:;#<>|[]/\n é中", min_size=1, max_size=40).filter(str.strip)


def rendered(template, texts):
    start, user_start, answered = TEMPLATES[template]
    turns = (user_start if number % 2 == 0 else answered for number in range(len(texts)))
    return start + "".join(
        turn.replace("{}", text) for turn, text in zip(turns, texts, strict=True)
    )


@pytest.mark.parametrize("template", TEMPLATES)
@settings(max_examples=25, deadline=None)
@given(texts=st.lists(SAID, min_size=2, max_size=6).filter(lambda texts: len(texts) % 2 == 0))
def test_each_turn_has_its_author(template, texts):
    turns = turns_of(rendered(template, texts))
    assert [is_written for is_written, _text in turns] == [False, True] * (len(texts) // 2)
    for (_is_written, text), expected in zip(turns, texts, strict=True):
        assert expected.strip() in text


def entries(tmp_path, *rows):
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return list(read_log(path))


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("field", ["text", "generated_text", "output", "response", "completion"])
def test_the_users_part_is_the_prompt(tmp_path, template, field):
    first, second = entries(tmp_path, {field: rendered(template, ["mine", "its", "again", "more"])})
    assert [entry.exchange.responses[0].text.strip() for entry in (first, second)] == [
        "its",
        "more",
    ]
    assert "mine" in first.exchange.prompt
    assert "again" in second.exchange.prompt
    assert first.exchange.group == second.exchange.group != ""


@pytest.mark.parametrize("template", TOKENS)
def test_a_conversation_without_a_turn_of_the_model_is_not_read(tmp_path, template):
    (entry,) = entries(tmp_path, {"text": rendered(template, ["mine"])})
    assert isinstance(entry, Unchecked)
    assert entry.reason == "no-completion"


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n\nHuman: thanks\n\nAssistant: you are welcome",
        "Assistant: x = 1\n\nHuman: thanks",
        "<|im_start|>assistant\nx = 1<|im_end|>\n<|im_start|>user\nthanks",
        "x = 1<|im_end|>\n<|im_start|>user\nthanks<|im_end|>",
        "### Instruction manual\n\n### Response times",
        "Input: 3\nOutput: 4",
        "User: a column of the table",
        "",
    ],
)
def test_what_a_model_began_is_its_own(text):
    """A model that goes on for the user has written that too."""
    assert turns_of(text) is None


def test_words_are_the_models_own_where_the_log_names_another_prompt():
    text = "Human: write a parser\n\nAssistant: x = 1"
    assert turns_of(text, "Continue the dialogue.") is None
    assert turns_of(text, "write a  parser") == [
        (False, "write a parser\n\n"),
        (True, "x = 1"),
    ]


def test_an_answer_may_hold_marks_of_another_form():
    answer = "Input: 3\nOutput: 4\nUSER: nobody\n### Response: none"
    turns = turns_of(f"Human: explain\n\nAssistant: {answer}")
    assert turns == [(False, "explain\n\n"), (True, answer)]


@pytest.mark.parametrize(
    "prompt",
    [
        "<fim_prefix>given<fim_suffix>after<fim_middle>",
        "<fim_suffix>after<fim_prefix>given<fim_middle>",
        "<|fim_prefix|>given<|fim_suffix|>after<|fim_middle|>",
        "<PRE> given <SUF>after <MID>",
        "<\uff5cfim\u2581begin\uff5c>given<\uff5cfim\u2581hole\uff5c>after<\uff5cfim\u2581end\uff5c>",
    ],
)
def test_text_around_a_hole_is_given(prompt):
    assert turns_of(f"{prompt}x = 1<|endoftext|>") == [(False, prompt), (True, "x = 1")]


def test_samples_stay_samples_of_their_prompt(tmp_path):
    (entry,) = entries(tmp_path, {"prompt": "p", "completions": ["x = 1", "y = 2"]})
    assert isinstance(entry, LogEntry)
    assert len(entry.exchange.responses) == 2


@pytest.mark.parametrize("mark", ["<|user|>", "[INST]", "\n\nHuman: ", "USER: ", "<fim_prefix>"])
def test_hostile_repetition_costs_no_more_than_its_length(mark):
    turns_of(mark * 50_000)
