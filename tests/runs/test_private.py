# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Only the user may read a run folder and its files, whatever the umask."""

import os
import stat

from codescan.records import Prompt
from codescan.runs import RunStore


def test_a_run_folder_is_private(tmp_path):
    before = os.umask(0)
    try:
        with RunStore(tmp_path / "runs" / "run") as store:
            store.add_prompts([Prompt("p", "text", "t")])
            store.write("report.json", "{}")
            modes = {
                path.name: stat.S_IMODE(path.stat().st_mode)
                for path in (tmp_path / "runs" / "run").iterdir()
            }
            folder = stat.S_IMODE((tmp_path / "runs" / "run").stat().st_mode)
    finally:
        os.umask(before)
    assert folder == 0o700
    assert {"run.db", "run.db-wal", "report.json"} <= modes.keys()
    assert set(modes.values()) == {0o600}
