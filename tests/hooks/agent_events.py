# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Events as four agents send them, by the references of their hooks; ids are shortened."""

from __future__ import annotations


def claude_write(root, path, text, event="PostToolUse"):
    return {
        "session_id": "0a1b", "transcript_path": "/home/t/.claude/projects/p/0a1b.jsonl",
        "cwd": str(root), "permission_mode": "default", "hook_event_name": event,
        "tool_name": "Write", "tool_input": {"file_path": f"{root}/{path}", "content": text},
        "tool_response": {"filePath": f"{root}/{path}", "type": "create"}, "tool_use_id": "t1",
    }  # fmt: skip


def claude_edit(root, path, old, new, event="PostToolUse"):
    return {
        "session_id": "0a1b", "cwd": str(root), "hook_event_name": event, "tool_name": "Edit",
        "tool_input": {
            "file_path": f"{root}/{path}", "old_string": old, "new_string": new,
            "replace_all": False,
        },
    }  # fmt: skip


def cursor_edit(root, path, old, new):
    return {
        "conversation_id": "c0", "generation_id": "g0", "hook_event_name": "afterFileEdit",
        "cursor_version": "2.0", "workspace_roots": [str(root)], "file_path": f"{root}/{path}",
        "edits": [{"old_string": old, "new_string": new}],
    }  # fmt: skip


def codex_patch(root, path, text, event="PostToolUse"):
    added = "".join(f"+{line}\n" for line in text.splitlines())
    patch = f"*** Begin Patch\n*** Add File: {path}\n{added}*** End Patch\n"
    return {
        "session_id": "s0", "turn_id": "t0", "cwd": str(root), "hook_event_name": event,
        "model": "m", "tool_name": "apply_patch", "tool_input": {"command": patch},
        "tool_response": "Success.", "tool_use_id": "call_0",
    }  # fmt: skip


def gemini_write(root, path, text):
    return {
        "session_id": "s0", "transcript_path": "", "cwd": str(root), "hook_event_name": "AfterTool",
        "timestamp": "2026-11-30T10:00:00Z", "tool_name": "write_file",
        "tool_input": {"file_path": f"{root}/{path}", "content": text},
        "tool_response": {"llmContent": "Successfully created"},
    }  # fmt: skip


def generic(_root, path, text):
    return {"path": path, "content": text}


WRITES = {
    "claude-code": claude_write,
    "cursor": lambda root, path, text: cursor_edit(root, path, "", text),
    "codex": codex_patch,
    "gemini-cli": gemini_write,
    "generic": generic,
}
