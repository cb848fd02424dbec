# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Where numbers stand in a text: few places, found by array operations over its characters.

Patterns of numbers are tried at these places only. Every place is a superset of where a pattern
can match, so that nothing is missed. Characters outside ASCII count as digits, since some are.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

__all__ = ["NumberPlaces"]

_REACH = 96
"""Characters to either side of a dense stretch that are searched, too; longer than any number."""
_UNKNOWN = ord("?")
_DOTTED_SPAN = 9
"""Characters from the first to the last of the three points of an IPv4 address, at most."""
_POINTS = 3


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
            pattern: of at most 90 characters, the first digits of which are that dense.
            count: digits that a match begins with, at least.
            span: characters that these digits take, at most.
        """
        places = self._dense_digits.get((count, span))
        if places is None:
            places = list(self._dense(self._digit_sums, count, span))
            self._dense_digits[count, span] = places
        for start, end in places:
            yield from pattern.finditer(self._text, start, end)

    def dotted(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Yield the matches of a pattern of numbers with at least three points between digits."""
        for start, end in self._dense(self._point_sums, _POINTS, _DOTTED_SPAN):
            yield from pattern.finditer(self._text, start, end)

    def letters_and_digits(self) -> list[int]:
        """Offsets of words that begin with two letters and two digits."""
        codes, digits = self._codes, self._digits
        if len(codes) < 4:  # noqa: PLR2004
            return []
        letters = self._letters
        starts = letters[:-3] & letters[1:-2] & digits[2:-1] & digits[3:]
        starts[1:] &= ~(letters | digits)[: len(starts) - 1] | self._is_unknown[: len(starts) - 1]
        return _offsets(starts)

    def groups_of_four(self, first: str) -> list[int]:
        """Offsets of four characters before a colon, the first of them one of two characters."""
        codes = self._codes
        if len(codes) < 5:  # noqa: PLR2004
            return []
        heads = codes[:-4]
        one, other = map(ord, first)
        return _offsets((codes[4:] == ord(":")) & ((heads == one) | (heads == other)))

    @cached_property
    def _codes(self) -> Any:
        """One byte for each character; "?" for those outside ASCII."""
        import numpy as np

        return np.frombuffer(self._text.encode("ascii", "replace"), dtype=np.uint8)

    @cached_property
    def _is_unknown(self) -> Any:
        import numpy as np

        if self._text.isascii():
            return np.zeros(len(self._codes), dtype=bool)
        return self._codes == _UNKNOWN

    @cached_property
    def _digits(self) -> Any:
        return (self._codes - ord("0") < 10) | self._is_unknown  # noqa: PLR2004 - wraps around

    @cached_property
    def _letters(self) -> Any:
        return ((self._codes | 0x20) - ord("a") < 26) | self._is_unknown  # noqa: PLR2004

    @cached_property
    def _digit_sums(self) -> Any:
        return _sums(self._digits)

    @cached_property
    def _point_sums(self) -> Any:
        import numpy as np

        points = np.zeros(len(self._codes), dtype=bool)
        digits = self._digits
        points[1:-1] = (self._codes[1:-1] == ord(".")) & digits[:-2] & digits[2:]
        return _sums(points)

    def _dense(self, sums: Any, count: int, span: int) -> Iterator[tuple[int, int]]:
        """Yield the stretches around every `span` characters with `count` marks."""
        import numpy as np

        length = len(self._text)
        if length <= span:
            if sums[-1] >= count:
                yield 0, length
            return
        starts = np.flatnonzero(sums[span:] - sums[:-span] >= count)
        if not len(starts):
            return
        cuts = np.flatnonzero(np.diff(starts) > 2 * _REACH + span)
        firsts = starts[np.concatenate([[0], cuts + 1])].tolist()
        lasts = starts[np.concatenate([cuts, [len(starts) - 1]])].tolist()
        for first, last in zip(firsts, lasts, strict=True):
            yield max(0, first - _REACH), min(length, last + span + _REACH)


def _sums(marks: Any) -> Any:
    """How many marks stand before each offset."""
    import numpy as np

    sums = np.zeros(len(marks) + 1, dtype=np.int32)
    np.cumsum(marks, out=sums[1:])
    return sums


def _offsets(marks: Any) -> list[int]:
    import numpy as np

    offsets: list[int] = np.flatnonzero(marks).tolist()
    return offsets
