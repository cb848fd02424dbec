# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The manifest: the settings of an index, its shards, and the checksum of each of their files.

It is the only file of an index that changes, and it is replaced in one step: a reader sees the
index as it was before a build or after it, never a mixture. Its `root` is the SHA-256 of all bytes
of the manifest before it, so that one value identifies every byte of the index.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta, Struct, field, to_builtins
from msgspec.structs import replace

from codescan.digests import sha256
from codescan.errors import IndexFormatError, IndexMissingError, OutputError
from codescan.index.regular_files import read_regular
from codescan.records.json_decode import DecodingError, convert, decode_json
from codescan.tasks.unfinished import replacing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["FORMAT_VERSION", "OPT_OUTS", "FileEntry", "Manifest", "ShardEntry", "missing_index"]

FORMAT_VERSION = 10
"""Increases with each change that an older program would misread, or that changes keys.

2: keywords are those of the language only, so tokens hash differently. 3: denser keys of
the exact form. 4: directories deny absent keys; sides of the renamed form agree under one renaming.
5: no Git hash of each content. 6: checksums of blocks, of rows of the catalogue and of all files.
8: checksums of pages of 256 bytes; the root of the manifest is that of its bytes.
9: checksums of 32 bits for pages of 128 bytes; each posting in one place.
"""

_NAME = "manifest.json"
OPT_OUTS = "opt_outs"
"""Key of the recipe: which opt-out list was applied, and when."""
_MAX_BYTES = 64 * 1024 * 1024
# Names become parts of paths.
_ShardId = Annotated[str, Meta(pattern=r"\A-*[0-9A-Za-z][0-9A-Za-z-]*\Z")]
_FileName = Annotated[str, Meta(pattern=r"\A[^/]+\Z")]
_Count = Annotated[int, Meta(ge=0)]


class FileEntry(Struct, frozen=True):
    """One file of a shard."""

    bytes: _Count
    checksum: str
    """For an array file, the 64-bit checksum in its header in hexadecimal; for others, SHA-256."""


class ShardEntry(Struct, frozen=True):
    """One shard of an index."""

    id: _ShardId
    """Name of its folder under `shards/`."""
    contents: _Count
    tokens: _Count
    bytes: _Count
    """Bytes of the contents, uncompressed."""
    files: dict[_FileName, FileEntry] = field(default_factory=dict)
    """Every file of the shard, by name; empty for a shard that is not stored."""


class Manifest(Struct, frozen=True):
    """Everything that identifies an index."""

    name: str
    profile: str
    guarantee_tokens: _Count
    """t: every shared run of at least this many tokens is found."""
    languages: tuple[str, ...]
    """Language names by the number that the shards use."""
    shards: tuple[ShardEntry, ...]
    recipe: dict[str, object] = field(default_factory=dict)
    packages: _Count = 0
    files: _Count = 0
    contents: _Count = 0
    """Different contents: identical files count once."""
    tokens: _Count = 0
    bytes: _Count = 0
    skipped: dict[str, _Count] = field(default_factory=dict)
    """Files left out, by reason."""
    digest: str = ""
    """SHA-256 over the sorted contents and origins: equal corpora have equal digests."""
    created: str = ""
    """ISO 8601 date."""
    tool_version: str = ""
    format_version: int = FORMAT_VERSION
    root: str = ""
    """SHA-256 of all bytes of the file before it; set when it is saved."""

    @property
    def opt_outs(self) -> Mapping[str, object] | None:
        """The entry of the recipe about the applied opt-out list; None if none was applied."""
        note = self.recipe.get(OPT_OUTS)
        return note if isinstance(note, dict) else None

    def save(self, folder: Path) -> Manifest:
        """Replace the manifest of `folder` in one step; return it with its root.

        Raises:
            OutputError: the folder cannot be written.
        """
        text, root = _sealed(to_builtins(self))
        try:
            with replacing(folder / _NAME) as file:
                file.write(text.encode())
        except OSError as error:
            raise OutputError(
                f"the index manifest in {folder} cannot be written: {error.strerror}",
                "check the free space and the permissions of the folder",
            ) from error
        return replace(self, root=root)

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Read the manifest of an index.

        Raises:
            IndexMissingError: there is no index at `folder`.
            IndexFormatError: it is of another version, or damaged.
        """
        path = folder / _NAME
        try:
            text = read_regular(path, _MAX_BYTES).decode()
            raw = decode_json(text, dict[str, Any])
        except (FileNotFoundError, NotADirectoryError):
            hint = f"build one with: codescan index build --corpus NAME --out {folder}"
            raise missing_index(folder, hint) from None
        except (OSError, ValueError) as error:
            raise IndexFormatError(
                f"the manifest {path} cannot be read: {error}", _rebuild(folder)
            ) from error
        if "format_version" not in raw:
            raise IndexFormatError(f"{path} is not the manifest of an index", _rebuild(folder))
        if raw["format_version"] != FORMAT_VERSION:
            raise IndexFormatError(
                f"the index {folder} has format version {raw['format_version']!r} (made by "
                f"codescan {raw.get('tool_version', '?')}); this program reads {FORMAT_VERSION}",
                _rebuild(folder),
            )
        if not _is_whole(text, raw.get("root")):
            raise IndexFormatError(
                f"the manifest {path} is damaged: its checksum is wrong", _rebuild(folder)
            )
        try:
            return convert(raw, cls)
        except DecodingError as error:
            raise IndexFormatError(
                f"the manifest {path} is damaged: {error}", _rebuild(folder)
            ) from error


def missing_index(folder: Path, hint: str) -> IndexMissingError:
    """The error for a folder without an index; the hint says how to build one."""
    return IndexMissingError(f"no index found at {folder}", hint)


def _sealed(values: dict[str, object]) -> tuple[str, str]:
    """The text of a manifest with these values, and its root, which is in its last line."""
    unsealed = {key: value for key, value in values.items() if key != "root"}
    text = json.dumps(unsealed, indent=2, ensure_ascii=False).removesuffix("\n}")
    root = sha256(text.encode()).hexdigest()
    return text + _seal(root), root


def _seal(root: object) -> str:
    """The last part of a manifest with this root."""
    return f',\n  "root": "{root}"\n}}\n'


def _is_whole(text: str, root: object) -> bool:
    """Whether a manifest ends with its root, and the root is correct for all bytes before it."""
    end = _seal(root)
    covered = text.removesuffix(end)
    return covered != text and sha256(covered.encode()).hexdigest() == root


def _rebuild(folder: Path) -> str:
    return f"rebuild it with: codescan index build --corpus NAME --out {folder}"
