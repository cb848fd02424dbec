# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Pulling altered parts, into damaged folders, after a kill: an index is whole, or is none."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest
from package_server import (
    LATER,
    check_same,
    document,
    files_of,
    flipped,
    is_index,
    over_http,
    part_files,
)  # fmt: skip

from codescan.errors import OutputError, PackageError
from codescan.index import Index
from codescan.index.packages import assembly, pulling
from codescan.index.packages.downloading import download_parts
from codescan.index.packages.folder_storage import FolderStorage
from codescan.index.packages.statement import Part, unverified_package


def altered(content, rng):
    """Other bytes than these: one bit each, shorter, longer, none, zeros, another order."""
    yield flipped(content, rng.randrange(len(content)), 1 << rng.randrange(8))
    yield flipped(content, 0, 1)
    yield flipped(content, len(content) - 1, 0x80)
    yield content[:-1]
    yield content + b"\0"
    yield b""
    yield b"\xff" * len(content)
    yield content[1:] + content[:1] if len(set(content)) > 1 else content * 2


class OneObject:
    """A storage with the same content for every path."""

    url = "test"

    def __init__(self, content):
        self.content = content

    def read(self, _path, limit):
        return self.content[: limit + 1]


def test_every_altered_part_is_refused(repository):
    rng = random.Random(5)
    written = []

    class Sink:
        write = staticmethod(lambda *arguments: written.append(arguments))

    for path in part_files(repository):
        content = path.read_bytes()
        missing = {Part(path.name, len(content)): [("x", 0)]}
        for changed in altered(content, rng):
            with pytest.raises(PackageError, match="not what the publisher signed"):
                download_parts(OneObject(changed), missing, Sink, lambda _count: None)
        assert not written
        download_parts(OneObject(content), missing, Sink, lambda _count: None)
        assert written.pop() == ("x", 0, content)


def test_with_an_altered_part_there_is_no_index(repository, index_folder, pull_into, tmp_path):
    rng = random.Random(6)
    for number, path in enumerate(rng.sample(part_files(repository), 3)):
        good = path.read_bytes()
        for form, changed in enumerate(altered(good, rng)):
            path.write_bytes(changed)
            out = tmp_path / f"out{number}-{form}"
            with pytest.raises(PackageError):
                pull_into(FolderStorage(repository), out)
            assert not is_index(out)
        path.write_bytes(good)
        pull_into(FolderStorage(repository), out)
        check_same(out, index_folder)


def test_parts_that_are_no_files_are_refused(repository, pull_into, tmp_path):
    import os

    path = part_files(repository)[0]
    path.rename(tmp_path / "moved")
    for make in (lambda: path.symlink_to(tmp_path / "moved"), lambda: os.mkfifo(path), path.mkdir):
        make()
        with pytest.raises(PackageError):
            pull_into(FolderStorage(repository), tmp_path / "out")
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    with pytest.raises(PackageError, match="there is no parts/"):
        pull_into(FolderStorage(repository), tmp_path / "out")
    assert not is_index(tmp_path / "out")


def test_a_refused_update_leaves_the_index_as_it_was(
    repository, index_folder, pull_into, pack_folder, tmp_path, add_to_index
):
    pull_into(FolderStorage(repository), tmp_path / "out")
    before = files_of(tmp_path / "out")
    old = set(part_files(repository))
    add_to_index(index_folder, [document(78)])
    pack_folder(index_folder, repository, now=LATER)
    for path in set(part_files(repository)) - old:
        path.write_bytes(flipped(path.read_bytes(), 0, 1))
    with pytest.raises(PackageError, match="not what the publisher signed"):
        pull_into(FolderStorage(repository), tmp_path / "out", LATER)
    with Index.open(tmp_path / "out") as opened:
        opened.verify()
    assert {path: before[path] for path in before} == {
        path: content
        for path, content in files_of(tmp_path / "out").items()
        if not path.startswith(assembly.STAGING)
    }


def test_a_pull_repairs_a_damaged_index(repository, index_folder, pull_into, tmp_path):
    out = tmp_path / "out"
    pull_into(FolderStorage(repository), out)
    rng = random.Random(6)
    for name in ("store", "catalogue.db", "exact.postings", "texts.sums"):
        (path,) = out.rglob(name)
        content = path.read_bytes()
        everything = -(-len(content) // 32768)
        for damage, most in (
            (flipped(content, rng.randrange(len(content)), 1), 1),
            (content[: len(content) // 2], everything),
            (content + b"x", 0),
            (None, everything),
        ):
            path.unlink() if damage is None else path.write_bytes(damage)
            assert pull_into(FolderStorage(repository), out).received_parts <= most
        check_same(out, index_folder)


def test_a_foreign_file_in_a_shard_is_put_aside(repository, index_folder, pull_into, tmp_path):
    out = tmp_path / "out"
    pull_into(FolderStorage(repository), out)
    (shard,) = (out / "shards").iterdir()
    (shard / "intruder").write_bytes(b"x")
    pull_into(FolderStorage(repository), out)
    check_same(out, index_folder)


def test_what_an_interrupted_pull_left_is_tested_again(
    repository, index_folder, pull_into, tmp_path
):
    out = tmp_path / "out"
    victim = max(part_files(repository), key=lambda path: path.stat().st_size)
    good = victim.read_bytes()
    victim.write_bytes(b"x" * len(good))
    with pytest.raises(PackageError):
        pull_into(FolderStorage(repository), out)
    victim.write_bytes(good)
    staged = sorted(path for path in (out / assembly.STAGING).rglob("*") if path.is_file())
    for path in staged:
        path.write_bytes(bytes(byte ^ 0xFF for byte in path.read_bytes()) + b"tail")
    (out / assembly.STAGING / "stranger").symlink_to("/etc/passwd")
    pull_into(FolderStorage(repository), out)
    check_same(out, index_folder)


def test_a_link_in_place_of_the_staging_folder_is_refused(repository, pull_into, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / assembly.STAGING).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="symbolic link"):
        pull_into(FolderStorage(repository), tmp_path / "out")
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_full_disk_is_noticed_before_the_download(
    repository, pull_into, serve, tmp_path, monkeypatch
):
    server = serve(repository)
    usage = SimpleNamespace(free=1000)
    monkeypatch.setattr(pulling.shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(OutputError, match="bytes free"):
        pull_into(over_http(server), tmp_path / "out")
    assert server.count("GET", "/parts/") == 0


def test_of_concurrent_pulls_one_works_and_the_others_are_told(
    repository, index_folder, pull_into, tmp_path
):
    outcomes = []

    def run():
        try:
            pull_into(FolderStorage(repository), tmp_path / "out")
            outcomes.append("pulled")
        except OutputError as error:
            assert "another process" in error.message  # noqa: PT017  in a thread
            outcomes.append("told")

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 6
    assert "pulled" in outcomes
    check_same(tmp_path / "out", index_folder)


PULL = """
import sys, datetime as dt
from pathlib import Path
from codescan.index.packages.http_storage import HttpStorage
from codescan.index.packages.pulling import fetch_statement, pull
from codescan.index.packages.trust_store import TrustStore
storage = HttpStorage(sys.argv[1], allow_local_http=True)
now = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
verified = fetch_statement("demo", storage, TrustStore(Path(sys.argv[2])), now)
pull(verified, storage, Path(sys.argv[3]))
"""


def test_a_killed_pull_goes_on_where_it_was(
    repository, index_folder, pull_into, serve, trust, tmp_path
):
    server = serve(repository)
    answered = []
    release = threading.Event()

    def hang_after_twelve(handler):
        if handler.path.startswith("/parts/"):
            if len(answered) >= 12:
                release.wait(600)
            answered.append(handler.path)
        return False

    server.answer = hang_after_twelve
    out = tmp_path / "out"
    process = subprocess.Popen([sys.executable, "-c", PULL, server.url, trust.folder, out])
    parts = len(part_files(repository))
    try:
        while len(answered) < 12 or _filled(out, repository) < 12:
            assert process.poll() is None
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait()
        release.set()
    assert not is_index(out)
    server.answer = lambda _handler: False
    received = pull_into(over_http(server), out).received_parts
    assert received <= parts - 12
    check_same(out, index_folder)


def _filled(out, repository):
    """Number of parts that lie in the staging folder."""
    package = unverified_package((repository / "demo.json").read_bytes())
    filled = set()
    for file in package.files:
        path, offset = out / assembly.STAGING / file.path, 0
        with contextlib.suppress(OSError):
            content = path.read_bytes()
            for part in file.parts:
                if any(content[offset : offset + part.bytes]):
                    filled.add(part)
                offset += part.bytes
    return len(filled)
