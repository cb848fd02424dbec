# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The debian folder of a package in source format 1.0."""

from __future__ import annotations

import gzip

from codescan.sources.assemble import Unread
from codescan.sources.debian_diff import new_files

DIFF = b"""--- foo-1.0.orig/src/a.c
+++ foo-1.0/src/a.c
@@ -1,2 +1,2 @@
-old
+new
--- foo-1.0.orig/debian/copyright
+++ foo-1.0/debian/copyright
@@ -0,0 +1,3 @@
+Format: x
+
+Files: *
--- foo-1.0.orig/debian/../escape
+++ foo-1.0/debian/../escape
@@ -0,0 +1 @@
+no
"""


def test_new_files_below_debian(tmp_path):
    path = tmp_path / "foo_1.0-1.diff.gz"
    path.write_bytes(gzip.compress(DIFF))
    assert list(new_files(path)) == [("debian/copyright", b"Format: x\n\nFiles: *\n")]


def test_a_damaged_diff_is_named(tmp_path):
    path = tmp_path / "foo_1.0-1.diff.gz"
    path.write_bytes(b"no gzip")
    (entry,) = new_files(path)
    assert isinstance(entry, Unread)
    assert entry.reason == "corrupt-archive"
