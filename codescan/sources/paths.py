# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Makes path names of archives, indexes and datasets safe to show, compare and store."""

from __future__ import annotations

import re

__all__ = ["normalize"]

_MAX_BYTES = 1024
_MAX_DEPTH = 100
# Nearly every name: it needs no change and cannot be rejected.
_PLAIN = re.compile(r"(?:[\w+@=,~-][\w+@=,~. -]*/){0,99}[\w+@=,~-][\w+@=,~. -]*", re.ASCII)
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0080-\u009f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def normalize(name: str) -> str | None:
    """A relative path with forward slashes and no "." or "..", or None if it cannot be trusted.

    Refused: absolute paths, drive letters, "..", control and direction-changing characters,
    bytes that are not UTF-8, more than 1024 bytes or 100 folders. Idempotent.
    """
    if len(name) <= _MAX_BYTES and _PLAIN.fullmatch(name):
        return name
    path = name.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path) or _CONTROL.search(path):
        return None
    pieces = [piece for piece in path.split("/") if piece not in ("", ".")]
    if not pieces or ".." in pieces or len(pieces) > _MAX_DEPTH or _DRIVE.match(pieces[0]):
        return None
    clean = "/".join(pieces)
    return clean if len(clean.encode()) <= _MAX_BYTES else None
