# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Hostile and damaged archives end as data, never as a crash, a file on disk or a full memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codescan.sources.archives import ArchiveLimits, entries, without_root
from codescan.sources.assemble import Unread

TEXT = b"int x;\n" * 10


@pytest.fixture
def read(tmp_path):
    def run(content, limits=None, name="a.tar.gz"):
        path = tmp_path / name
        path.write_bytes(content)
        return list(entries(path, limits))

    return run


def member(name, kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = link
    return info


def reasons(items):
    return {item.path: item.reason for item in items if isinstance(item, Unread)}


def skippable_first(content):
    """Zstandard as parallel writers make it: behind a frame without content."""
    return b"\x53\x2a\x4d\x18\x02\0\0\0ab" + zstandard.compress(content)


@pytest.mark.parametrize(
    "pack",
    [bytes, gzip.compress, bz2.compress, lzma.compress, zstandard.compress, skippable_first],
)
def test_reads_every_packing(read, tarball, pack):
    plain = tarball({"p/a.c": TEXT, "p/b.c": TEXT * 2}, "w:")
    assert read(pack(plain)) == [("p/a.c", TEXT), ("p/b.c", TEXT * 2)]


def test_reads_zip(read):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("p/", "")
        archive.writestr("p/a.c", TEXT)
        archive.writestr("../b.c", TEXT)
        link = zipfile.ZipInfo("p/link.c")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    items = read(packed.getvalue())
    assert [item for item in items if not isinstance(item, Unread)] == [("p/a.c", TEXT)]
    assert reasons(items) == {"../b.c": "unsafe-path", "p/link.c": "not-a-file"}


def test_paths_that_escape_links_and_devices_are_passed_over(read, tarball):
    content = tarball({
        "../up.c": TEXT, "/abs.c": TEXT, "a/../../x.c": TEXT, "ok.c": TEXT,
        "1": member("link.c", tarfile.SYMTYPE, "/etc/passwd"),
        "2": member("hard.c", tarfile.LNKTYPE, "../../etc/passwd"),
        "3": member("device.c", tarfile.CHRTYPE), "4": member("pipe.c", tarfile.FIFOTYPE),
    })  # fmt: skip
    items = read(content)
    assert [item for item in items if not isinstance(item, Unread)] == [("ok.c", TEXT)]
    assert set(reasons(items).values()) == {"unsafe-path", "not-a-file"}
    assert len(items) == 8


def test_nothing_is_written_beside_the_archive(read, tarball, tmp_path):
    read(tarball({"../up.c": TEXT, "in.c": TEXT}))
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar.gz"]


def test_too_large_entries_are_not_read(read, tarball):
    items = read(tarball({"a.c": b"x" * 2000, "b.c": TEXT}), ArchiveLimits(entry_bytes=1000))
    assert items == [Unread("a.c", "too-large"), ("b.c", TEXT)]


@pytest.mark.parametrize(
    ("limits", "files"),
    [
        (ArchiveLimits(total_bytes=50_000), {"a.c": TEXT, "b.c": b"x" * 100_000}),
        (ArchiveLimits(free_bytes=10_000, ratio=20), {"a.c": TEXT, "b.c": b"\n" * 1_000_000}),
        (ArchiveLimits(count=5), {f"{i}.c": TEXT for i in range(9)}),
    ],
)
@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_bombs_are_stopped(read, tarball, limits, files, kind):
    content = tarball(files)
    if kind == "zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        content = packed.getvalue()
    last = read(content, limits)[-1]
    assert (last.path, last.reason) == ("", "archive-bomb")


def test_an_absurd_extension_header_is_not_read_into_memory(read):
    info = tarfile.TarInfo("././@LongLink")
    info.type = tarfile.GNUTYPE_LONGNAME
    info.size = 1 << 33
    items = read(gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + b"a" * 4096))
    assert [item.reason for item in items] == ["archive-bomb"]


def test_a_chain_of_extension_headers_ends(read):
    info = tarfile.TarInfo("././@LongLink")
    info.type = tarfile.GNUTYPE_LONGNAME
    info.size = 1
    link = info.tobuf(tarfile.GNU_FORMAT) + b"a" + b"\0" * 511
    items = read(link * 3000 + b"\0" * 1024)
    assert [item.reason for item in items] == ["corrupt-archive"]


def test_a_sparse_entry_is_passed_over(read):
    info = tarfile.TarInfo("hole.c")
    info.type = tarfile.GNUTYPE_SPARSE
    items = read(info.tobuf(tarfile.GNU_FORMAT) + b"\0" * 1024)
    assert [(item.path, item.reason) for item in items] == [("hole.c", "not-a-file")]


@pytest.mark.parametrize("cut", [513, 1100, 1600, 2000])
def test_what_came_before_the_damage_stays(read, tarball, cut):
    whole = tarball({"a.c": TEXT, "b.c": b"char c;\n" * 100}, "w:")
    items = read(whole[:cut])
    assert items[-1].reason == "corrupt-archive"
    assert items[:-1] == ([("a.c", TEXT)] if cut >= 1024 else [])


def test_a_damaged_header_is_not_taken_for_the_end(read, tarball):
    whole = bytearray(tarball({"a.c": TEXT, "b.c": TEXT}, "w:"))
    whole[1024 + 5] ^= 0xFF
    items = read(bytes(whole))
    assert items[0] == ("a.c", TEXT)
    assert items[1].reason == "corrupt-archive"


@pytest.mark.parametrize("content", [b"", b"PK", b"\x1f\x8b", b"BZh9", b"\xfd7zXZ\0", b"hello"])
def test_what_is_no_archive(read, content):
    assert [item.reason for item in read(content)] == ["corrupt-archive"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_any_flipped_bytes_never_raise(read, tarball, data):
    kind = data.draw(st.sampled_from(["w:", "w:gz", "w:xz", "w:bz2"]))
    whole = bytearray(tarball({"p/a.c": TEXT, "p/b.py": TEXT}, kind))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] = data.draw(st.integers(0, 255))
    for item in read(bytes(whole)):
        assert isinstance(item, (tuple, Unread))


def test_the_common_folder_is_left_out():
    given_entries = [("r/a", b"1"), Unread("r/b.png", "binary"), ("q/c", b"2"), Unread("", "x")]
    assert list(without_root(given_entries)) == [
        ("a", b"1"), Unread("b.png", "binary"), ("q/c", b"2"), Unread("", "x"),
    ]  # fmt: skip
