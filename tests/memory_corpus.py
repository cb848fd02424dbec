# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A corpus in memory, and programs to fill it with."""

from __future__ import annotations

import random


def program(seed, lines=60):
    """Code of two lines a function, its own for each seed."""
    rng = random.Random(seed)
    return "\n".join(
        f"def part_{seed}_{i}(left, right):\n    return m{rng.randrange(10**6)}(left, {i}) - right"
        for i in range(lines)
    )


class ListSource:
    """A corpus in memory."""

    name = "list"

    def __init__(self, items, error=None):
        self.items, self.error = items, error

    def documents(self):
        yield from self.items
        if self.error:
            raise self.error

    def parts(self):
        yield self
