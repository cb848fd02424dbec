# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The columns of a data set: named by the user, or known by their usual names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["ROLES", "RowColumns", "choose_columns"]

ROLES: Mapping[str, tuple[str, ...]] = {
    "content": ("content", "text", "code", "source", "body"),
    "id": ("id", "document_id", "doc_id", "blob_id", "hexsha"),
    "path": ("path", "file_path", "max_stars_repo_path", "filename", "file_name"),
    "repo": (
        "repo",
        "repo_name",
        "repository_name",
        "max_stars_repo_name",
        "repository",
        "repo_path",
    ),
    "license": ("license", "licenses", "max_stars_repo_licenses", "detected_licenses"),
    "revision": ("revision", "revision_id", "commit", "max_stars_repo_head_hexsha"),
    "date": ("released", "date", "commit_date", "committer_date", "created"),
    "language": ("language", "lang", "programming_language"),
}
"""Usual names of the column of each role, the first that is there being taken."""


@dataclass(frozen=True, slots=True)
class RowColumns:
    """The column of each role; "" for none."""

    content: str
    id: str = ""
    path: str = ""
    repo: str = ""
    license: str = ""
    revision: str = ""
    date: str = ""
    language: str = ""

    def named(self) -> tuple[str, ...]:
        """Every column that is read."""
        return tuple(dict.fromkeys(name for role in ROLES if (name := getattr(self, role))))


def choose_columns(known: Collection[str], chosen: Mapping[str, str], where: str) -> RowColumns:
    """The columns of a data set.

    Args:
        known: names of its columns.
        chosen: column by role, as the user names them; "" for none.
        where: the file that `known` was read from, for messages.

    Raises:
        UsageError: a role or column does not exist, or no column holds the text.
    """
    names = ", ".join(sorted(map(str, known))[:30]) or "none"
    for role, column in chosen.items():
        if role not in ROLES:
            raise UsageError(f"--column has no role {role!r}", f"known: {', '.join(ROLES)}")
        if column and column not in known:
            raise UsageError(f"{where} has no column {column!r}", f"its columns are: {names}")
    columns = {
        role: chosen.get(role, next((name for name in usual if name in known), ""))
        for role, usual in ROLES.items()
    }
    if not columns["content"]:
        raise UsageError(
            f"no column of {where} is known to hold the text (its columns are: {names})",
            "name it with: --column content=NAME",
        )
    return RowColumns(**columns)
