# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What the tests of the gate share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # tests are not a package

from gate_fixtures import check, gate_index, work
from harbor_project import isolate

__all__ = ["check", "gate_index", "work"]


@pytest.fixture(autouse=True)
def _own_folders(monkeypatch, tmp_path):
    isolate(monkeypatch, tmp_path)
