# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Read the strings of JSON that arrives in pieces, such as the arguments of a tool call."""

from __future__ import annotations

__all__ = ["PartialJsonStrings"]

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_UNICODE = 4


class PartialJsonStrings:
    """Returns the text of all strings, unescaped, separated by line breaks."""

    def __init__(self) -> None:
        self._in_string = False
        self._escape = ""
        """An incomplete escape with its backslash; "" outside of an escape."""
        self._high = ""
        """The first half of a surrogate pair."""

    def feed(self, piece: str) -> str:
        """The text that a piece adds."""
        out: list[str] = []
        at = 0
        while at < len(piece):
            if not self._in_string:
                at = piece.find('"', at)
                if at < 0:
                    break
                self._in_string = True
                at += 1
            elif self._escape:
                at = self._escaped(piece, at, out)
            else:
                at = self._plain(piece, at, out)
        return "".join(out)

    def _plain(self, piece: str, at: int, out: list[str]) -> int:
        """Read up to a backslash or the end of the string."""
        ends = [end for end in (piece.find("\\", at), piece.find('"', at)) if end >= 0]
        end = min(ends, default=len(piece))
        if end > at:
            out.append(piece[at:end])
        if end < len(piece):
            if piece[end] == '"':
                self._in_string = False
                out.append("\n")
            else:
                self._escape = "\\"
        return end + 1

    def _escaped(self, piece: str, at: int, out: list[str]) -> int:
        """Read one character of an escape."""
        self._escape += piece[at]
        kind = self._escape[1]
        if kind != "u":
            out.append(_ESCAPES.get(kind, kind))
            self._escape = ""
        elif len(self._escape) == _UNICODE + 2:
            digits, self._escape = self._escape[2:], ""
            try:
                out.append(self._character(int(digits, 16)))
            except ValueError:
                out.append("\N{REPLACEMENT CHARACTER}")
        return at + 1

    def _character(self, code: int) -> str:
        """The character of a code unit; the first half of a pair waits for the second."""
        unit = chr(code)
        if 0xD800 <= code < 0xDC00:  # noqa: PLR2004  high surrogates
            self._high = unit
            return ""
        high, self._high = self._high, ""
        if high and 0xDC00 <= code < 0xE000:  # noqa: PLR2004  low surrogates
            return (high + unit).encode("utf-16", "surrogatepass").decode("utf-16")
        return unit
