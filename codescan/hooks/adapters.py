# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The agents: where their settings are, which events call the hook, and what they read of a reply.

To support another agent, add a line to `ADAPTERS`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codescan.hooks.events import Event

__all__ = ["ADAPTERS", "Adapter", "Reply"]

BLOCKED: Final = 2
"""Exit code at which agents read the reason on stderr; 1 is only shown to the user."""
_WRITES: Final = "(write|edit|create|insert|replace|patch)"
"""Words in the names of tools of MCP servers that write files."""


class Reply(Struct, frozen=True):
    """The output of the hook, and its exit code."""

    stdout: str
    stderr: str
    exit_code: int


class Adapter(Struct, frozen=True, kw_only=True):
    """One agent."""

    title: str
    settings: str = ""
    """Its settings file in a project; "" where there is none to install into."""
    event: str = ""
    """The event after an edit."""
    matcher: str = ""
    """Tools that edit, as its settings name them; "" where the event names them itself."""
    is_flat: bool = False
    """Whether an event lists commands directly, not groups with a matcher."""
    reply_form: Literal["exit-code", "cursor"] = "exit-code"
    needs_json: bool = False
    """Whether it reads JSON from stdout also when there is nothing to say."""

    def reply(self, event: Event | None, reason: str, note: str, exit_code: int) -> Reply:
        """The reply in the agent's form.

        Args:
            event: that is answered; None where it could not be read.
            reason: for the agent; "" where nothing fails.
            note: for the user: what was not checked, or an error.
            exit_code: where nothing fails.
        """
        shown = "\n".join(filter(None, (reason, note)))
        if self.reply_form == "cursor":
            return _cursor_reply(event, reason, shown, exit_code)
        if reason:
            return Reply("", shown + "\n", BLOCKED)
        return Reply("{}\n" if self.needs_json else "", shown + "\n" if shown else "", exit_code)


def _cursor_reply(event: Event | None, reason: str, shown: str, exit_code: int) -> Reply:
    if reason and event is not None and event.is_before:
        content: dict[str, object] = {
            "permission": "deny",
            "decision": "deny",
            "reason": shown,
            "agent_message": shown,
            "user_message": shown,
        }
    elif shown:
        content = {"continue": True, "additional_context": shown, "agent_message": shown}
    else:
        content = {"continue": True}
    return Reply(
        json.dumps(content) + "\n", shown + "\n" if shown else "", 0 if reason else exit_code
    )


ADAPTERS: Mapping[str, Adapter] = {
    "claude-code": Adapter(
        title="Claude Code",
        settings=".claude/settings.json",
        event="PostToolUse",
        matcher=f"Write|Edit|MultiEdit|NotebookEdit|Bash|mcp__.*{_WRITES}.*",
    ),
    "cursor": Adapter(
        title="Cursor",
        settings=".cursor/hooks.json",
        event="afterFileEdit",
        is_flat=True,
        reply_form="cursor",
        needs_json=True,
    ),
    "codex": Adapter(
        title="Codex",
        settings=".codex/hooks.json",
        event="PostToolUse",
        matcher=f"apply_patch|Write|Edit|Bash|mcp__.*{_WRITES}.*",
    ),
    "gemini-cli": Adapter(
        title="Gemini CLI",
        settings=".gemini/settings.json",
        event="AfterTool",
        matcher=f"write_file|replace|edit|run_shell_command|mcp_.*{_WRITES}.*",
        needs_json=True,
    ),
    "generic": Adapter(title="any agent"),
}
"""Name -> agent."""
