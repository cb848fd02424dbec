# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A corpus in memory, for the tests of indexes."""

from __future__ import annotations

import pytest
from memory_corpus import ListSource, program

from codescan.index import add, build


@pytest.fixture(scope="session")
def documents(make_document):
    return [make_document(program(i), f"pkg/m{i}.py", f"package{i % 7}") for i in range(40)]


@pytest.fixture(scope="session")
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
