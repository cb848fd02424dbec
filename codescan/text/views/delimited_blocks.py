# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
r"""Code blocks between an opening and a closing mark that names the language.

One row for each markup: AsciiDoc, Org, LaTeX, MediaWiki, Jira, Jekyll, Hugo. Blocks that name no
language need no mark to be found: they stay in the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from codescan.text.languages import by_tag, kind
from codescan.text.views.part import Part, Place, pieces_between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codescan.records import Language

__all__ = ["find"]

_M, _I = re.MULTILINE, re.IGNORECASE
_TAG = rb"[\"']?(?P<tag>[\w+#.-]{1,40})[\"']?"


class _Row(NamedTuple):
    name: str
    word: bytes
    """A text without this word, in lower or upper case, has no such block."""
    opening: re.Pattern[bytes]
    """With the group "tag"; `mark` is repeated at the end of the block, where there is one."""
    closing: Callable[[re.Match[bytes]], re.Pattern[bytes]]


def _same(pattern: bytes, flags: int = 0) -> Callable[[re.Match[bytes]], re.Pattern[bytes]]:
    compiled = re.compile(pattern, flags)
    return lambda _opening: compiled


def _repeated(opening: re.Match[bytes]) -> re.Pattern[bytes]:
    return re.compile(rb"^" + re.escape(opening["mark"]) + rb"[ \t\r]*$", _M)


_ROWS = (
    _Row(
        "listing",
        b"[source",
        re.compile(
            rb"^\[(?:source|listing)[%\w.]{0,40},[ ]{0,4}" + _TAG + rb"[^\]\n]{0,200}\][ \t\r]*\n"
            rb"(?:\.[^\n]*\n)?(?P<mark>-{2,}|\.{4,}|`{3,}|={4,})[ \t\r]*\n",
            _M,
        ),
        _repeated,
    ),
    _Row(
        "source block",
        b"#+begin_src",
        re.compile(rb"^[ \t]*#\+begin_src[ \t]+" + _TAG + rb"[^\n]*\n", _M | _I),
        _same(rb"^[ \t]*#\+end_src\b[^\n]*", _M | _I),
    ),
    _Row(
        "listing",
        b"{lstlisting}",
        re.compile(
            rb"\\begin\{lstlisting\}\[[^\]\n]{0,200}?language=\{?(?:\[[^\]\n]{0,40}\])?"
            + _TAG
            + rb"[^\]\n]{0,200}\]\}?[^\n]*\n"
        ),
        _same(rb"\\end\{lstlisting\}"),
    ),
    _Row(
        "listing",
        b"{minted}",
        re.compile(rb"\\begin\{minted\}(?:\[[^\]\n]{0,200}\])?\{" + _TAG + rb"\}[^\n]*\n"),
        _same(rb"\\end\{minted\}"),
    ),
    _Row(
        "code",
        b"{code:",
        re.compile(rb"\{code:(?:[^}\n]{0,100}?language=)?" + _TAG + rb"[^}\n]{0,200}\}"),
        _same(rb"\{code\}"),
    ),
    _Row(
        "highlight",
        b"highlight ",
        re.compile(rb"\{[%{]<?[ \t]*highlight[ \t]+" + _TAG + rb"[^}\n]{0,200}[%}]\}"),
        _same(rb"\{[%{]<?[ \t]*/?(?:end)?highlight[ \t]*>?[%}]\}"),
    ),
)


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the blocks of known language of the first markup that has any, in order."""
    for row in _ROWS:
        if row.word in content or row.word.upper() in content:
            parts = list(_blocks(content, row))
            if parts:
                yield from parts
                return


def _blocks(content: bytes, row: _Row) -> Iterator[Part]:
    at = number = 0
    while opening := row.opening.search(content, at):
        number += 1
        at = opening.end()
        language = by_tag(opening["tag"].decode("utf-8", "replace"))
        if kind(language) == "prose":
            continue
        closing = row.closing(opening).search(content, at)
        end, after = closing.span() if closing else (len(content), len(content))
        name = f"{row.name} {number}"
        yield Part(name, opening.start(), after, pieces_between(at, end), language, Place.APART)
        at = after
