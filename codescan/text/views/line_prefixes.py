# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Lines behind one prefix: what loggers, containers and chats put before each line of a text.

For example `web-1  | `, `Nov 30 12:00:01 host app[12]: `, `2026-11-30 12:00:00 INFO app - `,
`[pod/web/app] ` and `12:01 <jane> `.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.text.views.part import Part, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find"]


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield each run of lines that begin alike, without what they have in common, in order."""
    for number, run in enumerate(_native.prefixed_runs(content), start=1):
        pieces = tuple(Piece(text, end) for _start, text, end in run)
        yield Part(f"prefixed lines {number}", run[0][0], run[-1][2], pieces)
