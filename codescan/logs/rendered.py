# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Conversations that a chat template has rendered into one text: who wrote which part.

Logs of inference servers and fine-tuning files often hold the text that the model saw, with the
marks of its template, and what it wrote after that. Taken as a whole, the user's text would count
as the model's.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from codescan.logs.conversation import Context
from codescan.logs.records import Exchange, Response, Unchecked

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["exchanges_of", "turns_of"]

_ROLE = r"(system|developer|user|human|assistant|model|tool|ipython|observation|function)"
_TOKENS = re.compile(
    "|".join(
        (
            rf"<\|im_start\|>{_ROLE}[^\n]*\n",  # ChatML: Qwen, Yi, SmolLM, Hermes
            rf"<\|start_header_id\|>{_ROLE}<\|end_header_id\|>\s*",  # Llama 3
            rf"<\|header_start\|>{_ROLE}<\|header_end\|>\s*",  # Llama 4
            rf"<start_of_turn>{_ROLE}\n|<\|turn>{_ROLE}\n",  # Gemma
            rf"<\|start_of_role\|>{_ROLE}(?:<\|end_of_role\|>|\{{)",  # Granite
            rf"<\|start\|>{_ROLE}[^<\n]*(?:<\|channel\|>[^<\n]*)?<\|message\|>",  # gpt-oss
            rf"<\|{_ROLE}\|>\s*",  # Zephyr, Phi, GLM
            rf"<\uff5c{_ROLE}\uff5c>",  # DeepSeek
            r"<\|START_OF_TURN_TOKEN\|><\|(SYSTEM|USER|CHATBOT)_TOKEN\|>",  # Command
            rf"GPT4 Correct {_ROLE}: ",  # OpenChat
            r"\[(INST|/INST|SYSTEM_PROMPT|/SYSTEM_PROMPT)\]\s*",  # Llama 2, Mistral
        )
    ),
    re.IGNORECASE,
)
"""The begin of a turn, as chat templates mark it; one group of each alternative is the role."""
_WORDS = tuple(
    re.compile(rf"(?:^|(?<={before})){mark}")
    for before, mark in (
        (r"\n", r"### ?(System|Instruction|Input|Response): *"),  # Alpaca
        (r"[\s\S]", r"### ?(System|Human|User|Assistant): *"),  # Guanaco
        (r"[ \n]", r"(SYSTEM|USER|ASSISTANT): ?"),  # Vicuna
        (r"\n", r"(System|Human|Assistant|AI): *"),  # data of Anthropic, LangChain's buffers
        (r"\n", r"(System|User|Assistant|AI|Bot): *"),
    )
)
"""The same where words mark it. All marks of a text are of one form: an answer may hold others."""
_PREAMBLE = re.compile(r"(?:Below is an instruction|A chat\b)[^\n]{0,300}?(?:\n\s*|(?=USER: ))")
"""The text that the templates of Alpaca and Vicuna put before the first mark."""
_END = re.compile(
    r"\s*(?:<\|(?:im_end|eot_id|eot|end|end_of_text|endoftext|return|call|end_of_turn|END_OF_TURN_TOKEN)\|>"
    r"|<end_of_turn>|<turn\|>|</s>|<eos>|<\uff5cend\u2581of\u2581sentence\uff5c>)\s*\Z"
)
_BEGIN = re.compile(
    r"\s*(?:<s>|<bos>|<BOS_TOKEN>|<\|begin_of_text\|>|<\|endoftext\|>|\[gMASK\]<sop>"
    r"|<\uff5cbegin\u2581of\u2581sentence\uff5c>)?\s*"
)
_HOLES = (
    ("<|fim_prefix|>", "<|fim_middle|>", ""), ("<|fim_suffix|>", "<|fim_middle|>", ""),
    ("<fim_prefix>", "<fim_middle>", ""), ("<fim_suffix>", "<fim_middle>", ""),
    ("<|fim-prefix|>", "<|fim-middle|>", ""), ("<|fim-suffix|>", "<|fim-middle|>", ""),
    ("<fim-prefix>", "<fim-middle>", ""), ("<fim-suffix>", "<fim-middle>", ""),
    ("<PRE> ", "<MID>", "<SUF>"),
    ("<\uff5cfim\u2581begin\uff5c>", "<\uff5cfim\u2581end\uff5c>", ""),
)  # fmt: skip
"""A prompt to fill in the middle: what it begins and ends with, and the text between."""
_MODELS = frozenset({"assistant", "model", "chatbot", "/inst", "response", "ai", "bot"})


def exchanges_of(exchange: Exchange, place: str) -> Iterator[Exchange | Unchecked]:
    """Yield the exchange, or the turns of each response that is a rendered conversation.

    A response is taken for one if it begins with the mark of a turn that the model does not write.
    Marks made of plain words may be the model's own: where the log has a prompt, it must be in the
    text.

    Args:
        exchange: what a reader found.
        place: the row, for a conversation in which the model wrote nothing.
    """
    whole = []
    conversations = []
    for response in exchange.responses:
        turns = turns_of(response.text, exchange.prompt)
        if turns is None:
            whole.append(response)
        else:
            conversations.append((turns, response.finish_reason))
    if whole or not conversations:
        yield replace(exchange, responses=tuple(whole)) if conversations else exchange
    for turns, finish_reason in conversations:
        context = Context()
        if not any(is_written for is_written, _text in turns):
            yield Unchecked(place, "no-completion", "no turn of a model in a rendered conversation")
        for is_written, text in turns:
            if is_written:
                prompt, answered = context.prompt_for(text), (Response(text, finish_reason),)
                yield replace(exchange, prompt=prompt, user_text="", responses=answered)
            context.add(text)


def turns_of(text: str, prompt: str = "") -> list[tuple[bool, str]] | None:
    """Each turn of a rendered conversation, and whether the model wrote it; None if not rendered.

    Turns without text are left out.

    Args:
        text: what a log holds as a response.
        prompt: the prompt that the log names for it; "" where it names none.
    """
    start = _BEGIN.match(text)
    first = start.end() if start else 0
    written = _behind_hole(text, first)
    if written:
        turns = [(False, text[first:written]), (True, _END.sub("", text[written:]))]
    else:
        marks = _marks(text, first, prompt)
        if not marks:
            return None
        ends = [*(mark.start() for mark in marks[1:]), len(text)]
        turns = [
            (_is_models(mark), _END.sub("", text[mark.end() : end]))
            for mark, end in zip(marks, ends, strict=True)
        ]
    return [(is_written, text) for is_written, text in turns if text.strip()]


def _marks(text: str, first: int, prompt: str) -> list[re.Match[str]]:
    """The offsets of turns; [] if the text does not begin with a turn of somebody else."""
    mark = _TOKENS.match(text, first)
    if mark:
        return [] if _is_models(mark) else list(_TOKENS.finditer(text, first))
    preamble = _PREAMBLE.match(text, first)
    first = preamble.end() if preamble else first
    for form in _WORDS:
        mark = form.match(text, first)
        if mark and not _is_models(mark):
            marks = list(form.finditer(text, first))
            if any(map(_is_models, marks)) and _bare(prompt) in _bare(text):
                return marks
    return []


def _bare(text: str) -> str:
    return " ".join(text.split())


def _is_models(mark: re.Match[str]) -> bool:
    role = next(group for group in mark.groups() if group)
    return role.lower() in _MODELS


def _behind_hole(text: str, first: int) -> int:
    """The offset of the model's output in a prompt to fill in the middle; 0 for other texts."""
    for begin, end, between in _HOLES:
        last = text.rfind(end, first) if text.startswith(begin, first) else -1
        if last >= 0 and text.find(between, first + len(begin), last) >= 0:
            return last + len(end)
    return 0
