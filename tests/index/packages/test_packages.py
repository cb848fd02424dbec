# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Packing, pushing and pulling: the same bytes arrive, once, and only those that were signed."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from msgspec.structs import replace
from package_server import (
    LATER,
    NOW,
    check_same,
    document,
    flipped,
    over_http,
    part_files,
)  # fmt: skip

from codescan.errors import IndexFormatError, PackageError, UsageError
from codescan.index import Index
from codescan.index.packages.folder_storage import FolderStorage
from codescan.index.packages.object_storage import ObjectStorage
from codescan.index.packages.pushing import push
from codescan.index.packages.statement import unverified_package
from codescan.signatures.signing_keys import new_signing_key


def test_a_pulled_index_equals_the_packed_one(repository, index_folder, pull_into, tmp_path):
    pulled = pull_into(FolderStorage(repository), tmp_path / "out")
    check_same(tmp_path / "out", index_folder)
    assert 0.9 < pulled.received_parts / len(part_files(repository)) <= 1  # zeros are there before


def test_push_and_pull_over_http(repository, index_folder, pull_into, serve, trust, tmp_path):
    server = serve(tmp_path / "www")
    pushed = push("demo", FolderStorage(repository), over_http(server), trust)
    assert pushed.sent_parts == len(part_files(repository))
    pull_into(over_http(server), tmp_path / "out")
    check_same(tmp_path / "out", index_folder)


def test_push_and_pull_through_fsspec(repository, index_folder, pull_into, trust, tmp_path):
    memory = pytest.importorskip("fsspec").filesystem("memory")
    root = f"/{tmp_path.name}"
    storage = ObjectStorage(memory, root, f"memory:/{root}")
    push("demo", FolderStorage(repository), storage, trust)
    pull_into(storage, tmp_path / "out")
    check_same(tmp_path / "out", index_folder)
    sha256 = part_files(repository)[0]
    memory.pipe_file(f"{root}/parts/{sha256.parent.name}/{sha256.name}", b"x" * 10**6)
    with pytest.raises(PackageError, match="longer than"):
        pull_into(storage, tmp_path / "other")


def test_only_changed_parts_move(
    repository, index_folder, pull_into, pack_folder, serve, trust, tmp_path, add_to_index
):
    server = serve(tmp_path / "www")
    push("demo", FolderStorage(repository), over_http(server), trust)
    pull_into(over_http(server), tmp_path / "out")
    old = set(part_files(repository))
    add_to_index(index_folder, [document(77)])
    pack_folder(index_folder, repository, now=LATER)
    new = set(part_files(repository)) - old
    server.requests.clear()
    pushed = push("demo", FolderStorage(repository), over_http(server), trust)
    assert pushed.sent_parts == len(new) == server.count("PUT", "/parts/")
    pulled = pull_into(over_http(server), tmp_path / "out", LATER)
    assert pulled.received_parts == len(new) == server.count("GET", "/parts/")
    check_same(tmp_path / "out", index_folder)
    server.requests.clear()
    assert push("demo", FolderStorage(repository), over_http(server), trust).sent_parts == 0
    assert pull_into(over_http(server), tmp_path / "out", LATER).received_bytes == 0
    assert server.count("PUT", "/parts/") == 0


def test_parts_of_other_shards_are_taken_from_the_present_index(
    repository, index_folder, pull_into, pack_folder, tmp_path
):
    pull_into(FolderStorage(repository), tmp_path / "out")
    (shard,) = (index_folder / "shards").iterdir()
    renamed = shard.with_name("0" * 32)
    shard.rename(renamed)
    manifest = Index.open(tmp_path / "out").manifest
    moved = tuple(_with_id(entry, renamed.name) for entry in manifest.shards)
    replace(manifest, shards=moved).save(index_folder)
    pack_folder(index_folder, repository, now=LATER)
    pulled = pull_into(FolderStorage(repository), tmp_path / "out", LATER)
    assert pulled.received_parts <= 2  # of the manifest
    check_same(tmp_path / "out", index_folder)


def _with_id(entry, name):
    return replace(entry, id=name)


def test_a_push_needs_a_trusted_key_and_whole_parts(repository, trust, key, tmp_path):
    target = FolderStorage(tmp_path / "www")
    path = part_files(repository)[3]
    good = path.read_bytes()
    path.write_bytes(flipped(good, 1, 4))
    with pytest.raises(PackageError, match="damaged"):
        push("demo", FolderStorage(repository), target, trust)
    path.write_bytes(good)
    trust.remove(key.public.key_id)
    with pytest.raises(PackageError, match="not trusted"):
        push("demo", FolderStorage(repository), target, trust)
    assert not (tmp_path / "www" / "demo.json").exists()


def test_a_push_never_replaces_a_newer_package(
    repository, pack_folder, index_folder, trust, tmp_path
):
    target = FolderStorage(tmp_path / "www")
    shutil.copytree(repository, tmp_path / "old")
    pack_folder(index_folder, repository, now=LATER)
    push("demo", FolderStorage(repository), target, trust)
    with pytest.raises(PackageError, match="not older"):
        push("demo", FolderStorage(tmp_path / "old"), target, trust)


def test_packing_again_takes_a_higher_number(repository, pack_folder, index_folder):
    first = unverified_package((repository / "demo.json").read_bytes())
    second = pack_folder(index_folder, repository)
    third = pack_folder(index_folder, repository, now=NOW - dt.timedelta(days=5))
    assert first.sequence < second.sequence < third.sequence


def test_a_package_of_another_key_is_not_replaced(repository, pack_folder, index_folder):
    with pytest.raises(PackageError, match="did not sign"):
        pack_folder(index_folder, repository, key=new_signing_key())


def test_a_damaged_index_is_not_packed(index_folder, pack_folder, tmp_path):
    store = next((index_folder / "shards").rglob("store"))
    store.write_bytes(flipped(store.read_bytes(), 9, 1))
    with pytest.raises(IndexFormatError):
        pack_folder(index_folder, tmp_path / "repository")
    assert not (tmp_path / "repository").exists()


def test_packing_repairs_a_damaged_part(repository, index_folder, pack_folder, pull_into, tmp_path):
    path = part_files(repository)[0]
    path.write_bytes(flipped(path.read_bytes(), 0, 1))
    pack_folder(index_folder, repository, now=LATER)
    pull_into(FolderStorage(repository), tmp_path / "out", LATER)
    check_same(tmp_path / "out", index_folder)


def test_the_private_key_is_in_no_file(repository, pull_into, key, tmp_path):
    pull_into(FolderStorage(repository), tmp_path / "out")
    secret = key.pem.decode().splitlines()[1]
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes()
            assert b"PRIVATE" not in path.read_bytes()


def test_a_server_that_keeps_nothing_is_noticed(repository, serve, trust, tmp_path):
    server = serve(tmp_path / "www")
    storage = over_http(server)
    keep = server.keep
    server.keep = lambda _path, _content: None
    with pytest.raises(PackageError, match="did not keep"):
        push("demo", FolderStorage(repository), storage, trust)
    server.keep = lambda path, content: keep(path, content) if "parts" in str(path) else None
    (tmp_path / "www").mkdir()
    with pytest.raises(PackageError, match="404"):
        push("demo", FolderStorage(repository), storage, trust)


def test_credentials_of_a_recipe_are_not_published(index_folder, pack_folder, tmp_path):
    manifest = Index.open(index_folder).manifest
    for url in ("https://ada:s3cret@example.org/simple", "git+https://token@host/x"):
        recipe = {"sources": [{"kind": "pypi", "index_url": url}]}
        replace(manifest, recipe=recipe).save(index_folder)
        with pytest.raises(UsageError, match="user name or password"):
            pack_folder(index_folder, tmp_path / "repository")
    assert not (tmp_path / "repository").exists()
