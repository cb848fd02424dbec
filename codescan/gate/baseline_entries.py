# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Read the entries of a baseline file; a damaged file is refused as a whole."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - type of a field
from typing import Annotated, Literal

from msgspec import Meta, Struct

from codescan.errors import ConfigError
from codescan.records.json_decode import DecodingError, decode_json
from codescan.text.conflict_markers import conflict_marker_line

__all__ = ["FILE", "MAX_BYTES", "BaselineFile", "Entry", "is_nameable", "parse_entries"]

FILE = ".codescan.baseline.json"
MAX_BYTES = 16 << 20
"""Larger baselines are refused."""
_HINT = "correct it, or remove it and accept the passages again with --update-baseline"
_Words = Annotated[str, Meta(pattern=r"\S")]


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One accepted passage."""

    fingerprint: _Words
    path: _Words
    count: Annotated[int, Meta(ge=1)]
    """Copies of the passage in that file."""
    rule: _Words
    origin: _Words
    """Package URL and path, for people."""
    license: _Words
    lines: _Words
    """Its place at the time of acceptance, for people."""
    reviewer: _Words
    reason: _Words
    decided: _Words
    """Date, YYYY-MM-DD."""
    expires: date | None = None
    """The last day on which it holds; None: no end."""

    @property
    def key(self) -> tuple[str, str]:
        """Fingerprint and path: an entry of a baseline is unique in them."""
        return self.fingerprint, self.path

    def words(self) -> str:
        """The person, the date and the reason of the acceptance."""
        return f"accepted by {self.reviewer} on {self.decided}: {self.reason}"


class BaselineFile(Struct, frozen=True):
    """The contents of a baseline file."""

    schema_version: Literal[1]
    entries: tuple[Entry, ...]


def parse_entries(content: bytes, name: str) -> tuple[Entry, ...]:
    """The entries of a baseline.

    Args:
        content: of the file.
        name: of the file, for messages.

    Raises:
        ConfigError: it is not a baseline; a damaged one must not let anything through.
    """
    line = conflict_marker_line(content)
    if line is not None:
        raise ConfigError(
            f"{name} holds conflict markers of a merge in line {line}",
            "resolve the conflict: keep the entries of both sides",
        )
    try:
        return decode_json(content, BaselineFile).entries
    except DecodingError as error:
        raise ConfigError(f"{name} is not a baseline that can be read: {error}", _HINT) from error


def is_nameable(path: str) -> bool:
    """Whether a path names one file only: names that are not UTF-8 are shown alike."""
    return "\ufffd" not in path and not any("\ud800" <= each <= "\udfff" for each in path)
