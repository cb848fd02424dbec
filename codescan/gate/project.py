# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The project that passages are taken into: its license, its own packages, its dependencies.

Read from the files that package managers read (pyproject.toml, setup.cfg, package.json,
Cargo.toml, go.mod, pom.xml, requirements*.txt), whose licenses are read as those of a corpus, and
from the license file or README beside them. In a
repository of several packages the nearest manifest at or above a file states the license; the
names of all manifests up to the root are the project's own. Folders for copies of other packages
(`vendor`, `node_modules`) state nothing.
"""

from __future__ import annotations

import json
import posixpath
import re
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from codescan.errors import ConfigError
from codescan.gate.policy_files import parents_of
from codescan.licenses.detect import text_claim
from codescan.licenses.expressions import normalize
from codescan.licenses.license_paths import is_license_path
from codescan.licenses.manifests import (
    inherits_license,
    is_workspace,
    manifest_claims,
    named_license_files,
    readme_claim,
)
from codescan.licenses.project_packages import ProjectPackages, repository_of
from codescan.licenses.vendored_paths import canonical_name, vendored
from codescan.records import NOASSERTION
from codescan.text.conflict_markers import has_conflict_markers
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from codescan.gate.policy_files import PolicyFiles
    from codescan.records import LicenseClaim

__all__ = ["MANIFESTS", "Manifest", "Project", "Projects", "read_manifest"]

_MAX_BYTES = 1 << 20
_MAX_NAMES = 10_000
_REQUIREMENT = lazy_pattern(r"^\s{0,20}([A-Za-z0-9][\w.-]{0,100})\s{0,20}(?:\[|[<>=!~;@]|\s|$)")
_LICENSE_FILES = 20
_GO_MODULE = lazy_pattern(r"^module[ \t]+\"?([^\s\"]{1,400})", re.MULTILINE)
_GO_REQUIRED = lazy_pattern(
    r"^(?:require)?[ \t]*([\w.~-]{1,100}\.[\w.~/-]{1,300})[ \t]+v\d", re.MULTILINE
)
_OWN_LABELS = frozenset(
    {"homepage", "source", "sourcecode", "repository", "github", "gitlab", "code"}
)
"""Labels of addresses of the project itself (PEP 753)."""


class Project(ProjectPackages, frozen=True):
    """The project that a file belongs to: its license and its packages."""

    license: str = ""
    """The SPDX expression that the project is under; "" if it is not known."""
    license_source: str = ""
    """The file that says so, from the root."""


class Manifest(Struct):
    """The statements of the manifests of one folder, in reading order."""

    licenses: list[tuple[str, str]] = field(default_factory=list)
    """(expression, file) pairs."""
    purls: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    dependencies: list[str] = field(default_factory=list)

    def license(self, claims: Iterable[LicenseClaim], source: str) -> None:
        """Add the first license that is understood."""
        for claim in claims:
            if claim.expression != NOASSERTION:
                self.licenses.append((claim.expression, source))
                return

    def named(self, kind: str, name: object) -> None:
        """Add the name of the package itself."""
        if isinstance(name, str) and name:
            self.purls.append(_purl(kind, name))

    def address(self, value: object) -> None:
        """Add an address of the project's own."""
        if isinstance(value, str):
            self.addresses.append(value)

    def uses(self, kind: str, names: Iterable[object]) -> None:
        """Add dependencies by name."""
        room = _MAX_NAMES - len(self.dependencies)
        purls = [_purl(kind, name) for name in names if isinstance(name, str) and name]
        self.dependencies += purls[:room]

    def requires(self, kind: str, lines: Iterable[object]) -> None:
        """Add dependencies by requirement (PEP 508)."""
        matches = (_REQUIREMENT.match(line) for line in lines if isinstance(line, str))
        self.uses(kind, [match[1] for match in matches if match is not None])


class Projects:
    """The project of each file of a repository.

    Args:
        files: where manifests and license files are read.
        remotes: addresses of the repository, for example git's remotes.
        license_: the license that the configuration states; it comes before every file.
        own: package URLs that the configuration lists as the project's own.
    """

    def __init__(
        self,
        files: PolicyFiles,
        remotes: Iterable[str] = (),
        license_: str = "",
        own: Iterable[str] = (),
    ) -> None:
        self._files = files
        self._remotes = tuple(remotes)
        self._license = license_
        self._own = tuple(purl.lower() for purl in own)
        self._manifests: dict[str, Manifest | None] = {}
        self._projects: dict[tuple[str, ...], Project] = {}
        self._reuse_files: dict[str, bytes] = {}
        self.problems: dict[str, str] = {}
        """By path, why a manifest or license file could not be read; it then states nothing."""

    def of(self, path: str = "") -> Project:
        """The project of a file.

        Args:
            path: from the root, with forward slashes; "" for the project at the root.
        """
        folder = posixpath.dirname(path) if not path.startswith(("/", "../")) else ""
        levels = tuple(level for level in parents_of(folder) if self._manifest(level) is not None)
        if levels not in self._projects:
            self._projects[levels] = self._read(levels)
        project = self._projects[levels]
        return project if project.license or not path else self._annotated(path, folder, project)

    def _annotated(self, path: str, folder: str, project: Project) -> Project:
        """A project that states its license nowhere else, with what REUSE 3.3 lets it say of files.

        That is a `.license` file beside the file, REUSE.toml up the tree, and `.reuse/dep5`.
        """
        beside = f"{path}.license"
        reuse = [posixpath.join(level, "REUSE.toml") for level in parents_of(folder)]
        for place in {*reuse, ".reuse/dep5", beside} - self._reuse_files.keys():
            self._reuse_files[place] = self._bytes(place)
        files = {place: self._reuse_files[place] for place in (*reuse, ".reuse/dep5", beside)}
        from codescan.licenses.nearest_license_file import LicenseFiles

        claims = LicenseFiles({at: each for at, each in files.items() if each}).claims_for(path)
        if not claims or claims[0].expression == NOASSERTION:
            return project
        evidence = claims[0].evidence
        source = next((at for at in sorted(files, reverse=True) if at in evidence), beside)
        return replace(project, license=claims[0].expression, license_source=source)

    def _read(self, levels: tuple[str, ...]) -> Project:
        manifests = [each for level in levels if (each := self._manifest(level)) is not None]
        if self._license:
            licenses = [(normalize(self._license), "the configuration")]
        else:
            licenses = [claim for manifest in manifests for claim in manifest.licenses[:1]]
        expression, source = licenses[0] if licenses else ("", "")
        purls = frozenset(purl for each in manifests for purl in each.purls)
        stated = [address for each in manifests for address in each.addresses]
        addresses = (repository_of(address) for address in (*stated, *self._remotes))
        dependencies = frozenset(purl for each in manifests for purl in each.dependencies)
        return Project(
            license="" if expression == NOASSERTION else expression,
            license_source=source,
            purls=purls | set(self._own),
            repositories=frozenset(filter(None, addresses)),
            dependencies=dependencies - purls,
        )

    def _manifest(self, folder: str) -> Manifest | None:
        """The statements of a folder; None where it has no manifest and is not the root."""
        if folder not in self._manifests:
            self._manifests[folder] = self._state(folder)
        return self._manifests[folder]

    def _state(self, folder: str) -> Manifest | None:
        copy = vendored(f"{folder}/x") if folder else None
        if copy is not None and copy.certain:
            return None
        names = self._files.names(folder)
        present = [name for name in MANIFESTS if name in names]
        if folder and not present:
            return None
        manifest = Manifest()
        contents: dict[str, bytes] = {}
        for name in present:
            path = posixpath.join(folder, name)
            contents[name] = content = self._bytes(path)
            if has_conflict_markers(content):
                self.problems[path] = f"{path} holds conflict markers of a merge"
            read_manifest(path, content, manifest)
        requirements = [n for n in names if n.startswith("requirements") and n.endswith(".txt")]
        for name in requirements[:_LICENSE_FILES]:
            lines = self._bytes(posixpath.join(folder, name)).decode("utf-8", "replace")
            manifest.requires("pypi", lines.splitlines())
        if not manifest.licenses:
            self._license_elsewhere(folder, contents, manifest)
        if not manifest.licenses:
            self._license_file(folder, names, manifest)
        return manifest

    def _license_elsewhere(
        self, folder: str, contents: Mapping[str, bytes], manifest: Manifest
    ) -> None:
        """The license that a manifest leaves to its workspace, or to a file that it names."""
        if "Cargo.toml" in contents and inherits_license(contents["Cargo.toml"]):
            for above in islice(parents_of(folder), 1, None):
                path = posixpath.join(above, "Cargo.toml")
                workspace = self._bytes(path)
                if is_workspace(workspace):
                    claims = manifest_claims({"Cargo.toml": contents["Cargo.toml"]}, workspace)
                    manifest.license(claims, path)
                    return
        for name in named_license_files(contents):
            path = posixpath.join(folder, name)
            claim = text_claim(self._bytes(path))
            if claim is not None:
                manifest.license((claim,), path)

    def _license_file(self, folder: str, names: Iterable[str], manifest: Manifest) -> None:
        """The statement of the first license file of a folder, else of its README.

        A file of notices states nothing.
        """
        license_names = [
            n for n in names if is_license_path(n) and not n.upper().startswith("NOTICE")
        ]
        for name in license_names[:_LICENSE_FILES]:
            path = posixpath.join(folder, name)
            claim = text_claim(self._bytes(path))
            if claim is not None and claim.expression != NOASSERTION:
                manifest.license((claim,), path)
                return
        for name in sorted(n for n in names if n.lower().startswith("readme")):
            path = posixpath.join(folder, name)
            claim = readme_claim(name, self._bytes(path))
            if claim is not None and claim.expression != NOASSERTION:
                manifest.license((claim,), path)
                return

    def _bytes(self, path: str) -> bytes:
        """A file's content, or nothing where it cannot be read."""
        try:
            return self._files.read(path, _MAX_BYTES) or b""
        except ConfigError as error:
            self.problems[path] = error.message
            return b""


def read_manifest(path: str, content: bytes, manifest: Manifest) -> None:
    """Add what a manifest states; a broken one is its own tool's to complain about.

    Args:
        path: ends with one of `MANIFESTS`.
        content: of the file.
        manifest: is added to.
    """
    read = MANIFESTS.get(posixpath.basename(path))
    if read is None or not content:
        return
    stated = Manifest()
    try:
        read(content, stated)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        # Part of a manifest is worse than none: its end may say the contrary.
        return
    stated.license(manifest_claims({posixpath.basename(path): content}), path)
    manifest.licenses += stated.licenses
    manifest.purls += stated.purls
    manifest.addresses += stated.addresses
    manifest.dependencies += stated.dependencies


def _pyproject(data: bytes, manifest: Manifest) -> None:
    import tomllib

    content = tomllib.loads(data.decode("utf-8"))
    project = content.get("project", {})
    poetry = content.get("tool", {}).get("poetry", {})
    for table in (project, poetry):
        manifest.named("pypi", table.get("name"))
        for key in ("homepage", "repository"):
            manifest.address(table.get(key))
        for label, value in table.get("urls", {}).items():
            # Other addresses may be of projects that this one only mentions.
            if re.sub(r"[\W_]", "", label).lower() in _OWN_LABELS:
                manifest.address(value)
    manifest.requires("pypi", project.get("dependencies", ()))
    for group in (
        *project.get("optional-dependencies", {}).values(),
        *content.get("dependency-groups", {}).values(),
    ):
        manifest.requires("pypi", group)
    manifest.uses("pypi", (name for name in poetry.get("dependencies", {}) if name != "python"))


def _setup_cfg(data: bytes, manifest: Manifest) -> None:
    import configparser

    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(data.decode("utf-8"))
    except configparser.Error as error:
        raise ValueError(str(error)) from error
    manifest.named("pypi", parser.get("metadata", "name", fallback=""))
    manifest.address(parser.get("metadata", "url", fallback=""))
    manifest.requires("pypi", parser.get("options", "install_requires", fallback="").splitlines())


def _package_json(data: bytes, manifest: Manifest) -> None:
    content = json.loads(data)
    manifest.named("npm", content.get("name"))
    manifest.address(content.get("homepage"))
    repository = content.get("repository")
    manifest.address(repository.get("url") if isinstance(repository, dict) else repository)
    for key in (
        "dependencies", "devDependencies", "peerDependencies", "optionalDependencies",
    ):  # fmt: skip
        manifest.uses("npm", content.get(key) or {})


def _cargo(data: bytes, manifest: Manifest) -> None:
    import tomllib

    content = tomllib.loads(data.decode("utf-8"))
    package = content.get("package", {})
    workspace = content.get("workspace", {})
    for table in (package, workspace.get("package", {})):  # members may inherit from the root
        manifest.address(table.get("repository"))
    manifest.named("cargo", package.get("name"))
    for key in ("dependencies", "dev-dependencies", "build-dependencies"):
        manifest.uses("cargo", content.get(key, {}))


def _go_mod(data: bytes, manifest: Manifest) -> None:
    text = data.decode("utf-8", "replace")
    manifest.named("golang", next(iter(_GO_MODULE.findall(text)), ""))
    manifest.uses("golang", _GO_REQUIRED.findall(text))


def _pom(data: bytes, manifest: Manifest) -> None:
    from codescan.licenses.pom import pom_tree

    root = pom_tree(data)
    if root is None:
        raise ValueError("it is not a POM")
    group = root.findtext("groupId") or root.findtext("parent/groupId") or ""
    manifest.named("maven", f"{group.strip()}/{(root.findtext('artifactId') or '').strip()}")
    manifest.address(root.findtext("url"))
    manifest.address(root.findtext("scm/url"))
    pairs = (
        ((each.findtext("groupId") or "").strip(), (each.findtext("artifactId") or "").strip())
        for each in root.findall("dependencies/dependency")
    )
    manifest.uses("maven", (f"{group}/{artifact}" for group, artifact in pairs if artifact))


def _only_license(data: bytes, manifest: Manifest) -> None:
    """A manifest of which the license alone is read."""
    del data, manifest


MANIFESTS: dict[str, Callable[[bytes, Manifest], None]] = {
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "setup.py": _only_license,
    "package.json": _package_json,
    "Cargo.toml": _cargo,
    "composer.json": _only_license,
    "go.mod": _go_mod,
    "pom.xml": _pom,
}
"""Readers of manifests by file name."""


def _purl(kind: str, name: str) -> str:
    """A package URL without a version, comparable: `plain_purl` of a full one is the same."""
    if kind == "pypi":
        return f"pkg:pypi/{canonical_name(name)}"
    return f"pkg:{kind}/{name.lower().replace('@', '%40')}"
