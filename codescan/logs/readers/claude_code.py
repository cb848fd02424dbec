# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Claude Code's session files, and its `--output-format stream-json`; Cursor's CLI writes the same.

Events: "user" and "assistant" with a message of Anthropic's API. The blocks of one message have
rows of their own with one message id.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.content import message_of
from codescan.logs.reader import text_field
from codescan.logs.transcript import Transcripts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["ClaudeCodeReader"]

_SILENT = frozenset(
    {
        "system", "summary", "result", "file-history-snapshot", "queue-operation", "progress",
        "stream_event", "permission-mode", "last-prompt", "attachment", "ai-title", "custom-title",
        "agent-name", "mode", "pr-link", "thinking", "tool_call", "tag",
    }
)  # fmt: skip
"""Events without a turn of their own: "result" and "stream_event" repeat what "assistant" holds."""


class ClaudeCodeReader:
    """Events of sessions."""

    name = "claude-code"
    source = "https://docs.anthropic.com/en/docs/claude-code/sdk (message schema); session files"

    def __init__(self, conversations: Conversations) -> None:
        del conversations  # a session's file holds each turn once
        self._transcripts = Transcripts()
        self._read: set[bytes] = set()

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is an event of a session."""
        named = any(name in fields for name in ("sessionId", "session_id", "uuid", "leafUuid"))
        kind = fields.get("type")
        if kind in ("user", "assistant"):
            return isinstance(fields.get("message"), Mapping)
        return isinstance(kind, str) and kind in _SILENT and (named or kind == "summary")

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Take in an event, and yield the turn that it ends."""
        del row
        kind, body = fields.get("type"), fields.get("message")
        if kind not in ("user", "assistant") or not isinstance(body, Mapping):
            return
        message = message_of(body, role=str(kind))
        if message is None or self._is_repeated(fields, body):
            return
        session = text_field(fields, "sessionId", "session_id") or "session"
        if fields.get("isSidechain"):  # a subagent talks beside the session
            session += f"/{text_field(fields, 'agentId') or 'sidechain'}"
        key = text_field(body, "id") if kind == "assistant" else ""
        result = fields.get("toolUseResult")
        yield from self._transcripts.add(session, message, key)
        if isinstance(result, Mapping) and isinstance(result.get("originalFile"), str):
            original = message_of({"role": "tool", "content": result["originalFile"]})
            yield from self._transcripts.add(session, original) if original is not None else ()

    def finish(self) -> Iterator[Item]:
        """Yield the turns that are open."""
        yield from self._transcripts.finish()

    def _is_repeated(self, fields: Mapping[str, object], body: Mapping[str, object]) -> bool:
        """Whether an event with this id and content was read: resuming a session copies events."""
        name = text_field(fields, "uuid")
        if not name:
            return False
        content = json.dumps(body.get("content"), sort_keys=True, default=str)
        digest = hashlib.blake2b(f"{name}\0{content}".encode("utf-8", "replace"), digest_size=16)
        repeated = digest.digest() in self._read
        self._read.add(digest.digest())
        return repeated
