# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Read the entries of a baseline file; a damaged file is refused as a whole."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

from msgspec import Struct

from codescan.errors import ConfigError
from codescan.text.conflict_markers import conflict_marker_line

__all__ = ["FILE", "MAX_BYTES", "VERSION", "Entry", "is_nameable", "parse_entries"]

FILE = ".codescan.baseline.json"
MAX_BYTES = 16 << 20
"""Larger baselines are refused."""
VERSION = 1
_HINT = "correct it, or remove it and accept the passages again with --update-baseline"


class Entry(Struct, frozen=True, kw_only=True):
    """One accepted passage."""

    fingerprint: str
    path: str
    count: int = 1
    """Copies of the passage in that file."""
    rule: str
    origin: str
    """Package URL and path, for people."""
    license: str
    lines: str
    """Where it stood when it was accepted, for people."""
    reviewer: str
    reason: str
    decided: str
    """Date, YYYY-MM-DD."""
    expires: str | None = None
    """The last day on which it holds; None: no end."""

    @property
    def key(self) -> tuple[str, str]:
        """Fingerprint and path: an entry of a baseline is unique in them."""
        return self.fingerprint, self.path

    def words(self) -> str:
        """Who accepted it, when and why."""
        return f"accepted by {self.reviewer} on {self.decided}: {self.reason}"


def parse_entries(content: bytes, name: str) -> list[Entry]:
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
        data = json.loads(content.decode("utf-8"), object_pairs_hook=_mapping)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{name} is not JSON: {error}", _HINT) from error
    if not isinstance(data, dict) or data.get("schema_version") != VERSION:
        raise ConfigError(f"{name} is not a baseline of schema version {VERSION}", _HINT)
    listed = data.get("entries")
    if not isinstance(listed, list):
        raise ConfigError(f"{name} has no list of entries", _HINT)
    return [_entry(item, f"{name}, entry {n}") for n, item in enumerate(listed, start=1)]


def is_nameable(path: str) -> bool:
    """Whether a path names one file only: names that are not UTF-8 are shown alike."""
    return "\ufffd" not in path and not any("\ud800" <= each <= "\udfff" for each in path)


def _mapping(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A JSON object; one whose keys repeat could show reviewers something else than it says."""
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        key = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise ValueError(f"the key {key!r} is repeated")
    return mapping


def _entry(item: object, place: str) -> Entry:
    known = Entry.__struct_fields__
    if not isinstance(item, dict):
        raise ConfigError(f"{place} is not a mapping", _HINT)
    unknown = sorted(set(item) - set(known))
    if unknown:
        raise ConfigError(f"{place} has an unknown key {unknown[0]!r}", _HINT)
    for name in known:
        value = item.get(name)
        if name == "count":
            fine = isinstance(value, int) and not isinstance(value, bool) and value >= 1
        elif name == "expires":
            fine = value is None or _is_date(value)
        else:
            fine = isinstance(value, str) and bool(value.strip())
        if not fine:
            raise ConfigError(f"{place}: {name} is {value!r}", _HINT)
    return Entry(**item)


def _is_date(value: object) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return isinstance(value, str)
