# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Read a source as a whole."""

from codescan.records import Document, Skipped


def read(source):
    """The documents of a source, and the reasons of what it skips, by path."""
    items = list(source.documents())
    documents = {i.origin.path: i for i in items if isinstance(i, Document)}
    return documents, {i.item.partition("#")[2]: i.reason for i in items if isinstance(i, Skipped)}
