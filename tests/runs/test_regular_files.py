# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Files are replaced in one step, and never through a link that someone prepared."""

from __future__ import annotations

import fcntl
import os
import stat

import pytest

from codescan.errors import OutputError
from codescan.runs import write_atomically
from codescan.runs.regular_files import write_regular_file


@pytest.fixture
def project(tmp_path):
    (tmp_path / "project").mkdir()
    (tmp_path / "outside").mkdir()
    return tmp_path / "project"


def test_missing_folders_are_made_and_permissions_stay(project):
    path = project / "a" / "b" / "c.txt"
    write_regular_file(path, b"one", inside=project)
    path.chmod(0o754)
    write_regular_file(path, b"two", inside=project)
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o754
    assert [each.name for each in path.parent.iterdir()] == ["c.txt"]


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("target", ["outside", "project"])
def test_no_folder_on_the_way_may_be_a_link(project, depth, target):
    folders = ["a", "b", "c"][:depth]
    parent = project.joinpath(*folders[:-1])
    parent.mkdir(parents=True, exist_ok=True)
    (project / "real").mkdir(exist_ok=True)
    place = project.parent / "outside" if target == "outside" else project / "real"
    (parent / folders[-1]).symlink_to(place)
    with pytest.raises(OutputError, match="link or not a folder"):
        write_regular_file(project.joinpath(*folders, "d", "x.txt"), b"x", inside=project)
    assert not list(place.iterdir())


@pytest.mark.parametrize("kind", ["link", "dangling", "pipe", "folder", "device"])
def test_only_a_regular_file_is_replaced(project, kind):
    path, victim = project / "x.txt", project.parent / "outside" / "victim"
    victim.write_text("kept")
    if kind == "link":
        path.symlink_to(victim)
    elif kind == "dangling":
        path.symlink_to(project.parent / "outside" / "new")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/null")
    for inside in (project, None):
        with pytest.raises(OutputError):
            write_regular_file(path, b"new", inside=inside)
    assert victim.read_text() == "kept"
    assert [each.name for each in victim.parent.iterdir()] == ["victim"]


def test_a_path_that_climbs_is_refused(project):
    with pytest.raises(OutputError, match="leads out"):
        write_regular_file(project / "a" / ".." / ".." / "x", b"x", inside=project)


@pytest.mark.parametrize("write", [write_atomically, None])
def test_nobody_can_prepare_the_name_that_is_written_first(project, write):
    """Every name that a process of this id could have used by its number leads elsewhere."""
    victim = project.parent / "outside" / "victim"
    victim.write_text("kept")
    before = set()
    for number in range(os.getpid() - 3, os.getpid() + 4):
        name = project / f".report.json.{number}.partial"
        name.symlink_to(victim)
        before.add(name.name)
    path = project / "report.json"
    if write is not None:
        write(path, "text")
    else:
        write_regular_file(path, b"text", inside=project)
    assert path.read_text() == "text"
    assert victim.read_text() == "kept"
    assert {each.name for each in project.iterdir()} == {*before, "report.json"}


def test_two_writers_never_share_a_file(project, monkeypatch):
    """A name that exists already is not opened, whoever made it."""
    monkeypatch.setattr("os.urandom", bytes)
    taken = project / f".codescan-{'0' * 16}.partial"
    taken.write_text("theirs")
    with taken.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        with pytest.raises(OutputError):
            write_regular_file(project / "x.txt", b"x", inside=project)
        with pytest.raises(OutputError):
            write_atomically(project / "x.txt", "x")
    assert taken.read_text() == "theirs"
    assert not (project / "x.txt").exists()


def test_a_name_as_long_as_the_system_allows_can_be_written(project):
    path = project / ("n" * 255)
    write_atomically(path, "one")
    write_regular_file(path, b"two", inside=project)
    assert path.read_text() == "two"
