# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Clusters of parts of files: functions and blocks, and passages."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PartCluster", "PartCopy"]


@dataclass(frozen=True, slots=True)
class PartCopy:
    """Tokens [start, end) of a document that represents all files with its tokens.

    Args:
        node: the document's node.
        start: first token.
        end: token after the last one.
        reason: a word of `DuplicateRow.reason`.
        similarity: to the reference, 0..1.
    """

    node: int
    start: int
    end: int
    reason: str
    similarity: float


@dataclass(frozen=True, slots=True)
class PartCluster:
    """The same part in independent files.

    Args:
        level: "unit" or "passage".
        reference: the copy in the most preferred file.
        copies: the others, by node and place.
        further: files that hold it as part of a longer passage, and are not listed.
    """

    level: str
    reference: PartCopy
    copies: tuple[PartCopy, ...]
    further: int = 0
