# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Short names of models: the table `aliases.toml`, read once."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Alias", "PackagedFile", "WheelPart", "aliases", "closest"]


@dataclass(frozen=True, slots=True)
class WheelPart:
    """One file inside one wheel of the package index."""

    requirement: str
    """An exact requirement, "name==version"."""
    member: str
    """Path of the file inside the wheel."""
    sha256: str
    """Hex digest of the unpacked file."""


@dataclass(frozen=True, slots=True)
class PackagedFile:
    """Weights that packages carry: the parts, joined in order."""

    file: str
    """File name of the whole."""
    sha256: str
    """Hex digest of the whole."""
    bytes: int
    """Size of the whole."""
    parts: tuple[WheelPart, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """A short name and what it stands for."""

    name: str
    hub: str
    """Repository on the Hugging Face hub, "owner/name"."""
    license: str
    """License of the weights as the model card states it: an SPDX id or a LicenseRef."""
    note: str
    packaged: PackagedFile | None = None


@cache
def aliases() -> Mapping[str, Alias]:
    """Every alias by name, in the order of the table."""
    text = files("codescan.models").joinpath("aliases.toml").read_text(encoding="utf-8")
    return MappingProxyType({name: _alias(name, row) for name, row in tomllib.loads(text).items()})


def closest(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Known names that resemble `name`, the best first, at most `limit`; case is ignored."""
    by_folded = {k.casefold(): k for k in known}
    matches = difflib.get_close_matches(name.casefold(), by_folded, n=limit, cutoff=0.5)
    return [by_folded[f] for f in matches]


def _alias(name: str, row: Mapping[str, object]) -> Alias:
    packaged = row.get("packaged")
    return Alias(
        name=name,
        hub=str(row["hub"]),
        license=str(row["license"]),
        note=str(row["note"]),
        packaged=_packaged(packaged) if isinstance(packaged, dict) else None,
    )


def _packaged(row: Mapping[str, object]) -> PackagedFile:
    parts = row["parts"]
    size = row["bytes"]
    if not isinstance(parts, list) or not isinstance(size, int):
        raise TypeError("aliases.toml: packaged weights need an array of parts and a size")
    return PackagedFile(
        file=str(row["file"]),
        sha256=str(row["sha256"]),
        bytes=size,
        parts=tuple(
            WheelPart(str(p["requirement"]), str(p["member"]), str(p["sha256"])) for p in parts
        ),
    )
