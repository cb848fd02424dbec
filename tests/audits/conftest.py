# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A small index whose files, copies and passages are all known."""

import sys
from pathlib import Path

import pytest

from codescan.audits.shuffling import DocumentList
from codescan.index import Index, build

sys.path.insert(0, str(Path(__file__).parent))

from known_files import FAMILIES, HELD_BY, filed, written


@pytest.fixture(scope="session")
def known_documents():
    """Files of HELD_BY, each in as many packages as FAMILIES says; lone ones of two packages."""
    documents = []
    for kind, count in HELD_BY.items():
        for number in range(count):
            content = written(f"{kind}-{number}")
            for copy in range(FAMILIES[kind]):
                package = f"lone{number % 2}" if kind == "lone" else f"{kind}{copy}"
                documents.append(filed(content, package, f"{kind}/{number}.py"))
    return documents


@pytest.fixture(scope="session")
def known_index(known_documents, tmp_path_factory):
    """Their index, open."""
    folder = tmp_path_factory.mktemp("known") / "index"
    build([DocumentList(known_documents)], folder, name="known", recipe={}, workers=1)
    with Index.open(folder) as index:
        yield index
