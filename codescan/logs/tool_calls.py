# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The text that a tool call inserts, whatever the tool is called.

Arguments are read by the names of their fields, because agents share these names and not the names
of their tools. The replaced side of an edit is text that the model was given. Every other string
was written by the model and counts.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from codescan.logs.patches import from_edit, from_patch
from codescan.logs.records import Part, PartKind
from codescan.text.languages import detect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["inserted_parts"]

_OLD = (
    "old_string", "old_str", "oldString", "old_text", "oldText", "old_code", "oldCode", "old",
    "search", "original", "originalText", "before", "target_content", "TargetContent",
)  # fmt: skip
_NEW = (
    "new_string", "new_str", "newString", "new_text", "newText", "new_code", "newCode", "new",
    "replace", "replacement", "updated", "after", "ReplacementContent", "replacement_content",
)  # fmt: skip
_PATHS = frozenset(
    {
        "path", "file_path", "filePath", "file", "filename", "file_name", "target_file",
        "targetFile", "absolute_path", "notebook_path", "relative_workspace_path", "uri",
        "TargetFile", "dirPath", "cwd", "workdir", "directory", "dir_path",
    }
)  # fmt: skip
_STRING = re.compile(r'"((?:[^"\\]|\\.)*+)(?:"|\\?\Z)', re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_SPACE = re.compile(r"\s")
_SHORTEST = 32  # characters of a text without white space
_DEEPEST = 16


def inserted_parts(arguments: object) -> tuple[Part, ...]:
    """The parts of a tool call: what it inserts, then what it replaces.

    Args:
        arguments: an object, or its JSON text, which may be cut off or no JSON at all.
    """
    value = _decoded(arguments)
    return tuple(part for part in _parts(value, "", 0) if part.text.strip())


def _decoded(arguments: object) -> object:
    if not isinstance(arguments, str):
        return arguments
    try:
        value: object = json.loads(arguments)
    except (ValueError, RecursionError):
        if not arguments.lstrip().startswith(("{", "[")) or from_patch(arguments):
            return arguments
        # Cut off, or not quite JSON: every string in it, the names of fields among them.
        return [_unescaped(match[1]) for match in _STRING.finditer(arguments)]
    return value if isinstance(value, (dict, list, str)) else arguments


def _unescaped(text: str) -> str:
    def replaced(match: re.Match[str]) -> str:
        code = match[1]
        if len(code) > 1:
            return chr(int(code[1:], 16))
        return _ESCAPED.get(code, code)

    return _ESCAPE.sub(replaced, text)


def _parts(value: object, language: str, depth: int) -> Iterator[Part]:
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        yield from _text(value, language)
    elif isinstance(value, dict):
        yield from _fields(value, language, depth)
    elif isinstance(value, list):
        for item in value:
            yield from _parts(item, language, depth + 1)


def _fields(fields: Mapping[str, object], language: str, depth: int) -> Iterator[Part]:
    for name, path in fields.items():
        if name in _PATHS and isinstance(path, str):
            language = detect(path) or language
    old = next((fields[name] for name in _OLD if isinstance(fields.get(name), str)), "")
    new_name = next((name for name in _NEW if isinstance(fields.get(name), str)), None)
    edited: tuple[str, ...] = ()
    if old and new_name is not None:
        edit = from_edit(str(old), str(fields[new_name]))
        yield Part(PartKind.TOOL_CALL, edit.text, language)
        edited = (new_name,)
    for name, value in fields.items():
        if name in _PATHS or name in edited:
            continue
        if edited and name in _OLD and isinstance(value, str):
            yield Part(PartKind.GIVEN, value)
        else:
            yield from _parts(value, language, depth + 1)


def _text(text: str, language: str) -> Iterator[Part]:
    if len(text) < _SHORTEST and not _SPACE.search(text):
        return  # a name of a command, an identifier, a number: no passage
    patch = from_patch(text)
    if patch is None:
        yield Part(PartKind.TOOL_CALL, text, language)
        return
    yield Part(PartKind.TOOL_CALL, patch.text, detect(patch.path) or language)
    yield Part(PartKind.GIVEN, patch.context)
