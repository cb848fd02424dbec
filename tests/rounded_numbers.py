# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Compares texts whose numbers may differ by rounding.

A run of a real model that was killed goes on with other batches. A batch of another size gives the
same numbers but for their last digits.
"""

import re

__all__ = ["assert_equal_but_for_rounding"]

_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")


def assert_equal_but_for_rounding(one, other):
    """Texts are equal, or differ in the last digits of numbers with a decimal point."""
    assert _NUMBER.sub("#", one) == _NUMBER.sub("#", other)
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    assert [pair for pair in pairs if not _is_nearly(*pair)] == []


def _is_nearly(one, other):
    last_digit = 10.0 ** -min(len(one.partition(".")[2]), len(other.partition(".")[2]))
    difference = abs(float(one) - float(other))
    return difference <= max(1.1 * last_digit, 1e-3 * abs(float(other)))
