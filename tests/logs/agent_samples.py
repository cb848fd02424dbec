# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Samples of the transcripts of coding agents."""

import json

from log_texts import AGENT_PATCH, ANSWER, GAVE, MESSAGE, OTHER, WROTE, Sample

COPILOT_REQUEST = {
    "requestId": "request_0",
    "message": {"text": GAVE, "parts": []},
    "variableData": {"variables": []},
    "response": [
        {"value": "Here it is:\n", "supportThemeIcons": False},
        {
            "kind": "textEditGroup",
            "uri": {"path": "/p/x.py", "scheme": "file"},
            "edits": [[{"text": WROTE, "range": {"startLineNumber": 1}}]],
            "done": True,
        },
    ],
    "modelId": "copilot/gpt-4o",
}

CLAUDE = [
    {"type": "summary", "summary": "x", "leafUuid": "u9"},
    {
        "type": "user",
        "uuid": "u0",
        "sessionId": "s",
        "message": {"role": "user", "content": "write it"},
    },
    {
        "type": "assistant",
        "uuid": "a0",
        "sessionId": "s",
        "message": {**MESSAGE, "content": [{"type": "text", "text": "I read it."}]},
    },
    {
        "type": "assistant",
        "uuid": "a1",
        "sessionId": "s",
        "message": {
            **MESSAGE,
            "content": [
                {"type": "tool_use", "id": "t", "name": "Read", "input": {"file_path": "x"}}
            ],
        },
    },
    {
        "type": "user",
        "uuid": "u1",
        "sessionId": "s",
        "message": {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "t",
                    "content": "".join(
                        f"{number:6}\t{line}"
                        for number, line in enumerate(GAVE.splitlines(keepends=True), start=1)
                    ),
                }
            ],
        },
        "toolUseResult": {"type": "text"},
    },
    {
        "type": "assistant",
        "uuid": "a2",
        "sessionId": "s",
        "message": {**MESSAGE, "id": "msg_2"},
    },
    {
        "type": "assistant",
        "uuid": "a2",
        "sessionId": "s",
        "message": {**MESSAGE, "id": "msg_2"},
    },
]

CODEX = [
    {"timestamp": "t", "type": "session_meta", "payload": {"id": "s1", "cwd": "/p"}},
    {"timestamp": "t", "type": "turn_context", "payload": {"model": "gpt-5-codex"}},
    {
        "timestamp": "t",
        "type": "response_item",
        "payload": {
            "type": "message",
            "role": "user",
            "content": [{"type": "input_text", "text": GAVE}],
        },
    },
    {"timestamp": "t", "type": "event_msg", "payload": {"type": "user_message", "message": GAVE}},
    {
        "timestamp": "t",
        "type": "response_item",
        "payload": {"type": "reasoning", "summary": [{"type": "summary_text", "text": OTHER}]},
    },
    {
        "timestamp": "t",
        "type": "response_item",
        "payload": {
            "type": "custom_tool_call",
            "name": "apply_patch",
            "call_id": "c",
            "input": AGENT_PATCH,
        },
    },
    {
        "timestamp": "t",
        "type": "response_item",
        "payload": {"type": "custom_tool_call_output", "call_id": "c", "output": GAVE},
    },
    {
        "timestamp": "t",
        "type": "response_item",
        "payload": {
            "type": "message",
            "role": "assistant",
            "content": [{"type": "output_text", "text": ANSWER}],
        },
    },
    {
        "timestamp": "t",
        "type": "event_msg",
        "payload": {"type": "agent_message", "message": ANSWER},
    },
]

AIDER = f"""
# aider chat started at 2025-01-01 10:00:00

> Aider v0.86.2
> Model: gpt-4o with diff edit format

#### write a merge
#### and quickly

Here it is:

x.py
```python
<<<<<<< SEARCH
{GAVE}=======
{WROTE}>>>>>>> REPLACE
```

> Tokens: 1k sent, 100 received.
> Applied edit to x.py

#### thanks

You are welcome.
"""

SAMPLES = {
    "copilot-export": Sample(
        "copilot-chat",
        "https://github.com/microsoft/vscode chat/common/model/chatModel.ts",
        [],
        name="chat.json",
        text=json.dumps(
            {"responderUsername": "GitHub Copilot", "requests": [COPILOT_REQUEST]}, indent=1
        ),
        model="copilot/gpt-4o",
    ),
    "copilot-log": Sample(
        "copilot-chat",
        "https://github.com/microsoft/vscode chat/common/model/chatSessionOperationLog.ts",
        [
            {"kind": 0, "v": {"version": 3, "sessionId": "s", "requests": []}},
            {"kind": 2, "k": ["requests"], "v": [{**COPILOT_REQUEST, "response": []}]},
            {"kind": 2, "k": ["requests", 0, "response"], "v": COPILOT_REQUEST["response"]},
            {"kind": 1, "k": ["requests", 0, "modelId"], "v": "copilot/gpt-5"},
        ],
        model="copilot/gpt-5",
    ),
    "copilot-cli": Sample(
        "copilot-cli",
        "https://github.com/github/copilot-sdk nodejs/src/generated/session-events.ts",
        [
            {"type": "session.start", "data": {"sessionId": "s", "selectedModel": "gpt-5"}},
            {"type": "user.message", "data": {"content": GAVE}},
            {"type": "assistant.message_delta", "data": {"deltaContent": "I"}},
            {
                "type": "assistant.message",
                "data": {
                    "messageId": "m",
                    "content": "I write it.",
                    "toolRequests": [
                        {"toolCallId": "t", "name": "create", "arguments": {"file_text": WROTE}}
                    ],
                },
            },
            {
                "type": "tool.execution_start",
                "data": {"toolCallId": "t", "arguments": {"file_text": WROTE}},
            },
            {"type": "tool.execution_complete", "data": {"result": {"content": GAVE}}},
        ],
        model="gpt-5",
    ),
    "claude-code": Sample(
        "claude-code",
        "https://docs.anthropic.com/en/docs/claude-code/sdk",
        CLAUDE,
        responses=2,
        wrote=("I read it.", WROTE),
    ),
    "codex": Sample(
        "codex",
        "https://github.com/openai/codex codex-rs/protocol RolloutItem",
        CODEX,
        responses=2,
        wrote=(WROTE, WROTE),
        model="gpt-5-codex",
    ),
    "codex-exec": Sample(
        "codex",
        "https://github.com/openai/codex docs/exec.md; package @openai/codex-sdk items.d.ts",
        [
            {"type": "thread.started", "thread_id": "t"},
            {"type": "turn.started"},
            {"type": "item.completed", "item": {"id": "1", "type": "reasoning", "text": OTHER}},
            {
                "type": "item.completed",
                "item": {
                    "id": "2",
                    "type": "command_execution",
                    "command": f"cat > x.py <<'EOF'\n{WROTE}EOF",
                    "aggregated_output": GAVE,
                },
            },
            {
                "type": "item.completed",
                "item": {"id": "3", "type": "agent_message", "text": "Done"},
            },
            {"type": "turn.completed", "usage": {}},
        ],
    ),
    "gemini-cli": Sample(
        "gemini-cli",
        "https://github.com/google-gemini/gemini-cli packages/core chatRecordingTypes.ts",
        [],
        name="session.json",
        text=json.dumps(
            {
                "sessionId": "s",
                "projectHash": "h",
                "messages": [
                    {"id": "1", "timestamp": "t", "type": "user", "content": GAVE},
                    {
                        "id": "2",
                        "timestamp": "t",
                        "type": "gemini",
                        "content": "I write it.",
                        "thoughts": [{"subject": "s", "description": OTHER}],
                        "toolCalls": [
                            {
                                "id": "c",
                                "name": "write_file",
                                "args": {"content": WROTE},
                                "result": [],
                            }
                        ],
                        "model": "gemini-2.5-pro",
                    },
                ],
            },
            indent=2,
        ),
        model="gemini-2.5-pro",
    ),
    "cursor": Sample(
        "cursor (unverified)",
        "",
        [
            {"role": "user", "message": {"content": [{"type": "text", "text": GAVE}]}},
            {"role": "assistant", "message": {"content": [{"type": "text", "text": ANSWER}]}},
        ],
    ),
    "aider": Sample(
        "aider",
        "https://github.com/Aider-AI/aider aider/io.py append_chat_history",
        [],
        name=".aider.chat.history.md",
        text=AIDER,
        responses=2,
        wrote=(WROTE, "You are welcome."),
    ),
}
