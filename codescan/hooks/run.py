# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Answers one event of an agent."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from msgspec import Struct

from codescan.app.edit_check import check_edits, edit_policy
from codescan.app.indexes import open_index, selected_folder
from codescan.app.outcome import ExitCode
from codescan.errors import CodescanError, UsageError
from codescan.hooks.adapters import ADAPTERS, Reply
from codescan.hooks.events import read_event
from codescan.hooks.reply_text import reason_text, unchecked_text
from codescan.matchers.matching import Matching

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.app.shared_index import SharedIndex

__all__ = ["MAX_BYTES", "HookRequest", "OtherIndexError", "answer", "reply_to"]

MAX_BYTES = 64 << 20
"""Bytes of an event; a longer one is not read."""


class OtherIndexError(Exception):
    """The project names another index than the one that is open."""


class HookRequest(Struct, frozen=True, kw_only=True):
    """One call of the hook."""

    agent: str
    """Name of the adapter."""
    data: bytes
    """The event."""
    folder: Path
    """The folder in which the hook runs."""
    index_folder: Path | None = None
    corpus: str | None = None
    config_file: Path | None = None


def reply_to(request: HookRequest) -> Reply:
    """As `answer`, with errors as replies that say that nothing was checked."""
    try:
        if len(request.data) > MAX_BYTES:
            raise UsageError("the event is over 64 MiB", "split the edit")
        return answer(request)
    except CodescanError as error:
        # Exit code 2 would tell the agent that its edit is refused.
        note = f"codescan: nothing was checked: {error.message}" + (
            f"\nhint: {error.hint}" if error.hint else ""
        )
        code = ExitCode.UNCHECKED if isinstance(error, UsageError) else error.exit_code
        return ADAPTERS[request.agent].reply(None, "", note, code)


def answer(request: HookRequest, shared: SharedIndex | None = None) -> Reply:
    """Check the edits of an event and reply in the agent's form.

    Args:
        request: the call.
        shared: an index that is open already; None: it is opened.

    Raises:
        UsageError: the event is not JSON.
        OtherIndexError: the project names another index than the open one.
        CodescanError: git fails, the configuration is wrong, or the index is missing or damaged.
    """
    adapter = ADAPTERS[request.agent]
    event = read_event(request.data, request.folder)
    if not event.edits:
        return adapter.reply(event, "", "", ExitCode.NOTHING_FOUND)
    policy = edit_policy(event.folder, request.config_file)
    chosen = request.index_folder, request.corpus, policy.config
    with contextlib.ExitStack() as stack:
        if shared is None:
            index = stack.enter_context(contextlib.closing(open_index(*chosen)))
            matching = Matching.of(index)
        else:
            if not _is_same(selected_folder(*chosen), shared.folder):
                raise OtherIndexError
            matching = stack.enter_context(shared.lease()).matching
        result = check_edits(event.edits, policy, matching)
    note = unchecked_text(result)
    code = ExitCode.UNCHECKED if note else ExitCode.NOTHING_FOUND
    return adapter.reply(event, reason_text(result), note, code)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve()
    except (OSError, RuntimeError):
        return False
