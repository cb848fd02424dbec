# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Objects of a repository are read whole, within limits, or not at all."""

import gc
import os
import shutil
import subprocess

import pytest

from codescan.errors import GitError
from codescan.git.command import Git
from codescan.git.objects import ObjectReader

TEXT = b"def settle(levels):\n    return levels\n" * 20
MISSING = "0" * 39 + "1"


def git(folder, *arguments):
    command = ["git", "-C", folder, "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    done = subprocess.run([*command, *arguments], capture_output=True, check=True)
    return done.stdout.decode().strip()


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    folder = tmp_path_factory.mktemp("repository")
    git(folder, "init", "-q")
    (folder / "src").mkdir()
    (folder / "src" / "locks.py").write_bytes(TEXT)
    (folder / "odd\n-name.py").write_bytes(b"")
    (folder / "link.py").symlink_to("src/locks.py")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one")
    return folder


@pytest.fixture
def reader(repository):
    with ObjectReader(Git(repository), seconds=60) as opened:
        yield opened


def test_a_content_is_read_up_to_its_limit(repository, reader):
    blob = git(repository, "rev-parse", "HEAD:src/locks.py")
    assert reader.size(blob) == len(TEXT)
    assert reader.read(blob, len(TEXT)) == TEXT
    assert reader.read(blob, len(TEXT) - 1) is None
    assert reader.read(blob, len(TEXT)) == TEXT, "a refusal does not disturb the next answer"


def test_an_object_of_another_kind_is_none(repository, reader):
    tree = git(repository, "rev-parse", "HEAD^{tree}")
    assert reader.read(tree, 1 << 20) is None
    assert reader.size(tree, "tree")


@pytest.mark.parametrize(
    "name", [MISSING, "", "HEAD", "HEAD:src/locks.py", f"{MISSING}\n{MISSING}", "--batch-all", "é"]
)
def test_only_full_names_of_objects_are_asked_for(repository, reader, name):
    assert reader.size(name) is None
    assert reader.read(name, 1 << 20) is None
    blob = git(repository, "rev-parse", "HEAD:src/locks.py")
    assert reader.read(blob, 1 << 20) == TEXT


def test_entries_of_a_tree_keep_odd_names_and_modes(repository, reader):
    entries = reader.tree(git(repository, "rev-parse", "HEAD^{tree}"))
    assert set(entries) == {"src", "odd\n-name.py", "link.py"}
    with pytest.raises(GitError, match="no tree"):
        reader.tree(MISSING)


def test_a_damaged_object_is_none_and_the_next_one_is_read(repository, reader):
    content = b"to be damaged\n" * 9
    (repository / "damaged.py").write_bytes(content)
    damaged = git(repository, "hash-object", "-w", "damaged.py")
    file = repository / ".git" / "objects" / damaged[:2] / damaged[2:]
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-8])
    assert reader.read(damaged, 1 << 20) != content
    blob = git(repository, "rev-parse", "HEAD:src/locks.py")
    assert reader.read(blob, 1 << 20) == TEXT


def test_a_reader_that_nobody_closes_ends_its_processes(repository):
    """A service or an editor reads repositories for days."""
    blob = git(repository, "rev-parse", "HEAD:src/locks.py")
    children = []
    for _ in range(3):
        reader = ObjectReader(Git(repository), seconds=60)
        assert reader.read(blob, len(TEXT)) == TEXT
        children += [one._process for one in reader._processes.values()]
    del reader
    gc.collect()
    assert len(children) == 3
    assert all(child.poll() is not None for child in children)


@pytest.fixture
def old_git(tmp_path, monkeypatch):
    """A git before 2.36, which does not know `--batch-command`."""
    real = shutil.which("git")
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(
        '#!/bin/sh\nfor each; do [ "$each" = --batch-command ] && '
        f'{{ echo "error: unknown option" >&2; exit 129; }}; done\nexec {real} "$@"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.usefixtures("old_git")
def test_a_git_without_commands_is_asked_by_two_processes(repository):
    blob = git(repository, "rev-parse", "HEAD:src/locks.py")
    with ObjectReader(Git(repository), seconds=60) as reader:
        assert reader.read(blob, len(TEXT)) == TEXT
        assert reader.size(MISSING) is None
        assert reader.read(blob, len(TEXT)) == TEXT
        assert reader.resolve("HEAD", "commit") == git(repository, "rev-parse", "HEAD")
        assert sorted(reader._processes) == ["--batch", "--batch-check"]


def test_fixed_revisions_are_resolved_and_others_refused(repository, reader):
    head = git(repository, "rev-parse", "HEAD")
    git(repository, "branch", "-f", "MERGE_HEAD")
    assert reader.resolve("HEAD", "commit") == head
    assert reader.resolve(head, "tree") == git(repository, "rev-parse", "HEAD^{tree}")
    assert reader.resolve(MISSING, "commit") == ""
    for revision in ("main", "HEAD~1", "HEAD\n", "-1", "", head[:12], f"{head}^"):
        with pytest.raises(ValueError, match="not a fixed revision"):
            reader.resolve(revision, "commit")
