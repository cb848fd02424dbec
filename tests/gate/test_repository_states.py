# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""States of a repository that git or codescan refuses have a message that says what to do."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess

import pytest
from harbor_texts import COPY

from codescan.errors import GitError
from codescan.gate.changes import Repository
from codescan.git.special_files import refuse_special_files


@pytest.fixture
def other_owner(tmp_path, monkeypatch):
    """Let git take every repository for one of another user."""
    commands = tmp_path / "commands"
    commands.mkdir()
    real = shutil.which("git")
    script = f'#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {real} "$@"\n'
    (commands / "git").write_text(script)
    (commands / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{commands}:{os.environ['PATH']}")


@pytest.mark.parametrize("arguments", [("--staged",), ("--diff", "HEAD~0..HEAD"), ("a.py",), ()])
def test_a_repository_of_another_user_is_refused_with_the_command_that_trusts_it(
    work, check, request, arguments
):
    work.stage("a.py", COPY)
    request.getfixturevalue("other_owner")
    code, out, err = check(*arguments)
    assert code == 3
    assert out == ""
    assert "belongs to another user" in err
    (hint,) = [line for line in err.splitlines() if "safe.directory" in line]
    command = shlex.split(hint[hint.index("git config") :])
    subprocess.run(command, check=True)
    if arguments != ("--diff", "HEAD~0..HEAD"):
        assert check(*arguments)[0] == 1


def test_a_name_of_several_branches_and_tags_is_refused(work, check):
    base = work.commit()
    work.git("branch", "base", base)
    work.stage("a.py", COPY)
    head = work.commit()
    work.git("tag", "base", head)
    code, _, err = check("--diff", "base..HEAD")
    assert code == 2
    assert "more than one branch or tag" in err
    assert check("--diff", "refs/heads/base..HEAD")[0] == 1
    assert check("--diff", f"{base}..HEAD")[0] == 1
    work.git("update-ref", f"refs/heads/{base}", head)
    assert check("--diff", f"{base}..HEAD")[0] == 1
    code, _, err = check("a.py", "--policy-from", "base", "--strict")
    assert code == 2


def test_a_bare_repository_inside_another_one_decides_nothing(work, check, monkeypatch):
    """It may have come with the change, and name other commits alike."""
    base = work.commit()
    work.git("branch", "base", base)
    work.git("clone", "-q", "--bare", ".", "inner.git")
    work.git("-C", "inner.git", "update-ref", "refs/heads/base", "HEAD")
    work.stage("a.py", COPY)
    work.commit()
    assert check("--diff", "base..HEAD")[0] == 1
    monkeypatch.chdir(work.root / "inner.git")
    code, _, err = check("--diff", "base..HEAD")
    assert code == 2
    assert "inside the working tree of" in err
    monkeypatch.setenv("GIT_DIR", str(work.root / "inner.git"))
    assert check("--diff", "base..HEAD")[0] == 0  # the caller names it


@pytest.mark.parametrize("name", ["shallow", "info/exclude", "objects/info/alternates", "index"])
@pytest.mark.parametrize("kind", ["pipe", "link to a pipe", "device"])
def test_pipes_and_devices_in_the_folder_of_git_are_named(work, name, kind, tmp_path):
    path = work.root / ".git" / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        os.mkfifo(tmp_path / "pipe")
        path.symlink_to(tmp_path / "pipe")
    with pytest.raises(GitError, match=f"{name} is a pipe or a device"):
        Repository(work.root)


def test_other_files_in_the_folder_of_git_stay(work):
    import socket

    os.chdir(work.root / ".git")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("fsmonitor--daemon.ipc")
        os.chdir(work.root)
        (work.root / ".git/description").unlink()
        (work.root / ".git/description").symlink_to("nowhere")
        repository = Repository(work.root)
    refuse_special_files(repository.git, 10)


POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 9\n"


@pytest.mark.parametrize("text", [POINTER, "/annex/objects/SHA256E-s9--00\n"])
def test_a_pointer_to_a_source_is_unchecked_and_one_to_an_image_is_not(work, check, text):
    work.stage("picture.png", text)
    assert check("--staged")[0] == 0
    work.stage("a.py", text)
    for arguments in (("--staged",), ("a.py",)):
        code, out, _ = check(*arguments)
        assert code == 5
        assert "lfs-pointer" in out
    work.stage("a.py", text + "x = 1\n" * 400)
    assert check("--staged")[0] == 0


@pytest.mark.parametrize(
    ("files", "old", "new", "is_worse"),
    [
        ({"codescan.toml": '[allow]\npaths = ["third/**"]\n'}, "third/b.py", "src/b.py", True),
        ({"codescan.toml": '[allow]\npaths = ["third/**"]\n'}, "third/b.py", "third/c.py", False),
        ({"codescan.toml": '[deny]\npaths = ["core/**"]\n'}, "ext/b.py", "core/b.py", False),
        (
            {"one/package.json": '{"license": "AGPL-3.0-only"}', "two/package.json": "{}"},
            "one/b.py", "two/b.py", True,
        ),
        (
            {"one/package.json": '{"license": "AGPL-3.0-only"}',
             "two/package.json": '{"license": "AGPL-3.0-only"}'},
            "one/b.py", "two/b.py", False,
        ),
    ],
)  # fmt: skip
def test_a_file_that_moves_to_stricter_rules_is_judged_again(
    work, check, files, old, new, is_worse
):
    for path, content in files.items():
        work.stage(path, content)
    work.stage(old, COPY)
    base = work.commit()
    (work.root / new).parent.mkdir(exist_ok=True)
    work.git("mv", old, new)
    assert check("--staged")[0] == int(is_worse)
    head = work.commit()
    code, out, _ = check("--diff", f"{base}..{head}")
    assert code == int(is_worse)
    assert (new in out) is is_worse
