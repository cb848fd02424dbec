# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Makes documents from the files of a package: eligibility, language, hashes, licenses, copyrights.

Every source uses this module, so that a file gives the same document from a wheel, a tarball, a
Git tree or a dataset.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from codescan.licenses.copyrights import license_file_holders
from codescan.licenses.file_statements import file_statements
from codescan.licenses.license_paths import is_license_path
from codescan.licenses.manifests import MANIFESTS, is_manifest, named_license_files
from codescan.licenses.nearest_license_file import LicenseFiles
from codescan.records import Document, Origin, Skipped
from codescan.sources import eligibility
from codescan.text.languages import LANGUAGES, detect, kind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from codescan.records import Language, LicenseClaim, Package

__all__ = [
    "Eligible",
    "Entry",
    "Unread",
    "document",
    "documents",
    "eligible",
    "is_side_file",
    "own_facts",
    "package_copyrights",
    "packaged",
]

_BUDGET = 64 << 20
_SIDE_BYTES = 512 << 10
_SIDE_FILES = 2000
_MAX_COPYRIGHTS = 50
_DATA = frozenset(name for name, spec in LANGUAGES.items() if spec.kind == "data")
_SIDE_NAMES = frozenset(("dep5", ".reuse/dep5", "debian/copyright"))


@dataclass(frozen=True, slots=True)
class Unread:
    """A file of a package that was not read, with the reason; path "" means the whole package."""

    path: str
    reason: str
    detail: str = ""
    stage: str = "read"


Entry = tuple[str, bytes] | Unread
"""One file of a package: its path and content, or the reason why it was not read."""


class Eligible(NamedTuple):
    """A file that can be indexed, before hashes, licenses and copyrights are computed."""

    path: str
    content: bytes
    language: Language


class OwnFacts(NamedTuple):
    """Facts of a content that do not depend on its package."""

    sha256: str
    licenses: tuple[LicenseClaim, ...]
    copyrights: tuple[str, ...]


def documents(
    package: Package,
    entries: Iterable[Entry],
    license_files: Mapping[str, bytes],
    *,
    max_bytes: int = eligibility.MAX_BYTES,
    data: bool = False,
    language: Language | None = None,
) -> Iterator[Document | Skipped]:
    """Yield a Document for each eligible file of a package, a Skipped for each other one.

    Args:
        package: the package of the files.
        entries: path inside the package and content, in the desired order; read lazily.
        license_files: path and content of all license files of the package; a file gets the claims
            of the nearest ones up its path.
        max_bytes: as for `eligible`.
        data: as for `eligible`.
        language: as for `eligible`.
    """
    nearest = LicenseFiles(license_files, package.licenses)
    for item in eligible(package, entries, max_bytes=max_bytes, data=data, language=language):
        if isinstance(item, Skipped):
            yield item
        else:
            yield document(package, nearest, item, own_facts(item.content, item.language))


def eligible(
    package: Package,
    entries: Iterable[Entry],
    *,
    max_bytes: int = eligibility.MAX_BYTES,
    data: bool = False,
    language: Language | None = None,
) -> Iterator[Eligible | Skipped]:
    """Yield the files of a package that can be indexed, and a Skipped for each other file.

    Args:
        package: the package of the files.
        entries: path inside the package and content; read lazily.
        max_bytes: size above which a file is "too-large".
        data: keep configuration and data files (JSON, CSV, …); otherwise they are skipped as
            "data".
        language: language of files whose language is unknown.
    """
    seen: set[str] = set()
    for entry in entries:
        if isinstance(entry, Unread):
            yield _skipped(package, entry)
            continue
        path, content = entry
        if path in seen:
            yield _skipped(package, Unread(path, "duplicate-path"))
            continue
        seen.add(path)
        reason = eligibility.check(path, content, max_bytes)
        own = None if reason else detect(path, content) or language
        if own is None and reason is None:
            own = "prose" if is_license_path(path) else None
            reason = None if own else "unknown-language"
        if own in _DATA and not data:
            reason = "data"
        if reason is not None or own is None:
            yield _skipped(package, Unread(path, reason or "unknown-language"))
            continue
        yield Eligible(path, content, own)


def own_facts(content: bytes, language: Language) -> OwnFacts:
    """Hashes, licenses and copyrights of one content."""
    statements = file_statements(content, is_prose=kind(language) == "prose")
    return OwnFacts(
        sha256=hashlib.sha256(content).hexdigest(),
        licenses=statements.licenses,
        copyrights=statements.copyrights,
    )


def document(package: Package, nearest: LicenseFiles, file: Eligible, own: OwnFacts) -> Document:
    """The document of a file, with its own statements and those of the license files around it."""
    path, content, language = file
    return Document(
        content=content,
        language=language,
        origin=Origin(package, path, own.sha256),
        licenses=nearest.claims_for(path, own.licenses),
        copyrights=nearest.copyrights_for(path, own.copyrights),
    )


def packaged(
    read: Callable[[], Iterator[Entry]],
    describe: Callable[[Mapping[str, bytes]], Package],
    *,
    side_files: frozenset[str] = frozenset(),
    is_metadata: Callable[[str], bool] | None = None,
    place: Callable[[str], str] = str,
    max_bytes: int = eligibility.MAX_BYTES,
    data: bool = False,
) -> Iterator[Document | Skipped]:
    """Documents of a package whose license files may come after the files that they apply to.

    An archive is a stream, and its LICENSE may be anywhere. Contents are kept in memory until the
    stream ends; a package of more than 64 MiB is read twice instead, so that memory is bounded.

    Args:
        read: opens the package's files from the start; called once or twice.
        describe: makes the Package from the license and metadata files that were found.
        side_files: paths of metadata files that `describe` needs, besides license files.
        is_metadata: recognizes metadata files whose paths differ between packages.
        place: returns the path in the tree of a license file, for the nearest-file rule.
        max_bytes: as for `documents`.
        data: as for `documents`.
    """
    held: list[Entry] = []
    size = 0
    side: dict[str, bytes] = {}
    is_metadata = is_metadata or side_files.__contains__
    for entry in read():
        if not isinstance(entry, Unread):
            path, content = entry
            if (is_metadata(path) or is_side_file(path, side_files)) and _admit(side, content):
                side.setdefault(path, content)
            size += len(content)
        if size <= _BUDGET:
            held.append(entry)
        else:
            held.clear()
    is_whole = size <= _BUDGET
    named = named_license_files({path: side[path] for path in side_files if path in side})
    missing = frozenset(named) - side.keys()
    if missing:
        side |= _named(held if is_whole else read(), missing)
    aside = missing | (side_files - frozenset(MANIFESTS))
    licenses = {place(p): content for p, content in side.items() if p not in aside}
    package = package_copyrights(describe(side), licenses)
    entries = held if is_whole else read()
    yield from documents(package, entries, licenses, max_bytes=max_bytes, data=data)


def _named(entries: Iterable[Entry], paths: Collection[str]) -> dict[str, bytes]:
    """Contents of the files that the metadata names as license files."""
    by_name: dict[str, bytes] = {}
    for entry in entries:
        if not isinstance(entry, Unread) and entry[0] in paths and _admit(by_name, entry[1]):
            by_name.setdefault(*entry)
    return by_name


def is_side_file(path: str, names: frozenset[str] = frozenset()) -> bool:
    """Whether a file describes other files: a license file, or metadata in `names`."""
    if path in names or path in _SIDE_NAMES or is_license_path(path):
        return True
    folder, _, name = path.rpartition("/")
    if name == "REUSE.toml" or is_manifest(name) or name.endswith(".license"):
        return True
    return not folder and name.lower().startswith("readme")


def _admit(side: Mapping[str, bytes], content: bytes) -> bool:
    return len(content) <= _SIDE_BYTES and len(side) < _SIDE_FILES


def package_copyrights(package: Package, license_files: Mapping[str, bytes]) -> Package:
    """`package` with the copyright lines of the license files that apply to the whole package."""
    if package.copyrights:
        return package
    top = [path for path in sorted(license_files) if "/" not in path and not is_manifest(path)]
    top = top or [path for path in ("debian/copyright",) if path in license_files]
    lines = (line for path in top for line in license_file_holders(license_files[path]))
    return replace(package, copyrights=tuple(dict.fromkeys(lines))[:_MAX_COPYRIGHTS])


def _skipped(package: Package, entry: Unread) -> Skipped:
    item = f"{package.purl}#{entry.path}" if entry.path else package.purl
    return Skipped(item=item, stage=entry.stage, reason=entry.reason, detail=entry.detail)
