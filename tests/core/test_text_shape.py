# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The native counts are those of the interpreter, at every place and length; hashes differ."""

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


# The interpreter's own reading of UTF-8, and texts that nearly are.
PIECES = st.sampled_from(
    [bytes([byte]) for byte in (0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1)]
    + [bytes([byte]) for byte in (0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF)]
    + ["é".encode(), "中".encode(), "🂡".encode(), b"a plain run of text"]
)
NEARLY = st.lists(PIECES, max_size=12).map(b"".join)


def is_utf8(text):
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


@given(NEARLY)
@settings(max_examples=300)
def test_utf8_is_what_the_interpreter_reads(text):
    assert _native.text_shape(text, 0)[1] is is_utf8(text)


def test_every_character_and_nothing_near_it():
    for lead in range(0x80, 0x100):
        for second in (0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0):
            for more in (b"", b"\x80", b"\x80\xbf", b"\xc0", b"\x80\x7f"):
                text = bytes([lead, second]) + more
                assert _native.text_shape(text, 0)[1] is is_utf8(text), text


@given(TEXTS | st.binary(max_size=600), st.integers(0, 3000))
@settings(max_examples=150)
def test_counts(text, head):
    start = text[:head]
    assert _native.text_shape(text, head) == (
        b"\0" in text,
        is_utf8(text),
        text.count(b"\n"),
        text.count(b"\r"),
        len(start) - len(start.translate(None, CONTROLS)),
    )


@given(st.binary(max_size=200), st.integers(0, 199), st.binary(min_size=1, max_size=40))
@settings(max_examples=150)
def test_a_keyed_hash_depends_on_every_byte_on_the_length_and_on_the_key(text, at, more):
    key, other = bytes(range(16)), bytes(range(1, 17))
    hashed = _native.keyed_hash(text, key)
    assert hashed == _native.keyed_hash(bytes(text), key)
    assert hashed != _native.keyed_hash(text, other)
    assert hashed != _native.keyed_hash(text + more, key)
    assert hashed != _native.keyed_hash(text + b"\0", key)
    if at < len(text):
        changed = text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :]
        assert hashed != _native.keyed_hash(changed, key)


@given(TEXTS | NEARLY | st.binary(max_size=100))
@settings(max_examples=300)
def test_ascii_texts(text):
    controls = CONTROLS + b"\v"
    is_text = text.isascii() and bool(text.strip()) and not any(b in controls for b in text)
    assert not _native.is_ascii_text(text) or is_text
    if is_text and any(b > 32 for b in text):
        assert _native.is_ascii_text(text)


def test_one_other_byte_anywhere_makes_a_text_other_than_ascii():
    for size in (1, 15, 16, 31, 32, 33, 100):
        for at in range(size):
            for byte in range(256):
                text = b"a" * at + bytes([byte]) + b"a" * (size - at - 1)
                is_kept = 32 <= byte < 127 or byte in b"\t\n\f\r\b\x1a\x1b"
                if size > 1:
                    assert _native.is_ascii_text(text) is is_kept, (size, at, byte)
