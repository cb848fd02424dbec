# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A repository of an MIT project, an index with two files, and a way to call the hook."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from harbor_project import Repository, build_harbor_index, isolate


@pytest.fixture(scope="session")
def hook_index(tmp_path_factory):
    """Folder of the index; not to be changed."""
    return build_harbor_index(tmp_path_factory)


@pytest.fixture(autouse=True)
def _own_folders(monkeypatch, tmp_path):
    isolate(monkeypatch, tmp_path)


class Project(Repository):
    """A repository in which an agent works."""

    def commit_file(self, name, text):
        self.stage(name, text)
        self.commit()


@pytest.fixture
def project(tmp_path, monkeypatch):
    repository = Project(tmp_path / "project")
    monkeypatch.chdir(repository.root)
    return repository


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
