# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A git repository, and an index with one AGPL and one MIT file, for the tests of the gate."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from harbor_texts import SOUNDINGS, TIDES


@pytest.fixture(scope="session")
def gate_index(tmp_path_factory):
    """Folder of the index; not to be changed."""
    from codescan.__main__ import main

    corpus = tmp_path_factory.mktemp("corpus") / "harbors"
    corpus.mkdir()
    (corpus / "tides.py").write_text(TIDES, encoding="utf-8")
    (corpus / "soundings.c").write_text(SOUNDINGS, encoding="utf-8")
    out = tmp_path_factory.mktemp("indexes") / "harbors"
    assert main(["index", "build", "--corpus", str(corpus), "--out", str(out), "-q"]) == 0
    return out


@pytest.fixture(autouse=True)
def _own_folders(monkeypatch, tmp_path):
    """Keep the user's caches and git configuration out of the tests."""
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("CODESCAN_CACHE", str(tmp_path / "cache"))
    for name in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    (tmp_path / "gitconfig").write_text("[user]\nname = Tess\nemail = tess@example.org\n")


class Work:
    """A repository to commit in."""

    def __init__(self, root):
        self.root = root

    def git(self, *arguments):
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def write(self, name, content):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def stage(self, name, content):
        path = self.write(name, content)
        self.git("--literal-pathspecs", "add", "--", name)
        return path

    def commit(self, message="change"):
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A repository of an MIT project, with one commit; it is the current folder."""
    root = tmp_path / "work"
    root.mkdir()
    work_folder = Work(root)
    work_folder.git("init", "-q")
    work_folder.stage("pyproject.toml", '[project]\nname = "mine"\nlicense = "MIT"\n')
    work_folder.commit()
    monkeypatch.chdir(root)
    return work_folder


@pytest.fixture
def check(gate_index, capfd):
    """Run `codescan check`; returns the exit code, stdout and stderr."""

    def run(*arguments, command="check"):
        from codescan.__main__ import main

        capfd.readouterr()
        code = main([command, *arguments, "--index", str(gate_index)])
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    return run
