# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A run folder that is opened again holds nothing of what a killed process was writing."""

from __future__ import annotations

from codescan.records import Prompt
from codescan.runs.store import RunStore


def test_what_a_killed_write_left_is_removed_and_nothing_else(tmp_path):
    folder = tmp_path / "run"
    with RunStore(folder) as store:
        store.add_prompts([Prompt("p", "prefix", "x = ")])
    unfinished = folder / ".codescan-0123456789abcdef.partial"
    others = [folder / name for name in (".codescan-x.partial", "notes.partial", "report.json")]
    for path in (unfinished, *others):
        path.write_text("{}")
    target = tmp_path / "kept"
    target.write_text("x")
    link = folder / ".codescan-fedcba9876543210.partial"
    link.symlink_to(target)
    with RunStore(folder):
        assert not unfinished.exists()
        assert all(path.exists() for path in (*others, link, target))
