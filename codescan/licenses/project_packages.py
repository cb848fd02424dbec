# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Packages that belong to the project under review: its own, and its declared dependencies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from codescan.records import Package

__all__ = ["ProjectPackages", "plain_purl", "repository_of"]

_HOST = lazy_pattern(
    r"(?:https?://|git@|git\+https?://|git://|ssh://git@)?(?:[\w.-]{1,100}@)?"
    r"((?:[\w-]{1,60}\.)+[a-z]{2,20})[:/]{1,2}([\w.~-]{1,100})/([\w.-]{1,100})",
    re.IGNORECASE,
)
_FORGES = {"github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org"}


class ProjectPackages(Struct, frozen=True):
    """The packages of a project, as plain data for attribution."""

    purls: frozenset[str] = frozenset()
    """Package URLs of the project itself, without versions: "pkg:pypi/requests"."""
    repositories: frozenset[str] = frozenset()
    """Its repositories in the form of `repository_of`: "github.com/psf/requests"."""
    dependencies: frozenset[str] = frozenset()
    """Package URLs of its declared dependencies, without versions."""

    def relation(self, package: Package) -> str:
        """The relation of a package to the project: "own-project", "dependency" or ""."""
        purl = plain_purl(package.purl)
        if purl in self.purls or repository_of(package.homepage) in self.repositories:
            return "own-project"
        type_, _, path = purl.removeprefix("pkg:").partition("/")
        if type_ in _FORGES and f"{_FORGES[type_]}/{path}".lower() in self.repositories:
            return "own-project"
        return "dependency" if purl in self.dependencies else ""

    def is_declared_dependency(self, package: Package) -> bool:
        """Whether a package is a declared dependency of the project.

        Its own package is not: otherwise all code that it once copied would count as its own.
        """
        return self.relation(package) == "dependency"


def repository_of(address: str) -> str:
    """The host, owner and name that an address of a repository names, in lower case, or "".

    All forms give the same result: https, ssh, git, with or without ".git".
    """
    match = _HOST.match(address[:500].strip())
    if match is None:
        return ""
    host, owner, name = (part.lower() for part in match.groups())
    return f"{host.removeprefix('www.')}/{owner}/{name.removesuffix('.git')}"


def plain_purl(purl: str) -> str:
    """A package URL without version, qualifiers and subpath, in lower case."""
    path = purl.partition("?")[0].partition("#")[0]
    head, at, version = path.rpartition("@")
    return head.lower() if at and "/" not in version else path.lower()
