# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""End a stream early in the format of its protocol, so that clients accept it as complete."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["StreamState", "denial"]

_LAST = frozenset({
    "message_stop", "response.completed", "response.incomplete", "response.failed",
})  # fmt: skip
_MESSAGE = "codescan: the answer copies code under a license that the policy denies"


class StreamState:
    """The fields of a stream's events that its ending repeats.

    Args:
        path: path of the request, which identifies the protocol.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._last: dict[str, Any] = {}
        self._response: dict[str, Any] = {}
        self._block: int | None = None

    def note(self, event: object) -> None:
        """Record an event."""
        if not isinstance(event, dict):
            return
        self._last = event
        if isinstance(event.get("response"), dict):
            self._response = event["response"]
        if event.get("type") == "content_block_start":
            self._block = event.get("index")
        elif event.get("type") == "content_block_stop":
            self._block = None

    @staticmethod
    def is_terminal(event: object) -> bool:
        """Whether an event is the last one that a client reads."""
        return isinstance(event, dict) and event.get("type") in _LAST

    def ending(self) -> bytes:
        """The events that end the stream now."""
        if self._path.endswith("/messages"):
            return self._messages()
        if self._path.endswith("/responses"):
            return self._responses()
        return self._choices()

    def _choices(self) -> bytes:
        is_chat = self._path.endswith("/chat/completions")
        choice: dict[str, Any] = {"index": 0, "finish_reason": "content_filter"}
        if is_chat:
            choice["delta"] = {}
        else:
            choice |= {"text": "", "logprobs": None}
        content: dict[str, Any] = {}
        content |= {key: self._last[key] for key in ("id", "created", "model") if key in self._last}
        content["object"] = "chat.completion.chunk" if is_chat else "text_completion"
        content["choices"] = [choice]
        return _event("", content) + b"data: [DONE]\n\n"

    def _responses(self) -> bytes:
        number = self._last.get("sequence_number")
        details = {"reason": "content_filter"}
        response = {**self._response, "status": "incomplete", "incomplete_details": details}
        content = {
            "type": "response.incomplete",
            "sequence_number": number + 1 if isinstance(number, int) else 0,
            "response": response,
        }
        return _event("response.incomplete", content)

    def _messages(self) -> bytes:
        stop = b""
        if self._block is not None:
            content = {"type": "content_block_stop", "index": self._block}
            stop = _event("content_block_stop", content)
        delta = {
            "type": "message_delta",
            "delta": {"stop_reason": "refusal", "stop_sequence": None},
            "usage": {"output_tokens": 0},
        }
        end = _event("message_stop", {"type": "message_stop"})
        return stop + _event("message_delta", delta) + end


def denial(path: str) -> dict[str, Any]:
    """The error that replaces a whole response."""
    if path.endswith("/messages"):
        return {"type": "error", "error": {"type": "permission_error", "message": _MESSAGE}}
    return {"error": {"message": _MESSAGE, "type": "permission_error", "code": "license_conflict"}}


def _event(name: str, content: dict[str, Any]) -> bytes:
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(content)}\n\n".encode()
