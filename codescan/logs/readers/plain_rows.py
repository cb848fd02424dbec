# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Rows with a prompt and a completion in fields of usual names, such as codescan's own log format.

    {"completion": "...", "prompt": "...", "id": "...", "language": "python", "path": "a.py",
     "model": "...", "expected": "..."}

Also "generated_text" of Hugging Face's pipelines and of vLLM's benchmarks, vLLM's `RequestOutput`
as a mapping, and other names that mean the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.logs.authors import author_of
from codescan.logs.bodies import choices_in, history_in
from codescan.logs.content import finish_of, parts_of
from codescan.logs.reader import StatelessReader, label_of, text_field
from codescan.logs.readers.request_response import language_of
from codescan.logs.records import Message, Part, PartKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["PlainRowsReader"]

_COMPLETIONS = (
    "completion", "completions", "generated_text", "generated_texts", "generation", "generations",
    "outputs", "output", "answer", "answers", "prediction", "predictions", "predicted",
    "model_output", "model_response", "llm_response", "assistant", "chosen", "rejected", "samples",
    "output_text", "response_text", "responses", "results", "sampled", "text",
)  # fmt: skip
_PROMPTS = ("prompt", "instruction", "input", "inputs", "request", "question", "query", "context")
_NAMED_PEOPLE = frozenset({"user", "username", "user_id", "sender", "speaker", "author"})
"""Fields beside a "text" that anybody may have written."""
_REPLICATE = frozenset({"status", "version", "urls", "logs", "metrics"})
_LEAST_PIECES, _LONGEST_PIECE = 8, 24
"""Pieces and characters of each from which a list of texts is a stream."""
_EXPECTED = ("expected", "true_continuation", "expected_continuation", "ground_truth_continuation")


class PlainRowsReader(StatelessReader):
    """One call to a row."""

    name = "plain"
    source = "docs/log-formats.md; https://github.com/vllm-project/vllm (outputs.py, benchmarks)"

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether a field of a usual name holds a text or a body."""
        # A row that names a user as its author is not a completion.
        if author_of(fields, by_type=False) in ("user", "system", "tool"):
            return False
        return bool(_messages_in(fields))

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield one exchange; "chosen" and "rejected" are two samples of one prompt."""
        prompts = [m for name in _PROMPTS for m in history_in(fields.get(name))]
        label = label_of(fields)
        yield from self.conversations.exchanges(
            label if label != "row" else row.place,
            [Message("user", message.context or message.parts) for message in prompts],
            _messages_in(fields),
            model=text_field(fields, "model", "model_name", "model_id"),
            group=text_field(fields, "group", "task"),
            expected=text_field(fields, *_EXPECTED),
            language=language_of(fields),
        )


def _pieces(fields: Mapping[str, object], value: object) -> list[str]:
    """The pieces in which one text came; none where a list of texts is something else.

    Replicate logs its predictions so, with the version or the addresses of the prediction. Samples
    of one prompt are rarely more than a few, and each is longer than a token.
    """
    texts = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
    if not isinstance(value, list) or not texts or len(texts) != len(value):
        return []
    is_replicate = len(texts) > 1 and "input" in fields and bool(_REPLICATE & fields.keys())
    is_short = len(texts) >= _LEAST_PIECES and max(map(len, texts)) <= _LONGEST_PIECE
    return texts if is_replicate or is_short else []


def _messages_in(fields: Mapping[str, object]) -> tuple[Message, ...]:
    finish = finish_of(fields.get("finish_reason"))
    reasoning = tuple(
        Part(PartKind.REASONING, part.text)
        for name in ("reasoning", "reasoning_content", "thinking")
        for part in parts_of(fields.get(name))
    )
    for name in _COMPLETIONS:
        value = fields.get(name)
        if name == "text" and _NAMED_PEOPLE & fields.keys():
            continue
        if name == "text" and isinstance(fields.get("code"), str):  # a task and its program
            value = fields["code"]
        if value in (None, "", []) or isinstance(value, (bool, int, float)):
            continue
        pieces = _pieces(fields, value)
        if pieces:
            value = "".join(pieces)
        answers = list(choices_in(value))
        if name == "chosen":
            answers += choices_in(fields.get("rejected"))
        if answers:
            return tuple(
                Message("assistant", (*reasoning, *m.parts), finish, m.model)
                if finish != "stop" or reasoning
                else m
                for m in answers
            )
    if finish in ("filter", "refusal"):
        return (Message("assistant", (), finish),)
    return ()
