# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Checks the options of sources, which come from TOML files, and reports clear errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["date", "pinned", "words"]


def words(key: str, value: str | Iterable[str]) -> tuple[str, ...]:
    """A list of non-empty strings; one string counts as a list of one.

    Raises:
        ConfigError: it is something else.
    """
    items = (value,) if isinstance(value, str) else tuple(value)
    for item in items:
        if not isinstance(item, str) or not item.strip() or item.startswith("-"):
            raise ConfigError(
                f"{key}: {item!r} is not usable", f"give a list of names, as in {key} = ['name']"
            )
    return tuple(item.strip() for item in items)


def date(key: str, value: object) -> str:
    """A date "YYYY-MM-DD" of a TOML date or string; "" for none.

    Raises:
        ConfigError: it is not a date.
    """
    import datetime as dt

    if value is None or value == "":
        return ""
    try:
        return dt.date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError as error:
        raise ConfigError(
            f"{key}: {value!r} is not a date", f"write it as {key} = 2024-01-31"
        ) from error


def pinned(name: str, separator: str) -> tuple[str, str]:
    """Name and version of "name==version" or "name@version"; version "" where there is none."""
    head, _, version = name[1:].rpartition(separator)  # a leading "@" belongs to an npm scope
    return (name[0] + head, version.strip()) if head else (name, "")
