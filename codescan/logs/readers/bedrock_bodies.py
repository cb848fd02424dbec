# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Bodies of Amazon Bedrock: Converse, and InvokeModel with each model family's own fields.

Shapes: Bedrock's API reference, "Converse" and "Inference request parameters and response fields".
"""

from __future__ import annotations

from collections.abc import Mapping

from codescan.logs.content import finish_of, message_of, messages_of
from codescan.logs.reader import text_field
from codescan.logs.records import Message, Part, PartKind

__all__ = ["choices", "history"]

# Lists of samples in the bodies of model families: list, text, finish reason.
_SAMPLES = (
    ("results", "outputText", "completionReason"),  # Titan
    ("outputs", "text", "stop_reason"),  # Mistral
    ("generations", "text", "finish_reason"),  # Cohere
    ("completions", "data", "finishReason"),  # AI21
)


def choices(body: Mapping[str, object]) -> tuple[Message, ...] | None:
    """The message of Converse, or the samples of a family's own body; None for neither."""
    output = body.get("output")
    if isinstance(output, Mapping) and isinstance(output.get("message"), Mapping):
        message = message_of(output["message"], role="assistant")
        finish = finish_of(body.get("stopReason"))
        parts = message.parts if message is not None else ()
        return (Message("assistant", parts, finish),)
    if isinstance(body.get("generation"), str):  # Llama
        part = Part(PartKind.TEXT, text_field(body, "generation"))
        return (Message("assistant", (part,), finish_of(body.get("stop_reason"))),)
    for name, field, reason in _SAMPLES:
        listed = body.get(name)
        if not isinstance(listed, list) or not listed:
            continue
        messages: list[Message] = []
        for sample in listed:
            text = sample.get(field) if isinstance(sample, Mapping) else None
            if isinstance(text, Mapping):
                text = text.get("text")
            if isinstance(text, str):
                why = sample.get(reason)
                why = why.get("reason") if isinstance(why, Mapping) else why
                written = (Part(PartKind.TEXT, text),)
                messages.append(Message("assistant", written, finish_of(why)))
        if messages:
            return tuple(messages)
    return None


def history(body: Mapping[str, object]) -> tuple[Message, ...]:
    """The input of a request in a model family's own format."""
    prompt = text_field(body, "inputText", "prompt")
    return messages_of(prompt) if prompt else ()
