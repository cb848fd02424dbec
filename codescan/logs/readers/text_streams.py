# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Native responses of text servers, whole or streamed: llama.cpp, Text Generation Inference.

llama.cpp: `{"content": "...", "stop": false}`, the last with `"stop": true` and the prompt. Text
Generation Inference: `{"token": {"text": "..."}, "generated_text": null}`, the last with the whole
text. Events of one stream follow each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.content import messages_of
from codescan.logs.reader import text_field
from codescan.logs.records import Message, Part, PartKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["TextStreamsReader"]

_LENGTH = frozenset({"limit", "length"})


class TextStreamsReader:
    """Events of a server, one to a row."""

    name = "text-streams"
    source = (
        "https://github.com/ggml-org/llama.cpp (tools/server/README.md, POST /completion); "
        "https://github.com/huggingface/text-generation-inference (docs, /generate_stream)"
    )

    def __init__(self, conversations: Conversations) -> None:
        self.conversations = conversations
        self._place = ""
        self._pieces: list[str] = []

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is an event of either server."""
        return _is_llama_cpp(fields) or isinstance(fields.get("token"), Mapping)

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Take in an event, and yield the response that it ends."""
        self._place = self._place or row.place
        if _is_llama_cpp(fields):
            self._pieces.append(text_field(fields, "content"))
            if fields["stop"]:
                yield from self._close(fields)
            return
        token = fields["token"]
        if isinstance(token, Mapping) and not token.get("special"):
            self._pieces.append(text_field(token, "text"))
        whole = text_field(fields, "generated_text")
        if whole:
            self._pieces = [whole]
            yield from self._close(fields)

    def finish(self) -> Iterator[Item]:
        """Yield the response that is open."""
        yield from self._close({"stop_type": "limit"})

    def _close(self, fields: Mapping[str, object]) -> Iterator[Item]:
        text, place = "".join(self._pieces), self._place
        self._pieces, self._place = [], ""
        if not text:
            return
        details = fields.get("details")
        reason = details.get("finish_reason") if isinstance(details, Mapping) else None
        is_cut = fields.get("stop_type") in _LENGTH or reason in _LENGTH
        answer = Message(
            "assistant",
            (Part(PartKind.TEXT, text),),
            "length" if is_cut or fields.get("stopped_limit") is True else "stop",
            text_field(fields, "model"),
        )
        yield from self.conversations.exchanges(
            place, messages_of(text_field(fields, "prompt")), (answer,)
        )


def _is_llama_cpp(fields: Mapping[str, object]) -> bool:
    return (
        isinstance(fields.get("stop"), bool)
        and isinstance(fields.get("content"), str)
        and "role" not in fields
    )
