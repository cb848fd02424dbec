# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Zstandard frames are read whole, and a cut one is never taken for the end."""

from __future__ import annotations

import io
import tarfile

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan.errors import SourceError
from codescan.logs.log_file import rows
from codescan.logs.records import Unchecked
from codescan.sources.archives import entries
from codescan.sources.assemble import Unread
from codescan.sources.dataset_rows import pieces
from codescan.text.zstandard_stream import ZstandardStream

frames = st.lists(st.binary(max_size=5000), min_size=1, max_size=4)


def packed(*contents):
    return b"".join(zstandard.ZstdCompressor().compress(content) for content in contents)


@settings(max_examples=60, deadline=None)
@given(frames, st.integers(1, 4000))
def test_all_frames_are_read_in_order(contents, size):
    stream = io.BufferedReader(ZstandardStream(io.BytesIO(packed(*contents))))
    assert b"".join(iter(lambda: stream.read(size), b"")) == b"".join(contents)


@settings(max_examples=60, deadline=None)
@given(frames, st.data())
def test_a_cut_frame_is_an_error_wherever_it_is_cut(contents, data):
    whole = packed(*contents)
    ends = {len(packed(*contents[:count])) for count in range(len(contents) + 1)}
    cut = data.draw(st.integers(1, len(whole) - 1).filter(lambda at: at not in ends))
    with pytest.raises((EOFError, OSError)):
        ZstandardStream(io.BytesIO(whole[:cut])).read()


def test_a_cut_log_is_unchecked(tmp_path):
    line = b'{"prompt": "a", "completion": "b"}\n'
    path = tmp_path / "log.jsonl.zst"
    path.write_bytes(packed(line * 5000)[:-20])
    assert isinstance(list(rows(path))[-1], Unchecked)


def test_a_cut_archive_is_reported(tmp_path):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for number in range(50):
            entry = tarfile.TarInfo(f"a/{number}.py")
            text = b"".join(b"value_%d = %d\n" % (n, n * n * number) for n in range(200))
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
    path = tmp_path / "a.tar.zst"
    path.write_bytes(packed(content.getvalue())[:-2000])
    last = list(entries(path))[-1]
    assert isinstance(last, Unread)
    assert last.reason == "corrupt-archive"


def test_a_cut_data_set_is_not_read_in_silence(tmp_path):
    path = tmp_path / "rows.jsonl.zst"
    path.write_bytes(packed(b'{"content": "x = 1", "path": "a.py"}\n' * 4000)[:-20])
    (piece,) = pieces(path)
    with pytest.raises(SourceError):
        list(piece.rows(("content", "path")))
