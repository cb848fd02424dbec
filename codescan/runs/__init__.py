# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Run folders: what a run has elicited and scored so far, kept so that a killed run continues."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.runs.files import write_atomically
    from codescan.runs.settings import differences, settings_hash
    from codescan.runs.snapshot import RunReader, read_run
    from codescan.runs.store import RunStore

__all__ = [
    "RunReader",
    "RunStore",
    "differences",
    "read_run",
    "settings_hash",
    "write_atomically",
]

_HOMES = {
    "RunReader": "snapshot",
    "RunStore": "store",
    "differences": "settings",
    "read_run": "snapshot",
    "settings_hash": "settings",
    "write_atomically": "files",
}
"""Module of each name. A command that keeps its last report needs none of a run."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'codescan.runs' has no attribute {name!r}")
    return getattr(import_module(f"codescan.runs.{_HOMES[name]}"), name)
