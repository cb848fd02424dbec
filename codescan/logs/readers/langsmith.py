# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""LangSmith's runs: the runs of models among them, with LangChain's serialized messages.

Types: `langsmith.schemas.Run`; LangChain's `LLMResult` in its outputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.bodies import choices_in, history_in
from codescan.logs.content import finish_of, message_of
from codescan.logs.reader import StatelessReader, label_of, text_field
from codescan.logs.readers.repeated_runs import RepeatedRuns
from codescan.logs.records import Message, Part, PartKind, Unchecked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["LangSmithReader"]


_INPUT_KINDS = ("tool", "retriever", "embedding", "prompt")
"""Types of runs whose outputs no model wrote."""


class LangSmithReader(StatelessReader):
    """Runs of models; those of chains count where no model's run holds their text."""

    name = "langsmith"
    source = "https://github.com/langchain-ai/langsmith-sdk (python/langsmith/schemas.py)"

    def __init__(self, conversations: Conversations) -> None:
        super().__init__(conversations)
        self._others = RepeatedRuns(conversations)

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is a run."""
        return "run_type" in fields and "outputs" in fields

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield one exchange of a model's run, and those of the runs inside it."""
        children = fields.get("child_runs")
        if isinstance(children, list) and children:
            for child in children:
                if isinstance(child, Mapping):
                    yield from self.read(row, child)
            return
        outputs = fields.get("outputs")
        if fields.get("run_type") in _INPUT_KINDS:
            return
        if fields.get("run_type") != "llm":
            yield from self._others.add(
                row.place, history_in(fields.get("inputs")), choices_in(outputs)
            )
            return
        messages = _generations(outputs) or choices_in(outputs)
        if not messages:
            error = fields.get("error")
            reason = "service-error" if error else "no-completion"
            yield Unchecked(row.place, reason, str(error or "")[:200])
            return
        inputs = fields.get("inputs")
        yield from self.conversations.exchanges(
            label_of(fields),
            history_in(inputs),
            messages,
            model=text_field(fields, "name"),
        )

    def finish(self) -> Iterator[Item]:
        """Yield the runs of chains whose text no model's run holds."""
        return self._others.finish()


def _generations(outputs: object) -> tuple[Message, ...]:
    """The generations of LangChain's result: a list for each prompt."""
    listed = outputs.get("generations") if isinstance(outputs, Mapping) else None
    messages = []
    for item in _flat(listed):
        info = item.get("generation_info")
        finish = finish_of(info.get("finish_reason")) if isinstance(info, Mapping) else "stop"
        message = message_of(item.get("message"), role="assistant")
        parts = message.parts if message is not None else ()
        if not parts:
            parts = (Part(PartKind.TEXT, text_field(item, "text")),)
        messages.append(Message("assistant", parts, finish))
    return tuple(messages)


def _flat(value: object) -> Iterator[Mapping[str, object]]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, Mapping):
            yield item
        elif isinstance(item, list):
            yield from _flat(item)
