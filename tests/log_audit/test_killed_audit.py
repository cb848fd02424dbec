# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""An audit of logs that is killed, with its workers, continues to the same bytes."""

from __future__ import annotations

import random
import sys

import pytest
from killed_commands import run_and_kill
from made_logs import rows, write_log

from codescan.app.log_audit import LogAuditOptions, audit_log_files


@pytest.mark.slow
def test_a_killed_audit_continues_to_the_same_bytes(works_index, tmp_path):
    for shard in range(6):
        write_log(tmp_path / f"logs/{shard}.jsonl", rows(60, {shard: shard, 9: 1}, seed=shard))
    options = {"index_folder": works_index, "chance_sample": 20, "workers": 1}
    logs, expected, out = tmp_path / "logs", tmp_path / "expected", tmp_path / "out"
    audit_log_files(LogAuditOptions(paths=(logs,), out=expected, **options))
    command = [
        sys.executable, "-m", "codescan", "logs", str(logs), "--index", str(works_index),
        "--out", str(out), "--workers", "2", "--chance-sample", "20", "-q",
    ]  # fmt: skip
    rng = random.Random(1)
    for _ in range(2):
        run_and_kill(command, rng.uniform(0.8, 2.5))
    audit_log_files(LogAuditOptions(paths=(logs,), out=out, **options))
    names = sorted(path.name for path in expected.iterdir())
    assert names == sorted(path.name for path in out.iterdir())
    for name in names:
        assert (out / name).read_bytes() == (expected / name).read_bytes()
