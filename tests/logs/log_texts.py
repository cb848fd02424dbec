# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A sample of every log format, written for these tests after the owners' types and pages.

Each sample names where its shape is documented. `WROTE` is what a model wrote and must be found,
`GAVE` is what it was given and must not be.
"""

import json
from dataclasses import dataclass, field

WROTE = "def merge(left, right):\n    return sorted([*left, *right])\n"

OTHER = "def split(text):\n    return text.partition('=')\n"

GAVE = "class Given:\n    def user_text(self):\n        return 'given by the user'\n"

ANSWER = f"Sure:\n\n```python\n{WROTE}```\n"

EDIT = {"file_path": "/p/x.py", "old_string": GAVE, "new_string": WROTE}

ASK = [{"role": "system", "content": "You help."}, {"role": "user", "content": GAVE}]

CHAT = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "gpt-4o",
    "choices": [
        {"index": 0, "message": {"role": "assistant", "content": ANSWER}, "finish_reason": "stop"}
    ],
}

MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-4-5",
    "content": [
        {"type": "thinking", "thinking": OTHER, "signature": "x"},
        {"type": "text", "text": "I create it."},
        {"type": "tool_use", "id": "toolu_1", "name": "Edit", "input": EDIT},
    ],
    "stop_reason": "tool_use",
    "stop_sequence": None,
    "usage": {"input_tokens": 1, "output_tokens": 1},
}

PATCH = f"""diff --git a/x.py b/x.py
--- a/x.py
+++ b/x.py
@@ -1,3 +1,2 @@
{"".join(f"-{line}" for line in GAVE.splitlines(keepends=True))}{
    "".join(f"+{line}" for line in WROTE.splitlines(keepends=True))
}"""

AGENT_PATCH = (
    "*** Begin Patch\n*** Add File: x.py\n"
    + "".join(f"+{line}" for line in WROTE.splitlines(keepends=True))
    + "*** End Patch\n"
)


@dataclass(frozen=True)
class Sample:
    """A log and what must be read from it."""

    reader: str
    source: str
    rows: list
    name: str = "log.jsonl"
    responses: int = 1
    wrote: tuple = (WROTE,)
    """Texts that the responses hold, in order of the responses."""
    model: str = ""
    text: str = field(default="")
    """The whole file, where it is no JSON Lines."""

    @property
    def content(self) -> str:
        return self.text or "".join(json.dumps(row) + "\n" for row in self.rows)


def anthropic_events():
    text = json.dumps(EDIT)
    yield {"type": "message_start", "message": {**MESSAGE, "content": []}}
    yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    for piece in (OTHER[:9], OTHER[9:]):
        delta = {"type": "text_delta", "text": piece}
        yield {"type": "content_block_delta", "index": 0, "delta": delta}
    yield {"type": "content_block_stop", "index": 0}
    block = {"type": "tool_use", "id": "t", "name": "Edit", "input": {}}
    yield {"type": "content_block_start", "index": 1, "content_block": block}
    for piece in (text[:30], text[30:]):
        delta = {"type": "input_json_delta", "partial_json": piece}
        yield {"type": "content_block_delta", "index": 1, "delta": delta}
    yield {"type": "content_block_stop", "index": 1}
    yield {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {}}
    yield {"type": "message_stop"}


OPENAI = "https://github.com/openai/openai-python"

ANTHROPIC = "https://github.com/anthropics/anthropic-sdk-python"
