# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The files of a change, from git's raw listing and its object store."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec import Struct, field

from codescan.gate.line_diff import LineChanges, compare_lines
from codescan.gate.renames import find_renames
from codescan.git.objects import LINK, SUBMODULE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.git.objects import ObjectReader

__all__ = [
    "DIFF_OPTIONS",
    "MAX_BYTES",
    "REGULAR",
    "Change",
    "ChangeSet",
    "entries_of",
    "shown_path",
]

MAX_BYTES = 4 * 1024 * 1024
"""Larger files are not judged, and are listed as skipped."""

REGULAR = ("100644", "100755", "100664")
DIFF_OPTIONS = (
    "--raw", "-z", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--no-relative",
    "--find-renames=100%", "--ignore-submodules=none",
)  # fmt: skip


class Change(Struct, frozen=True):
    """A file that a change adds or alters."""

    path: str
    """From the root of the repository, with forward slashes; surrogate escapes as in `os`."""
    content: bytes
    """The content after the change."""
    lines: LineChanges
    """The added and removed lines; nothing for a mere renaming or a new mode."""
    base: bytes | None = None
    """The version before; None where there is none, or none that can be compared."""
    reason: str = ""
    """Why the content is not given: "submodule", "link", "too-large", "missing-object"; ""."""
    old_path: str = ""
    """Its old path, if it was renamed."""


class _Entry(Struct, frozen=True):
    """One line of git's raw format (git-diff(1))."""

    old_mode: str
    mode: str
    old_id: str
    new_id: str
    status: str
    old_path: str
    path: str


class ChangeSet(Struct, frozen=True):
    """All files of a change; contents are read while iterating.

    Args:
        objects: reads those of the repository.
        base: the commit before the change; "" before the first one.
        head: the commit after it; "" for the index.
        entries: what git lists.
    """

    objects: ObjectReader
    base: str
    head: str
    entries: tuple[_Entry, ...]
    notes: tuple[str, ...] = field(default=())
    """Notes for readers: a merge in progress, no commit yet."""

    def paths(self) -> frozenset[str]:
        """Every path that the change touches, before and after."""
        return frozenset(path for entry in self.entries for path in (entry.path, entry.old_path))

    def removed_paths(self) -> frozenset[str]:
        """Paths that the change deletes."""
        present = {entry.path for entry in self.entries if entry.status != "D"}
        before = {entry.old_path for entry in self.entries if entry.status in "DR"}
        return frozenset(before - present)

    def renames(self) -> dict[str, str]:
        """Old to new path of every file that the change renames, each path once.

        Raises:
            GitError: git fails.
        """
        renamed = {entry.old_path: entry.path for entry in self.entries if entry.status == "R"}
        deleted = [entry for entry in self.entries if entry.status == "D"]
        added = [entry for entry in self.entries if entry.status == "A"]
        pairs = find_renames(
            self.objects,
            [(each.path, each.old_id) for each in deleted if each.old_mode in REGULAR],
            [(each.path, each.new_id) for each in added if each.mode in REGULAR],
        )
        return {**renamed, **{old: new for new, (old, _) in pairs.items()}}

    def files(self) -> Iterator[Change]:
        """Every file that is there after the change, by path.

        Raises:
            GitError: git fails.
        """
        entries = [entry for entry in self.entries if entry.status != "D"]
        deleted = [entry for entry in self.entries if entry.status == "D"]
        old_of = find_renames(
            self.objects,
            [(e.path, e.old_id) for e in deleted if e.old_mode in REGULAR],
            [(e.path, e.new_id) for e in entries if e.status == "A" and e.mode in REGULAR],
        )
        for entry in sorted(entries, key=lambda entry: entry.path):
            yield _read(self.objects, entry, old_of.get(entry.path))


def _read(objects: ObjectReader, entry: _Entry, renamed: tuple[str, str] | None) -> Change:
    nothing = LineChanges((), ())
    if entry.mode not in REGULAR:
        kinds = {SUBMODULE: "submodule", LINK: "link"}
        return Change(entry.path, b"", nothing, reason=kinds.get(entry.mode, "not-a-file"))
    size = objects.size(entry.new_id)
    content = objects.read(entry.new_id, MAX_BYTES)
    if content is None:
        reason = "missing-object" if size is None else "too-large"
        return Change(entry.path, b"", nothing, reason=reason)
    old_path = entry.old_path if entry.status == "R" else ""
    old_id = entry.old_id if entry.old_mode in REGULAR else ""
    if renamed is not None:
        old_path, old_id = renamed
    if old_id == entry.new_id:
        return Change(entry.path, content, nothing, content, old_path=old_path)
    # A link, a submodule or a text too large to compare has no lines in common with it.
    base = objects.read(old_id, MAX_BYTES) if old_id and old_id.strip("0") else None
    lines = compare_lines(base or b"", content)
    return Change(entry.path, content, lines, base, old_path=old_path)


def shown_path(path: str) -> str:
    """A path as messages and reports name it: bytes that are not UTF-8 are replaced."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def entries_of(output: bytes) -> Iterator[_Entry]:
    """The entries of git's raw format, with NUL after each field."""
    fields = iter(output.split(b"\0"))
    for head in fields:
        if not head.startswith(b":"):
            continue
        old_mode, mode, old_id, new_id, status = head[1:].decode("ascii", "replace").split(" ")
        path = old_path = os.fsdecode(next(fields))
        if status[:1] in "RC":
            path = os.fsdecode(next(fields))
        yield _Entry(old_mode, mode, old_id, new_id, status[:1], old_path, path)
