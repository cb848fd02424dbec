# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A repository of an MIT project, an index with two files, and a way to call the hook."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "gate"))
sys.path.insert(0, str(Path(__file__).parent))

from harbor_texts import SOUNDINGS, TIDES


@pytest.fixture(scope="session")
def hook_index(tmp_path_factory):
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
    """Keep the user's caches, sockets and git configuration out of the tests."""
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("CODESCAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("CODESCAN_SOCKET", raising=False)
    for name in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    (tmp_path / "gitconfig").write_text("[user]\nname = Tess\nemail = tess@example.org\n")


class Project:
    """A repository in which an agent works."""

    def __init__(self, root):
        self.root = root

    def git(self, *arguments):
        subprocess.run(["git", *arguments], cwd=self.root, capture_output=True, check=True)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def commit(self, name, text):
        self.write(name, text)
        self.git("add", "--", name)
        self.git("commit", "-q", "-m", "change")


@pytest.fixture
def project(tmp_path, monkeypatch):
    root = tmp_path / "project"
    root.mkdir()
    work = Project(root)
    work.git("init", "-q")
    work.commit("pyproject.toml", '[project]\nname = "mine"\nlicense = "MIT"\n')
    monkeypatch.chdir(root)
    return work


@pytest.fixture
def hook(hook_index, project, monkeypatch, capfd):  # noqa: ARG001  the folder to run in
    """Send an event to the hook; returns exit code, stdout and stderr."""

    def run(event, agent="claude-code", *options):
        from codescan.__main__ import main

        data = event if isinstance(event, bytes) else json.dumps(event).encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        capfd.readouterr()
        code = main(["hook", "--agent", agent, "--index", str(hook_index), *options])
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    return run
