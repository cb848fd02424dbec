# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Run folders: what a run has elicited and scored so far, kept so that a killed run continues."""

from __future__ import annotations

from codescan.runs.files import write_atomically
from codescan.runs.settings import canonical_json, differences, settings_hash
from codescan.runs.snapshot import RunReader, read_run
from codescan.runs.store import RunStore

__all__ = [
    "RunReader",
    "RunStore",
    "canonical_json",
    "differences",
    "read_run",
    "settings_hash",
    "write_atomically",
]
