# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Fixtures: a git repository, an index with one AGPL and one MIT file, and `codescan check`."""

from __future__ import annotations

import pytest
from harbor_project import Repository, build_harbor_index

__all__ = ["check", "gate_index", "work"]


@pytest.fixture(scope="session")
def gate_index(tmp_path_factory):
    """Folder of the index; not to be changed."""
    return build_harbor_index(tmp_path_factory)


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A repository of an MIT project, with one commit; it is the current folder."""
    repository = Repository(tmp_path / "work")
    monkeypatch.chdir(repository.root)
    return repository


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
