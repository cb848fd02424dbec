# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Bytes are read as the text that they are: a stray zero byte turns none into UTF-16."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.text.decoding import decode_text, looks_binary

CODE = "def merge(items):\n    return [item.low for item in items if item.low > 3]\n" * 8
WIDE = ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
WORDS = st.sampled_from(["(" * 9, "[", "data: ", "0", "x = 1\n", "größe", "変数", "\t", "café"])


@given(
    st.lists(WORDS, max_size=40).map("".join),
    st.lists(st.integers(0, 600), max_size=3),
    st.sampled_from([b"", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0"]),
)
def test_a_few_zero_bytes_leave_a_text_as_it_is(begin, places, mark):
    content = bytearray((begin + CODE).encode())
    for place in places:
        content.insert(min(place, len(content)), 0)
    try:
        content.decode()
    except UnicodeDecodeError:  # the zero is within a character
        return
    data = mark + bytes(content)
    decoded = decode_text(data)
    assert decoded.content == data
    assert not looks_binary(bytes(content))


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("text", [CODE, "größe = 1\n" * 30, "# 変数の一覧\nx = 1\n" * 20])
def test_wide_texts_are_decoded_with_and_without_a_mark(encoding, text):
    assert decode_text(text.encode(encoding)).content == text.encode()
    assert decode_text(("\ufeff" + text).encode(encoding)).content == text.encode()
