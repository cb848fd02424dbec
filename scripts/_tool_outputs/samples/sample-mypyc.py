# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A sample for compilers of Python."""


class Basket:
    """Sizes under a name."""

    def __init__(self, name: str, sizes: list[int]) -> None:
        self.name = name
        self.sizes = sizes

    def total(self, extra: int = 0) -> int:
        """Their sum."""
        count = extra
        for size in self.sizes:
            count += size
        return count


def describe(basket: Basket, *, loud: bool = False) -> str:
    """Name and sum."""
    text = f"{basket.name}: {basket.total()}"
    return text.upper() if loud else text
