# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What a change adds: staged or committed files with their added lines, read through git itself.

Texts are read from git's object store, never from the working tree, so that what is judged is
what will be committed. Only `git` can tell that under every configuration and attribute.
"""

from __future__ import annotations

import os
import posixpath
import re
import subprocess
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from codescan.errors import UsageError
from codescan.records import Region

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["MAX_BYTES", "Change", "Repository"]

MAX_BYTES = 4 * 1024 * 1024
"""Larger files are not judged, and are listed as skipped."""

_LINK, _SUBMODULE = "120000", "160000"
_NOTHING = "0" * 40
_HUNK = re.compile(rb"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")
_INDEX = re.compile(rb"^index ([0-9a-f]{40,64})\.\.([0-9a-f]{40,64})")
_CHUNK = 1 << 20

# Whatever the user's configuration says, the output is the one that is parsed here.
_DIFF = (
    "diff", "--no-color", "--no-ext-diff", "--no-textconv", "--no-relative", "--find-renames",
    "--ignore-submodules=none", "--submodule=short", "--full-index",
)  # fmt: skip
_PATCH = ("--patch", "--unified=0", "--inter-hunk-context=0")


@dataclass(frozen=True, slots=True)
class Change:
    """A file that a change adds or alters."""

    path: str
    """From the root of the repository, with forward slashes."""
    content: bytes
    """As the change leaves it."""
    added: tuple[Region, ...]
    """Lines that the change adds, in order; empty for a mere renaming."""
    reason: str = ""
    """Why the content is not given: "submodule", "link", "too-large"; "" when it is."""


@dataclass(frozen=True, slots=True)
class _Entry:
    old: str
    new: str
    mode: str
    path: str


class Repository:
    """A git repository, from a folder inside its work tree.

    Args:
        folder: where git is run.

    Raises:
        UsageError: there is no git, or the folder is in no repository.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        answer = self._run("rev-parse", "--show-toplevel", "--show-prefix").split(b"\n")
        self.root = os.fsdecode(answer[0])
        """Absolute path of the work tree."""
        self._prefix = os.fsdecode(answer[1])

    def staged(self) -> Iterator[Change]:
        """What the next commit adds, by path.

        Raises:
            UsageError: git fails.
        """
        yield from self._changes(("--cached",))

    def between(self, revisions: str) -> Iterator[Change]:
        """What one commit adds to another, by path.

        Args:
            revisions: "A..B", or "A...B" for what B adds since it left A.

        Raises:
            UsageError: it is no such range, or git does not know the commits.
        """
        first, dots, last = revisions.partition("..")
        if not dots or first.startswith("-") or last.startswith("-"):
            raise UsageError(f"{revisions!r} is no range of commits", "write it as A..B or A...B")
        yield from self._changes((revisions,))

    def relative(self, paths: Iterable[str]) -> frozenset[str]:
        """Paths as given on the command line, from the root of the repository."""
        return frozenset(
            posixpath.relpath(path, self.root)
            if path.startswith("/")
            else posixpath.normpath(posixpath.join(self._prefix, path))
            for path in paths
        )

    def user(self) -> str:
        """The name and address that commits are made under, or ""."""
        try:
            return os.fsdecode(self._run("var", "GIT_AUTHOR_IDENT")).rpartition(">")[0] + ">"
        except UsageError:
            return ""

    def remotes(self) -> tuple[str, ...]:
        """The addresses of all remotes; none where there are none."""
        try:
            answer = self._run("config", "--get-regexp", r"^remote\..*\.url$")
        except UsageError:  # git ends with 1 when nothing fits
            return ()
        lines = os.fsdecode(answer).splitlines()
        return tuple(line.partition(" ")[2] for line in lines)

    def _changes(self, what: tuple[str, ...]) -> Iterator[Change]:
        entries = sorted(self._entries(what), key=lambda entry: entry.path)
        if not entries:
            return
        added = self._added(what)
        with self._open("cat-file", "--batch") as objects:
            for entry in entries:
                if entry.mode in (_SUBMODULE, _LINK):
                    kind = "submodule" if entry.mode == _SUBMODULE else "link"
                    yield Change(entry.path, b"", (), kind)
                    continue
                content = _blob(objects, entry)
                if content is None:
                    yield Change(entry.path, b"", (), "too-large")
                    continue
                # No hunks although the text changed: git takes it for binary, we may not.
                whole = (Region(1, max(1, content.count(b"\n") + content.count(b"\r") + 1)),)
                lines = () if entry.old == entry.new else added.get((entry.old, entry.new), whole)
                yield Change(entry.path, content, lines or ())

    def _entries(self, what: tuple[str, ...]) -> Iterator[_Entry]:
        """Files that are there after the change, from git's raw format (git-diff(1))."""
        fields = iter(self._run(*_DIFF, "--raw", "--no-abbrev", "-z", *what).split(b"\0"))
        for field in fields:
            if not field.startswith(b":"):
                continue
            _old_mode, mode, old, new, status = field[1:].decode("ascii").split(" ")
            path = next(fields)
            if status[:1] in "RC":
                path = next(fields)  # the first one is where it was
            if status[:1] in "DU":  # deleted, or not merged yet
                continue
            yield _Entry(old, new, mode, os.fsdecode(path))

    def _added(self, what: tuple[str, ...]) -> dict[tuple[str, str], tuple[Region, ...]]:
        """Added lines by the names of the old and the new blob.

        Every line of a patch begins with a character of git's, so that no text can pass for a
        header; paths are not read here, for they could hold anything.
        """
        found: dict[tuple[str, str], list[Region]] = {}
        regions: list[Region] | None = None
        with self._open(*_DIFF, *_PATCH, *what) as stream:
            for line in stream.stdout or ():
                if line.startswith(b"@@"):
                    hunk = _HUNK.match(line)
                    if hunk is not None and regions is not None:
                        start, count = int(hunk[1]), int(hunk[2] or 1)
                        if count:
                            regions.append(Region(start, start + count - 1))
                elif line.startswith(b"index "):
                    blobs = _INDEX.match(line)
                    if blobs is not None:
                        key = blobs[1].decode(), blobs[2].decode()
                        regions = found.setdefault(key, [])
                        regions.clear()  # the same two blobs have the same patch
                elif line.startswith(b"Binary files "):
                    regions = None
                    found.popitem()
        return {key: tuple(each) for key, each in found.items()}

    def _run(self, *arguments: str) -> bytes:
        with self._open(*arguments) as process:
            output, complaint = process.communicate()
        if process.returncode:
            raise _refusal(arguments, complaint)
        return output

    def _open(self, *arguments: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
        try:
            return subprocess.Popen(
                ["git", "-c", "core.quotePath=true", *arguments],
                cwd=self._folder,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except OSError as error:
            raise UsageError(f"git cannot be run: {error.strerror}", "install git") from error


def _blob(objects: subprocess.Popen[bytes], entry: _Entry) -> bytes | None:
    """One blob from `git cat-file --batch`; None when it is too large."""
    asked, answers = _pipe(objects.stdin), _pipe(objects.stdout)
    asked.write(entry.new.encode("ascii") + b"\n")
    asked.flush()
    header = answers.readline().split()
    if len(header) != 3 or header[1] != b"blob":  # noqa: PLR2004  name, type, size
        raise UsageError(f"git has no text for {entry.path}", "run: git fsck")
    size = int(header[2])
    if size <= MAX_BYTES:
        content = answers.read(size)
        answers.read(1)
        return content
    left = size + 1
    while left:
        left -= len(answers.read(min(left, _CHUNK)))
    return None


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:  # never with the pipes that are asked for above
        raise UsageError("git has no pipe", "report this")
    return stream


def _refusal(arguments: tuple[str, ...], complaint: bytes) -> UsageError:
    said = os.fsdecode(complaint).strip().splitlines()
    first = said[0].removeprefix("fatal: ") if said else "no reason given"
    if "not a git repository" in first:
        return UsageError("this is no git repository", "run it in one, or name files to check")
    return UsageError(f"git {arguments[0]} failed: {first}", "check the commits that are named")
