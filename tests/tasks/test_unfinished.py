# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Nothing that a killed process was writing is read as whole, or is there after the next run."""

from __future__ import annotations

import fcntl
import os
import resource
import signal

import pytest

from codescan.errors import CodescanError
from codescan.evidence.bundle import write_bundle
from codescan.index.manifest import Manifest
from codescan.index.packages.folder_storage import FolderStorage
from codescan.index.packages.trust_store import TrustStore
from codescan.index.swhid_list import write_swhid_list
from codescan.runs import write_atomically
from codescan.runs.regular_files import write_regular_file
from codescan.signatures.signing_keys import new_signing_key
from codescan.sources.scancode import import_scan
from codescan.tasks import unfinished
from codescan.tasks.unfinished import remove_unfinished, replacing, scratch_folder
from codescan.tasks.work_folder import WorkFolder, work_path

KEY = new_signing_key()
LARGE = b"x" * 20_000
MANIFEST = Manifest("demo", "default", 20, (), (), recipe={"x": "x" * 20_000})


def _scancode(folder):
    scan = folder / "scan.json"
    scan.write_text(f'{{"headers": [], "files": [], "of": "{folder}"}}')
    import_scan(scan)


def _temporary_work(_folder):
    with work_path(None, ".codescan-test") as path, WorkFolder.opened(path, {}) as work:
        work.run("stage", "task", lambda result: (result / "x").write_bytes(LARGE) and None)


def _kept_work(folder):
    with WorkFolder.opened(folder / ".work", {}) as work:
        work.run("stage", "task", lambda result: (result / "x").write_bytes(LARGE) and None)


WRITERS = {
    "report": lambda folder: write_atomically(folder / "report.json", LARGE),
    "file in a project": lambda folder: write_regular_file(folder / "a" / "b", LARGE),
    "index manifest": MANIFEST.save,
    "package": lambda folder: FolderStorage(folder).write("objects/ab/cd", LARGE),
    "trusted keys": lambda folder: TrustStore(folder / "trust").add(
        KEY.public.pem, [f"p{n}" for n in range(99)]
    ),
    "identifiers": lambda folder: write_swhid_list(
        [bytes([n % 256]) * 20 for n in range(200)], folder / "list", "text", "i" * 500, "d" * 500
    ),
    "bundle": lambda folder: write_bundle(folder / "bundle", {"x/y": LARGE}, {}, KEY),
    "table of a scan": _scancode,
    "temporary results": _temporary_work,
    "results of tasks": _kept_work,
}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder that also has the user's cache and the temporary files."""
    for name in ("temporary", "cache"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("CODESCAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(unfinished, "_cleared", set())
    return tmp_path


def _names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def _in_child(action):
    """How a child process ends that does this."""
    child = os.fork()
    if child == 0:
        try:
            action()
        finally:
            os._exit(3)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _kill_at(number):
    """Make this process kill itself before the step with this number, from 0."""
    steps = [0]

    def stepped(real):
        def step(*args, **kwargs):
            if steps[0] == number:
                os.kill(os.getpid(), signal.SIGKILL)
            steps[0] += 1
            return real(*args, **kwargs)

        return step

    for name in ("replace", "rename", "fsync", "rmdir", "unlink"):
        setattr(os, name, stepped(getattr(os, name)))


@pytest.mark.parametrize("name", WRITERS)
def test_a_run_after_a_kill_leaves_what_an_undisturbed_one_leaves(place, name):
    write = WRITERS[name]
    expected, kills = None, 0
    for number in range(40):
        place_now = place / f"out{number}"
        place_now.mkdir()

        def killed(number=number, place_now=place_now):
            _kill_at(number)
            write(place_now)

        was_killed = _in_child(killed) == -signal.SIGKILL
        kills += was_killed
        if was_killed:
            _in_child(lambda place_now=place_now: write(place_now))
        names = _names(place_now)
        assert not [each for each in _names(place) if each.endswith(".partial")]
        assert not list((place / "temporary").iterdir())
        expected = expected or names
        assert names == expected
        if not was_killed:
            break
    assert kills
    assert not was_killed


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_leaves_nothing(place, name):
    """A limit of the size of a file stands for the full disk."""

    def write():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))
        try:
            WRITERS[name](place)
        except (CodescanError, OSError):
            os._exit(7)

    assert _in_child(write) == 7
    assert not [each for each in _names(place) if each.endswith(".partial")]
    assert not list((place / "temporary").iterdir())


def test_what_another_process_writes_now_stays(place):
    with replacing(place / "one") as stream, scratch_folder(place) as folder:
        stream.write(b"1")
        (folder / "x").touch()
        open_now = {path.name for path in place.glob(".codescan-*")}
        assert len(open_now) == 2
        assert _in_child(
            lambda: (unfinished._cleared.clear(), write_atomically(place / "two", "2"))
        )
        assert open_now <= {path.name for path in place.iterdir()}
    assert (place / "one").read_bytes() == b"1"
    assert (place / "two").read_bytes() == b"2"
    assert not list(place.glob(".codescan-*"))


def test_only_files_and_folders_of_this_form_are_removed(place):
    link = place / f".codescan-{'0' * 16}.partial"
    link.symlink_to(place / "cache")
    pipe = place / f".codescan-{'1' * 16}.partial"
    os.mkfifo(pipe)
    other = place / ".codescan-x.partial"
    other.touch()
    unfinished = place / f".codescan-{'2' * 16}.partial"
    (unfinished / "deep").mkdir(parents=True)
    locked = place / f".codescan-{'3' * 16}.partial"
    with locked.open("wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        remove_unfinished(place)
        assert all(os.path.lexists(path) for path in (link, pipe, other, locked))
        assert not unfinished.exists()
    remove_unfinished(place)
    assert not locked.exists()


def test_a_file_that_was_removed_before_it_was_locked_is_made_again(place, monkeypatch):
    real = fcntl.flock

    def first_removed(descriptor, operation):
        monkeypatch.setattr(fcntl, "flock", real)
        next(place.glob(".codescan-*.partial")).unlink()
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", first_removed)
    with replacing(place / "one") as stream:
        stream.write(b"1")
    assert (place / "one").read_bytes() == b"1"
