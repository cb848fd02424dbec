# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Converts metadata of packages (METADATA, PKG-INFO, package.json) into records."""

from __future__ import annotations

import email
import json
from typing import TYPE_CHECKING

from packageurl import PackageURL
from packaging.utils import canonicalize_name

from codescan.licenses.manifests import manifest_claims
from codescan.licenses.metadata import core_metadata_claims
from codescan.licenses.pom import parent_of, pom_claims, pom_fields
from codescan.records import Package

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from codescan.sources.maven_repository import Coordinates

__all__ = [
    "cargo_package", "generic_package", "go_package", "license_place", "maven_package",
    "npm_package", "python_package",
]  # fmt: skip

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
    description: bytes,
    name: str = "",
    version: str = "",
    released: str | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Package:
    """A Package of a package.json (docs.npmjs.com, "package.json").

    Args:
        description: content of package.json; may be empty or damaged.
        files: contents of the license files that it names, by path.
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
        licenses=manifest_claims({**(files or {}), "package.json": description}),
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
    project = _toml_table(metadata.get("pyproject.toml", b""), "project")
    crate = _toml_table(metadata.get("Cargo.toml", b""), "package")
    description = _json_object(metadata.get("package.json", b""))
    own = _text(project.get("version")) or _text(description.get("version"))
    own = own or _text(crate.get("version"))
    version = version or own
    return Package(
        purl=PackageURL("generic", None, name, version or None).to_string(),
        name=name,
        version=version,
        family=f"generic/{name.lower()}",
        homepage=_text(description.get("homepage")),
        licenses=manifest_claims(metadata),
    )


def cargo_package(
    files: Mapping[str, bytes],
    name: str,
    version: str,
    published: str | None = None,
    fallback: tuple[str, str] = ("", ""),
) -> Package:
    """A Package of a Cargo.toml (doc.rust-lang.org/cargo/reference/manifest.html).

    Args:
        files: content of Cargo.toml and of the license file that it names.
        name: name to use whatever the manifest says; "" for that of the manifest.
        version: likewise.
        published: date of publication, ISO 8601.
        fallback: name and version to use where the manifest gives none.
    """
    stated = _toml_table(files.get("Cargo.toml", b""), "package")
    name = name or _text(stated.get("name")) or fallback[0] or "unnamed"
    version = version or _text(stated.get("version")) or fallback[1]
    return Package(
        purl=PackageURL("cargo", None, name, version or None).to_string(),
        name=name,
        version=version,
        family=f"cargo/{name.lower().replace('_', '-')}",
        released=published,
        homepage=_text(stated.get("repository")) or _text(stated.get("homepage")),
        licenses=manifest_claims(files),
    )


def go_package(module: str, version: str = "", released: str | None = None) -> Package:
    """A Package of a Go module, whose license is only in license files.

    Args:
        module: path of the module, such as "github.com/pkg/errors".
        version: with its "v"; "" where it is not known.
        released: date of the version, ISO 8601.
    """
    folder, _, name = module.rpartition("/")
    return Package(
        # The specification of package URLs has both in lower case.
        purl=PackageURL(
            "golang", folder.lower() or None, name.lower(), version or None
        ).to_string(),
        name=module,
        version=version,
        family=f"go/{module.lower()}",
        released=released,
        homepage=f"https://{module}",
    )


def maven_package(coordinates: Coordinates, poms: Sequence[bytes]) -> Package:
    """A Package of a Maven artifact.

    Args:
        coordinates: group, artifact and version; a "" part is read from the pom.
        poms: the artifact's own pom, then those of its parents from the nearest on.
    """
    fields = pom_fields(poms[0]) if poms else {}
    parent = (parent_of(poms[0]) if poms else None) or ("", "", "")
    group = coordinates.group or fields.get("groupId", "") or parent[0]
    artifact = coordinates.artifact if coordinates.group else fields.get("artifactId", "")
    artifact = artifact or coordinates.artifact or "unnamed"
    version = coordinates.version or fields.get("version", "") or parent[2]
    return Package(
        purl=PackageURL("maven", group or None, artifact, version or None).to_string(),
        name=f"{group}:{artifact}" if group else artifact,
        version=version,
        family=f"maven/{group}/{artifact}".lower(),
        homepage=fields.get("url", ""),
        licenses=pom_claims(poms),
    )


def license_place(path: str) -> str:
    """The path in the source tree of a license file in a wheel.

    Wheels keep license files in `*.dist-info/licenses/` with their path in the source tree
    (PEP 639), or directly in `*.dist-info/`; they apply to the code next to that folder.
    """
    folder, _, inner_path = path.partition("/")
    if folder.endswith((".dist-info", ".egg-info")) and inner_path:
        return inner_path.removeprefix("licenses/").removeprefix("license_files/")
    return path


def _homepage(headers: Mapping[str, list[str]]) -> str:
    urls = {}
    for item in headers.get("Project-URL", []):
        label, _, url = item.partition(",")
        urls[label.strip().lower()] = url.strip()
    page_url = next((urls[page] for page in _PAGES if page in urls), "")
    stated = headers.get("Home-page", [""])[0].strip()
    # Old setuptools wrote "UNKNOWN" for missing values.
    return (page_url if stated in {"", "UNKNOWN"} else stated)[:_MAX_FIELD]


def _json_object(content: bytes) -> dict[str, object]:
    try:
        fields = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _toml_table(content: bytes, name: str) -> Mapping[str, object]:
    import tomllib

    try:
        table = tomllib.loads(content.decode()).get(name, {})
    except (ValueError, RecursionError):
        return {}
    return table if isinstance(table, dict) else {}


def _text(value: object) -> str:
    return value.strip()[:_MAX_FIELD] if isinstance(value, str) else ""
