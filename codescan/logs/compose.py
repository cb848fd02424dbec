# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Joins the parts of a response into one text, so that a response is counted once.

A tool call becomes a fenced block in the language of its file. The pipeline cuts the text into
views at these fences, as it does with any answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.logs.records import Message, Part, PartKind, Response

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["joined", "response_of"]

_FENCE = re.compile(r"^[ \t]*(?P<mark>`{3,}|~{3,})(?P<info>[^\n]*)$", re.MULTILINE)
_RUN = re.compile(r"`{3,}")


def response_of(message: Message) -> Response | None:
    """The response that a message holds; None where the model wrote nothing.

    A refusal or a filtered answer is a response even if it is empty.
    """
    parts = message.written
    text = joined(parts)
    finish = message.finish_reason
    if any(part.kind is PartKind.REFUSAL for part in parts) and finish == "stop":
        finish = "refusal"
    if not text and finish not in ("filter", "refusal"):
        return None
    return Response(text, finish)


def joined(parts: Iterable[Part]) -> str:
    """The texts of parts in order; a part that repeats another one is left out."""
    distinct = list(dict.fromkeys(part for part in parts if part.text))
    if len(distinct) == 1 and not distinct[0].language:
        return distinct[0].text
    texts = []
    for part in distinct:
        fenced = part.kind is PartKind.TOOL_CALL
        texts.append(_fenced(part) if fenced else _closed(part.text))
    return "\n\n".join(texts)


def _fenced(part: Part) -> str:
    longest = max((len(run) for run in _RUN.findall(part.text)), default=2)
    mark = "`" * (longest + 1)
    end = "" if part.text.endswith("\n") else "\n"
    return f"{mark}{part.language}\n{part.text}{end}{mark}"


def _closed(text: str) -> str:
    """The text with a fence that it leaves open closed, so that it does not take in what follows.

    An answer that was cut off at its length limit ends inside a block.
    """
    opened = ""
    for fence in _FENCE.finditer(text):
        mark = fence["mark"]
        if not opened:
            opened = mark
        elif mark.startswith(opened) and not fence["info"].strip():
            opened = ""
    return f"{text}\n{opened}" if opened else text
