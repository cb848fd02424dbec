# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Positions of numbers in a text, found by array operations over its characters.

Patterns of numbers are tried only at these positions. They include every position where a pattern
can match. Non-ASCII characters count as digits, because some are.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

__all__ = ["NumberPlaces"]

_REACH = 96
"""Characters on either side of a dense stretch that are also searched; longer than any number."""
_UNKNOWN = ord("?")
_DOTTED_SPAN = 9
"""Maximum characters from the first to the last of the three points of an IPv4 address."""
_POINTS = 3
_AROUND_A_POINT = 2
"""Maximum characters from a digit to the next with one point in between."""


class NumberPlaces:
    """Finds stretches of a text with many digits.

    Args:
        text: any text; lone surrogates are allowed.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._dense_digits: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def matches(self, pattern: re.Pattern[str], count: int, span: int) -> Iterator[re.Match[str]]:
        """Yield the matches of a pattern that begin where digits are dense.

        Args:
            pattern: pattern of up to 90 characters.
            count: minimum number of digits at the start of a match.
            span: maximum characters that these digits span.
        """
        places = self._dense_digits.get((count, span))
        if places is None:
            places = list(self._dense(self._digits, count, span))
            self._dense_digits[count, span] = places
        for start, end in places:
            yield from pattern.finditer(self._text, start, end)

    def dotted(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Yield the matches of a pattern of numbers with at least three points between digits."""
        digits = self._digits
        points = digits[:-1][digits[1:] - digits[:-1] == _AROUND_A_POINT] + 1
        points = points[self._codes[points] == ord(".")]
        for start, end in self._dense(points, _POINTS, _DOTTED_SPAN):
            yield from pattern.finditer(self._text, start, end)

    def letters_and_digits(self) -> list[int]:
        """Offsets of words that begin with two letters and two digits."""
        digits = self._digits
        pairs = digits[:-1][digits[1:] - digits[:-1] == 1]
        starts = pairs[pairs >= 2] - 2  # noqa: PLR2004 - two letters before them
        starts = starts[self._is_letter(starts) & self._is_letter(starts + 1)]
        before = starts - 1
        codes = self._codes[before]  # of the last character for the first word; not used
        is_word = self._is_letter(before) | (codes - ord("0") < 10)  # noqa: PLR2004
        offsets: list[int] = starts[~is_word | self._is_unknown(before) | (before < 0)].tolist()
        return offsets

    def groups_of_four(self, first: str) -> list[int]:
        """Offsets of four characters before a colon, the first of them one of two digits."""
        codes = self._codes
        digits = self._digits
        starts = digits[digits < len(codes) - 4]
        heads = codes[starts]
        one, other = map(ord, first)
        is_first = (heads == one) | (heads == other)
        offsets: list[int] = starts[is_first & (codes[starts + 4] == ord(":"))].tolist()
        return offsets

    @cached_property
    def _codes(self) -> Any:
        """One byte for each character; "?" for those outside ASCII."""
        import numpy as np

        return np.frombuffer(self._text.encode("ascii", "replace"), dtype=np.uint8)

    @cached_property
    def _is_ascii(self) -> bool:
        return self._text.isascii()

    def _is_unknown(self, offsets: Any) -> Any:
        """Whether the characters at some offsets may be of another alphabet."""
        codes = self._codes[offsets]
        return (codes == _UNKNOWN) & (not self._is_ascii)

    @cached_property
    def _digits(self) -> Any:
        """Offsets of digits, in ascending order."""
        import numpy as np

        is_digit = self._codes - ord("0") < 10  # noqa: PLR2004 - wraps around
        if not self._is_ascii:
            is_digit |= self._codes == _UNKNOWN
        return np.flatnonzero(is_digit)

    def _is_letter(self, offsets: Any) -> Any:
        """Whether the characters at some offsets are letters."""
        codes = self._codes[offsets]
        return ((codes | 0x20) - ord("a") < 26) | self._is_unknown(offsets)  # noqa: PLR2004

    def _dense(self, marks: Any, count: int, span: int) -> Iterator[tuple[int, int]]:
        """Yield the stretches around every `span` characters with `count` marks.

        Args:
            marks: offsets in ascending order.
            count: minimum marks of a stretch.
            span: maximum characters that these marks span.
        """
        import numpy as np

        starts = marks[: max(0, len(marks) - count + 1)]
        starts = starts[marks[count - 1 :] - starts < span]
        if not len(starts):
            return
        cuts = np.flatnonzero(np.diff(starts) > 2 * _REACH + span)
        firsts = starts[np.concatenate([[0], cuts + 1])].tolist()
        lasts = starts[np.concatenate([cuts, [len(starts) - 1]])].tolist()
        for first, last in zip(firsts, lasts, strict=True):
            yield max(0, first - _REACH), min(len(self._text), last + span + _REACH)
