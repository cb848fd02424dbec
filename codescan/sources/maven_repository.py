# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Queries Maven repositories for versions, hashes, poms (maven.apache.org/repository/layout)."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.licenses.pom import parent_of, pom_tree
from codescan.sources.downloads import Checksum, TransferError

if TYPE_CHECKING:
    from codescan.sources.transfer import Client

__all__ = [
    "Coordinates", "MavenSettings", "Repository", "checksum_of", "newest_version", "pom_chain",
    "settings",
]  # fmt: skip

_DEFAULT = "https://repo.maven.apache.org/maven2"
_MAX_PARENTS = 8
_MAX_BYTES = 4 << 20
_CENTRAL = frozenset(("*", "central", "external:*"))
_METADATA = ("maven-metadata.xml", "maven-metadata-local.xml")
_PLAIN = re.compile(r"[A-Za-z0-9_][\w.-]{0,200}")


@dataclass(frozen=True, slots=True)
class Coordinates:
    """The identifier of an artifact."""

    group: str
    artifact: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class MavenSettings:
    """The repositories and credentials of the user's Maven."""

    address: str = _DEFAULT
    credentials: tuple[tuple[str, str], ...] = ()
    """(URL prefix, value of the Authorization header)."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A Maven repository: its address and a client for downloads."""

    client: Client
    address: str

    def address_of(self, coordinates: Coordinates, ending: str) -> str:
        """The address of a file of an artifact: "…/group/artifact/version/artifact-version.pom"."""
        name = f"{coordinates.artifact}-{coordinates.version}{ending}"
        return f"{self.folder_of(coordinates)}/{coordinates.version}/{name}"

    def folder_of(self, coordinates: Coordinates) -> str:
        """The address of the folder of all versions of an artifact."""
        group = coordinates.group.replace(".", "/")
        return f"{self.address}/{group}/{coordinates.artifact}"


def settings(repository: str = "") -> MavenSettings:
    """The settings in force: the option, else the mirror of the user's settings.xml.

    Args:
        repository: use this repository.
    """
    if repository:
        return MavenSettings(repository.rstrip("/"))
    path = Path.home() / ".m2" / "settings.xml"
    try:
        root = pom_tree(path.read_bytes()[:_MAX_BYTES])
    except OSError:
        root = None
    for mirror in root.iter("mirror") if root is not None else ():
        fields = {child.tag: (child.text or "").strip() for child in mirror}
        if _CENTRAL & set(fields.get("mirrorOf", "").split(",")) and fields.get("url"):
            return MavenSettings(fields["url"].rstrip("/"))
    return MavenSettings(os.environ.get("MAVEN_REPO_URL", _DEFAULT).rstrip("/"))


def newest_version(repository: Repository, coordinates: Coordinates) -> Coordinates:
    """The coordinates with the newest release of an artifact.

    Raises:
        TransferError: the repository has none, or cannot be reached.
    """
    folder = repository.folder_of(coordinates)
    failure = TransferError("not-found", f"{folder} lists no version")
    for name in _METADATA:
        try:
            page = repository.client.page(f"{folder}/{name}")
        except TransferError as error:
            failure = error
            if error.reason != "not-found":
                break
            continue
        root = pom_tree(page.content)
        for tag in ("release", "latest", "version"):
            versions = [(e.text or "").strip() for e in root.iter(tag)] if root is not None else []
            usable = [version for version in versions if _PLAIN.fullmatch(version)]
            if usable:
                return replace(coordinates, version=usable[-1])
    raise failure


def checksum_of(repository: Repository, url: str) -> Checksum | None:
    """The strongest published hash of a file; None if the repository has none.

    Raises:
        TransferError: the hash file is invalid, or the repository cannot be reached.
    """
    for algorithm in ("sha512", "sha256", "sha1"):
        try:
            page = repository.client.page(f"{url}.{algorithm}")
        except TransferError as error:
            if error.reason != "not-found":
                raise
            continue
        words = page.content[:400].decode("ascii", "replace").split()
        return Checksum(algorithm, words[0].lower() if words else "")
    return None


def pom_chain(repository: Repository, coordinates: Coordinates) -> tuple[bytes, ...]:
    """The pom of an artifact, and those of its parents that are available."""
    poms: list[bytes] = []
    seen: set[Coordinates] = set()
    following: Coordinates | None = coordinates
    while following is not None and following not in seen and len(poms) < _MAX_PARENTS:
        seen.add(following)
        try:
            page = repository.client.page(repository.address_of(following, ".pom"), max_age=1e9)
        except TransferError:
            break
        poms.append(page.content[:_MAX_BYTES])
        parent = parent_of(page.content)
        following = Coordinates(*parent) if parent and all(map(_PLAIN.fullmatch, parent)) else None
    return tuple(poms)
