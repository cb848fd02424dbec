# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What the tests of the use cases share."""

from __future__ import annotations

import pytest
from gate_fixtures import check, gate_index, work
from harbor_index import built_index, copied_function, harbor_corpus, own_index
from harbor_project import isolate

__all__ = [
    "built_index",
    "check",
    "copied_function",
    "gate_index",
    "harbor_corpus",
    "own_index",
    "work",
]


@pytest.fixture(autouse=True)
def _own_folders(monkeypatch, tmp_path):
    isolate(monkeypatch, tmp_path)
    current = tmp_path / "current"
    current.mkdir()
    monkeypatch.chdir(current)
