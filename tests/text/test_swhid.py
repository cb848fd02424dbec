# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Contents have the identifiers that the Software Heritage archive and Git give them."""

import subprocess

import pytest

from codescan.text.swhid import swhid


@pytest.mark.parametrize(
    ("content", "digest"),
    [
        (b"", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"),
        (b"hello world\n", "3b18e512dba79e4c8300dd08aeb37f8e728b8dad"),
    ],
)
def test_known_contents(content, digest):
    assert swhid(content) == f"swh:1:cnt:{digest}"


def test_any_bytes_as_git_has_them(tmp_path):
    content = bytes(range(256)) * 33 + "é\r\n".encode()
    path = tmp_path / "a.py"
    path.write_bytes(content)
    done = subprocess.run(
        ["git", "hash-object", "--no-filters", str(path)], capture_output=True, check=True
    )
    assert swhid(content) == f"swh:1:cnt:{done.stdout.decode().strip()}"
