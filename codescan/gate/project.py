# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What the project is that passages are taken into: its license, its own names, what it uses.

Read from the files that package managers read (pyproject.toml, setup.cfg, package.json,
Cargo.toml, requirements*.txt) and, for the license, from the license file at the root.
"""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.licenses.detect import is_license_path, text_claim
from codescan.licenses.expressions import leaves, normalize
from codescan.licenses.project_packages import ProjectPackages, repository_of
from codescan.licenses.vendored_paths import canonical_name
from codescan.records import NOASSERTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


__all__ = ["Project", "read_project"]

_MAX_BYTES = 1 << 20
_MAX_NAMES = 10_000
_REQUIREMENT = re.compile(r"^\s{0,20}([A-Za-z0-9][\w.-]{0,100})\s{0,20}(?:\[|[<>=!~;@]|\s|$)")
_LICENSE_FILES = 20


@dataclass(frozen=True, slots=True)
class Project(ProjectPackages):
    """The project whose code is checked: its license and its packages."""

    license: str = ""
    """The SPDX expression that the project is under; "" if it is not known."""
    license_source: str = ""
    """The file that says so."""


def read_project(root: Path, remotes: Iterable[str] = (), license_: str = "") -> Project:
    """Read what a folder says about the project in it. What cannot be read says nothing.

    Args:
        root: the project's folder.
        remotes: addresses of its repository, for example git's remotes.
        license_: the license that its configuration states; it comes before every file.
    """
    told = _Told()
    for name, read in _READERS.items():
        data = _bytes(root / name)
        if data:
            try:
                read(data, name, told)
            except (ValueError, TypeError, AttributeError, KeyError, configparser.Error):
                continue  # a broken manifest is its own tool's to complain about
    for path in sorted(root.glob("requirements*.txt"))[:_LICENSE_FILES]:
        told.requires("pypi", _bytes(path).decode("utf-8", "replace").splitlines())
    if license_:
        told.licenses.insert(0, (normalize(license_), "the configuration"))
    elif not told.licenses:
        told.licenses += _license_files(root)
    expression, source = told.licenses[0] if told.licenses else ("", "")
    addresses = (repository_of(address) for address in (*told.addresses, *remotes))
    return Project(
        license="" if expression == NOASSERTION else expression,
        license_source=source,
        purls=frozenset(told.purls),
        repositories=frozenset(filter(None, addresses)),
        dependencies=frozenset(told.dependencies) - frozenset(told.purls),
    )


class _Told:
    """What the manifests say, in the order in which they are read."""

    def __init__(self) -> None:
        self.licenses: list[tuple[str, str]] = []
        self.purls: list[str] = []
        self.addresses: list[str] = []
        self.dependencies: list[str] = []

    def license(self, value: object, source: str) -> None:
        if isinstance(value, str) and value.strip():
            expression = normalize(value.strip())
            if expression != NOASSERTION and leaves(expression):
                self.licenses.append((expression, source))

    def named(self, kind: str, name: object) -> None:
        if isinstance(name, str) and name:
            self.purls.append(_purl(kind, name))

    def address(self, value: object) -> None:
        if isinstance(value, str):
            self.addresses.append(value)

    def uses(self, kind: str, names: Iterable[object]) -> None:
        room = _MAX_NAMES - len(self.dependencies)
        found = [_purl(kind, name) for name in names if isinstance(name, str) and name]
        self.dependencies += found[:room]

    def requires(self, kind: str, lines: Iterable[object]) -> None:
        matches = (_REQUIREMENT.match(line) for line in lines if isinstance(line, str))
        self.uses(kind, [match[1] for match in matches if match is not None])


def _pyproject(data: bytes, source: str, told: _Told) -> None:
    content = tomllib.loads(data.decode("utf-8"))
    project = content.get("project", {})
    poetry = content.get("tool", {}).get("poetry", {})
    for table in (project, poetry):
        told.named("pypi", table.get("name"))
        stated = table.get("license")
        told.license(stated.get("text") if isinstance(stated, dict) else stated, source)
        for key in ("homepage", "repository"):
            told.address(table.get(key))
        for value in table.get("urls", {}).values():
            told.address(value)
    told.requires("pypi", project.get("dependencies", ()))
    for group in (
        *project.get("optional-dependencies", {}).values(),
        *content.get("dependency-groups", {}).values(),
    ):
        told.requires("pypi", group)
    told.uses("pypi", (name for name in poetry.get("dependencies", {}) if name != "python"))


def _setup_cfg(data: bytes, source: str, told: _Told) -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(data.decode("utf-8"))
    told.named("pypi", parser.get("metadata", "name", fallback=""))
    told.license(parser.get("metadata", "license", fallback=""), source)
    told.address(parser.get("metadata", "url", fallback=""))
    told.requires("pypi", parser.get("options", "install_requires", fallback="").splitlines())


def _package_json(data: bytes, source: str, told: _Told) -> None:
    content = json.loads(data)
    told.named("npm", content.get("name"))
    told.license(content.get("license"), source)
    told.address(content.get("homepage"))
    repository = content.get("repository")
    told.address(repository.get("url") if isinstance(repository, dict) else repository)
    for key in (
        "dependencies", "devDependencies", "peerDependencies", "optionalDependencies",
    ):  # fmt: skip
        told.uses("npm", content.get(key) or {})


def _cargo(data: bytes, source: str, told: _Told) -> None:
    content = tomllib.loads(data.decode("utf-8"))
    package = content.get("package", {})
    told.named("cargo", package.get("name"))
    told.license(package.get("license"), source)
    told.address(package.get("repository"))
    for key in ("dependencies", "dev-dependencies", "build-dependencies"):
        told.uses("cargo", content.get(key, {}))


_READERS = {
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "package.json": _package_json,
    "Cargo.toml": _cargo,
}


def _license_files(root: Path) -> Iterator[tuple[str, str]]:
    """What the first license file at the root says; a file of notices says nothing."""
    try:
        names = sorted(path.name for path in root.iterdir() if is_license_path(path.name))
    except OSError:
        return
    for name in [n for n in names if not n.upper().startswith("NOTICE")][:_LICENSE_FILES]:
        claim = text_claim(_bytes(root / name))
        if claim is not None and claim.expression != NOASSERTION:
            yield claim.expression, name


def _bytes(path: Path) -> bytes:
    """The beginning of a file, or nothing where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(_MAX_BYTES)
    except OSError:
        return b""


def _purl(kind: str, name: str) -> str:
    """A package URL without a version, comparable: `plain_purl` of a full one is the same."""
    if kind == "pypi":
        return f"pkg:pypi/{canonical_name(name)}"
    return f"pkg:{kind}/{name.lower().replace('@', '%40')}"
