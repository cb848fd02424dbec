# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads Go modules from a module proxy, a module cache or a vendor folder; nothing is built."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.errors import ConfigError, SourceError
from codescan.sources import archives, options
from codescan.sources.assemble import Unread, packaged
from codescan.sources.downloads import TransferError
from codescan.sources.folder_walk import files_below
from codescan.sources.go_proxy import (
    ModuleSum,
    ModuleVersion,
    cached_date,
    download_url,
    settings,
    unescaped,
    version_of,
)
from codescan.sources.package_metadata import go_package
from codescan.sources.registry_source import LocalOrNamed
from codescan.sources.regular_files import read_bounded
from codescan.sources.unpacked import UnpackedPackage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.protocols import Source
    from codescan.records import Document, Package, Skipped
    from codescan.sources.assemble import Entry

__all__ = ["GoSource"]

_PATH = re.compile(r"[A-Za-z0-9][\w.~-]{0,100}(?:/[\w.~-]{1,100}){0,20}")
_SUM_LINE = re.compile(r"(\S{1,400}) (v\S{1,200}) (h1:\S{40,60})")
_VENDORED = re.compile(r"# (\S{1,400}) (v\S{1,200})(?: => .*)?")
_MODULE = re.compile(rb"^module[ \t]+\"?([^\s\"]{1,400})", re.MULTILINE)
_MAX_LIST = 64 << 20


@dataclass(frozen=True)
class GoSource(LocalOrNamed):
    """Modules by path, one version each.

    The user's Go configuration names the proxy (go.dev/ref/mod, "GOPROXY protocol"). An archive is
    verified with the hash in `sum` or in a module cache. The date is that of the version.

    Args:
        packages: "module" (its newest release) or "module@v1.2.3".
        cache: folder for downloads; default: the user's cache folder.
        offline: use only what is in the cache.
        data: keep configuration and data files.
        before: the newest release before this date, instead of the latest.
        path: module caches, vendor folders with a modules.txt, and folders of modules.
        sum: a go.sum with the expected hash of every archive. Without `packages`, it also lists the
            modules to read.
        proxy: a proxy to use instead of the configured one.
    """

    sum: str = ""
    proxy: str = ""

    def _check_name(self, item: str) -> None:
        name, version = options.pinned(item, "@")
        if not _PATH.fullmatch(name) or ".." in name or "/" in version:
            raise ConfigError(
                f"packages: {item!r} is neither 'module' nor 'module@version'",
                "correct the recipe",
            )

    def _purl(self, item: str) -> str:
        name, version = options.pinned(item, "@")
        return go_package(name, version).purl

    def _listed(self) -> tuple[str, ...]:
        if self.packages or not self.sum:
            return self.packages
        return tuple(f"{module}@{version}" for module, version in _sums(self.sum))

    def _documents_of(self, item: str) -> Iterator[Document | Skipped]:
        module, archive = self._fetched(item)
        yield from _module(archive, module, data=self.data)

    def _fetch(self, item: str) -> tuple[Path, ...]:
        return (self._fetched(item)[1],)

    def _fetched(self, item: str) -> tuple[ModuleVersion, Path]:
        name, version = options.pinned(item, "@")
        where = settings(self.proxy)
        client = self._client(where.certificates)
        module = version_of(client, where, name, version, before=self.before)
        expected: ModuleSum | None = None
        if self.sum:
            digest = _sums(self.sum).get((name, module.version))
            if digest is None:
                raise TransferError(
                    "no-checksum", f"{self.sum} has no hash of {name} {module.version}",
                    "run `go mod download` in its module, or name another version",
                )  # fmt: skip
            expected = ModuleSum(digest)
        file = f"{name.rpartition('/')[2]}-{module.version}.zip"
        return module, client.file(download_url(module), file, expected)

    def _local(self, place: Path) -> Iterator[Source]:
        if not place.is_dir():
            raise SourceError(f"there is no folder {place}", "check the path")
        place = place.resolve()
        listing = place / "modules.txt"
        cached = place / "cache" / "download"
        if listing.is_file():
            yield from _vendored(place, listing, data=self.data)
        elif cached.is_dir():
            for file in files_below(cached, ".zip"):
                yield ModuleFile(str(file), str(cached), self.data)
        else:
            yield from _folders(place, data=self.data)


@dataclass(frozen=True)
class ModuleFile:
    """One archive of a module cache.

    Args:
        file: its path, "…/cache/download/MODULE/@v/VERSION.zip".
        root: the folder "…/cache/download".
        data: keep configuration and data files.
    """

    file: str
    root: str
    data: bool = False

    def documents(self) -> Iterator[Document | Skipped]:
        """Yield its files, in the archive's order; none if the checksum of the archive is wrong."""
        from codescan.records import Skipped

        path = Path(self.file)
        name = unescaped(path.parent.parent.relative_to(self.root).as_posix())
        version = unescaped(path.stem)
        module = ModuleVersion(name, version, cached_date(path.with_suffix(".info")), "")
        digest = _text(path.with_suffix(".ziphash")).strip()
        if digest and not ModuleSum(digest).matches(path):
            purl = go_package(name, version).purl
            yield Skipped(purl, "read", "checksum-mismatch", f"{path} does not match its .ziphash")
            return
        yield from _module(path, module, data=self.data)

    def parts(self) -> Iterator[Source]:
        """Yield itself."""
        yield self


def _module(archive: Path, module: ModuleVersion, *, data: bool) -> Iterator[Document | Skipped]:
    """The files of a module's zip, whose paths begin with "module@version/"."""
    prefix = f"{module.name}@{module.version}/"

    def read() -> Iterator[Entry]:
        for entry in archives.entries(archive):
            if isinstance(entry, Unread):
                yield replace(entry, path=entry.path.removeprefix(prefix))
            else:
                yield entry[0].removeprefix(prefix), entry[1]

    def describe(side: Mapping[str, bytes]) -> Package:
        del side  # go.mod states no license
        return go_package(module.name, module.version, module.released)

    yield from packaged(read, describe, data=data)


def _vendored(place: Path, listing: Path, *, data: bool) -> Iterator[Source]:
    """The modules of a vendor folder, as its modules.txt lists them."""
    modules: dict[str, str] = {
        match[1]: match[2]
        for line in _text(listing).splitlines()
        if (match := _VENDORED.fullmatch(line.strip()))
    }
    for name, version in sorted(modules.items()):
        folder = place / name
        if _PATH.fullmatch(name) and ".." not in name and folder.is_dir():
            inner = (other for other in modules if other.startswith(f"{name}/"))
            skipped = tuple(str(place / other) for other in inner)
            yield UnpackedPackage(
                str(folder), go_package(name, version), data=data, skip_paths=skipped
            )


def _folders(place: Path, *, data: bool) -> Iterator[Source]:
    """Folders that hold a go.mod; the given folder itself, if there is none."""
    from codescan.sources.folder_walk import walk_folder

    folders: list[tuple[str, str]] = []
    loose = ""
    for folder, names in walk_folder(place, (".git", "node_modules")):
        if "go.mod" in names:
            match = _MODULE.search(_text(Path(folder, "go.mod")).encode())
            if match is not None:
                folders.append((folder, match[1].decode("utf-8", "replace")))
        inside = any(f"{folder}/".startswith(f"{other}/") for other, _ in folders[-50:])
        if not inside and any(name.endswith(".go") for name in names):
            loose = loose or folder
    if not folders and not loose:
        raise SourceError(
            f"{place} holds no Go module",
            "name a module cache, a vendor folder or a folder with a go.mod",
        )
    if loose:  # from before modules: package paths are relative to "src"
        _, src, module = place.as_posix().rpartition("/src/")
        modules = tuple(folder for folder, _ in folders)
        package = go_package(module if src else place.name)
        yield UnpackedPackage(str(place), package, data=data, skip_paths=modules)
    for folder, module in folders:
        name, _, version = Path(folder).name.partition("@")  # as a module cache unpacks them
        del name
        inner = tuple(other for other, _ in folders if other.startswith(f"{folder}/"))
        package = go_package(module, unescaped(version))
        yield UnpackedPackage(folder, package, data=data, skip_paths=inner)


def _sums(path: str) -> dict[tuple[str, str], str]:
    """Hash of each module version of a go.sum.

    Raises:
        SourceError: there is no such file.
    """
    file = Path(path).expanduser()
    if not file.is_file():
        raise SourceError(f"{path} does not exist", "check the path")
    matches = map(partial(re.Pattern.fullmatch, _SUM_LINE), _text(file).splitlines())
    rows = (match.groups() for match in matches if match is not None)
    return {(name, version): digest for name, version, digest in rows if "/" not in version}


def _text(path: Path) -> str:
    try:
        content = read_bounded(path.resolve(), _MAX_LIST)
    except OSError:
        return ""
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
