# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A short run of the fuzzer of the native core; scripts/fuzz_core starts long ones."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which(os.environ.get("CXX", "g++")) is None, reason="no compiler"),
]


def fuzz(folder, *arguments):
    return subprocess.run(
        [ROOT / "scripts/fuzz_core", "--folder", str(folder), *arguments],
        capture_output=True,
        text=True,
        timeout=3000,
        check=False,
    )


@pytest.fixture
def folder(tmp_path):
    """Where the fuzzer is built; kept between runs of the tests where the tree can be written."""
    build_folder = ROOT / "build" / "fuzz"
    try:
        build_folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return tmp_path
    return build_folder


def test_no_input_breaks_the_core(folder, tmp_path):
    """One test, since two would build the same folder at the same time."""
    done = fuzz(folder, "--runs", "4096", "--seed", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    texts, files = map(int, re.match(r"(\d+) texts .* (\d+) damaged files", done.stdout).groups())
    assert (texts, files) == (4032, 64)
    first, second = (fuzz(folder, "--runs", "500", "--seed", "5").stdout for _ in range(2))
    assert first.rsplit(",", 1)[0] == second.rsplit(",", 1)[0] != ""
    text = tmp_path / "input"
    text.write_bytes(b"\0" + b"\1\0" + b"/* int x; */")
    assert "no crash" in fuzz(folder, "--replay", str(text)).stdout
