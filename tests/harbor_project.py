# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What tests of the gate, of hooks and of services share: an index, a repository, own folders."""

from __future__ import annotations

import os
import subprocess

from harbor_texts import SOUNDINGS, TIDES

__all__ = ["Repository", "build_harbor_index", "isolate"]


def build_harbor_index(tmp_path_factory):
    """Folder of an index with one AGPL file and one MIT file."""
    from codescan.__main__ import main

    corpus = tmp_path_factory.mktemp("corpus") / "harbors"
    corpus.mkdir()
    (corpus / "tides.py").write_text(TIDES, encoding="utf-8")
    (corpus / "soundings.c").write_text(SOUNDINGS, encoding="utf-8")
    out = tmp_path_factory.mktemp("indexes") / "harbors"
    assert main(["index", "build", "--corpus", str(corpus), "--out", str(out), "-q"]) == 0
    return out


def isolate(monkeypatch, tmp_path):
    """Keep the user's caches, sockets and git configuration out of a test."""
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("CODESCAN_CACHE", str(tmp_path / "cache"))
    for name in ("CODESCAN_SOCKET", "CODESCAN_SERVE_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    (tmp_path / "gitconfig").write_text("[user]\nname = Tess\nemail = tess@example.org\n")


class Repository:
    """A repository of an MIT project, with one commit.

    Args:
        root: its folder, which does not exist yet.
    """

    def __init__(self, root):
        self.root = root
        root.mkdir()
        self.git("init", "-q")
        self.stage("pyproject.toml", '[project]\nname = "mine"\nlicense = "MIT"\n')
        self.commit()

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
