# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Debian's archives are found from apt's own sources, ordered as dpkg does, read as they are."""

from __future__ import annotations

import functools
import gzip
import hashlib
import itertools
import lzma

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.errors import SourceError
from codescan.records import Document, Skipped
from codescan.sources.debian import DebianSource
from codescan.sources.debian_index import Archive, Version, apt_archives

CODE = b"int twice(int x)\n{\n    return 2 * x;\n}\n"
CHANGELOG = b"""zz (2.0-1) unstable; urgency=low

  * New.

 -- Ada Example <ada@example.org>  Tue, 04 Feb 2020 04:05:06 +0000

zz (1.0-1) unstable; urgency=low

 -- Ada Example <ada@example.org>  Mon, 03 Feb 2014 04:05:06 +0000
"""
COPYRIGHT = b"""Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2010 Ada Example
License: Expat

Files: lib/*
Copyright: 2011 Bob Example
License: GPL-2+
"""


@pytest.fixture
def mirror(server, tarball):
    files = {
        "zz_2.0.orig.tar.gz": tarball(
            {"zz-2.0/main.c": CODE, "zz-2.0/lib/l.c": CODE, "zz-2.0/debian/copyright": b"old"}
        ),
        "zz_2.0.orig-extra.tar.xz": tarball({"e/more.c": CODE}, "w:xz"),
        "zz_2.0-1.debian.tar.xz": tarball(
            {"debian/changelog": CHANGELOG, "debian/copyright": COPYRIGHT}, "w:xz"
        ),
        "zz_2.0-1.dsc": b"not needed",
        "zz_2.0.orig.tar.gz.asc": b"not needed",
    }
    sums = "".join(
        f" {hashlib.sha256(content).hexdigest()} {len(content)} {name}\n"
        for name, content in files.items()
    )
    for name, content in files.items():
        server.routes[f"/pool/main/z/zz/{name}"] = content
    stanzas = "".join(
        f"Package: {name}\nVersion: {version}\nFormat: 3.0 (quilt)\nDirectory: pool/main/z/zz\n"
        f"Homepage: https://zz.example\nChecksums-Sha256:\n{sums}\n"
        for name, version in (("aa", "1"), ("zz", "1.0-1"), ("zz", "2.0-1"), ("zzz", "9"))
    )
    server.routes["/dists/stable/main/source/Sources.xz"] = lzma.compress(stanzas.encode())
    server.files = files
    return server


def read(mirror, tmp_path, *packages):
    source = DebianSource(packages, mirror=mirror.url, cache=str(tmp_path))
    items = list(source.documents())
    return [i for i in items if isinstance(i, Document)], [
        i for i in items if isinstance(i, Skipped)
    ]


def test_the_newest_version_with_reviewed_licenses(mirror, tmp_path):
    documents, skipped = read(mirror, tmp_path, "zz")
    by_path = {document.origin.path: document for document in documents}
    assert {"main.c", "lib/l.c", "extra/more.c", "debian/copyright"} <= set(by_path)
    package = by_path["main.c"].origin.package
    assert package.purl == "pkg:deb/debian/zz@2.0-1?arch=source"
    assert (package.released, package.family) == ("2020-02-04", "deb/zz")
    assert package.homepage == "https://zz.example"
    assert by_path["main.c"].licenses[0].expression == "MIT"
    assert by_path["lib/l.c"].licenses[0].expression == "GPL-2.0-or-later"
    assert "Bob Example" in by_path["lib/l.c"].copyrights[0]
    assert by_path["debian/copyright"].content == COPYRIGHT
    assert not [item for item in skipped if item.stage == "fetch"]


def test_one_missing_archive_does_not_hide_the_others(mirror, tmp_path):
    del mirror.routes["/pool/main/z/zz/zz_2.0-1.debian.tar.xz"]
    documents, skipped = read(mirror, tmp_path, "zz")
    assert {document.origin.path for document in documents} == {"main.c", "lib/l.c", "extra/more.c"}
    assert [(i.stage, i.reason) for i in skipped if i.stage == "fetch"] == [("fetch", "not-found")]
    (outcome,) = DebianSource(["zz"], mirror=mirror.url, cache=str(tmp_path)).fetch()
    assert isinstance(outcome, Skipped)


def test_a_tampered_archive_is_refused(mirror, tmp_path):
    mirror.routes["/pool/main/z/zz/zz_2.0.orig.tar.gz"] += b"x"
    documents, skipped = read(mirror, tmp_path, "zz")
    assert "main.c" not in {document.origin.path for document in documents}
    assert "checksum-mismatch" in {item.reason for item in skipped}


def test_names_and_versions_that_are_not_there(mirror, tmp_path):
    documents, skipped = read(mirror, tmp_path, "z", "zz=3.0")
    assert not documents
    assert [item.reason for item in skipped] == ["not-found", "not-found"]
    assert "3.0" in skipped[1].detail


def test_a_mirror_without_sources(server, tmp_path):
    with pytest.raises(SourceError, match="no Debian source index") as caught:
        list(DebianSource(["zz"], mirror=server.url, cache=str(tmp_path)).documents())
    assert caught.value.hint


def test_a_damaged_index(server, tmp_path):
    server.routes["/dists/stable/main/source/Sources.gz"] = gzip.compress(b"Package: a\n" * 99)[:30]
    with pytest.raises(SourceError, match="damaged"):
        list(DebianSource(["zz"], mirror=server.url, cache=str(tmp_path)).documents())


def test_apt_sources_in_both_styles(tmp_path):
    (tmp_path / "sources.list").write_text(
        "# deb http://comment.example x main\n"
        "deb [arch=amd64 signed-by=/k.gpg] http://one.example/debian/ bookworm main contrib # c\n"
        "deb-src http://one.example/debian bookworm main contrib\n"
        "deb cdrom:[x]/ bookworm main\n"
        "deb http://flat.example/ ./\n"
    )
    folder = tmp_path / "sources.list.d"
    folder.mkdir()
    (folder / "a.sources").write_text(
        "# comment\nTypes: deb deb-src\nURIs: http://two.example/debian http://three.example\n"
        "Suites: bookworm bookworm-updates\n# comment\nComponents: main\n"
        "Signed-By:\n -----BEGIN PGP\n .\n\n"
        "Enabled: no\nTypes: deb\nURIs: http://off.example\nSuites: x\nComponents: main\n"
    )
    (folder / "b.list.disabled").write_text("deb http://disabled.example x main\n")
    two, three = "http://two.example/debian", "http://three.example"
    assert apt_archives(tmp_path) == (
        Archive("http://one.example/debian", "bookworm", ("main", "contrib")),
        Archive(two, "bookworm", ("main",)),
        Archive(two, "bookworm-updates", ("main",)),
        Archive(three, "bookworm", ("main",)),
        Archive(three, "bookworm-updates", ("main",)),
    )
    assert {archive.suite for archive in apt_archives(tmp_path, suite="sid")} == {"sid"}
    assert apt_archives(tmp_path / "none")[0].uri == "https://deb.debian.org/debian"


ORDERED = [
    "0~", "0", "1.0~beta1~svn1245", "1.0~beta1", "1.0", "1.0-1~bpo1", "1.0-1", "1.0-1+deb1",
    "1.0-2", "1.0a", "1.0+x", "1.0.1", "1.9", "1.10", "2:0.1", "10:0",
]  # fmt: skip


def test_versions_are_ordered_as_policy_says():
    # The list was confirmed pair by pair with `dpkg --compare-versions`.
    shuffled = sorted(ORDERED, key=lambda text: text[::-1])
    assert sorted(shuffled, key=Version) == ORDERED


@given(st.lists(st.text("0123456789.~+-:ab", max_size=8), min_size=2, max_size=5))
def test_any_version_can_be_compared(texts):
    ordered = sorted(map(Version, texts))
    assert all(not b < a for a, b in itertools.pairwise(ordered))
    assert functools.reduce(max, ordered) == ordered[-1]
