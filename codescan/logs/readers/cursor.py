# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Cursor's agent transcripts: `{"role": "assistant", "message": {"content": [...]}}` on each row.

The rows of its CLI's `--output-format stream-json` are those of Claude Code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.authors import role_of
from codescan.logs.content import message_of
from codescan.logs.records import Unchecked
from codescan.logs.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["CursorReader"]


class CursorReader:
    """Messages of one session, one to a row; a row may also be a bare message of any tool."""

    name = "cursor"
    source = ""  # the owner documents the CLI's stream only: https://cursor.com/docs/cli/reference

    def __init__(self, conversations: Conversations) -> None:
        del conversations  # a session holds each turn once
        self._transcript = Transcript("session")

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is one message."""
        if not role_of(fields.get("role")):
            return False
        return isinstance(fields.get("message"), (Mapping, str)) or "content" in fields

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Take in a message, and yield the turn that it ends."""
        inner = fields.get("message")
        body = inner if isinstance(inner, Mapping) else {**fields, "content": inner}
        role = role_of(fields.get("role"))
        message = message_of(body if inner is not None else fields, role=role)
        if message is not None:
            if message.role == "assistant" and not message.parts and body.get("content"):
                yield Unchecked(row.place, "no-content", "an assistant row with unknown parts")
            yield from self._transcript.add(message)

    def finish(self) -> Iterator[Item]:
        """Yield the turn that is open."""
        yield from self._transcript.close()
