# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A small index of several works."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # tests are not a package

from made_logs import WORKS, work_text
from memory_corpus import ListSource

from codescan.index import build
from codescan.records import Document, LicenseBasis, LicenseClaim, Origin, Package


def _document(number: int) -> Document:
    content = work_text(number).encode()
    family = f"pypi/work-{number}"
    expression = ("MIT", "GPL-3.0-only")[number % 2]
    category = ("permissive", "strong-copyleft")[number % 2]
    return Document(
        content,
        "python",
        Origin(
            Package(f"pkg:pypi/work-{number}@1.0", f"work-{number}", "1.0", family),
            "module.py",
            hashlib.sha256(content).hexdigest(),
        ),
        (LicenseClaim(expression, LicenseBasis.PACKAGE_METADATA, category=category),),
        (f"Copyright 2019 Owner {number % 3}",),
    )


@pytest.fixture(scope="session")
def works_index(tmp_path_factory):
    """An index of the works; not to be changed."""
    folder = tmp_path_factory.mktemp("works") / "index"
    source = ListSource([_document(number) for number in range(WORKS)])
    build([source], folder, name="works", recipe={}, workers=1)
    return folder
