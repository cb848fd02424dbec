# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Compressed files are read to their last byte, or reading fails."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import json
import lzma
import random

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from codescan.records.json_decode import unique_names
from codescan.text.packed_streams import HEAD_BYTES, unpacked

PACK = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
}
BROKEN = (OSError, EOFError)
kinds = st.sampled_from(sorted(PACK))
contents = st.lists(st.binary(max_size=300), min_size=1, max_size=4)


def read(packed):
    stream = unpacked(io.BytesIO(packed), packed[:HEAD_BYTES])
    assert stream is not None
    return stream.read()


@given(kinds, contents)
def test_streams_one_behind_the_other_are_all_read(kind, parts):
    assert read(b"".join(PACK[kind](part) for part in parts)) == b"".join(parts)


@given(st.sampled_from(["gzip", "bzip2", "xz"]), contents, st.integers(0, 600))
def test_zeros_at_the_end_are_padding(kind, parts, zeros):
    packed = b"".join(PACK[kind](part) for part in parts)
    assert read(packed + bytes(zeros)) == b"".join(parts)


@given(kinds, contents, st.data())
def test_a_stream_that_is_cut_is_never_whole(kind, parts, data):
    last = PACK[kind](parts[-1])
    packed = b"".join(PACK[kind](part) for part in parts[:-1]) + last
    cut = data.draw(st.integers(1, len(last) - 1))
    if len(packed) - cut < HEAD_BYTES:
        return
    with pytest.raises(BROKEN):
        read(packed[:-cut])


@given(kinds, st.integers(0, 2**32), st.data())
def test_damage_is_an_error_or_changes_nothing(kind, seed, data):
    """All kinds of damage raise what every caller catches; zlib has an error of its own."""
    content = random.Random(seed).choices(b"abcdefgh \n", k=2000)
    packed = bytearray(PACK[kind](bytes(content)))
    for _ in range(data.draw(st.integers(1, 3))):
        packed[data.draw(st.integers(0, len(packed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    stream = unpacked(io.BytesIO(packed), bytes(packed[:HEAD_BYTES]))
    if stream is not None:
        with contextlib.suppress(*BROKEN):
            assert stream.read() == bytes(content)


@given(kinds, contents, st.binary(min_size=1, max_size=40).filter(lambda b: b.strip(b"\0")))
def test_whatever_follows_the_last_stream_is_refused(kind, parts, more):
    with pytest.raises(BROKEN):
        read(b"".join(PACK[kind](part) for part in parts) + more)


@pytest.mark.parametrize("content", [b"", b"text", b"BZ", b"\x28\xb5", b"*M\x18", b"{}"])
def test_other_files_are_not_unpacked(content):
    assert unpacked(io.BytesIO(content), content[:HEAD_BYTES]) is None


names = st.text(max_size=3)
values = st.recursive(
    st.integers(-3, 3) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=4,
)


@given(st.lists(st.tuples(names, values), max_size=6))
def test_an_object_is_read_if_no_name_has_two_values(pairs):
    text = "{" + ", ".join(f"{json.dumps(n)}: {json.dumps(v)}" for n, v in pairs) + "}"
    is_unique = all(v == w for n, v in pairs for m, w in pairs if n == m)
    if is_unique:
        assert json.loads(text, object_pairs_hook=unique_names) == json.loads(text)
    else:
        with pytest.raises(ValueError, match="has two values"):
            json.loads(text, object_pairs_hook=unique_names)
