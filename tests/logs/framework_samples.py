# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Samples of agent frameworks, editors' extensions and text servers."""

import json

from log_texts import ANSWER, CHAT, EDIT, GAVE, OTHER, PATCH, WROTE, Sample

OPENHANDS = "https://github.com/All-Hands-AI/OpenHands openhands/events/serialization/event.py"
ASKED = {"id": 0, "source": "user", "action": "message", "args": {"content": GAVE}}
EDITED = {
    "id": 1,
    "source": "agent",
    "action": "edit",
    "message": "I edit x.py",
    "args": {"path": "x.py", "command": "create", "file_text": WROTE, "thought": OTHER},
}
SEEN = {
    "id": 2,
    "source": "agent",
    "observation": "edit",
    "content": GAVE,
    "extras": {"old_content": GAVE, "new_content": WROTE},
}
CALLED = {
    "id": 3,
    "source": "agent",
    "action": "run",
    "args": {"command": "cat x", "thought": ""},
    "tool_call_metadata": {"function_name": "x", "model_response": CHAT},
}

SAMPLES = {
    "openhands-trajectory": Sample(
        "openhands",
        OPENHANDS,
        [],
        name="trajectory.json",
        text=json.dumps([ASKED, EDITED, SEEN, CALLED], indent=1),
        responses=2,
        wrote=(WROTE, WROTE),
    ),
    "openhands-evaluation": Sample(
        "openhands",
        "https://github.com/All-Hands-AI/OpenHands evaluation/utils/shared.py (EvalOutput)",
        [
            {
                "instance_id": "a__b-1",
                "instruction": GAVE,
                "metadata": {"agent_class": "CodeActAgent"},
                "test_result": {"git_patch": PATCH},
                "history": [ASKED, EDITED, SEEN],
            },
            {"instance_id": "a__b-2", "instruction": GAVE, "history": [[EDITED, SEEN], [CALLED]]},
        ],
        responses=3,
        wrote=(WROTE, WROTE, WROTE),
    ),
    "openhands-sdk": Sample(
        "openhands",
        "package openhands-sdk, openhands/sdk/event/llm_convertible",
        [
            {
                "kind": "MessageEvent",
                "source": "user",
                "llm_message": {"role": "user", "content": [{"type": "text", "text": GAVE}]},
            },
            {
                "kind": "ActionEvent",
                "source": "agent",
                "thought": [{"type": "text", "text": OTHER}],
                "reasoning_content": None,
                "action": {"kind": "FileEditorAction", "command": "create", "file_text": WROTE},
                "tool_name": "file_editor",
                "tool_call": {"id": "1", "name": "file_editor", "arguments": json.dumps(EDIT)},
            },
            {
                "kind": "ObservationEvent",
                "source": "environment",
                "observation": {"content": [{"type": "text", "text": GAVE}]},
            },
        ],
    ),
    "cline": Sample(
        "cline",
        "https://github.com/cline/cline src/shared/ExtensionMessage.ts",
        [],
        name="ui_messages.json",
        text=json.dumps(
            [
                {"ts": 1, "type": "say", "say": "task", "text": GAVE},
                {"ts": 2, "type": "say", "say": "api_req_started", "text": json.dumps({"r": GAVE})},
                {"ts": 3, "type": "say", "say": "reasoning", "text": OTHER},
                {
                    "ts": 4,
                    "type": "ask",
                    "ask": "tool",
                    "text": json.dumps({"tool": "newFileCreated", "path": "x", "content": WROTE}),
                },
                {
                    "ts": 5,
                    "type": "say",
                    "say": "tool",
                    "text": json.dumps({"tool": "readFile", "path": "x", "content": GAVE}),
                },
            ]
        ),
    ),
    "llama-cpp": Sample(
        "text-streams",
        "https://github.com/ggml-org/llama.cpp tools/server/README.md",
        [
            {"content": WROTE, "stop": True, "prompt": GAVE, "model": "m", "stop_type": "eos"},
            {"content": WROTE[:9], "stop": False, "index": 0},
            {"content": WROTE[9:], "stop": False, "index": 0},
            {"content": "", "stop": True, "prompt": GAVE, "stop_type": "limit"},
        ],
        responses=2,
        wrote=(WROTE, WROTE),
    ),
    "tgi-stream": Sample(
        "text-streams",
        "https://github.com/huggingface/text-generation-inference docs, /generate_stream",
        [],
        name="log.sse",
        text="".join(
            f"data:{json.dumps(event)}\n\n"
            for event in (
                {"token": {"id": 1, "text": WROTE[:9], "special": False}, "generated_text": None},
                {"token": {"id": 2, "text": WROTE[9:], "special": False}, "generated_text": WROTE},
            )
        ),
    ),
    "message-rows": Sample(
        "message-rows (unverified)",
        "",
        [
            {"type": "user_message", "output": GAVE},
            {"type": "assistant_message", "output": ANSWER},
            {"_role": "user", "_content": [{"text": GAVE}]},
            {"_role": "assistant", "_content": [{"text": ANSWER}]},
            {"source": "user", "models_usage": None, "content": GAVE, "type": "TextMessage"},
            {"source": "coder", "models_usage": {"prompt_tokens": 1}, "content": ANSWER},
            {"kind": "request", "parts": [{"part_kind": "user-prompt", "content": GAVE}]},
            {"kind": "response", "parts": [{"part_kind": "text", "content": ANSWER}]},
        ],
        responses=4,
        wrote=(WROTE,) * 4,
    ),
}
