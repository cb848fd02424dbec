# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the patches of `apply_patch`: which files they write, and the lines that they add."""

from __future__ import annotations

__all__ = ["added_texts", "text_around"]

_BEGIN, _END = "*** Begin Patch", "*** End Patch"
_FILE = ("*** Add File: ", "*** Update File: ")
_MOVE = "*** Move to: "
_DELETE = "*** Delete File: "


def added_texts(patch: str) -> dict[str, tuple[str, ...]]:
    """By path, the runs of lines that a patch adds.

    Args:
        patch: in the envelope of `apply_patch`, possibly inside a shell command.

    Returns:
        Nothing for a text that is not a patch, or one that only removes files.
    """
    if _BEGIN not in patch:
        return {}
    texts: dict[str, list[list[str]]] = {}
    path = ""
    run: list[str] | None = None
    for line in patch[patch.index(_BEGIN) :].split("\n"):  # a form feed ends no line
        line = line.removesuffix("\r")  # noqa: PLW2901 - the line itself
        head = next((each for each in _FILE if line.startswith(each)), None)
        if head is not None:
            path, run = line.removeprefix(head).strip(), None
            texts.setdefault(path, [])
        elif line.startswith(_MOVE) and path:
            moved = line.removeprefix(_MOVE).strip()
            texts.setdefault(moved, []).extend(texts.pop(path))
            path, run = moved, None
        elif line.startswith(_DELETE):
            path, run = "", None
        elif path and line.startswith("+"):
            if run is None:
                run = []
                texts[path].append(run)
            run.append(line[1:])
        else:
            run = None
    return {
        path: tuple("\n".join(run) + "\n" for run in runs) for path, runs in texts.items() if path
    }


def text_around(command: str) -> str:
    """The text of a command outside of its patches: a shell may write other files, too."""
    lines: list[str] = []
    is_outside = True
    for line in command.split("\n"):
        if _BEGIN in line:
            is_outside = False
            lines.append(line.partition(_BEGIN)[0])
        elif line.strip() == _END:
            is_outside = True
        elif is_outside:
            lines.append(line)
    return "\n".join(lines)
