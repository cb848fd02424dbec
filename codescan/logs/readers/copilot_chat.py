# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""GitHub Copilot Chat in VS Code: exported chats and stored sessions.

An export is one object with "requests". A stored session is one too, or a log of changes to it:
`{"kind": 0, "v": ...}` sets it, kind 1 sets the value at path "k", kind 2 appends to the list at
"k", kind 3 deletes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.content import parts_of, text_of
from codescan.logs.reader import text_field
from codescan.logs.records import Message, Part, PartKind, Unchecked
from codescan.logs.tool_calls import inserted_parts
from codescan.logs.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["CopilotChatReader"]

_SET, _CHANGE, _APPEND, _DELETE = range(4)
_LONGEST_LIST = 100_000


class CopilotChatReader:
    """Exports and sessions."""

    name = "copilot-chat"
    source = (
        "https://github.com/microsoft/vscode (chat/common/chatModel.ts, chatSessionOperationLog)"
    )

    def __init__(self, conversations: Conversations) -> None:
        del conversations  # a session holds each turn once
        self._session: object = None

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is an export, a session, or a change to one."""
        if isinstance(fields.get("requests"), list):
            return "responderUsername" in fields or "sessionId" in fields or "version" in fields
        if "requestId" in fields and "message" in fields and "response" in fields:
            return True  # a request of an export that is too long to be read whole
        kind = fields.get("kind")
        return isinstance(kind, int) and kind in range(4) and ("v" in fields or "k" in fields)

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield one exchange for each request; of a log of changes, at its end."""
        if isinstance(fields.get("requests"), list):
            yield from self._requests(fields)
        elif "requestId" in fields:
            yield from self._requests({**row.siblings, "requests": [fields]})
        elif fields.get("kind") == _SET:
            yield from self.finish()
            self._session = fields.get("v")
        elif not self._change(fields):
            yield Unchecked(row.place, "unknown-shape", f"a change at {str(fields.get('k'))[:100]}")

    def finish(self) -> Iterator[Item]:
        """Yield the exchanges of a session that was logged by its changes."""
        session, self._session = self._session, None
        if isinstance(session, Mapping):
            yield from self._requests(session)

    def _change(self, fields: Mapping[str, object]) -> bool:
        """Apply a change to the session; False where it does not fit."""
        path = fields.get("k")
        if not isinstance(path, list) or not path:
            return False
        if self._session is None:
            self._session = {}
        *parents, last = path
        at = self._session
        for name in parents:
            at = _inside(at, name)
        kind, value = fields.get("kind"), fields.get("v")
        if kind == _APPEND and isinstance(at, (dict, list)):
            old = _inside(at, last) or []
            start = fields.get("i")
            unchanged = old[:start] if isinstance(start, int) and isinstance(old, list) else old
            added = value if isinstance(value, list) else []
            value = [*unchanged, *added] if isinstance(unchanged, list) else added
        if isinstance(at, dict) and isinstance(last, str):
            at[last] = None if kind == _DELETE else value
            return True
        if isinstance(at, list) and isinstance(last, int) and 0 <= last < _LONGEST_LIST:
            at.extend([None] * (last + 1 - len(at)))
            at[last] = value
            return True
        return False

    def _requests(self, session: Mapping[str, object]) -> Iterator[Item]:
        name = text_field(session, "sessionId") or "session"
        requests = session.get("requests")
        transcript = Transcript(name)
        for request in requests if isinstance(requests, list) else ():
            if isinstance(request, Mapping):
                model = text_field(request, "modelId")
                turn = Message("assistant", tuple(_written(request)), model=model)
                yield from transcript.add(Message("user", tuple(_context_parts(request))))
                yield from transcript.add(turn)
        yield from transcript.close()


def _inside(value: object, name: object) -> object:
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list) and isinstance(name, int) and 0 <= name < len(value):
        return value[name]
    return None


def _context_parts(request: Mapping[str, object]) -> Iterator[Part]:
    message = request.get("message")
    text = text_field(message, "text") if isinstance(message, Mapping) else text_of(message)
    yield Part(PartKind.GIVEN, text)
    data = request.get("variableData")
    variables = data.get("variables") if isinstance(data, Mapping) else None
    for variable in variables if isinstance(variables, list) else ():
        if isinstance(variable, Mapping):
            value = variable.get("value")
            yield Part(PartKind.GIVEN, value if isinstance(value, str) else text_of(value))


def _written(request: Mapping[str, object]) -> Iterator[Part]:
    """The model's output: Markdown, edits of files, and calls of tools with their results."""
    response = request.get("response")
    for item in response if isinstance(response, list) else [response]:
        if isinstance(item, Mapping):
            yield from _response_part(item)
        else:
            yield from parts_of(item)
    result = request.get("result")
    metadata = result.get("metadata") if isinstance(result, Mapping) else None
    rounds = metadata.get("toolCallRounds") if isinstance(metadata, Mapping) else None
    for one in rounds if isinstance(rounds, list) else ():
        if not isinstance(one, Mapping):
            continue
        calls = one.get("toolCalls")
        for call in calls if isinstance(calls, list) else ():
            if isinstance(call, Mapping):
                yield from inserted_parts(call.get("arguments"))
        thinking = one.get("thinking")
        for part in parts_of(thinking):
            yield Part(PartKind.REASONING, part.text)
    results = metadata.get("toolCallResults") if isinstance(metadata, Mapping) else None
    for value in results.values() if isinstance(results, Mapping) else ():
        for part in parts_of(value):
            yield Part(PartKind.GIVEN, part.text)


def _response_part(item: Mapping[str, object]) -> Iterator[Part]:
    kind = item.get("kind")
    if kind in ("textEditGroup", "notebookEditGroup"):
        edits = item.get("edits")
        for group in edits if isinstance(edits, list) else ():
            for edit in group if isinstance(group, list) else [group]:
                if isinstance(edit, Mapping):
                    yield from inserted_parts({"path": _path(item), "text": edit.get("text")})
    elif kind in ("thinking", "reasoning"):
        for part in parts_of(item.get("value")):
            yield Part(PartKind.REASONING, part.text)
    elif kind in ("toolInvocationSerialized", "toolInvocation"):
        data = item.get("toolSpecificData")
        if isinstance(data, Mapping):
            yield from inserted_parts(data.get("commandLine") or data.get("rawInput"))
    elif kind in (None, "markdownContent", "markdownVuln", "codeblockUri", "text"):
        content = item.get("content")
        yield from parts_of(content if kind == "markdownContent" and content else item)


def _path(item: Mapping[str, object]) -> str:
    uri = item.get("uri")
    return text_field(uri, "path", "fsPath") if isinstance(uri, Mapping) else ""
