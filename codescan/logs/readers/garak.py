# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""garak's reports: the outputs of every attempt. Type: `garak.attempt.Attempt.as_dict`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.content import messages_of
from codescan.logs.reader import StatelessReader, label_of, text_field
from codescan.logs.records import Message, Part, PartKind, Unchecked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["GarakReader"]

_STARTED = 1  # garak.attempt.ATTEMPT_STARTED: an attempt is written again when it is evaluated


class GarakReader(StatelessReader):
    """Entries; each attempt is written when its outputs are there and when they are evaluated."""

    name = "garak"
    source = "https://github.com/NVIDIA/garak (garak/attempt.py)"

    def __init__(self, conversations: Conversations) -> None:
        super().__init__(conversations)
        self._read: set[str] = set()

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is an entry of a report."""
        return "entry_type" in fields

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield one exchange for an attempt, with every output."""
        name = label_of(fields)
        if fields.get("entry_type") != "attempt" or name in self._read:
            return
        outputs = fields.get("outputs")
        texts = [_text(output) for output in outputs] if isinstance(outputs, list) else []
        messages = [Message("assistant", (Part(PartKind.TEXT, text),)) for text in texts if text]
        if not messages:
            if fields.get("status") != _STARTED:
                yield Unchecked(row.place, "no-completion", "the attempt has no output")
            return
        self._read.add(name)
        prompt = fields.get("prompt")
        turns = prompt.get("turns") if isinstance(prompt, Mapping) else prompt
        yield from self.conversations.exchanges(name, messages_of(turns), messages)


def _text(output: object) -> str:
    if isinstance(output, Mapping):
        return text_field(output, "text")
    return output if isinstance(output, str) else ""
