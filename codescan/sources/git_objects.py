# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the user's git to read objects, with everything that could run other code turned off."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Self, cast

from codescan.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

__all__ = ["Blobs", "TreeEntry", "fetch_revision", "run_git", "tree"]

# Nothing of this runs while objects are read; a repository's own configuration must not be able
# to change that: no hooks, no monitor, no external transports, no fetching of missing objects.
_SAFE = (
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "protocol.ext.allow=never",
    "-c", "gc.auto=0",
    "-c", "maintenance.auto=false",
    "-c", "fetch.recurseSubmodules=false",
)  # fmt: skip
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "LC_ALL": "C",
}
_REDIRECTIONS = frozenset((
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG_PARAMETERS",
))  # fmt: skip
_FETCH_SECONDS = 3600.0
_LOCAL_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One entry of a commit's tree."""

    path: str
    mode: str
    object_id: str
    size: int
    """Bytes; -1 for what is not a blob."""


def run_git(repository: Path, *arguments: str, seconds: float = _LOCAL_SECONDS) -> bytes:
    """Output of a git command in a repository.

    Raises:
        SourceError: git is not installed, fails, or takes too long.
    """
    command = ["git", *_SAFE, "-C", str(repository), *arguments]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=seconds,
            check=False,
            stdin=subprocess.DEVNULL,
            env=_environment(),
        )
    except FileNotFoundError as error:
        raise SourceError("git is not installed", "install git to read repositories") from error
    except subprocess.TimeoutExpired as error:
        raise SourceError(
            f"git {arguments[0]} took more than {seconds:.0f} s in {repository}", "try again"
        ) from error
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise SourceError(
            f"git {arguments[0]} fails in {repository}: {lines[-1] if lines else 'no message'}",
            "check the repository and the revision",
        )
    return done.stdout


def fetch_revision(url: str, revision: str, folder: Path) -> None:
    """Fetch one revision, without history, into a bare repository; nothing is checked out.

    Raises:
        SourceError: it cannot be had.
    """
    if not (folder / "HEAD").is_file():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SourceError(
                f"the cache folder {folder} cannot be made: {error.strerror}",
                "set CODESCAN_CACHE to a folder that can be written",
            ) from error
        run_git(folder, "init", "--quiet", "--bare", "--template=")
    run_git(
        folder,
        "fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--force",
        "--end-of-options", url, f"{revision}:refs/codescan/{_ref_name(revision)}",
        seconds=_FETCH_SECONDS,
    )  # fmt: skip


def _ref_name(revision: str) -> str:
    return revision.encode().hex()


def tree(repository: Path, commit: str) -> Iterator[TreeEntry]:
    """Every entry of a commit's tree, in git's order."""
    listing = run_git(repository, "ls-tree", "-r", "-z", "-l", "--full-tree", commit)
    for line in listing.split(b"\0"):
        head, _, path = line.partition(b"\t")
        fields = head.decode("ascii", "replace").split()
        if len(fields) == 4:  # noqa: PLR2004 - mode, type, id, size
            size = int(fields[3]) if fields[3].isdecimal() else -1
            name = path.decode("utf-8", "surrogateescape")
            yield TreeEntry(name, fields[0], fields[2], size)


class Blobs:
    """A running `git cat-file --batch`: contents by object id, without filters or checkout."""

    def __init__(self, repository: Path) -> None:
        self._process = subprocess.Popen(
            ["git", *_SAFE, "-C", str(repository), "cat-file", "--batch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._process:
            self._process.kill()

    def read(self, object_id: str) -> bytes | None:
        """Content of a blob, or None if the repository lacks it."""
        requests = cast("IO[bytes]", self._process.stdin)
        answers = cast("IO[bytes]", self._process.stdout)
        requests.write(object_id.encode() + b"\n")
        requests.flush()
        fields = answers.readline().split()
        if len(fields) != 3 or fields[1] != b"blob":  # noqa: PLR2004 - id, type, size
            if len(fields) == 3:  # noqa: PLR2004
                answers.read(int(fields[2]) + 1)
            return None
        content = answers.read(int(fields[2]))
        answers.read(1)
        return content


def _environment() -> dict[str, str]:
    """The user's environment without what git sets inside hooks and would obey here."""
    kept = {name: value for name, value in os.environ.items() if name not in _REDIRECTIONS}
    return {**kept, **_ENVIRONMENT}
