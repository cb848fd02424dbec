# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What a release needs: one version everywhere, pinned actions, files in the wheel."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def check_version(tag):
    command = [sys.executable, ROOT / "scripts/check_version", tag]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_another_tag_is_refused_with_each_disagreement():
    done = check_version("v999.1.2")
    assert done.returncode == 1
    for file in ("pyproject.toml", "CITATION.cff", "CHANGELOG.md", "docs/"):
        assert file in done.stderr


def test_the_program_knows_the_version_of_the_package():
    from codescan.version import VERSION

    assert PROJECT["project"]["version"] == VERSION


def test_the_citation_names_the_version_of_the_package():
    version = PROJECT["project"]["version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_every_action_is_pinned_to_a_commit():
    files = [ROOT / "action.yml", *(ROOT / ".github/workflows").glob("*.yml")]
    used = [
        name
        for file in files
        for name in re.findall(r"uses:\s*(\S+)", file.read_text(encoding="utf-8"))
    ]
    assert used
    assert [name for name in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", name)] == []
