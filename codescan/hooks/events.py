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
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from msgspec import Struct

from codescan.app.edit_check import Edit
from codescan.app.text_files import MAX_BYTES, read_text
from codescan.errors import UsageError
from codescan.hooks.hidden_texts import echoed_text, encoded_texts, listed_text, quoted_text
from codescan.hooks.patches import added_texts, text_around
from codescan.records.json_decode import unique_names
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path

__all__ = ["Event", "read_event"]

_BEFORE = ("pre", "before")
"""Beginnings of the names of events before the tool runs: the text is not on disk yet."""
_NOT_WRITING = lazy_pattern(
    r"prompt|session|stop|notif|compact|agent|model|read|thought", re.IGNORECASE
)
"""Names of events in which nothing is written: prompts, answers, files that are read."""
_NAME = ("hook_event_name", "event", "hookEventName")
_TOOL = ("tool_name", "toolName", "tool", *_NAME)
_WRITING = lazy_pattern(r"writ|edit|creat|patch|replac|insert|append|save|updat", re.IGNORECASE)
"""Names of tools and events that write into files."""
_READS = frozenset({"view"})
"""Commands with which a tool that writes only reads."""
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
_NOT_WRITTEN = frozenset({
    "description", "instruction", "explanation", "ai_proposed_content", "prompt", *_OLD,
})  # fmt: skip
"""Fields whose text is not written: what an edit replaces or is for."""
_ANSWERS = frozenset({
    "tool_response", "toolResponse", "tool_output", "toolOutput", "tool_result", "toolResult",
    "result", "result_json", "output", "response", "error",
})  # fmt: skip
"""Fields of an event, not of what a tool is given: what a tool answered."""
_LONGEST_NAME = 30
"""Characters of the names of fields; longer ones may be lines of code."""
_FEWEST_ENDS, _FEWEST_CHARACTERS = 2, 100
"""Line ends or characters of a text in a field that is not known, from which it is read."""


class Event(Struct, frozen=True):
    """A planned or finished action of an agent."""

    folder: Path
    """The folder in which the agent works."""
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
        event = json.loads(data, object_pairs_hook=unique_names)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"the event on stdin cannot be read as JSON: {str(error)[:100]}",
            "let the agent run the hook: codescan hook install AGENT",
        ) from None
    if not isinstance(event, dict):
        raise UsageError(
            "the event on stdin is not a JSON object", "see the guide of hooks for its fields"
        )
    place = _folder(event, folder)
    name = _text(event, _NAME)
    is_before = name.lower().startswith(_BEFORE)
    edits = tuple(_edits(event, place, is_before=is_before))
    if not edits and _lists_files(event):
        edits = (Edit("<input>", unread="a tool that writes names files without their text"),)
    return Event(place, edits, is_before, name)


def _lists_files(event: dict[str, Any]) -> bool:
    """Whether a tool that writes is given a list of texts, such as paths, and nothing to read."""
    content = event.get("tool_input", event.get("toolArgs", event.get("arguments", {})))
    if not isinstance(content, dict) or not _WRITING.search(_text(event, _TOOL)):
        return False
    lists = [value for value in content.values() if isinstance(value, list)]
    return any(isinstance(item, str) and item.strip() for items in lists for item in items)


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
            content = json.loads(content, object_pairs_hook=unique_names)
        except (ValueError, RecursionError):
            content = {"command": content}
    if content is event and _NOT_WRITING.search(_text(event, _NAME)):
        return
    read: set[str] = set()
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, dict):
            yield from _known_edits(event, part, folder, read, is_before=is_before)
    # An agent may use fields that nobody has heard of: their texts are not taken for clean.
    texts = list(_texts(content, _NOT_WRITTEN | _ANSWERS if content is event else _NOT_WRITTEN))
    other = [text for text in texts if text not in read]
    if other:
        yield Edit("", None, "\n".join(other))
    if not isinstance(content, (dict, list)) and _WRITING.search(_text(event, _TOOL)):
        yield Edit("<input>", unread="the input of a tool that writes is not an object")
    answers = [encoded_texts(text) for text in texts]
    hidden = [text for texts, _ in answers for text in texts]
    if hidden:
        yield Edit("", None, "\n".join(hidden))
    unread = sum(count for _, count in answers)
    if unread:
        yield Edit(
            "<encoded text>", unread=f"{unread} long encoded words whose encoding is not known"
        )


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
    path = _path(content) or _path(event)
    changes = [item for item in _list(content, ("edits", "changes")) if isinstance(item, dict)]
    for change in changes:
        own_path = _path(change)
        if own_path and own_path != path:
            yield from _file_edits(
                event, change, [change], own_path, folder, read, is_before=is_before
            )
    if path:
        here = [change for change in changes if _path(change) in {"", path}]
        yield from _file_edits(
            event, content, here or [content], path, folder, read, is_before=is_before
        )
    yield from _command_edits(content, read, is_before=is_before)


def _file_edits(
    event: dict[str, Any],
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
        if _is_writing(event, content) and not _holds_text(content):
            yield from _unseen_edit(path, folder, is_before=is_before)
        return
    read.update(texts if whole is None else (whole, *texts))
    if not is_before:
        sent = texts if whole is None else (whole,)
        yield Edit(path, None if whole is not None else texts, sent=sent)
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
        yield Edit(path, texts, "".join(texts) if is_before else None, texts)
    around = text_around(command) if patched else command
    if len(around.split()) > 1:
        yield Edit("", None, around)
    for text in filter(None, (quoted_text(around), echoed_text(around))):
        yield Edit("", None, text)


def _is_writing(event: dict[str, Any], content: object) -> bool:
    """Whether an event is of a tool that writes, by its name; without a name it is."""
    if isinstance(content, dict) and _text(content, _COMMAND) in _READS:
        return False
    name = _text(event, _TOOL)
    return not name or _WRITING.search(name) is not None


def _holds_text(content: object) -> bool:
    """Whether a value holds a text of several words that may be written."""
    return any(len(text.split()) > 1 for text in _texts(content, _NOT_WRITTEN | _ANSWERS))


def _unseen_edit(path: str, folder: Path, *, is_before: bool) -> Iterator[Edit]:
    """An edit of a file whose event does not hold the text: the file on disk is read."""
    if is_before:
        yield Edit(path, unread="the event does not hold the text that is written")
    elif not (folder / path).is_dir():
        yield Edit(path)


def _texts(content: object, not_written: AbstractSet[str]) -> Iterator[str]:
    """Every long text that an event holds, but those of fields that are not written."""
    waiting: list[object] = [content]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += filter(None, map(listed_text, _columns(value, not_written)))
            text = listed_text(value)
            value = value if text is None else text
        if isinstance(value, str):
            if value.count("\n") >= _FEWEST_ENDS or len(value) >= _FEWEST_CHARACTERS:
                yield value
        elif isinstance(value, dict):
            waiting += [value[key] for key in reversed(value) if key not in not_written]
            waiting.append("\n".join(key for key in value if len(key) > _LONGEST_NAME))
            if value and all(key.isdecimal() for key in value):  # lines by their numbers
                waiting.append(
                    [value[key] for key in sorted(value, key=lambda key: (len(key), key))]
                )
        elif isinstance(value, list):
            waiting += reversed(value)


def _columns(rows: list[object], not_written: AbstractSet[str]) -> Iterator[list[object]]:
    """The short strings that the rows of a list have under one name: pieces of a text."""
    mappings = [row for row in rows if isinstance(row, dict)]
    for key in mappings[0] if len(mappings) > 1 else ():
        column = [row[key] for row in mappings if isinstance(row.get(key), str)]
        if key not in not_written and max(map(len, column), default=0) < _FEWEST_CHARACTERS:
            yield column


def _path(mapping: dict[str, Any]) -> str:
    """The path of a file; "" where there is none that a file can have."""
    path = _text(mapping, _PATH)
    if path.startswith("file://"):
        path = unquote(path.removeprefix("file://"))
    return "" if "\0" in path else path


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
