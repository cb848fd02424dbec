# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The statement of a package: every altered byte, old statement and wrong key is refused."""

from __future__ import annotations

import datetime as dt
import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan.errors import CodescanError, PackageError, UsageError
from codescan.index.packages.folder_storage import FolderStorage
from codescan.index.packages.pulling import fetch_statement
from codescan.index.packages.statement import (
    IndexIdentity,
    LicenseCount,
    Material,
    Package,
    PackageFile,
    Part,
    check_name,
    read_statement,
    sign_package,
    unverified_package,
)
from codescan.signatures.dsse import sign_statement
from codescan.signatures.signing_keys import new_signing_key

NOW = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
HASH = "0123456789abcdef" * 4
SHARD = "a" * 32
IDENTITY = IndexIdentity(
    name="demo", profile="default", guarantee_tokens=31, format_version=9, digest=HASH, root=HASH,
    packages=1, files=1, contents=1, tokens=1, bytes=1, created="2026-11-30", tool_version="1",
)  # fmt: skip
PACKAGE = Package(
    format_version=1,
    name="demo",
    sequence=7,
    created=NOW,
    expires=NOW + dt.timedelta(days=30),
    index=IDENTITY,
    material=Material(True, (LicenseCount("MIT", "permissive", 1),), 0, {"permissive": 1}),
    files=(
        PackageFile("manifest.json", 5, HASH, (Part(HASH, 5),)),
        PackageFile(f"shards/{SHARD}/store", 5, HASH, (Part(HASH, 5),)),
    ),
)


@pytest.fixture(scope="module")
def envelope(key):
    return sign_package(PACKAGE, key)


def test_a_statement_says_what_was_signed(envelope, key):
    assert read_statement(envelope, key.public) == PACKAGE
    assert unverified_package(envelope) == PACKAGE


def test_every_changed_byte_of_a_statement_is_refused(envelope, key):
    for position, byte in enumerate(envelope):
        for changed in (byte ^ 1, byte ^ 0x80, 0, ord(" ")):
            if changed == byte:
                continue
            altered = envelope[:position] + bytes([changed]) + envelope[position + 1 :]
            with pytest.raises(PackageError):
                read_statement(altered, key.public)


def test_every_truncated_or_extended_statement_is_refused(envelope, key):
    for length in range(len(envelope)):
        with pytest.raises(PackageError):
            read_statement(envelope[:length], key.public)
    for tail in (b" ", b"\n", b"\0", envelope):
        with pytest.raises(PackageError):
            read_statement(envelope + tail, key.public)


@settings(max_examples=200)
@given(content=st.binary(max_size=300))
def test_other_bytes_are_no_statement(content, key):
    with pytest.raises(PackageError):
        read_statement(content, key.public)


def test_json_of_another_shape_is_not_parsed(key):
    for content in (b"[" * 10**6, b'{"payload":"' + b"[" * 10**6, b"1" * 10**6):
        with pytest.raises(PackageError):
            read_statement(content, key.public)


def test_a_statement_of_another_key_is_refused(envelope):
    with pytest.raises(PackageError, match="another key"):
        read_statement(envelope, new_signing_key().public)


def test_a_statement_of_another_kind_is_refused(key):
    other = sign_statement({"a": HASH}, "https://example.org/other", {}, key)
    with pytest.raises(PackageError, match="another kind"):
        read_statement(other, key.public)


def changed(**fields):
    return msgspec.structs.replace(PACKAGE, **fields)


def with_path(path):
    return changed(files=(PACKAGE.files[0], PackageFile(path, 5, HASH, (Part(HASH, 5),))))


PATHS = (
    "../store", "/etc/passwd", f"shards/{SHARD}/../../x", f"shards/{SHARD}/.hidden",
    f"shards/{SHARD}/a/b", f"shards/{SHARD}/..", "shards/../x", "shards//x", f"shards/{SHARD}/",
    f"shards/{SHARD}", "other.json", f"shards/{SHARD}/a\n", f"shards/{SHARD}/a\0", "",
    f"shards/{SHARD.upper()}/a", f"shards/{SHARD}/{'a' * 300}", "manifest.json/x", ".lock",
    "package.json", f"shards/{SHARD}/\N{FULLWIDTH FULL STOP}", "..\\store",
)  # fmt: skip
WRONG = {
    **{f"path {path!r}": with_path(path) for path in PATHS},
    "no manifest": changed(files=PACKAGE.files[1:]),
    "no files": changed(files=()),
    "a path twice": changed(files=(*PACKAGE.files, PACKAGE.files[1])),
    "parts too short": with_path(f"shards/{SHARD}/x").files
    and changed(
        files=(PACKAGE.files[0], PackageFile(f"shards/{SHARD}/x", 6, HASH, (Part(HASH, 5),)))
    ),
    "a part of two sizes": changed(
        files=(PACKAGE.files[0], PackageFile(f"shards/{SHARD}/x", 6, HASH, (Part(HASH, 6),)))
    ),
    "an empty part": changed(
        files=(PACKAGE.files[0], PackageFile(f"shards/{SHARD}/x", 0, HASH, (Part(HASH, 0),)))
    ),
    "a huge part": changed(
        files=(
            PACKAGE.files[0],
            PackageFile(f"shards/{SHARD}/x", 1 << 30, HASH, (Part(HASH, 1 << 30),)),
        )
    ),
    "a negative size": changed(
        files=(PACKAGE.files[0], PackageFile(f"shards/{SHARD}/x", -5, HASH, (Part(HASH, -5),)))
    ),
    "a hash that is a path": changed(
        files=(PACKAGE.files[0], PackageFile(f"shards/{SHARD}/x", 5, HASH, (Part("../x", 5),)))
    ),
    "a name that is a path": changed(name="../demo"),
    "a name with a line break": changed(name="demo\n"),
    "a time without zone": changed(expires=dt.datetime(2027, 1, 1)),  # noqa: DTZ001
    "another version": changed(format_version=2),
    "a negative number": changed(sequence=-1),
    "a huge number": changed(sequence=1 << 63),
    "a line break in a license": changed(
        material=Material(True, (LicenseCount("MIT\nGPL", "permissive", 1),))
    ),
}


@pytest.mark.parametrize("package", WRONG.values(), ids=WRONG)
def test_a_signed_statement_is_bounded_too(package, key):
    with pytest.raises(CodescanError):
        read_statement(sign_package(package, key), key.public)


def test_a_statement_that_names_other_files_than_its_subjects_is_refused(key):
    predicate = msgspec.to_builtins(PACKAGE)
    other = sign_statement({"manifest.json": HASH}, "urn:codescan:index-package:v1", predicate, key)
    with pytest.raises(PackageError, match="subjects"):
        read_statement(other, key.public)


@pytest.mark.parametrize("predicate", [None, [], "x", 1, {}, {"format_version": 1}, {"a": [[]]}])
def test_a_statement_about_something_else_is_refused(predicate, key):
    other = sign_statement({"a": HASH}, "urn:codescan:index-package:v1", predicate, key)
    with pytest.raises(PackageError):
        read_statement(other, key.public)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "A", "a" * 65, "a\n", "é", "-a", "a b"])
def test_names_are_plain(name):
    with pytest.raises(UsageError):
        check_name(name)


def publish(folder, package, key):
    FolderStorage(folder).write("demo.json", sign_package(package, key))
    return FolderStorage(folder)


def test_an_expired_package_is_refused(tmp_path, key, trust):
    storage = publish(tmp_path, PACKAGE, key)
    assert fetch_statement("demo", storage, trust, NOW).package == PACKAGE
    for late in (PACKAGE.expires, PACKAGE.expires + dt.timedelta(days=900)):
        with pytest.raises(PackageError, match="expired"):
            fetch_statement("demo", storage, trust, late)


def test_a_package_of_the_future_is_refused(tmp_path, key, trust):
    storage = publish(tmp_path, PACKAGE, key)
    with pytest.raises(PackageError, match="future"):
        fetch_statement("demo", storage, trust, NOW - dt.timedelta(days=2))


def test_an_older_package_than_one_that_was_seen_is_refused(tmp_path, key, trust):
    storage = publish(tmp_path, changed(sequence=8), key)
    fetch_statement("demo", storage, trust, NOW)
    fetch_statement("demo", storage, trust, NOW)
    publish(tmp_path, PACKAGE, key)
    with pytest.raises(PackageError, match="older"):
        fetch_statement("demo", storage, trust, NOW)


def test_after_a_change_of_keys_the_old_package_is_refused(tmp_path, key, trust):
    new_key = new_signing_key()
    fetch_statement("demo", publish(tmp_path, PACKAGE, key), trust, NOW)
    trust.add(new_key.public.pem)
    storage = publish(tmp_path, changed(sequence=8), new_key)
    assert fetch_statement("demo", storage, trust, NOW).key_id == new_key.public.key_id
    publish(tmp_path, PACKAGE, key)
    with pytest.raises(PackageError, match=f"older.*{new_key.public.key_id}"):
        fetch_statement("demo", storage, trust, NOW)
    # Once the key is removed, or may not sign this name, its packages count no more.
    trust.add(new_key.public.pem, ["other"])
    assert fetch_statement("demo", storage, trust, NOW).package.sequence == 7
    trust.add(new_key.public.pem)
    with pytest.raises(PackageError, match="older"):
        fetch_statement("demo", storage, trust, NOW)
    trust.remove(new_key.public.key_id)
    assert fetch_statement("demo", storage, trust, NOW).package.sequence == 7


def test_two_packages_of_one_number_are_refused(tmp_path, key, trust):
    fetch_statement("demo", publish(tmp_path, PACKAGE, key), trust, NOW)
    other = msgspec.structs.replace(IDENTITY, root="f" * 64)
    publish(tmp_path, changed(index=other), key)
    with pytest.raises(PackageError, match="two different"):
        fetch_statement("demo", FolderStorage(tmp_path), trust, NOW)


def test_a_package_of_another_name_is_refused(tmp_path, key, trust):
    publish(tmp_path, changed(name="other"), key)
    with pytest.raises(PackageError, match="package other for demo"):
        fetch_statement("demo", FolderStorage(tmp_path), trust, NOW)


def test_a_refused_package_does_not_count_as_seen(tmp_path, key, trust):
    publish(tmp_path, changed(sequence=1 << 60, expires=NOW), key)
    with pytest.raises(PackageError, match="expired"):
        fetch_statement("demo", FolderStorage(tmp_path), trust, NOW)
    publish(tmp_path, PACKAGE, key)
    assert fetch_statement("demo", FolderStorage(tmp_path), trust, NOW).package.sequence == 7


def test_an_unsigned_statement_is_refused(tmp_path, trust):
    (tmp_path / "demo.json").write_text(json.dumps(msgspec.to_builtins(PACKAGE)))
    with pytest.raises(PackageError, match="not signed"):
        fetch_statement("demo", FolderStorage(tmp_path), trust, NOW)
