# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
r"""Code that Pygments colored for LaTeX: `\PY{k}{def} \PY{n+nf}{main}\PY{p}{(}`.

Notebooks and Sphinx export code in this form. Signs are written by name, so that each bare brace
belongs to a command.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.text.views.part import Part, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find"]

_COMMAND = re.compile(
    rb"\\PYG?(?:\{[^{}\n]{0,60}\}\{(?P<opening>)|Z(?P<sign>[a-z]{2})\{\}|[a-z]{1,8}\{\})|(?P<brace>\})"
)
_SIGNS = {
    b"bs": b"\\", b"us": b"_", b"ob": b"{", b"cb": b"}", b"ca": b"^", b"am": b"&", b"lt": b"<",
    b"gt": b">", b"sh": b"#", b"pc": b"%", b"dl": b"$", b"hy": b"-", b"sq": b"'", b"dq": b'"',
    b"ti": b"~", b"at": b"@", b"lb": b"[", b"rb": b"]",
}  # fmt: skip
_LEAST = 4


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the whole text without the commands, if it has several."""
    if content.count(b"\\PY") < _LEAST:
        return
    pieces: list[Piece] = []
    at = 0
    is_open = False  # braces of the document around stay
    for command in _COMMAND.finditer(content):
        if command["brace"] and not is_open:
            continue
        is_open = command["opening"] is not None or (is_open and not command["brace"])
        sign = _SIGNS.get(command["sign"] or b"", b"")
        pieces += [Piece(at, command.start()), Piece(*command.span(), sign)]
        at = command.end()
    yield Part("highlighted code", 0, len(content), (*pieces, Piece(at, len(content))))
