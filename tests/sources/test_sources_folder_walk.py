# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Files are found at any depth, in order, and links are not followed."""

from __future__ import annotations

import os
import subprocess

from codescan.sources.folder_walk import files_below


def test_files_are_found_deeper_than_the_stack_of_python(tmp_path):
    start = os.getcwd()  # noqa: PTH109 - chdir: the path is too long for one call
    try:
        os.chdir(tmp_path)
        for _ in range(1500):
            os.mkdir("d")  # noqa: PTH102 - relative to the folder
            os.chdir("d")
        with open("deep.jsonl", "w", encoding="utf-8") as stream:  # noqa: PTH123 - likewise
            stream.write("{}\n")
        os.chdir(start)
        (tmp_path / "a.jsonl").write_text("{}\n")
        (tmp_path / "other.txt").write_text("x")
        assert [path.name for path in files_below(tmp_path, ".jsonl")] == ["a.jsonl", "deep.jsonl"]
    finally:
        os.chdir(start)
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)  # shutil.rmtree recurses


def test_a_loop_of_links_is_no_folder(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a.pom").write_text("x")
    assert files_below(tmp_path, ".pom") == [tmp_path / "a.pom"]
