# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The hooks of pre-commit, run by pre-commit itself: batches, no index, a whole installation."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from harbor_texts import COPY

ACCEPT = ("--update-baseline", "--reason", "asked the owner", "--reviewer", "Tess")
_HOOKS = """\
repos:
  - repo: local
    hooks:
      - id: files
        name: files
        entry: "{python} -I -m codescan check --quiet --index {index}"
        language: system
        types: [text]
        exclude: '^\\.codescan|^\\.pre-commit'
        require_serial: false
        verbose: true
      - id: diff
        name: diff
        entry: "{python} -I -m codescan check --quiet --staged --index {index}"
        language: system
        pass_filenames: false
        always_run: true
        verbose: true
"""


@pytest.fixture
def pre_commit(work, gate_index, tmp_path, monkeypatch):
    """Run pre-commit with codescan as local hooks; returns the finished process."""
    pytest.importorskip("pre_commit")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "hooks"))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    def run(*arguments, index=gate_index):
        work.write(".pre-commit-config.yaml", _HOOKS.format(python=sys.executable, index=index))
        work.git("add", ".pre-commit-config.yaml")
        command = [sys.executable, "-m", "pre_commit", *arguments]
        return subprocess.run(command, cwd=work.root, capture_output=True, text=True, check=False)

    return run


def test_one_copy_among_many_files_fails_whatever_process_has_it(work, pre_commit):
    for number in range(24):
        work.stage(f"f{number:02}.py", f"value_{number} = {number}\n")
    assert pre_commit("run", "files", "--all-files").returncode == 0
    work.stage("f13.py", "first = 1\n\n" + COPY)
    done = pre_commit("run", "files", "--all-files")
    assert done.returncode == 1
    assert done.stdout.count("f13.py:3-") == 1
    assert done.stdout.count(" checked") > 1, "it ran in one process"


def test_processes_side_by_side_do_not_share_an_entry(work, pre_commit, check):
    """The accepted copy moved to one file; each of many copies is in another process."""
    work.stage("old.py", COPY)
    assert check("old.py", *ACCEPT)[0] == 0
    work.git("add", "-A")
    work.commit()
    work.git("mv", "old.py", "f00.py")
    for number in range(1, 24):
        work.stage(f"f{number:02}.py", f"value_{number} = {number}\n" * 3)
    done = pre_commit("run", "files", "--all-files")
    assert done.returncode == 0, done.stdout
    assert "stale" not in done.stdout
    work.stage("f23.py", COPY)
    done = pre_commit("run", "files", "--all-files")
    assert done.returncode == 1
    assert done.stdout.count("accepted in old.py only") == 1


@pytest.mark.parametrize("hook", ["files", "diff"])
def test_without_an_index_a_hook_fails_and_says_how_to_build_one(work, pre_commit, tmp_path, hook):
    work.stage("a.py", "a = 1\n")
    done = pre_commit("run", hook, "--all-files", index=tmp_path / "nowhere")
    assert done.returncode == 1
    assert "exit code: 3" in done.stdout
    assert "no index found at" in done.stdout
    assert f"codescan index build --corpus NAME --out {tmp_path / 'nowhere'}" in done.stdout


def test_an_installed_hook_guards_commits_and_pushes(work, pre_commit, tmp_path):
    pre_commit("install", "-t", "pre-commit", "-t", "pre-push")
    work.stage("a.py", "a = 1\n" + COPY)
    done = subprocess.run(
        ["git", "commit", "-m", "copy"], cwd=work.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "a.py:2-17" in done.stdout + done.stderr
    work.git("commit", "-q", "--no-verify", "-m", "copy")
    work.git("init", "-q", "--bare", str(tmp_path / "remote"))
    work.git("remote", "add", "origin", str(tmp_path / "remote"))
    push = ["git", "push", "origin", "HEAD"]
    done = subprocess.run(push, cwd=work.root, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "a.py:2-17" in done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.network
def test_the_hook_of_pre_commit_guards_commits(work, gate_index, tmp_path, monkeypatch):
    root = Path(__file__).resolve().parents[2]
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    subprocess.run([venv / "bin/pip", "install", "-q", "pre-commit"], check=True)
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "hooks"))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    tool = venv / "bin/pre-commit"
    manifest = root / ".pre-commit-hooks.yaml"
    subprocess.run([tool, "validate-manifest", manifest], check=True)
    source = tmp_path / "source"
    shutil.copytree(root, source, ignore=shutil.ignore_patterns("build", ".venv*", "*.so", ".git"))
    subprocess.run("git init -q && git add -A && git commit -qm source", cwd=source, shell=True,  # noqa: S602
                   check=True, env=os.environ.copy())  # fmt: skip
    work.write("codescan.toml", f'index = "{gate_index}"\n')
    work.stage("old.py", "one   =   1\n")
    work.commit()
    work.stage("answer.py", COPY)
    command = [tool, "try-repo", source, "codescan-diff", "--verbose"]
    done = subprocess.run(command, cwd=work.root, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    for part in ("answer.py:1-16", "tides.py", "AGPL-3.0-only", "conflict", "remove or rewrite"):
        assert part in done.stdout
    work.commit()
    work.stage("old.py", "one = 1\n")
    done = subprocess.run(command, cwd=work.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
