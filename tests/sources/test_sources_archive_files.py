# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Archives by file and address: names, versions, hashes, and the folder around everything."""

from __future__ import annotations

import hashlib

import pytest

from codescan.errors import ConfigError
from codescan.records import Document, Skipped
from codescan.sources.archive_files import ArchivesSource, _address, _package

CODE = b"def add(a, b):\n    return a + b\n"


def read(tmp_path, *packages, **options):
    items = list(ArchivesSource(packages, cache=str(tmp_path / "cache"), **options).documents())
    return [i for i in items if isinstance(i, Document)], [
        i for i in items if isinstance(i, Skipped)
    ]


@pytest.mark.parametrize(
    ("address", "purl", "version"),
    [
        ("https://github.com/Ada/Tool/archive/refs/tags/v1.2.tar.gz",
         "pkg:github/ada/tool@v1.2", "v1.2"),
        ("https://github.com/ada/tool/archive/" + "a" * 40 + ".zip",
         "pkg:github/ada/tool@" + "a" * 40, "a" * 40),
        ("https://codeload.github.com/ada/tool/zip/refs/tags/v1", "pkg:github/ada/tool@v1", "v1"),
        ("https://api.github.com/repos/ada/tool/tarball/v1", "pkg:github/ada/tool@v1", "v1"),
        ("https://github.com/ada/tool/releases/download/v1.2/tool-1.2.tar.xz",
         "pkg:github/ada/tool@v1.2", "v1.2"),
        ("https://bitbucket.org/ada/tool/get/v1.zip", "pkg:bitbucket/ada/tool@v1", "v1"),
        ("https://gitlab.com/ada/sub/tool/-/archive/v1/tool-v1.tar.bz2", "vcs_url=", "v1"),
        ("https://codeberg.org/ada/tool/archive/v1.tar.gz", "codeberg.org/ada/tool", "v1"),
        ("https://git.example/~ada/tool/archive/v1.tar.gz", "git.example/~ada/tool", "v1"),
        ("https://example.org/files/tool-1.2.tar.gz", "pkg:generic/tool@1.2", "1.2"),
        ("/downloads/tool_1.2.zip", "pkg:generic/tool@1.2", "1.2"),
    ],
)  # fmt: skip
def test_addresses_name_package_and_version(address, purl, version):
    package = _package(address, {})
    assert purl in package.purl.replace("%2F", "/")
    assert package.version == version


@pytest.mark.parametrize(
    ("short", "address"),
    [
        ("github:ada/tool@v1", "https://github.com/ada/tool/archive/v1.tar.gz"),
        ("gitlab:ada/sub/tool@v1",
         "https://gitlab.com/ada/sub/tool/-/archive/v1/tool-v1.tar.gz"),
        ("codeberg:ada/tool@v1", "https://codeberg.org/ada/tool/archive/v1.tar.gz"),
        ("bitbucket:ada/tool@v1", "https://bitbucket.org/ada/tool/get/v1.tar.gz"),
    ],
)  # fmt: skip
def test_short_forms_stand_for_downloads(short, address):
    assert _address(short) == address


def test_a_download_with_its_hash_and_the_licenses_of_its_manifests(server, tmp_path, tarball):
    packed = tarball({
        "tool-1.2/tool.py": CODE, "tool-1.2/pyproject.toml": b'[project]\nlicense = "ISC"\n',
    })  # fmt: skip
    server.routes["/ada/tool/archive/v1.2.tar.gz"] = packed
    address = f"{server.url}/ada/tool/archive/v1.2.tar.gz"
    digest = hashlib.sha256(packed).hexdigest()
    documents, _ = read(tmp_path, f"{address}#sha256={digest.upper()}")
    [code] = [d for d in documents if d.language == "python"]
    assert (code.origin.path, code.licenses[0].expression) == ("tool.py", "ISC")
    assert code.origin.package.version == "v1.2"
    _, skipped = read(tmp_path / "b", f"{address}#sha256={'0' * 64}", f"{server.url}/none.zip")
    assert [skip.reason for skip in skipped] == ["checksum-mismatch", "not-found"]


@pytest.mark.parametrize(
    ("names", "paths"),
    [
        (["t-1/a.py", "t-1/b/c.py"], ["a.py", "b/c.py"]),
        (["src/a.py", "LICENSE.py"], ["src/a.py", "LICENSE.py"]),
        (["src/a.py", "test/b.py"], ["src/a.py", "test/b.py"]),
        (["pax_global_header", "t-1/a.py"], ["a.py"]),
    ],
)
def test_only_a_folder_around_everything_is_left_out(tmp_path, tarball, names, paths):
    file = tmp_path / "t-1.tar.gz"
    file.write_bytes(tarball({name: CODE + name.encode() + b"()\n" for name in names}))
    documents, _ = read(tmp_path, str(file))
    assert [d.origin.path for d in documents] == paths


def test_a_damaged_archive_is_named(tmp_path):
    file = tmp_path / "t-1.zip"
    file.write_bytes(b"PK\x03\x04 nothing")
    documents, skipped = read(tmp_path, str(file))
    assert not documents
    assert [skip.reason for skip in skipped] == ["corrupt-archive"]


def test_what_cannot_be_meant_is_refused():
    with pytest.raises(ConfigError):
        ArchivesSource(("ftp://example.org/a.zip",))
    with pytest.raises(ConfigError):
        ArchivesSource(("a.zip",), before="2020-01-01")
