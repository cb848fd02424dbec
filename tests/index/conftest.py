# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A corpus in memory, for the tests of indexes."""

from __future__ import annotations

import random

import pytest

from codescan.index import add, build


def program(seed, lines=60):
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


@pytest.fixture
def documents(make_document):
    return [make_document(program(i), f"pkg/m{i}.py", f"package{i % 7}") for i in range(40)]


@pytest.fixture
def make_index():
    """Build the index of some items in one process."""

    def make(out, items, **options):
        return build(
            [ListSource(items)], out, name="test", recipe={"kind": "list"}, workers=1, **options
        )

    return make


@pytest.fixture
def add_to_index():
    """Add items to an index in one process."""
    return lambda out, items: add([ListSource(items)], out, workers=1)
