# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Fetch one revision of a repository into a bare one, without history and without a checkout."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from codescan.errors import GitError, SourceError, UsageError
from codescan.git.command import Git

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["as_source_error", "fetch_revision", "fetched_reference"]

_FETCH_SECONDS = 3600.0


@contextlib.contextmanager
def as_source_error(hint: str = "check the repository and the revision") -> Iterator[None]:
    """Convert an error of git into a SourceError.

    Args:
        hint: hint for errors without their own hint.

    Raises:
        SourceError: git failed.
    """
    try:
        yield
    except (GitError, UsageError) as error:
        raise SourceError(error.message, error.hint or hint) from error


def fetched_reference(revision: str) -> str:
    """The git reference of a fetched revision."""
    return f"refs/codescan/{revision.encode().hex()}"


def fetch_revision(url: str, revision: str, folder: Path) -> None:
    """Fetch one revision; nothing is checked out.

    Raises:
        SourceError: it cannot be fetched, or the cache cannot be written.
    """
    if not (folder / "HEAD").is_file():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SourceError(
                f"the cache folder {folder} cannot be made: {error.strerror}",
                "set CODESCAN_CACHE to a folder that can be written",
            ) from error
        with as_source_error():
            Git(folder).run("init", "--quiet", "--bare", "--template=")
    with as_source_error():
        Git(folder).run(
            "fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--force",
            "--no-write-fetch-head", "--end-of-options", url,
            f"{revision}:{fetched_reference(revision)}",
            seconds=_FETCH_SECONDS,
            network=True,
        )  # fmt: skip
