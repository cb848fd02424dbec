# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads one revision of a Git repository straight from its objects."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from packageurl import PackageURL

from codescan.errors import ConfigError, SourceError
from codescan.git.command import Git
from codescan.git.objects import LINK, SUBMODULE, ObjectReader, listing
from codescan.licenses.manifests import MANIFESTS, named_license_files
from codescan.records import Package
from codescan.sources import eligibility, options
from codescan.sources.assemble import Unread, documents, is_side_file, package_copyrights
from codescan.sources.divided_source import DividedSource
from codescan.sources.downloads import cache_folder, public
from codescan.sources.git_fetch import as_source_error, fetch_revision, fetched_reference
from codescan.sources.package_metadata import generic_package
from codescan.sources.paths import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.git.objects import TreeEntry
    from codescan.protocols import Source
    from codescan.records import Document, Skipped
    from codescan.sources.assemble import Entry

__all__ = ["GitSlice", "GitSource"]

_SLICE = 500
_FULL_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SCP = re.compile(r"(?:[\w.-]+@)?([\w.-]+):(?!//)(.+)")


@dataclass(frozen=True)
class GitSource(DividedSource):
    """Every file of a revision, without a checkout, hooks or filters.

    The release date is the date of a tag. The date of an untagged commit is not used, since its
    author can choose it. Submodules are not followed.

    Args:
        repository: a folder, or a URL that is fetched (one revision, no history).
        revision: branch, tag or commit.
        name: name of the package; default: that of the repository.
        cache: folder for downloads; default: the user's cache folder.
        data: keep configuration and data files.
    """

    repository: str
    revision: str = "HEAD"
    name: str = ""
    cache: str = ""
    data: bool = False

    def __post_init__(self) -> None:
        for key, value in (("repository", self.repository), ("revision", self.revision)):
            options.words(key, value)
            if re.search(r"[\s\x00-\x1f\x7f]", value):
                raise ConfigError(f"{key}: {value!r} is not usable", "correct the recipe")

    def parts(self) -> Iterator[Source]:
        """Yield slices of at most 500 files; a URL is fetched first.

        Raises:
            SourceError: git is missing, or there is no such repository or revision.
        """
        folder = self._folder()
        commit = self._commit(folder)
        with as_source_error():
            listed = list(listing(Git(folder), commit))
        by_path = {entry.path: entry for entry in listed}
        side = tuple(entry for entry in listed if is_side_file(entry.path) and entry.size >= 0)
        package = self._package(folder, commit, by_path)
        for start in range(0, len(listed), _SLICE):
            piece = tuple(listed[start : start + _SLICE])
            yield GitSlice(str(folder), package, piece, _near(side, piece), self.data)

    def _remote(self) -> str:
        """The URL, or "" for a folder."""
        if Path(self.repository).expanduser().is_dir():
            return ""
        remote = "://" in self.repository or _SCP.fullmatch(self.repository)
        return self.repository if remote else ""

    def _folder(self) -> Path:
        url = self._remote()
        if not url:
            folder = Path(self.repository).expanduser().resolve()
            if not folder.is_dir():
                raise SourceError(f"there is no repository {self.repository}", "check the path")
            return folder
        key = hashlib.sha256(public(url).encode()).hexdigest()[:20]
        folder = cache_folder(self.cache) / "git" / key
        reference = fetched_reference(self.revision)
        known = _FULL_ID.fullmatch(self.revision) and (folder / reference).is_file()
        if not known:  # a commit never changes; a branch or a tag may have changed
            fetch_revision(url, self.revision, folder)
        return folder

    def _commit(self, folder: Path) -> str:
        revision = self.revision
        if self._remote():
            revision = fetched_reference(self.revision)
        with as_source_error():
            answer = Git(folder).answers(
                "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
            )
        if not answer:
            raise SourceError(
                f"there is no revision {self.revision} in {folder}",
                "check the repository and the revision",
            )
        return answer.decode().strip()

    def _package(self, folder: Path, commit: str, by_path: dict[str, TreeEntry]) -> Package:
        url = public(self._remote())
        place = _place(url)
        name = self.name or (place or str(folder)).rstrip("/").rpartition("/")[2]
        name = name.removesuffix(".git") or "repository"
        metadata: dict[str, bytes] = {}
        with as_source_error(), ObjectReader(Git(folder)) as objects:
            waiting = list(MANIFESTS)
            while waiting:
                entry = by_path.get(path := waiting.pop(0))
                if entry is not None and entry.mode not in (LINK, SUBMODULE):
                    metadata[path] = objects.read(entry.object_id, eligibility.MAX_BYTES) or b""
                    if path in MANIFESTS:
                        waiting += named_license_files({path: metadata[path]})
        released = self._tagged(folder)
        version = self.revision.removeprefix("refs/tags/") if released else commit
        stated = generic_package(name, version, metadata)
        host, _, inside = place.partition("/")
        if host in ("github.com", "bitbucket.org") and inside.count("/") == 1:
            owner, _, bare = inside.lower().partition("/")
            purl = PackageURL(host.partition(".")[0], owner, bare, version)
        else:
            qualifiers = {"vcs_url": f"git+{url}@{commit}"} if url else {"commit": commit}
            purl = PackageURL("generic", None, name, version, qualifiers)
        return Package(
            purl=purl.to_string(),
            name=name,
            version=version,
            family=f"git/{place.lower() or name.lower()}",
            released=released,
            homepage=url if url.startswith("http") else stated.homepage,
            licenses=stated.licenses,
        )

    def _tagged(self, folder: Path) -> str | None:
        """Date of the tag that the revision names, ISO 8601; None if it names no tag."""
        tag = self.revision.removeprefix("refs/tags/")
        reference = f"refs/tags/{tag}"
        if self._remote():
            fetched = fetched_reference(self.revision)
            kind = self._run(folder, "cat-file", "-t", fetched).strip()
            if kind != b"tag":  # after a fetch, a lightweight tag looks like a branch
                return None
            reference = fetched
        tags = self._run(
            folder, "for-each-ref", "--format=%(creatordate:short)", "--count=1", reference
        )
        return tags.decode().strip() or None

    @staticmethod
    def _run(folder: Path, *arguments: str) -> bytes:
        with as_source_error():
            return Git(folder).run(*arguments)


@dataclass(frozen=True)
class GitSlice:
    """Some files of a revision.

    Args:
        folder: the repository, bare or not.
        package: the package of the files.
        files: the files.
        side: license files that apply to them.
        data: keep configuration and data files.
    """

    folder: str
    package: Package
    files: tuple[TreeEntry, ...]
    side: tuple[TreeEntry, ...]
    data: bool = False

    def documents(self) -> Iterator[Document | Skipped]:
        """Yield the files in the order given."""
        with as_source_error(), ObjectReader(Git(Path(self.folder))) as objects:
            licenses: dict[str, bytes] = {}
            for entry in self.side:
                content = objects.read(entry.object_id, eligibility.MAX_BYTES)
                licenses[entry.path] = content or b""
            package = package_copyrights(self.package, licenses)
            entries = (_read(objects, entry) for entry in self.files)
            yield from documents(package, entries, licenses, data=self.data)

    def parts(self) -> Iterator[Source]:
        """Yield itself."""
        yield self


def _read(objects: ObjectReader, entry: TreeEntry) -> Entry:
    path = normalize(entry.path)
    if path is None:
        return Unread(ascii(entry.path)[1:-1][:200], "unsafe-path")
    if entry.mode == SUBMODULE:
        return Unread(path, "submodule")
    if entry.mode == LINK:
        return Unread(path, "not-a-file")
    if entry.size > eligibility.MAX_BYTES:
        return Unread(path, "too-large", f"{entry.size} bytes")
    reason = eligibility.check_path(path)
    if reason is not None:
        return Unread(path, reason)
    content = objects.read(entry.object_id, eligibility.MAX_BYTES)
    return Unread(path, "missing-object") if content is None else (path, content)


def _near(side: Sequence[TreeEntry], files: Sequence[TreeEntry]) -> tuple[TreeEntry, ...]:
    """License files in a folder above one of the files, or at a path with a fixed meaning."""
    folders = {""}
    for entry in files:
        folder = entry.path.rpartition("/")[0]
        while folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    fixed = ("LICENSES/", ".reuse/", "debian/")
    return tuple(
        entry
        for entry in side
        if entry.path.rpartition("/")[0] in folders or entry.path.startswith(fixed)
    )


def _place(url: str) -> str:
    """Host and path of a repository's URL, for the family: "github.com/psf/requests"."""
    match = None if "://" in url else _SCP.fullmatch(url)
    parts = urlsplit(url)
    host, path = (match[1], match[2]) if match else (parts.hostname or "", parts.path)
    return f"{host}/{path.strip('/').removesuffix('.git')}".strip("/")
