# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A run that the system kills, with its workers, continues to the same bytes."""

from __future__ import annotations

import json
import random
import shutil
import sys

import pytest
from killed_commands import run_and_kill

from codescan.app.dedup import DedupOptions, dedup

TEXT = "\n".join(f"value_{n} = compute_{n}(first_{n}, {n})" for n in range(40))
FILES = ("duplicates.jsonl", "drop.jsonl", "report.html")


@pytest.mark.slow
def test_a_killed_run_continues_to_the_same_bytes(tmp_path):
    (tmp_path / "data").mkdir()
    for shard in range(3):
        rows = [{"id": f"{shard}-{n}", "content": f"{TEXT}\nx = {n % 40}"} for n in range(100)]
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"data/{shard}.jsonl").write_text(text)
    expected = tmp_path / "expected"
    options = {"clean": True, "workers": 1, "columns": {"path": ""}}
    dedup(DedupOptions((tmp_path / "data",), out=expected, **options))
    out = tmp_path / "out"
    command = [
        sys.executable, "-m", "codescan", "dedup", str(tmp_path / "data"), "--out", str(out),
        "--clean", "--workers", "2", "--column", "path=", "-q",
    ]  # fmt: skip
    rng = random.Random(1)
    for _ in range(2):
        run_and_kill(command, rng.uniform(0.5, 1.5))
    work = out / ".codescan-dedup"
    if not (out / "clean").exists() or (work / "published").exists():
        dedup(DedupOptions((tmp_path / "data",), out=out, **options))
    shutil.rmtree(work, ignore_errors=True)  # of a run that was killed while it removed it
    for name in FILES:
        assert (out / name).read_bytes() == (expected / name).read_bytes()
    names = sorted(path.relative_to(out) for path in out.rglob("*"))
    assert names == sorted(path.relative_to(expected) for path in expected.rglob("*"))
