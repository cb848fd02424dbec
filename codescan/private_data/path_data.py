# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Detect numbers in SVG paths, which may look like other values."""

from __future__ import annotations

import re

__all__ = ["is_path_data"]

_REACH = 80
_RUN_BEFORE = re.compile(r"[-+.,\s\deEMmLlHhVvCcSsQqTtAaZz]*$")
_RUN_AFTER = re.compile(r"[-+.,\s\deEMmLlHhVvCcSsQqTtAaZz]*")
_WORD = re.compile(r"[A-Ya-y][A-Za-z]|[Zz][^\W\d_MmZz]")
"""Two adjacent letters form a word; path commands are single letters, except before a close."""
_COMPACT = re.compile(r"(?<=[\d\s])[MmLlHhVvCcSsQqTtAaZz](?=[-.\d])")
"""A command directly followed by its number."""
_ATTRIBUTE = re.compile(r"(?:viewBox|points|transform|stroke-dasharray)\s?=\s?[\"'][^\"'<>]{0,64}$")
"""Attributes of SVG that are lists of numbers."""
_NUMBER = re.compile(r"\d+")
_LEAST_COMMANDS = 2
_LEAST_NUMBERS = 8


def is_path_data(text: str, start: int, end: int) -> bool:
    """Whether a value occurs among the numbers of SVG: a path, a box, a list of points.

    Args:
        text: the text.
        start: of the value.
        end: of the value.
    """
    before = text[max(0, start - _REACH) : start]
    if _ATTRIBUTE.search(before):
        return True
    run = _RUN_BEFORE.search(before)
    after = _RUN_AFTER.match(text, end, end + _REACH)
    numbers = "" if run is None else run[0]
    words = list(_WORD.finditer(numbers))
    numbers = numbers[words[-1].end() :] if words else numbers
    following = "" if after is None else after[0]
    word = _WORD.search(following)
    following = following if word is None else following[: word.start()]
    is_begun = numbers.startswith(("M", "m")) and before.endswith(
        ('d="' + numbers, "d='" + numbers)
    )
    commands = len(_COMPACT.findall(f" {numbers}")) + len(_COMPACT.findall(following))
    count = len(_NUMBER.findall(numbers)) + len(_NUMBER.findall(following))
    return is_begun or (commands >= _LEAST_COMMANDS and count >= _LEAST_NUMBERS)
