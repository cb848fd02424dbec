# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Trusted keys: private files, scopes, and no belief in a store that others can write."""

from __future__ import annotations

import os
import stat

import pytest

from codescan.errors import EvidenceError, PackageError, UsageError
from codescan.index.packages.trust_store import TrustStore
from codescan.signatures.signing_keys import new_signing_key


def test_only_the_user_can_read_the_store(trust):
    assert stat.S_IMODE(trust.folder.stat().st_mode) == 0o700
    for path in trust.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o660, 0o606, 0o640, 0o604, 0o620, 0o602])
def test_a_store_that_others_can_use_is_refused(trust, key, mode):
    (trust.folder / "trust.json").chmod(mode)
    with pytest.raises(PackageError, match="other users"):
        trust.key_for("demo", key.public.key_id)
    with pytest.raises(PackageError, match="other users"):
        trust.add(new_signing_key().public.pem)


def test_a_folder_that_others_can_use_is_refused(trust, key):
    trust.folder.chmod(0o777)
    with pytest.raises(PackageError, match="other users"):
        trust.key_for("demo", key.public.key_id)


def test_a_link_in_place_of_the_store_is_refused(trust, key, tmp_path):
    (trust.folder / "trust.json").rename(tmp_path / "moved")
    (trust.folder / "trust.json").symlink_to(tmp_path / "moved")
    with pytest.raises(PackageError, match="symbolic link"):
        trust.key_for("demo", key.public.key_id)


def test_a_pipe_in_place_of_the_store_is_refused(trust):
    (trust.folder / "trust.json").unlink()
    os.mkfifo(trust.folder / "trust.json", 0o600)
    with pytest.raises(PackageError, match="regular file"):
        trust.pinned_keys()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"schema_version":2}', b'{"keys":1}', b"\xff", b"[" * 10**5]
)
def test_a_damaged_store_is_refused(trust, content):
    (trust.folder / "trust.json").write_bytes(content)
    with pytest.raises(PackageError):
        trust.pinned_keys()


def test_a_key_whose_id_was_changed_is_refused(trust, key):
    path = trust.folder / "trust.json"
    path.write_text(path.read_text().replace(key.public.key_id, "0" * 64))
    with pytest.raises(PackageError, match="does not have its id"):
        trust.key_for("demo", "0" * 64)


def test_a_key_is_trusted_for_its_packages_only(tmp_path, key):
    store = TrustStore(tmp_path / "t")
    store.add(key.public.pem, ["top-*", "demo"])
    for name in ("top-npm", "demo"):
        assert store.key_for(name, key.public.key_id).key_id == key.public.key_id
    for name in ("demo2", "xtop-npm", "other"):
        with pytest.raises(PackageError, match="not trusted for packages named"):
            store.key_for(name, key.public.key_id)


def test_a_removed_key_is_not_trusted(trust, key):
    trust.remove(key.public.key_id[:8])
    with pytest.raises(PackageError, match="not trusted"):
        trust.key_for("demo", key.public.key_id)


def test_removing_needs_one_key(trust, key):
    for text in ("", key.public.key_id[:7], "0" * 64):
        with pytest.raises(UsageError):
            trust.remove(text)
    assert len(trust.pinned_keys()) == 1


def test_adding_twice_keeps_one_key(trust, key):
    trust.add(key.public.pem, ["demo"])
    assert [one.packages for one in trust.pinned_keys()] == [("demo",)]


@pytest.mark.parametrize("pem", [b"", b"nothing", b"-----BEGIN PUBLIC KEY-----\nAAAA\n"])
def test_only_public_keys_are_trusted(tmp_path, pem):
    with pytest.raises(EvidenceError):
        TrustStore(tmp_path / "t").add(pem)


def test_a_private_key_is_never_kept(tmp_path, key):
    store = TrustStore(tmp_path / "t")
    with pytest.raises(EvidenceError):
        store.add(key.pem)
    assert not (tmp_path / "t").exists()


def test_a_store_that_is_not_there_trusts_nobody(tmp_path):
    assert TrustStore(tmp_path / "none").pinned_keys() == ()
    with pytest.raises(PackageError, match="not trusted"):
        TrustStore(tmp_path / "none").key_for("demo", "0" * 64)
