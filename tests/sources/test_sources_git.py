# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A revision is read from Git's objects; nothing in the repository gets to run."""

from __future__ import annotations

import os
import subprocess

import pytest
from read_source import read

from codescan.errors import ConfigError, SourceError
from codescan.sources.git import GitSource, _place
from codescan.text.swhid import swhid

CODE = "def f(x):\n    return x + 1\n"


@pytest.fixture
def git(tmp_path, monkeypatch):
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ada@example.org")
        monkeypatch.setenv(f"GIT_{role}_DATE", "2020-02-03T04:05:06Z")
    folder = tmp_path / "repo"
    folder.mkdir()

    def run(*arguments):
        command = ["git", "-C", str(folder), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    run("init", "-q", "-b", "main")
    (folder / "a.py").write_text(CODE)
    (folder / "pyproject.toml").write_text('[project]\nname = "x"\nlicense = "MIT"\n')
    (folder / "link.py").symlink_to("/etc/passwd")
    (folder / "é ü.py").write_text(CODE)
    run("add", ".")
    run("commit", "-q", "-m", "One")
    run("tag", "-a", "-m", "One", "v1")
    (folder / "a.py").write_text(CODE * 2)
    run("commit", "-q", "-a", "-m", "Two")
    run.folder = folder
    return run


def test_the_revision_not_the_working_tree(git):
    (git.folder / "a.py").write_text("changed = True\n")
    documents, skipped = read(GitSource(str(git.folder)))
    assert documents["a.py"].content == (CODE * 2).encode()
    assert "é ü.py" in documents
    assert skipped["link.py"] == "not-a-file"
    package = documents["a.py"].origin.package
    commit = git("rev-parse", "HEAD")
    assert package.version == commit
    assert package.released is None
    assert commit in package.purl
    assert package.licenses[0].expression == "MIT"
    assert swhid(documents["a.py"].content).endswith(git("rev-parse", "HEAD:a.py"))


def test_a_tag_gives_the_date(git):
    documents, _ = read(GitSource(str(git.folder), "v1", name="tool"))
    package = documents["a.py"].origin.package
    assert documents["a.py"].content == CODE.encode()
    assert (package.name, package.version, package.released) == ("tool", "v1", "2020-02-03")


def test_a_url_is_fetched_without_checkout_and_its_hooks_stay_asleep(git, tmp_path):
    hook = git.folder / ".git" / "hooks" / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    source = GitSource(git.folder.as_uri(), "v1", cache=str(tmp_path / "cache"))
    documents, _ = read(source)
    assert documents["a.py"].content == CODE.encode()
    assert documents["a.py"].origin.package.released == "2020-02-03"
    assert "vcs_url=git%2Bfile" in documents["a.py"].origin.package.purl
    cached = [path.name for path in (tmp_path / "cache").rglob("*")]
    assert "a.py" not in cached
    assert not (tmp_path / "ran").exists()


def test_configuration_of_the_repository_cannot_run_commands(git, tmp_path):
    mark = tmp_path / "ran"
    git("config", "core.fsmonitor", f"touch {mark}")
    git("config", "filter.x.smudge", f"touch {mark}")
    git("config", "diff.x.textconv", f"touch {mark}")
    git("config", "core.hooksPath", str(tmp_path))
    (git.folder / ".git" / "info" / "attributes").write_text("*.py filter=x diff=x\n")
    assert read(GitSource(str(git.folder)))[0]
    assert not mark.exists()


def test_variables_of_a_hook_do_not_redirect(git, monkeypatch):
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    assert read(GitSource(str(git.folder)))[0]


def test_submodules_are_not_followed(git):
    commit = git("rev-parse", "HEAD")
    git("update-index", "--add", "--cacheinfo", f"160000,{commit},vendor/sub")
    git("commit", "-q", "-m", "Three")
    assert read(GitSource(str(git.folder)))[1]["vendor/sub"] == "submodule"


def test_a_path_that_no_checkout_would_make(git):
    blob = git("rev-parse", "HEAD:a.py")
    listing = f"100644 blob {blob}\t..\n100644 blob {blob}\tok.py\n"
    process = subprocess.run(
        ["git", "-C", str(git.folder), "mktree"],
        input=listing, capture_output=True, text=True, check=True,
    )  # fmt: skip
    commit = git("commit-tree", "-m", "x", process.stdout.strip())
    documents, skipped = read(GitSource(str(git.folder), commit))
    assert list(documents) == ["ok.py"]
    assert skipped[".."] == "unsafe-path"


def test_large_repositories_are_divided(git):
    for number in range(600):
        (git.folder / f"m{number:03}.py").write_text(CODE)
    git("add", ".")
    git("commit", "-q", "-m", "Many")
    parts = list(GitSource(str(git.folder)).parts())
    assert len(parts) == 2
    assert len(read(GitSource(str(git.folder)))[0]) == 602


@pytest.mark.parametrize("repository", ["missing", "."])
def test_what_is_no_repository(tmp_path, monkeypatch, repository):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(SourceError) as caught:
        list(GitSource(repository).documents())
    assert caught.value.hint


def test_a_revision_that_is_not_there(git):
    with pytest.raises(SourceError):
        list(GitSource(str(git.folder), "v9").documents())


def test_git_is_not_installed(git, monkeypatch):
    monkeypatch.setitem(os.environ, "PATH", "/nowhere")
    with pytest.raises(SourceError, match="not installed"):
        list(GitSource(str(git.folder)).documents())


@pytest.mark.parametrize(
    "options",
    [("--upload-pack=x",), ("ext::sh -c x",), ("x", "--output=y"), ("x", "a\nb"), ("x", "a b")],
)
def test_options_and_commands_are_no_names(options):
    with pytest.raises(ConfigError):
        GitSource(*options)


def test_other_transports_are_refused(tmp_path):
    source = GitSource("ext::sh/-c/x", cache=str(tmp_path))
    with pytest.raises(SourceError):
        list(source.documents())


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://github.com/psf/requests.git", "github.com/psf/requests"),
        ("git@github.com:psf/requests.git", "github.com/psf/requests"),
        ("ssh://git@github.com:22/psf/requests", "github.com/psf/requests"),
        ("", ""),
    ],
)
def test_families_are_the_same_by_every_transport(url, place):
    assert _place(url) == place
