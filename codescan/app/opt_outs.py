# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Takedowns and opt-outs: apply a list of excluded contents to an index, and record it.

The recipe of the index records the applied list, so that a changed list or later packages are
detected.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from codescan.app.outcome import ExitCode
from codescan.errors import UsageError
from codescan.index.manifest import OPT_OUTS
from codescan.licenses.copyrights import holder_name
from codescan.licenses.globs import matches as matches_glob
from codescan.records.json_form import JsonForm
from codescan.text.lazy_patterns import lazy_pattern
from codescan.text.swhid import swhid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from codescan.app.progress import OnProgress
    from codescan.index import Index, Manifest
    from codescan.records import Document

__all__ = [
    "OptOut",
    "OptOutList",
    "RemovalResult",
    "apply_opt_outs",
    "matching_files",
    "read_list",
    "remembered_list",
]

_MOST_BYTES = 64 << 20
_SHA256 = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})")
_SWHID = lazy_pattern(r"swh:1:cnt:[0-9a-f]{40}")
_LONGEST = 1000
_HINT = (
    "write pkg:TYPE/NAME[@VERSION][#PATH], path:GLOB, holder:NAME, swh:1:cnt:HASH or sha256:HASH"
)


class OptOut(Struct, frozen=True):
    """One entry of a list."""

    kind: str
    """"package", "file", "path", "holder", "swhid" or "sha256"."""
    value: str
    text: str
    """The entry as written in the list."""


class OptOutList(Struct, frozen=True):
    """The entries of a list and its file."""

    path: Path
    sha256: str
    entries: tuple[OptOut, ...]


class RemovalResult(Struct, frozen=True):
    """Files that a list removed from an index."""

    json_form: ClassVar = JsonForm(derived=("not_found",))

    schema_version: int
    path: str
    """Folder of the index."""
    removed: dict[str, int]
    """Removed files by entry; 0 for an entry without a match."""
    files: int
    packages: int
    """Number of packages that lost their last file."""

    @property
    def not_found(self) -> tuple[str, ...]:
        """Entries without a match."""
        return tuple(entry for entry, count in self.removed.items() if not count)

    @property
    def exit_code(self) -> ExitCode:
        """5 if an entry has no match, else 0."""
        return ExitCode.UNCHECKED if self.not_found else ExitCode.NOTHING_FOUND


def read_list(path: Path) -> OptOutList:
    """Read a list with one entry per line; "#" begins a comment.

    Raises:
        UsageError: the list cannot be read, or a line is not an entry. Nothing is applied.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path}: {error}", "name a text file in UTF-8") from error
    if len(content) > _MOST_BYTES:
        raise UsageError(f"{path} is over {_MOST_BYTES >> 20} MiB", "divide the list")
    entries = []
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if bare and not bare.startswith("#"):
            entries.append(_entry(bare, f"{path}:{number}"))
    if not entries:
        raise UsageError(f"{path} holds no entry", _HINT)
    unique = {entry.text: entry for entry in entries}
    return OptOutList(path, hashlib.sha256(content).hexdigest(), tuple(unique.values()))


def _entry(text: str, place: str) -> OptOut:
    if len(text) > _LONGEST:
        raise UsageError(f"{place}: an entry has over {_LONGEST} characters", _HINT)
    kind, _, value = text.partition(":")
    digest = _SHA256.fullmatch(text)
    if digest is not None:
        return OptOut("sha256", digest[1].lower(), text)
    if _SWHID.fullmatch(text):
        return OptOut("swhid", text, text)
    if kind == "pkg" and "/" in value:
        return OptOut("file" if "#" in value else "package", text, text)
    if kind in ("path", "holder") and value.strip():
        return OptOut(kind, value.strip(), text)
    raise UsageError(f"{place}: {text!r} is not an entry of an opt-out list", _HINT)


def remove_from_index(
    folder: Path, purls: tuple[str, ...], list_file: Path | None, on_progress: OnProgress
) -> RemovalResult | None:
    """Remove packages, or all files of an opt-out list, from the index in a folder.

    Args:
        folder: of the index.
        purls: package URLs with their versions.
        list_file: the opt-out list; None: remove packages.
        on_progress: progress callback.

    Returns:
        The removed files by entry; None for packages.

    Raises:
        IndexMissingError: the index is missing.
        UsageError: both or neither are given, a package is missing, or the index would be empty.
        OutputError: the index cannot be written.
    """
    if bool(purls) == (list_file is not None):
        raise UsageError(
            "give package URLs or --opt-outs FILE", "see `codescan index remove --help`"
        )
    if list_file is not None:
        return apply_opt_outs(folder, read_list(list_file), on_progress)
    from codescan.index import remove

    remove(frozenset(purls), folder)
    return None


def apply_opt_outs(
    folder: Path, opt_outs: OptOutList, on_progress: OnProgress | None = None
) -> RemovalResult:
    """Remove all files that a list names from the index in a folder.

    Raises:
        IndexMissingError: the index is missing.
        UsageError: the index would be empty.
        OutputError: the index cannot be written.
    """
    from codescan.index import Index, remove

    with Index.open(folder) as index:
        matched = matching_files(index, opt_outs.entries, on_progress)
        gone = {file for files in matched.values() for file in files}
        purls = {
            purl
            for purl in {purl for purl, _path in gone}
            if all((purl, path) in gone for path, _content in index.files_of(purl))
        }
    files = frozenset(file for file in gone if file[0] not in purls)

    def noted(manifest: Manifest) -> dict[str, object]:
        note = {
            "list": str(opt_outs.path.resolve()),
            "sha256": opt_outs.sha256,
            "entries": len(opt_outs.entries),
            "files_removed": len(gone),
            "applied": datetime.now(tz=UTC).date().isoformat(),
            "digest": manifest.digest,
        }
        return {**manifest.recipe, OPT_OUTS: note}

    remove(frozenset(purls), folder, files=files, recipe=noted)
    counts = {entry.text: len(matched[entry.text]) for entry in opt_outs.entries}
    return RemovalResult(1, str(folder), counts, len(gone), len(purls))


def matching_files(
    index: Index, entries: Iterable[OptOut], on_progress: OnProgress | None = None
) -> dict[str, set[tuple[str, str]]]:
    """(package URL, path) of the files that match each entry, by the entry's text."""
    matcher = _Matcher(tuple(entries))
    for content_id in range(len(index)):
        identifier = swhid(index.content(content_id)) if matcher.needs_swhid else ""
        for document in index.documents(content_id):
            matcher.add(document, identifier)
        if on_progress is not None:
            on_progress("match opt-outs", content_id + 1, len(index))
    return matcher.matched


class _Matcher:
    """Finds the entries that match a file, with one look-up per kind."""

    def __init__(self, entries: tuple[OptOut, ...]) -> None:
        self.matched: dict[str, set[tuple[str, str]]] = {entry.text: set() for entry in entries}
        by_kind: dict[str, dict[str, str]] = {}
        for entry in entries:
            key = entry.value
            if entry.kind == "holder":
                key = " ".join(_words(key))
            by_kind.setdefault(entry.kind, {})[key] = entry.text
        self._exact = {
            kind: by_kind.get(kind, {}) for kind in ("sha256", "swhid", "package", "file")
        }
        self._paths = by_kind.get("path", {})
        self._holders = by_kind.get("holder", {})
        self.needs_swhid = bool(self._exact["swhid"])

    def add(self, document: Document, identifier: str) -> None:
        """Record every entry that matches a file."""
        origin = document.origin
        purl, path = origin.package.purl, origin.path
        bare = _without_version(purl)
        keys = (
            ("sha256", origin.sha256),
            ("swhid", identifier),
            ("package", purl),
            ("package", bare),
            ("file", f"{purl}#{path}"),
            ("file", f"{bare}#{path}"),
        )
        texts = {self._exact[kind][key] for kind, key in keys if key in self._exact[kind]}
        texts |= {
            text
            for glob, text in self._paths.items()
            if matches_glob(glob, path, star_crosses=False)
        }
        if self._holders:
            texts |= self._held_by(document)
        for text in texts:
            self.matched[text].add((purl, path))

    def _held_by(self, document: Document) -> set[str]:
        """The entries whose holder the file names, or the package if the file names none."""
        lines = document.copyrights or document.origin.package.copyrights
        held = [f" {' '.join(_words(holder_name(line) or line))} " for line in lines]
        return {
            text
            for name, text in self._holders.items()
            if any(f" {name} " in line for line in held)
        }


def _words(name: str) -> list[str]:
    return re.findall(r"[\w'-]+", name.casefold())


def _without_version(purl: str) -> str:
    """A package URL without version, qualifiers and subpath."""
    bare = re.split(r"[?#]", purl, maxsplit=1)[0]
    head, slash, name = bare.rpartition("/")
    return f"{head}{slash}{name.partition('@')[0]}"


def remembered_list(folder: Path) -> OptOutList | None:
    """Read the list that was applied to the index in a folder; None without a list.

    Raises:
        UsageError: the list cannot be read, so a change of the index would undo it.
    """
    from pathlib import Path as _Path

    from codescan.errors import IndexFormatError, IndexMissingError
    from codescan.index import Manifest

    try:
        note = Manifest.load(folder).opt_outs
    except (IndexMissingError, IndexFormatError):
        return None
    if note is None:
        return None
    try:
        return read_list(_Path(str(note.get("list"))))
    except UsageError as error:
        raise UsageError(
            f"{folder} was made with an opt-out list: {error.message}",
            "put the list back, or remove the folder of the index to build it without the list",
        ) from error
