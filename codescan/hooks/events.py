# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the events that agents send to hooks, as JSON on stdin.

Agents differ in the names of tools and fields. One reader knows all of them, so that an agent that
adopts the names of another one is read too. Sources: the hook references of Claude Code, Gemini
CLI, Codex and Cursor.
"""

from __future__ import annotations

import json
import os
import posixpath
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from codescan.app.edit_check import Edit
from codescan.app.text_files import MAX_BYTES, read_text
from codescan.errors import UsageError
from codescan.hooks.patches import added_texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Event", "read_event"]

_BEFORE = frozenset({"PreToolUse", "BeforeTool", "preToolUse", "beforeFileEdit"})
"""Events before the tool runs: the text is not on disk yet."""
_NAME = ("hook_event_name", "event", "hookEventName")
_FOLDER = ("workdir", "working_directory", "cwd", "dir_path", "directory")
"""Fields of a tool that name the folder in which it runs."""
_PATH = (
    "file_path",
    "path",
    "filename",
    "filePath",
    "absolute_path",
    "notebook_path",
    "target_file",
)
_WHOLE = ("content", "contents", "file_text", "new_content", "code_edit")
_NEW = ("new_string", "new_str", "newString", "new_source", "insert_text", "newText", "new_text")
_OLD = ("old_string", "old_str", "oldString", "oldText", "old_text")
_COMMAND = ("command", "cmd", "script")
_PATCH = ("patch", "input")
_ABOUT = frozenset({"description", "instruction", "explanation", "ai_proposed_content", *_OLD})
"""Fields whose text is not written: what an edit replaces, or is for."""
_FEWEST_ENDS = 2
"""Line ends of a text in a field that is not known, from which it is read."""
_DEEPEST = 8


class Event(Struct, frozen=True):
    """What an agent is about to do, or did."""

    folder: Path
    """In which it works."""
    edits: tuple[Edit, ...]
    is_before: bool
    """Whether the tool has not run yet."""
    name: str = ""
    """Of the event, as the agent says it."""


def read_event(data: bytes, folder: Path) -> Event:
    """The event in a JSON object.

    Args:
        data: from stdin.
        folder: of the process, where the event names none.

    Raises:
        UsageError: it is not a JSON object.
    """
    try:
        event = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"the event on stdin is not JSON: {str(error)[:100]}",
            "let the agent run the hook: codescan hook install AGENT",
        ) from None
    if not isinstance(event, dict):
        raise UsageError(
            "the event on stdin is not a JSON object", "see the guide of hooks for its fields"
        )
    place = _folder(event, folder)
    name = _text(event, _NAME)
    is_before = name in _BEFORE
    edits = tuple(_edits(event, place, is_before=is_before))
    return Event(place, edits, is_before, name)


def _folder(event: dict[str, Any], folder: Path) -> Path:
    roots = event.get("workspace_roots")
    named = _text(event, ("cwd", "workspace")) or (
        roots[0] if isinstance(roots, list) and roots and isinstance(roots[0], str) else ""
    )
    place = folder / named if named and "\0" not in named else folder
    return place if place.is_dir() else folder


def _edits(event: dict[str, Any], folder: Path, *, is_before: bool) -> Iterator[Edit]:
    content = event.get("tool_input", event.get("toolArgs", event.get("arguments", event)))
    if isinstance(content, str):  # some agents send the arguments as JSON in a string
        try:
            content = json.loads(content)
        except (ValueError, RecursionError):
            content = {"command": content}
    if not isinstance(content, dict):
        return
    read: set[str] = set()
    yield from _known_edits(event, content, folder, read, is_before=is_before)
    # An agent may use fields that nobody has heard of: their texts are not taken for clean.
    is_of_tool = content is not event or "edit" in _text(event, _NAME).lower()
    other = [text for text in _texts(content) if text not in read]
    if other and (is_of_tool or read):  # a prompt of the user is not an edit
        yield Edit("", None, "\n".join(other))


def _known_edits(
    event: dict[str, Any],
    content: dict[str, Any],
    folder: Path,
    read: set[str],
    *,
    is_before: bool,
) -> Iterator[Edit]:
    """The edits in fields that agents are known to use.

    Args:
        event: of the agent.
        content: of its tool.
        folder: of the project.
        read: gets every text that is read.
        is_before: whether the tool has not run yet.
    """
    path = (_text(content, _PATH) or _text(event, _PATH)).removeprefix("file://")
    changes = [each for each in _list(content, ("edits", "changes")) if isinstance(each, dict)]
    if path and "\0" not in path:
        yield from _file_edits(
            content, changes or [content], path, folder, read, is_before=is_before
        )
    elif changes and any(_text(change, _PATH) for change in changes):
        for change in changes:
            own = _text(change, _PATH)
            if own and "\0" not in own:
                yield from _file_edits(change, [change], own, folder, read, is_before=is_before)
    else:
        yield from _command_edits(content, read, is_before=is_before)


def _file_edits(
    content: dict[str, Any],
    changes: list[dict[str, Any]],
    path: str,
    folder: Path,
    read: set[str],
    *,
    is_before: bool,
) -> Iterator[Edit]:
    whole = next((content[key] for key in _WHOLE if isinstance(content.get(key), str)), None)
    texts = tuple(text for text in (_new_text(change) for change in changes) if text is not None)
    if whole is None and not texts:
        return  # reads a file, or names one
    read.update(texts if whole is None else (whole, *texts))
    if not is_before:
        yield Edit(path, None if whole is not None else texts)
    elif whole is not None:
        yield Edit(path, None, whole)
    else:
        after = _applied(folder / path, changes)
        yield Edit(path, texts, after if after is not None else "\n".join(texts))


def _command_edits(content: dict[str, Any], read: set[str], *, is_before: bool) -> Iterator[Edit]:
    """A patch, or a shell command, which may write code by itself."""
    command = next((content[key] for key in (*_COMMAND, *_PATCH) if key in content), None)
    if isinstance(command, list):
        command = "\n".join(part for part in command if isinstance(part, str))
    if not isinstance(command, str):
        return
    read.add(command)
    patched = added_texts(command)
    folder = _text(content, _FOLDER)
    for name, texts in patched.items():
        path = posixpath.join(folder, name)
        if not texts or "\0" in path:
            continue
        yield Edit(path, texts, "".join(texts) if is_before else None)
    if not patched and command.strip():
        yield Edit("", None, command)


def _texts(value: object, key: str = "", depth: int = 0) -> Iterator[str]:
    """Every text of several lines that an event holds, but not what an edit replaces.

    Args:
        value: of a field.
        key: its name.
        depth: of the field.
    """
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        value = "\n".join(each.rstrip("\r\n") for each in value)
    if isinstance(value, str):
        if value.count("\n") >= _FEWEST_ENDS and key not in _ABOUT:
            yield value
    elif depth < _DEEPEST and isinstance(value, dict):
        for name, each in value.items():
            yield from _texts(each, name, depth + 1)
    elif depth < _DEEPEST and isinstance(value, list):
        for each in value:
            yield from _texts(each, key, depth + 1)


def _new_text(change: dict[str, Any]) -> str | None:
    return next((change[key] for key in _NEW if isinstance(change.get(key), str)), None)


def _applied(file: Path, changes: list[dict[str, Any]]) -> str | None:
    """The text of a file with edits that have not been made yet; None where they do not fit."""
    before = read_text(file) if os.path.lexists(file) else b""
    if not isinstance(before, bytes):
        return None
    text = before.decode("utf-8", "surrogateescape")
    for change in changes:
        new = _new_text(change)
        old = next((change[key] for key in _OLD if isinstance(change.get(key), str)), "")
        if new is None:
            continue
        if not old:
            text += new
        elif old not in text:
            return None
        else:
            text = text.replace(old, new, -1 if change.get("replace_all") is True else 1)
        if len(text) > MAX_BYTES:
            return None
    return text


def _text(mapping: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((mapping[key] for key in keys if isinstance(mapping.get(key), str)), "")


def _list(mapping: dict[str, Any], keys: tuple[str, ...]) -> list[Any]:
    return next((mapping[key] for key in keys if isinstance(mapping.get(key), list)), [])
