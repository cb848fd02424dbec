# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Results of the commands that publish and pull packages of indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET, Struct, UnsetType

if TYPE_CHECKING:
    from codescan.index.packages.statement import Material, Package
    from codescan.index.packages.trust_store import PinnedKey

__all__ = [
    "KeyList",
    "KeyResult",
    "MaterialSummary",
    "PackageResult",
    "PackagedIndex",
    "TrustedKey",
]


class MaterialSummary(Struct, frozen=True):
    """Third-party material in an index: licenses, and whether it stores texts."""

    texts_inside: bool
    license_categories: dict[str, int]
    """Files by category."""
    licenses: dict[str, int]
    """Files by license expression; "other" for the rare ones."""

    @classmethod
    def of(cls, material: Material) -> MaterialSummary:
        """The summary from a package."""
        licenses: dict[str, int] = {each.expression: each.files for each in material.licenses}
        others = {"other": material.other_files} if material.other_files else {}
        return cls(material.has_texts, dict(material.categories), {**licenses, **others})


class PackagedIndex(Struct, frozen=True):
    """The index of a package."""

    packages: int
    files: int
    tokens: int
    profile: str
    guarantee_tokens: int
    built: str
    """ISO 8601 date."""
    digest: str


class PackageResult(Struct, frozen=True, kw_only=True):
    """A package of an index, as a publisher states it."""

    schema_version: int = 1
    repository: str | UnsetType = UNSET
    """Of `pack`: the folder that holds the package."""
    url: str | UnsetType = UNSET
    """The address of the package, for `push`."""
    package: str
    sequence: int
    """Sequence number; increases with each package of a name."""
    created: str
    expires: str
    bytes: int
    parts: int
    index: PackagedIndex
    texts_inside: bool
    license_categories: dict[str, int]
    licenses: dict[str, int]
    signed_by: str | UnsetType = UNSET
    """Id of the signing key, if the signature was verified."""
    sent_parts: int | UnsetType = UNSET
    sent_bytes: int | UnsetType = UNSET
    path: str | UnsetType = UNSET
    """Of `pull`: the folder of the index."""
    received_parts: int | UnsetType = UNSET
    received_bytes: int | UnsetType = UNSET

    @classmethod
    def of(cls, package: Package, **values: str | int) -> PackageResult:
        """The result of a command on a package.

        Args:
            package: the package.
            **values: further fields of the command.
        """
        index = package.index
        return cls(
            package=package.name,
            sequence=package.sequence,
            created=package.created.isoformat(),
            expires=package.expires.isoformat(),
            bytes=package.bytes,
            parts=len(package.parts),
            index=PackagedIndex(
                index.packages,
                index.files,
                index.tokens,
                index.profile,
                index.guarantee_tokens,
                index.created,
                index.digest,
            ),
            **msgspec.structs.asdict(MaterialSummary.of(package.material)),
            **values,  # type: ignore[arg-type]  # each of its field's type
        )


class TrustedKey(Struct, frozen=True):
    """A key that may sign packages."""

    key_id: str
    packages: tuple[str, ...]
    """Names of packages that it may sign, with `*` for any characters."""
    added: str
    """ISO 8601 date."""

    @classmethod
    def of(cls, pinned: PinnedKey) -> TrustedKey:
        """A key of the trusted keys."""
        return cls(pinned.key_id, pinned.packages, pinned.added)


class KeyResult(Struct, frozen=True, kw_only=True):
    """A key that was added or removed."""

    schema_version: int = 1
    key_id: str
    packages: tuple[str, ...]
    added: str
    removed: bool | UnsetType = UNSET

    @classmethod
    def of(cls, pinned: PinnedKey, removed: bool | UnsetType = UNSET) -> KeyResult:
        """The result of a command on a key."""
        return cls(
            key_id=pinned.key_id, packages=pinned.packages, added=pinned.added, removed=removed
        )


class KeyList(Struct, frozen=True, kw_only=True):
    """The trusted keys."""

    schema_version: int = 1
    keys: tuple[TrustedKey, ...]
