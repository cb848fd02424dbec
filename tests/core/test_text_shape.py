# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The native counts are those of the interpreter, at every place and length."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from codescan._core import _native

CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\v\f\r\b\x1b\x1a") + b"\x7f"
# Runs of one byte, so that counters of one byte would overflow.
TEXTS = st.lists(
    st.tuples(st.sampled_from(b"a\n\r\0\x01\x07\x08\x0d\x0e\x19\x1a\x1b\x1c\x1f \x7f\x80\xff"),
              st.integers(0, 600)),
    max_size=8,
).map(lambda runs: b"".join(bytes([byte]) * count for byte, count in runs))  # fmt: skip


@given(TEXTS | st.binary(max_size=600), st.integers(0, 3000))
@settings(max_examples=150)
def test_counts(text, head):
    start = text[:head]
    assert _native.text_shape(text, head) == (
        b"\0" in text,
        text.isascii(),
        text.count(b"\n"),
        text.count(b"\r"),
        len(start) - len(start.translate(None, CONTROLS)),
    )
