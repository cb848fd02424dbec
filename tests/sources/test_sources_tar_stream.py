# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The tar reader gives what the standard library's gives, and survives what that one does not.

What the native core finds in a buffer is what is read header by header, whatever the damage.
"""

from __future__ import annotations

import contextlib
import io
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan.sources.tar_stream import ExtensionTooLongError, TarStream

NAMES = st.text(
    st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1, max_size=90
).filter(lambda name: name.strip("."))
PATHS = st.lists(NAMES, min_size=1, max_size=5).map("/".join)
KINDS = st.sampled_from([
    tarfile.REGTYPE, tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE, tarfile.DIRTYPE,
    tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, b"V",
])  # fmt: skip
ENTRIES = st.lists(st.tuples(PATHS, KINDS, st.binary(max_size=1500), st.floats(0, 1e9)), max_size=6)
FORMATS = st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])


def packed(entries, form, extra=None):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:", format=form, pax_headers=extra or {}) as archive:
        for name, kind, content, mtime in entries:
            info = tarfile.TarInfo(name)
            info.type, info.mtime, info.linkname = kind, mtime, "x" * 150
            info.size = len(content) if info.isreg() or kind == b"V" else 0
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def by_tarfile(content):
    with tarfile.open(fileobj=io.BytesIO(content), mode="r|", errors="surrogateescape") as archive:
        for info in archive:
            text = archive.extractfile(info).read() if info.isreg() else None
            yield info.name, info.isdir(), info.isreg(), text


def by_stream(content):
    stream = TarStream(io.BytesIO(content))
    for entry in stream:
        text = stream.content() if entry.is_regular else None
        yield entry.name, entry.is_folder, entry.is_regular, text


@given(ENTRIES, FORMATS)
@settings(max_examples=60)
def test_the_same_entries_as_the_standard_library(entries, form):
    content = packed(entries, form)
    assert list(by_stream(content)) == list(by_tarfile(content))


@given(ENTRIES, FORMATS, st.data())
@settings(max_examples=60)
def test_damage_ends_in_the_two_stated_errors(entries, form, data):
    content = bytearray(packed(entries, form))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(EOFError, ValueError):
        list(by_stream(bytes(content[: data.draw(st.integers(0, len(content)))])))


class Drops:
    """A stream that gives a byte at a time: no entry is ever whole in the reader's buffer."""

    def __init__(self, content):
        self._file = io.BytesIO(content)

    def read(self, _size):
        return self._file.read(1)


def outcome(raw):
    """Every entry and content, and the error at the end, if there is one."""
    members = []
    stream = TarStream(raw)
    try:
        members.extend((e, stream.content() if e.is_regular else None) for e in stream)
    except (EOFError, ValueError) as error:
        members.append((type(error), str(error)))
    return members


FIELDS = (0, 99, 100, 124, 130, 135, 148, 156, 156, 257, 262, 263, 345, 482)
"""Places in a header where something begins or ends."""


@given(ENTRIES, FORMATS, st.data())
@settings(max_examples=80)
def test_the_native_core_finds_what_is_read_header_by_header(entries, form, data):
    content = bytearray(packed(entries, form))
    for _ in range(data.draw(st.integers(0, 3))):
        header = data.draw(st.integers(0, len(content) // 512 - 1)) * 512
        at = header + data.draw(st.sampled_from(FIELDS) | st.integers(0, 511))
        content[at] = data.draw(st.sampled_from(b"\0 /0157xLgKS=9") | st.integers(0, 255))
        if data.draw(st.booleans()):  # a checksum that fits
            block = content[header : header + 512]
            total = sum(block) - sum(block[148:156]) + 8 * ord(" ")
            content[header + 148 : header + 156] = b"%06o\0 " % total
    content = bytes(content[: data.draw(st.just(len(content)) | st.integers(0, len(content)))])
    assert outcome(io.BytesIO(content)) == outcome(Drops(content))


@pytest.mark.parametrize(
    "records",
    [
        b"9 path=b\n", b"09 path=b\n", b"9 path=b\n10 path=ab\n", b"10 path=ab\n8 path=\n",
        b"9 path=b", b"9 path=b\n9", b"9 path=b\n\0\0", b"99 path=b\n", b"7 path=b\n", b"5 a=\n",
        b"2 \n", b"0 a=b\n", b"12 pathway=b\n", b"6 path\n", b"10 size=12\n", b"9 sizes=1\n",
        b"20 GNU.sparse.x=abc\n", b"x", b" ", b"1111111111111111111 a=b\n", b"9 path=\xff\n", b"",
    ],
)  # fmt: skip
def test_records_of_a_pax_header_are_read_in_one_way(records):
    extended, described = tarfile.TarInfo("said"), tarfile.TarInfo("own.c")
    extended.type, extended.size, described.size = tarfile.XHDTYPE, len(records), 3
    headers = [
        info.tobuf(tarfile.USTAR_FORMAT) for info in (tarfile.TarInfo("a"), extended, described)
    ]
    padding = bytes(-len(records) % 512)
    content = headers[0] + headers[1] + records + padding + headers[2] + b"abc" + bytes(509 + 1024)
    assert outcome(io.BytesIO(content)) == outcome(Drops(content))


def test_a_path_in_two_header_fields():
    info = tarfile.TarInfo("folder/" * 20 + "name" * 10)
    content = info.tobuf(tarfile.USTAR_FORMAT) + bytes(1024)
    assert [name for name, *_ in by_stream(content)] == [info.name]


def test_a_name_for_all_entries_and_one_for_the_next():
    content = packed(
        [("own.c", tarfile.REGTYPE, b"int x;", 0.0)], tarfile.PAX_FORMAT, {"path": "g"}
    )
    assert [(name, text) for name, *_, text in by_stream(content)] == [("g", b"int x;")]
    assert list(by_stream(content)) == list(by_tarfile(content))


def test_a_size_beyond_octal_digits():
    info = tarfile.TarInfo("large.c")
    info.size = 1 << 40
    (entry,) = [next(iter(TarStream(io.BytesIO(info.tobuf(tarfile.GNU_FORMAT)))))]
    assert entry.size == 1 << 40


def test_a_sparse_file_in_three_formats_is_not_regular():
    old = tarfile.TarInfo("hole.c")
    old.type = tarfile.GNUTYPE_SPARSE
    marked = packed(
        [("c", tarfile.REGTYPE, b"0\n", 0.0)], tarfile.PAX_FORMAT, {"GNU.sparse.name": "hole.c"}
    )
    for content in (old.tobuf(tarfile.GNU_FORMAT) + bytes(1024), marked):
        ((name, _, is_regular, _),) = by_stream(content)
        assert (name, is_regular) == ("hole.c", False)


def test_unread_entries_are_passed_over():
    entries = [(f"{i}.c", tarfile.REGTYPE, b"%d" % i * 2000, 0.0) for i in range(9)]
    stream = TarStream(io.BytesIO(packed(entries, tarfile.PAX_FORMAT)))
    read = [stream.content() for number, _ in enumerate(stream) if number % 4 == 3]
    assert read == [b"3" * 2000, b"7" * 2000]


@pytest.mark.parametrize("kind", [b"L", b"K", b"x", b"g"])
def test_an_absurd_extension_header_is_refused_unread(kind):
    info = tarfile.TarInfo("a")
    info.type, info.size = kind, 1 << 33
    with pytest.raises(ExtensionTooLongError):
        list(by_stream(info.tobuf(tarfile.GNU_FORMAT)))
