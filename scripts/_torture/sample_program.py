# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Programs that no corpus holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

__all__ = ["program"]


def program(rng: random.Random, number: int, functions: int) -> str:
    """A program in Python, of names that nobody uses.

    Args:
        rng: selects the names and numbers.
        number: of the program.
        functions: number of its functions.
    """
    lines = [f'"""Part {number}."""', ""]
    for i in range(functions):
        a, b, c = (f"v{rng.randrange(10**5)}" for _ in range(3))
        lines += [
            f"def f{number}_{i}({a}, {b}):",
            f"    {c} = {a} * {rng.randrange(999)} - len({b})",
            f"    return [{c} + n for n in range({rng.randrange(99)}) if n > {a}]",
            "",
        ]
    return "\n".join(lines)
