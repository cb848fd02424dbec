# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the data of server-sent events (HTML standard, section 9.2.6).

Lines end in CR, LF or both, and in nothing else: JSON may hold U+2028 and its like as they are.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["data_texts", "is_event_stream"]

_LINE_END = re.compile(r"\r\n|\n|\r")
_START = re.compile(r"[\ufeff\s]*(?:(?:data|event|id|retry)[ \t]*:|:)")
_DONE = "[DONE]"


def is_event_stream(text: str) -> bool:
    """Whether a text begins with a field of an event, or with a comment."""
    return _START.match(text) is not None


def data_texts(text: str) -> Iterator[str]:
    """Yield the data of each event; empty ones and OpenAI's "[DONE]" are left out.

    Several lines of data make one event. Services that leave out the blank line between their
    events are read as well: where such lines are not JSON together, each is an event.
    """
    lines: list[str] = []
    for line in _LINE_END.split(text.removeprefix("\ufeff")):
        name, _, value = line.partition(":")
        if name.strip() == "data":
            lines.append(value.strip())
        elif not line:
            yield from _joined(lines)
            lines = []
    yield from _joined(lines)


def _joined(lines: list[str]) -> Iterator[str]:
    lines = [line for line in lines if line not in ("", _DONE)]
    if len(lines) > 1:
        whole = "\n".join(lines)
        try:
            json.loads(whole, strict=False)
        except (ValueError, RecursionError):
            yield from lines
        else:
            yield whole
    else:
        yield from lines
