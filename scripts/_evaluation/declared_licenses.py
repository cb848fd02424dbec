# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Licenses of the code of packages against the expressions that they declare."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.licenses.claim_precedence import strongest
from codescan.licenses.expressions import covers, equivalent, leaves
from codescan.licenses.nearest_license_file import LicenseFiles
from codescan.records import NOASSERTION
from codescan.sources import archives
from codescan.sources.assemble import is_side_file
from codescan.sources.package_metadata import license_place, npm_package, python_package

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from codescan.records import Package

__all__ = ["Declared", "disagreement", "packages"]

_MAX_FILE = 1 << 20


@dataclass(frozen=True)
class Declared:
    """One package."""

    name: str
    declared: str
    of_files: str
    """What its license files alone say of its code; "" where it has none."""
    answer: str
    """What holds for its code when everything is weighed."""
    evidence: str


def packages(folder: Path) -> Iterator[Declared]:
    """The packages of a folder: wheels, sdists, npm archives, and trees of `node_modules`."""
    seen: set[str] = set()
    for path in sorted(folder.iterdir()):
        if path.suffix == ".whl":
            declared = _of_wheel(path)
        elif path.name.endswith((".tgz", ".tar.gz")) and ".orig" not in path.name:
            declared = _of_archive(path)
        elif path.name == "node_modules":
            for description in sorted(path.rglob("package.json")):
                tree = description.parent
                is_root = tree.parent.name == "node_modules" or tree.parent.name.startswith("@")
                if is_root and (package := _of_tree(tree)) is not None:
                    if package.name not in seen:
                        yield package
                    seen.add(package.name)
            continue
        else:
            continue
        if declared is not None:
            yield declared


def _of_wheel(path: Path) -> Declared | None:
    side: dict[str, bytes] = {}
    metadata = b""
    with zipfile.ZipFile(path) as archive:
        for item in archive.infolist():
            if item.file_size > _MAX_FILE:
                continue
            if item.filename.endswith(".dist-info/METADATA") and item.filename.count("/") == 1:
                metadata = archive.read(item)
            elif is_side_file(item.filename):
                side[license_place(item.filename)] = archive.read(item)
    return _compared(python_package(metadata, path.name), side)


def _of_archive(path: Path) -> Declared | None:
    npm = path.suffix == ".tgz"
    side: dict[str, bytes] = {}
    metadata = b""
    for entry in archives.without_root(archives.entries(path)):
        if isinstance(entry, tuple):
            name, content = entry
            if is_side_file(name):
                side[license_place(name)] = content
            if name == ("package.json" if npm else "PKG-INFO"):
                metadata = content
    if npm:
        return _compared(npm_package(metadata, path.name), side)
    return _compared(python_package(metadata, path.name), side)


def _of_tree(folder: Path) -> Declared | None:
    side = {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file() and is_side_file(path.name) and path.stat().st_size <= _MAX_FILE
    }
    description = (folder / "package.json").read_bytes()
    package = npm_package(description)
    return _compared(package, side) if package.version else None


def _compared(package: Package, side: dict[str, bytes]) -> Declared | None:
    declared = next((c.expression for c in package.licenses if c.expression != NOASSERTION), "")
    if not declared:
        return None
    code = "index.js"
    alone = LicenseFiles(side).claims_for(code)
    claim = strongest(LicenseFiles(side, package.licenses).claims_for(code))
    return Declared(
        f"{package.name} {package.version}",
        declared,
        strongest(alone).expression if alone else "",
        claim.expression,
        f"{claim.basis.value}: {claim.evidence}",
    )


def disagreement(package: Declared, answer: str) -> str:
    """The kind of a disagreement between an answer and what is declared; "" where they agree."""
    declared = package.declared
    if equivalent(answer, declared) or covers(declared, answer):
        return ""
    if answer == NOASSERTION:
        return "not understood"
    texts, named = set(leaves(answer)), set(leaves(declared))
    if named < texts:
        return "declared and more: texts of bundled parts"
    if texts < named:
        return "part of what is declared"
    plain = [{each.removesuffix("-only").removesuffix("-or-later") for each in ids}
             for ids in (texts, named)]  # fmt: skip
    if plain[0] == plain[1]:
        return "the same text: only, or later, or a choice"
    return "another license"
