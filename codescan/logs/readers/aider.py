# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Aider's chat histories (`.aider.chat.history.md`).

`aider.io.InputOutput` writes "# aider chat started at ..." for a session, "#### " before each line
of the user, "> " before each line of the tool, and the model's answer as it is. An answer may hold
such lines itself, inside fenced blocks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.logs.records import Message, Part, PartKind
from codescan.logs.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codescan.logs.reader import Item

__all__ = ["AiderReader"]

_FENCE = re.compile(r"^\s*(`{3,}|~{3,})(.*)$")
_SEARCH = re.compile(r"^<{5,9} SEARCH>?\s*$")
_DIVIDER = re.compile(r"^={5,9}\s*$")
_START = "# aider chat started at"


class AiderReader:
    """A chat history, line by line."""

    name = "aider"
    source = "https://github.com/Aider-AI/aider (aider/io.py, append_chat_history)"

    @staticmethod
    def is_history(head: str) -> bool:
        """Whether a text begins like a chat history."""
        return head.lstrip("\ufeff \r\n").startswith(_START)

    @staticmethod
    def read_lines(lines: Iterable[str]) -> Iterator[Item]:
        """Yield one exchange for each answer of the model.

        Args:
            lines: with their ends.
        """
        transcript = Transcript("session 0")
        sessions = 0
        role = ""
        buffer: list[str] = []
        fence = ""
        for line in lines:
            if line.startswith(_START):
                fence = ""
                yield from _flush(transcript, role, buffer)
                yield from transcript.close()
                sessions += 1
                transcript = Transcript(f"session {sessions}")
                role = ""
                continue
            if fence and line.startswith("#### ") and line.rstrip("\r\n").endswith("  "):
                fence = ""  # the answer was cut off inside a block, and the user speaks
            spoken = role if fence else _role(line, role)
            if spoken != role:
                yield from _flush(transcript, role, buffer)
                role = spoken
            buffer.append(line)
            if role == "assistant":
                fence = _fence_after(line, fence)
        yield from _flush(transcript, role, buffer)
        yield from transcript.close()


def _role(line: str, before: str) -> str:
    if line.startswith("#### "):
        return "user"
    if line.startswith("> ") or line.rstrip() == ">":
        return "tool"
    if not line.strip():
        return before or "tool"
    return "assistant"


def _fence_after(line: str, fence: str) -> str:
    """The mark of the block that is open after a line; "" for none."""
    match = _FENCE.match(line)
    if match is None:
        return fence
    if not fence:
        return match[1]
    return "" if match[1].startswith(fence) and not match[2].strip() else fence


def _flush(transcript: Transcript, role: str, buffer: list[str]) -> Iterator[Item]:
    text = "".join(buffer)
    buffer.clear()
    if role == "user":
        text = "\n".join(line.removeprefix("#### ") for line in text.splitlines())
    if text.strip() and role == "assistant":
        yield from transcript.add(Message(role, tuple(_answer_parts(text))))
    elif text.strip() and role:
        yield from transcript.add(Message(role, (Part(PartKind.GIVEN, text),)))


def _answer_parts(text: str) -> Iterator[Part]:
    """An answer without the lines of files that its edits search for, and these lines."""
    written: list[str] = []
    searched: list[str] = []
    searching = False
    for line in text.splitlines(keepends=True):
        if _SEARCH.match(line):
            searching = True
            written.append(line)
        elif searching and _DIVIDER.match(line):
            searching = False
            written.append(line)
        else:
            (searched if searching else written).append(line)
    if searching:  # never divided: it is not an edit
        written, searched = [text], []
    yield Part(PartKind.TEXT, "".join(written))
    yield Part(PartKind.GIVEN, "".join(searched))
