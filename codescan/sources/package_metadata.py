# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Turns what packages say about themselves (METADATA, PKG-INFO, package.json) into records."""

from __future__ import annotations

import email
import json
from typing import TYPE_CHECKING

from packageurl import PackageURL
from packaging.utils import canonicalize_name

from codescan.licenses.manifests import manifest_claims
from codescan.licenses.metadata import core_metadata_claims, npm_claims
from codescan.records import Package

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["generic_package", "license_place", "npm_package", "python_package"]

_PAGES = ("homepage", "source", "source code", "sourcecode", "repository", "github", "code")
_MAX_FIELD = 300


def python_package(
    metadata: bytes, name: str = "", version: str = "", released: str | None = None
) -> Package:
    """A Package of core metadata (packaging.python.org, "Core metadata specifications").

    Args:
        metadata: content of METADATA or PKG-INFO; may be empty.
        name: name to use where the metadata gives none.
        version: likewise.
        released: date of release, ISO 8601.
    """
    message = email.message_from_bytes(metadata)
    headers: dict[str, list[str]] = {}
    for key, value in message.items():
        headers.setdefault(key, []).append(str(value))
    name = name or headers.get("Name", [""])[0].strip()
    version = version or headers.get("Version", [""])[0].strip()
    canonical = str(canonicalize_name(name))
    return Package(
        purl=PackageURL("pypi", None, canonical, version or None).to_string(),
        name=name,
        version=version,
        family=f"pypi/{canonical}",
        released=released,
        homepage=_homepage(headers),
        licenses=core_metadata_claims(headers),
    )


def npm_package(
    description: bytes, name: str = "", version: str = "", released: str | None = None
) -> Package:
    """A Package of a package.json (docs.npmjs.com, "package.json").

    Args:
        description: content of package.json; may be empty or damaged.
        name: name to use where the description gives none, or another.
        version: likewise.
        released: date of release, ISO 8601.
    """
    fields = _json_object(description)
    name = name or _text(fields.get("name")) or "unnamed"
    version = version or _text(fields.get("version"))
    scope, _, bare = name.rpartition("/")
    repository = fields.get("repository")
    if isinstance(repository, dict):
        repository = repository.get("url")
    return Package(
        purl=PackageURL("npm", scope or None, bare, version or None).to_string(),
        name=name,
        version=version,
        family=f"npm/{name.lower()}",
        released=released,
        homepage=_text(fields.get("homepage")) or _text(repository).removeprefix("git+"),
        licenses=npm_claims(fields),
    )


def generic_package(
    name: str, version: str = "", metadata: Mapping[str, bytes] | None = None
) -> Package:
    """A Package of a folder: named by the user, or by the pyproject.toml or package.json in it.

    Args:
        name: name to use where the metadata gives none.
        version: version, where the user knows it.
        metadata: content by name of `manifests.MANIFESTS`, as far as they exist.
    """
    metadata = metadata or {}
    project = _pyproject(metadata.get("pyproject.toml", b""))
    description = _json_object(metadata.get("package.json", b""))
    own = _text(project.get("version")) or _text(description.get("version"))
    version = version or own
    return Package(
        purl=PackageURL("generic", None, name, version or None).to_string(),
        name=name,
        version=version,
        family=f"generic/{name.lower()}",
        homepage=_text(description.get("homepage")),
        licenses=manifest_claims(metadata),
    )


def license_place(path: str) -> str:
    """Where in the source tree a license file of a wheel belongs.

    Wheels keep license files in `*.dist-info/licenses/` with their path in the source tree
    (PEP 639), or straight in `*.dist-info/`; they speak for the code beside that folder.
    """
    folder, _, rest = path.partition("/")
    if folder.endswith((".dist-info", ".egg-info")) and rest:
        return rest.removeprefix("licenses/").removeprefix("license_files/")
    return path


def _homepage(headers: Mapping[str, list[str]]) -> str:
    urls = {}
    for item in headers.get("Project-URL", []):
        label, _, url = item.partition(",")
        urls[label.strip().lower()] = url.strip()
    found = next((urls[page] for page in _PAGES if page in urls), "")
    stated = headers.get("Home-page", [""])[0].strip()
    # Old setuptools wrote "UNKNOWN" for what was not given.
    return (found if stated in {"", "UNKNOWN"} else stated)[:_MAX_FIELD]


def _json_object(content: bytes) -> dict[str, object]:
    try:
        fields = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _pyproject(content: bytes) -> Mapping[str, object]:
    import tomllib

    try:
        project = tomllib.loads(content.decode()).get("project", {})
    except (ValueError, RecursionError):
        return {}
    return project if isinstance(project, dict) else {}


def _text(value: object) -> str:
    return value.strip()[:_MAX_FIELD] if isinstance(value, str) else ""
