# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A small index, its package, the key that signs it, and who trusts the key."""

from __future__ import annotations

import shutil

import pytest
from memory_corpus import ListSource
from package_server import NOW, PackageServer, document

from codescan.app.index_packages import describe_material
from codescan.index import Index, build
from codescan.index.packages import cutting
from codescan.index.packages.folder_storage import FolderStorage
from codescan.index.packages.packing import Validity, pack
from codescan.index.packages.pulling import fetch_statement, pull
from codescan.index.packages.trust_store import TrustStore
from codescan.signatures.signing_keys import new_signing_key


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    """Parts of 32 KiB, so that small indexes have many."""
    monkeypatch.setattr(cutting, "PART_BYTES", 32768)


@pytest.fixture(scope="session")
def key():
    return new_signing_key()


@pytest.fixture
def trust(tmp_path, key):
    store = TrustStore(tmp_path / "trust")
    store.add(key.public.pem)
    return store


@pytest.fixture(scope="session")
def built_index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built") / "index"
    build([ListSource([document(i) for i in range(3)])], folder, name="test", recipe={}, workers=1)
    return folder


@pytest.fixture
def index_folder(tmp_path, built_index):
    return shutil.copytree(built_index, tmp_path / "index")


@pytest.fixture
def pack_folder(key):
    """Pack an index into a folder."""

    def do(folder, repository, *, now=NOW, name="demo", key=key, days=30):
        with Index.open(folder) as opened:
            material = describe_material(opened)
            return pack(
                opened, FolderStorage(repository), key, material, Validity(now, days), name=name
            )

    return do


@pytest.fixture
def repository(tmp_path, index_folder, pack_folder):
    """A folder with the package `demo`."""
    folder = tmp_path / "repository"
    pack_folder(index_folder, folder)
    return folder


@pytest.fixture
def serve():
    servers = []

    def start(folder):
        servers.append(PackageServer(folder))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def pull_into(trust):
    """Pull the package `demo` from a storage into a folder."""

    def do(storage, out, now=NOW):
        return pull(fetch_statement("demo", storage, trust, now), storage, out)

    return do
