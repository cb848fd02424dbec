# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Logs of inspect_ai: a whole evaluation as JSON, or its samples one by one (the .eval archive).

Types: `inspect_ai.log.EvalLog` and `EvalSample`. Long texts may stand under "attachments".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.content import messages_of
from codescan.logs.reader import StatelessReader, text_field
from codescan.logs.readers.openai_chat import choices
from codescan.logs.records import Row, Unchecked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.reader import Item

__all__ = ["InspectReader"]

_PROTOCOL = "attachment://"
_DEEPEST = 24


class InspectReader(StatelessReader):
    """Evaluations and samples: each turn of the model in the messages of a sample."""

    name = "inspect_ai"
    source = "https://github.com/UKGovernmentBEIS/inspect_ai (src/inspect_ai/log/_log.py)"

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is an evaluation or a sample."""
        return ("samples" in fields and "eval" in fields) or (
            "epoch" in fields and "messages" in fields and "output" in fields
        )

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield one exchange for each turn of the model."""
        samples = fields.get("samples")
        if isinstance(samples, list):
            for number, sample in enumerate(samples, start=1):
                if isinstance(sample, Mapping):
                    yield from self.read(Row(f"{row.place}, sample {number}", sample), sample)
            return
        attachments = fields.get("attachments")
        known = attachments if isinstance(attachments, Mapping) else {}
        messages = messages_of(_resolved(fields.get("messages"), known, 0))
        output = _resolved(fields.get("output"), known, 0)
        answers = choices(output) if isinstance(output, Mapping) else None
        name = str(fields.get("id", row.place))
        # The output is the last turn of the messages; several choices stand there alone.
        last = bool(messages) and messages[-1].role == "assistant"
        if not messages and not answers:
            yield Unchecked(row.place, "no-completion", text_field(fields, "error")[:200])
            return
        final = (
            answers if answers and (len(answers) > 1 or not last) else messages[-1:] if last else ()
        )
        yield from self.conversations.exchanges(
            f"{name}:{fields.get('epoch', 1)}",
            messages[:-1] if last else messages,
            final,
            model=text_field(output, "model") if isinstance(output, Mapping) else "",
            group=name,
        )


def _resolved(value: object, attachments: Mapping[str, object], depth: int) -> object:
    """The value with references to attachments replaced by their texts."""
    if depth > _DEEPEST:
        return value
    if isinstance(value, str) and value.startswith(_PROTOCOL):
        return attachments.get(value.removeprefix(_PROTOCOL), value)
    if isinstance(value, list):
        return [_resolved(item, attachments, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return {key: _resolved(item, attachments, depth + 1) for key, item in value.items()}
    return value
