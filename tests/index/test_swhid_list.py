# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Lists of identifiers: exact, sorted, small, and refused once a byte of them is altered."""

from __future__ import annotations

import hashlib
import json
import os
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan.errors import IndexFormatError, OutputError, UsageError
from codescan.index import swhid_list
from codescan.index.swhid_list import SwhidList, parse_swhid, write_swhid_list
from codescan.text.swhid import blob_sha1, swhid

FORMS = ("text", "compact")
HASHES = st.lists(st.binary(min_size=20, max_size=20), min_size=1, max_size=60)


def write(path, hashes, form):
    return write_swhid_list(hashes, path, form, "demo", "d" * 64)


def listed(path, sha1):
    opened = SwhidList(path)
    try:
        return sha1 in opened
    finally:
        opened.close()


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60)
@given(present=HASHES, other=HASHES)
def test_members_are_found_and_others_are_not(tmp_path_factory, form, present, other):
    path = tmp_path_factory.mktemp("list") / "list"
    header = write(path, present, form)
    width = 9 if form == "compact" else 20
    assert header.count == len({sha1[:width] for sha1 in present})
    opened = SwhidList(path)
    for sha1 in present:
        assert sha1 in opened
    known = {sha1[:width] for sha1 in present}
    for sha1 in other:
        assert (sha1 in opened) == (sha1[:width] in known)
    opened.close()


@pytest.mark.parametrize("form", FORMS)
def test_a_list_of_nothing_answers_nothing(tmp_path, form):
    (tmp_path / "list").write_bytes(sealed(GOOD | {"count": 0, "form": form}, b""))
    with pytest.raises(IndexFormatError):
        SwhidList(tmp_path / "list")


@pytest.mark.parametrize("form", FORMS)
def test_a_list_is_the_same_whatever_the_order(tmp_path, form, monkeypatch):
    hashes = [hashlib.sha1(str(i).encode(), usedforsecurity=False).digest() for i in range(500)]
    write(tmp_path / "one", hashes, form)
    random.Random(1).shuffle(hashes)
    monkeypatch.setattr(swhid_list, "_RUN", 7)  # sorted in many files
    write(tmp_path / "two", [*hashes, *hashes[:100]], form)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_a_compact_list_is_small_and_says_its_chance(tmp_path):
    hashes = [hashlib.sha1(str(i).encode(), usedforsecurity=False).digest() for i in range(4096)]
    header = write(tmp_path / "list", hashes, "compact")
    assert (tmp_path / "list").stat().st_size / 4096 <= 10
    assert header.false_positive_log2 == 12 - 72
    assert write(tmp_path / "text", hashes, "text").false_positive_log2 is None


def test_a_compact_list_cannot_tell_equal_beginnings(tmp_path):
    sha1 = bytes(range(20))
    write(tmp_path / "compact", [sha1], "compact")
    write(tmp_path / "text", [sha1], "text")
    for position in range(20):
        other = sha1[:position] + bytes([sha1[position] ^ 1]) + sha1[position + 1 :]
        assert listed(tmp_path / "compact", other) == (position >= 9)
        assert not listed(tmp_path / "text", other)


@pytest.mark.parametrize("form", FORMS)
def test_every_altered_byte_is_refused(tmp_path, form):
    hashes = [hashlib.sha1(str(i).encode(), usedforsecurity=False).digest() for i in range(4)]
    write(tmp_path / "list", hashes, form)
    content = (tmp_path / "list").read_bytes()
    for position in range(len(content)):
        for changed in (content[position] ^ 1, content[position] ^ 0x80):
            altered = content[:position] + bytes([changed]) + content[position + 1 :]
            (tmp_path / "list").write_bytes(altered)
            with pytest.raises(IndexFormatError):
                SwhidList(tmp_path / "list")


@pytest.mark.parametrize("form", FORMS)
def test_every_truncated_or_extended_list_is_refused(tmp_path, form):
    write(tmp_path / "list", [bytes(20), b"\xff" * 20], form)
    content = (tmp_path / "list").read_bytes()
    for length in range(len(content)):
        (tmp_path / "list").write_bytes(content[:length])
        with pytest.raises(IndexFormatError):
            SwhidList(tmp_path / "list")
    for tail in (b"\n", b"x", content[-72:], content):
        (tmp_path / "list").write_bytes(content + tail)
        with pytest.raises(IndexFormatError):
            SwhidList(tmp_path / "list")


def sealed(header, body):
    line = json.dumps(header).encode() + b"\n"
    digest = hashlib.sha256(line + body).hexdigest().encode()
    return line + body + b"sha256 " + digest + b"\n"


GOOD = {"format": "codescan-swhids", "version": 1, "form": "compact", "count": 1,
        "index": "demo", "digest": ""}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [{"count": -1}, {"count": 2}, {"count": 0}, {"count": 1 << 62}, {"count": 1.5}, {"version": 2},
     {"form": "other"}, {"form": "text"}, {"format": "x"}, {"index": "x" * 5000}, {"index": None}],
    ids=str,
)  # fmt: skip
def test_a_sealed_list_with_another_header_is_refused(tmp_path, change):
    (tmp_path / "list").write_bytes(sealed(GOOD, b"x" * 9))
    SwhidList(tmp_path / "list").close()
    (tmp_path / "list").write_bytes(sealed(GOOD | change, b"x" * 9))
    with pytest.raises(IndexFormatError):
        SwhidList(tmp_path / "list")


def test_unsorted_entries_are_refused_where_they_are_met(tmp_path):
    entries = [bytes([i]) * 9 for i in range(9, 0, -1)]
    (tmp_path / "list").write_bytes(sealed(GOOD | {"count": 9}, b"".join(entries)))
    opened = SwhidList(tmp_path / "list")
    with pytest.raises(IndexFormatError, match="not sorted"):
        [bytes([i]) * 20 in opened for i in range(10)]
    opened.close()


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(UsageError, match="does not exist"):
        SwhidList(tmp_path / "none")
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(IndexFormatError):
            SwhidList(path)


def test_a_list_that_cannot_be_written_leaves_nothing(tmp_path):
    with pytest.raises(OutputError):
        write(tmp_path / "none" / "list", [bytes(20)], "text")
    (tmp_path / "list").mkdir()
    with pytest.raises(OutputError):
        write(tmp_path / "list", [bytes(20)], "text")
    assert [path.name for path in tmp_path.iterdir()] == ["list"]


def test_too_many_contents_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(swhid_list, "_MAX_COUNT", 3)
    with pytest.raises(UsageError, match="too many"):
        write(tmp_path / "list", [bytes([i]) * 20 for i in range(4)], "compact")


@pytest.mark.parametrize(
    "text", ["swh:1:dir:" + "0" * 40, "swh:1:cnt:" + "0" * 39, "swh:1:cnt:" + "G" * 40,
             "swh:2:cnt:" + "0" * 40, "swh:1:cnt:" + "0" * 40 + "x", "swh:1:cnt:" + "A" * 40,
             "swh:1:cnt:" + "0" * 40 + "\n", "swh:"],
)  # fmt: skip
def test_other_identifiers_are_refused(text):
    with pytest.raises(UsageError):
        parse_swhid(text)


def test_qualifiers_do_not_change_the_content():
    name = swhid(b"text")
    assert parse_swhid(name) == parse_swhid(f"{name};lines=9-15;origin=https://x.org/y")
    assert parse_swhid("a/file.py") is None


@given(content=st.binary(max_size=3000))
def test_a_content_hashed_in_pieces_has_its_identifier(content):
    chunks = [content[i : i + 7] for i in range(0, len(content), 7)]
    assert swhid(content) == f"swh:1:cnt:{blob_sha1(chunks, len(content)).hex()}"
