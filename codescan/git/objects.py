# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Read blobs and trees of a repository by object id: no filter, no checkout, no fetching."""

from __future__ import annotations

import re
import weakref
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from codescan.errors import GitError
from codescan.git.command import LOCAL_SECONDS, GitProcess, is_fixed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from codescan.git.command import Git

__all__ = ["LINK", "SUBMODULE", "TREE", "ObjectReader", "TreeEntry", "listing"]

LINK, SUBMODULE, TREE = "120000", "160000", "40000"
"""Modes of tree entries that are not regular files; `tree` gives "40000" as git stores it."""

_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_HEADER_FIELDS = 3  # id, type, size
_MAX_TREE = 64 << 20
_HEX_SHA1 = 40
_UNKNOWN_OPTION = 129
"""Exit code of a git that does not know an option."""
_SINGLE_WAYS = {"info": "--batch-check", "contents": "--batch"}
"""Options for git before 2.36, which does not have `--batch-command`."""


class TreeEntry(Struct, frozen=True):
    """One entry of a tree."""

    path: str
    """Path of the entry; bytes that are not UTF-8 are surrogate escapes."""
    mode: str
    object_id: str
    size: int = -1
    """Size in bytes; -1 if it is not a blob or the size was not requested."""


class ObjectReader:
    """Contents by object id, from a long-running git process (two for git before 2.36).

    The processes end with the `with` block, or when the reader is deleted.

    Args:
        git: the repository.
        seconds: time limit for one object.
    """

    def __init__(self, git: Git, seconds: float = LOCAL_SECONDS) -> None:
        self._git, self._seconds = git, seconds
        self._processes: dict[str, GitProcess] = {}
        self._has_commands: bool | None = None
        # Otherwise git processes would accumulate in a service, an editor or an MCP server.
        weakref.finalize(self, _close_all, self._processes).atexit = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _close_all(self._processes)

    def size(self, object_id: str, kind: str = "blob") -> int | None:
        """Size of an object in bytes; None if it is missing or of another kind.

        Raises:
            GitError: git fails or takes too long.
        """
        header = self._header("info", object_id)
        return int(header[2]) if header and header[1] == kind.encode() else None

    def read(self, object_id: str, limit: int, kind: str = "blob") -> bytes | None:
        """Content of an object of at most `limit` bytes; None if there is no such object.

        The size is requested first, so that an object above the limit is never unpacked.

        Raises:
            GitError: git fails or takes too long.
        """
        size = self.size(object_id, kind)
        if size is None or size > limit:
            return None
        header = self._header("contents", object_id)
        if header is None or int(header[2]) != size:
            return None
        content = self._process("contents").read_exactly(size + 1)
        if content is None:  # damaged: git ended before the end of the object
            self._stop("contents")
            return None
        return content[:-1]

    def resolve(self, revision: str, kind: str) -> str:
        """The full id of a revision that no branch or tag can redirect; "" if git knows none.

        Args:
            revision: "HEAD", "MERGE_HEAD" or a full id.
            kind: "commit" or "tree".

        Raises:
            GitError: git fails or takes too long.
            ValueError: it is another revision.
        """
        if not is_fixed(revision):
            raise ValueError(f"{revision!r} is not a fixed revision")
        header = self._answer("info", f"{revision}^{{{kind}}}")
        return header[0].decode("ascii", "replace") if header else ""

    def tree(self, object_id: str) -> dict[str, TreeEntry]:
        """The direct entries of a tree by name.

        Raises:
            GitError: there is no such tree, or it is damaged.
        """
        content = self.read(object_id, _MAX_TREE, "tree")
        if content is None:
            raise GitError(f"git has no tree {object_id}", "check the repository: git fsck")
        return {entry.path: entry for entry in _entries(content, len(object_id))}

    def _header(self, verb: str, object_id: str) -> list[bytes] | None:
        return self._answer(verb, object_id) if _ID.fullmatch(object_id) else None

    def _answer(self, verb: str, name: str) -> list[bytes] | None:
        """Id, type and size of an object; None if there is none.

        Args:
            verb: "info", or "contents" to also receive its content.
            name: name of the object, without a line end.
        """
        process = self._process(verb)
        prefix = f"{verb} " if self._has_commands is not False else ""
        process.ask(f"{prefix}{name}\n".encode("ascii"))
        line = process.read_line()
        if not line and self._has_commands is None and process.wait() == _UNKNOWN_OPTION:
            self._stop(verb)
            self._has_commands = False
            return self._answer(verb, name)
        if not line:  # git ends if an object is damaged, or missing in a partial clone
            self._stop(verb)
            return None
        if self._has_commands is None:
            self._has_commands = True
        fields = line.split()
        is_object = len(fields) == _HEADER_FIELDS and fields[2].isdigit()
        return fields if is_object else None

    def _way(self, verb: str) -> str:
        return _SINGLE_WAYS[verb] if self._has_commands is False else "--batch-command"

    def _process(self, verb: str) -> GitProcess:
        way = self._way(verb)
        if way not in self._processes:
            arguments = ("cat-file", way)
            self._processes[way] = GitProcess(
                self._git, arguments, seconds=self._seconds, interactive=True
            )
        return self._processes[way]

    def _stop(self, verb: str) -> None:
        self._processes.pop(self._way(verb)).close()


def _close_all(processes: dict[str, GitProcess]) -> None:
    while processes:
        processes.popitem()[1].close()


def _entries(content: bytes, id_digits: int) -> Iterator[TreeEntry]:
    """Parse a tree object: mode, space, name, NUL, binary id (gitformat-pack(5))."""
    id_bytes = 20 if id_digits == _HEX_SHA1 else 32
    at = 0
    while at < len(content):
        end = content.find(b"\0", at)
        mode, space, name = content[at:end].partition(b" ")
        if end < 0 or not space or len(content) < end + 1 + id_bytes:
            raise GitError("a tree object is damaged", "check the repository: git fsck")
        at = end + 1 + id_bytes
        yield TreeEntry(
            name.decode("utf-8", "surrogateescape"),
            mode.decode("ascii", "replace"),
            content[end + 1 : at].hex(),
        )


def listing(git: Git, commit: str) -> Iterator[TreeEntry]:
    """Every file of a commit with its size, in git's order.

    Args:
        git: the repository.
        commit: a full object id.

    Raises:
        GitError: git fails, for example because objects are missing.
    """
    output = git.run("ls-tree", "-r", "-z", "-l", "--full-tree", commit)
    for line in output.split(b"\0"):
        head, _, path = line.partition(b"\t")
        fields = head.decode("ascii", "replace").split()
        if len(fields) == 4:  # noqa: PLR2004  mode, type, id, size
            size = int(fields[3]) if fields[3].isdecimal() else -1
            yield TreeEntry(path.decode("utf-8", "surrogateescape"), fields[0], fields[2], size)
