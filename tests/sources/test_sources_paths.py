# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Paths are safe, whatever an archive calls its entries."""

from __future__ import annotations

import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.sources.paths import normalize

PIECES = st.sampled_from(["..", ".", "", "a", "b c", "C:", "\\", "/", "é", "\0", "\udcff", "~"])
NAMES = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=8).map("/".join))


@given(NAMES)
def test_what_is_returned_stays_below_the_folder(name):
    path = normalize(name)
    if path is None:
        return
    assert path
    assert not path.startswith(("/", "\\"))
    assert posixpath.normpath(posixpath.join("/root", path)) == f"/root/{path}"
    path.encode("utf-8")
    assert path.isprintable() or not any(ord(c) < 32 for c in path)


@given(NAMES)
def test_is_idempotent(name):
    path = normalize(name)
    assert path is None or normalize(path) == path


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd", "../x", "a/../../x", "a\\..\\..\\x", "\\\\host\\share", "C:\\x", "C:x",
        "./C:/x", "", ".", "a\0b", "a\nb", "a\u202eb", "\udcff", "x" * 1025, "a/" * 101 + "b",
    ],
)  # fmt: skip
def test_refuses(name):
    assert normalize(name) is None


@pytest.mark.parametrize(
    ("name", "path"), [("./a//b/", "a/b"), ("a\\b", "a/b"), ("a/..b/c", "a/..b/c"), ("~/x", "~/x")]
)
def test_tidies(name, path):
    assert normalize(name) == path
