# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Results of the commands that build, show, check and change indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from codescan.records import Skipped  # noqa: TC001 - types of fields
from codescan.records.json_form import JsonForm

if TYPE_CHECKING:
    from codescan.app.package_results import MaterialSummary

__all__ = [
    "IndexDescription",
    "IndexResult",
    "PackageList",
    "PackageOrigin",
    "VerifiedIndex",
]


class IndexDescription(Struct, frozen=True, kw_only=True):
    """Identity and size of an index, as in reports."""

    json_form: ClassVar = JsonForm(optional=("digest", "created", "tool_version", "root"))

    name: str
    profile: str
    guarantee_tokens: int
    """Every shared run of at least this many tokens is found."""
    recipe: dict[str, Any]
    packages: int
    files: int
    contents: int
    """Number of distinct contents; identical files count once."""
    tokens: int
    bytes: int
    skipped: dict[str, int]
    """Files left out, by reason."""
    digest: str
    """SHA-256 over the sorted contents and origins; absent for a folder compared directly."""
    created: str
    """ISO 8601 date."""
    tool_version: str
    format_version: int
    root: str
    """Hash over every byte of the index."""
    candidate_tokens: int | UnsetType = UNSET
    """Of a sketch: tokens of a shared run that is always a candidate."""
    chance_candidates_per_1000_tokens: float | UnsetType = UNSET
    """Of a sketch: expected candidates by chance in a text of 1,000 tokens."""
    chance_matches_per_1000_tokens: float | UnsetType = UNSET
    """Of a sketch: expected matches by chance in a text of 1,000 tokens."""
    verified_on_text: bool | UnsetType = UNSET
    """Of a sketch: whether matches are verified on fetched texts."""


class PackageOrigin(Struct, frozen=True, kw_only=True):
    """The package that an index was pulled from."""

    verified: bool
    """Whether the signature was verified in this command."""
    reason: str | UnsetType = UNSET
    """Why the signature was not verified."""
    name: str | UnsetType = UNSET
    sequence: int | UnsetType = UNSET
    created: str | UnsetType = UNSET
    expires: str | UnsetType = UNSET
    signed_by: str | UnsetType = UNSET
    """Id of the key."""


class IndexResult(IndexDescription, frozen=True, kw_only=True):
    """An index, after a command or unchanged."""

    schema_version: int = 1
    path: str
    missing: tuple[Skipped, ...] | UnsetType = UNSET
    """After a build: packages and files that could not be read."""
    texts_inside: bool | UnsetType = UNSET
    license_categories: dict[str, int] | UnsetType = UNSET
    licenses: dict[str, int] | UnsetType = UNSET
    package: PackageOrigin | UnsetType = UNSET
    """Package of a pulled index."""

    @classmethod
    def of(
        cls,
        path: object,
        description: IndexDescription,
        missing: tuple[Skipped, ...] | UnsetType = UNSET,
        material: MaterialSummary | None = None,
        origin: PackageOrigin | None = None,
    ) -> IndexResult:
        """The result of a command on the index in a folder."""
        values = msgspec.structs.asdict(description)
        if material is not None:
            values |= msgspec.structs.asdict(material)
        if origin is not None:
            values["package"] = origin
        return cls(path=str(path), missing=missing, **values)


class PackageList(Struct, frozen=True, kw_only=True):
    """The package URLs of an index."""

    schema_version: int = 1
    packages: tuple[str, ...]


class VerifiedIndex(Struct, frozen=True, kw_only=True):
    """An index whose files all match their checksums."""

    schema_version: int = 1
    path: str
    state: str = "ok"
