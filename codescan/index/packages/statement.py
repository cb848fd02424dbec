# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The signed statement of a package: which bytes make up which index, from when until when.

It is an in-toto statement in a DSSE envelope (`codescan.signatures.dsse`). Its subjects are the
files of the index; its predicate is a `Package`. Nothing of it is used before the signature of a
pinned key was verified, and everything in it is bounded.
"""

from __future__ import annotations

import base64
import datetime as dt
import re
from typing import TYPE_CHECKING, Annotated

import msgspec

from codescan.errors import EvidenceError, PackageError, UsageError
from codescan.records.json_decode import DecodingError, convert, decode_json
from codescan.signatures.dsse import sign_statement, verified_statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.signatures.signing_keys import PublicKey, SigningKey

__all__ = [
    "FORMAT_VERSION",
    "MANIFEST",
    "MAX_ENVELOPE_BYTES",
    "MAX_PART_BYTES",
    "IndexIdentity",
    "LicenseCount",
    "Material",
    "Package",
    "PackageFile",
    "Part",
    "check_name",
    "check_times",
    "envelope_path",
    "key_id_of",
    "part_path",
    "read_statement",
    "sign_package",
    "unverified_package",
]

FORMAT_VERSION = 1
MANIFEST = "manifest.json"
MAX_ENVELOPE_BYTES = 16 * 1024 * 1024
MAX_PART_BYTES = 64 * 1024 * 1024
_PREDICATE_TYPE = "urn:codescan:index-package:v1"
_MAX_TOTAL_BYTES = 1 << 42
_CLOCK_TOLERANCE = dt.timedelta(days=1)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_PUBLISHER = "ask its publisher to pack the index again"
# The only spelling that `dsse` writes. It is tested first: parsing other JSON may cost gigabytes.
_ENVELOPE = re.compile(
    rb'\{"payload":"[A-Za-z0-9+/]+={0,2}","payloadType":"application/vnd\.in-toto\+json",'
    rb'"signatures":\[\{"keyid":"(?P<key_id>[0-9a-f]{64})","sig":"[A-Za-z0-9+/]{86}=="\}\]\}\n'
)

_Sha256 = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
_Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 62)]
# Shown on terminals: no line break, no control character.
_Text = Annotated[str, msgspec.Meta(max_length=500, pattern=r"\A[^\x00-\x1f\x7f-\x9f]*\Z")]
# Paths become files: the manifest, or a file in the folder of a shard.
_Path = Annotated[
    str,
    msgspec.Meta(
        pattern=r"\A(manifest\.json|shards/[0-9a-f]{32}/[A-Za-z0-9][A-Za-z0-9._-]*)\Z",
        max_length=200,
    ),
]


class Part(msgspec.Struct, frozen=True):
    """One part of a file, named by its hash."""

    sha256: _Sha256
    bytes: Annotated[int, msgspec.Meta(ge=1, le=MAX_PART_BYTES)]


class PackageFile(msgspec.Struct, frozen=True):
    """One file of the index; its parts in order."""

    path: _Path
    bytes: _Count
    sha256: _Sha256
    parts: tuple[Part, ...]


class IndexIdentity(msgspec.Struct, frozen=True):
    """The index, as its manifest describes it."""

    name: _Text
    profile: _Text
    guarantee_tokens: _Count
    format_version: _Count
    digest: _Sha256
    root: _Sha256
    """SHA-256 of the bytes of its manifest: identifies every byte of the index."""
    packages: _Count
    files: _Count
    contents: _Count
    tokens: _Count
    bytes: _Count
    created: _Text
    tool_version: _Text


class LicenseCount(msgspec.Struct, frozen=True):
    """A license expression, its category, and the number of indexed files under it."""

    expression: _Text
    category: _Text
    files: _Count


class Material(msgspec.Struct, frozen=True):
    """Third-party material of the index: its licenses, and whether the texts are inside."""

    has_texts: bool
    licenses: Annotated[tuple[LicenseCount, ...], msgspec.Meta(max_length=1000)]
    """The most frequent ones, most files first."""
    other_files: _Count = 0
    """Files under licenses that the list leaves out."""
    categories: dict[_Text, _Count] = {}
    """Number of files by category of license; all of them."""


class Package(msgspec.Struct, frozen=True):
    """The publisher's statement about a package."""

    format_version: int
    name: _Text
    sequence: _Count
    """Grows with each package of a name: an older one is refused once a newer one was seen."""
    created: dt.datetime
    expires: dt.datetime
    index: IndexIdentity
    material: Material
    files: tuple[PackageFile, ...]

    @property
    def bytes(self) -> int:
        """Bytes of all files."""
        return sum(file.bytes for file in self.files)

    @property
    def parts(self) -> dict[str, int]:
        """Bytes of each different part, by its SHA-256."""
        return {part.sha256: part.bytes for file in self.files for part in file.parts}


class _Statement(msgspec.Struct, frozen=True):
    """The part of an in-toto statement that is read without verifying it."""

    predicate: Package


def check_name(name: str) -> str:
    """The name of a package, when it is one.

    Raises:
        UsageError: it is not.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name[:80]!r} is not a name of a package",
            "use up to 64 lower-case letters, digits, dots, hyphens and underscores",
        )
    return name


def envelope_path(name: str) -> str:
    """Path of the newest package of a name in a repository."""
    return f"{name}.json"


def part_path(sha256: str) -> str:
    """Path of a part in a repository."""
    return f"parts/{sha256[:2]}/{sha256}"


def sign_package(package: Package, key: SigningKey) -> bytes:
    """The envelope of a package.

    Raises:
        UsageError: the package is too large for one statement.
    """
    envelope = sign_statement(
        {file.path: file.sha256 for file in package.files},
        _PREDICATE_TYPE,
        msgspec.to_builtins(package),
        key,
    )
    if len(envelope) > MAX_ENVELOPE_BYTES or package.bytes > _MAX_TOTAL_BYTES:
        raise UsageError(
            f"the index is too large for one package ({package.bytes:,} bytes)",
            "divide its corpus, and publish one index for each part",
        )
    return envelope


def key_id_of(envelope: bytes) -> str:
    """The key that an envelope says it is signed with; not verified.

    Raises:
        PackageError: it is not an envelope.
    """
    match = _ENVELOPE.fullmatch(envelope) if len(envelope) <= MAX_ENVELOPE_BYTES else None
    if match is None:
        raise PackageError(
            "the statement of the package is damaged, or not signed", "ask its publisher"
        )
    return match["key_id"].decode()


def read_statement(envelope: bytes, key: PublicKey) -> Package:
    """The package that an envelope states, once the signature and every bound were verified.

    Raises:
        PackageError: it is not signed by the key, damaged, or of another format.
    """
    key_id_of(envelope)
    try:
        statement = verified_statement(envelope, key, _PREDICATE_TYPE)
    except EvidenceError as error:
        raise PackageError(f"the package is refused: {error.message}", "ask its publisher") from (
            error
        )
    predicate = statement["predicate"]
    version = predicate.get("format_version") if isinstance(predicate, dict) else None
    if version != FORMAT_VERSION:
        raise PackageError(
            f"the package has format version {version!r}; this program reads {FORMAT_VERSION}",
            "update codescan",
        )
    try:
        package = convert(predicate, Package)
    except DecodingError as error:
        raise PackageError(f"the statement of the package is wrong: {error}", _PUBLISHER) from error
    _check_files(package, statement["digests"])
    return package


def unverified_package(envelope: bytes) -> Package:
    """The package that an envelope states, whoever signed it: for hints and for display only.

    Raises:
        PackageError: it states none.
    """
    key_id_of(envelope)
    payload = envelope.split(b'"', 4)[3]
    try:
        return decode_json(base64.b64decode(payload), _Statement).predicate
    except ValueError as error:
        raise PackageError(f"the statement of the package is wrong: {error}", _PUBLISHER) from error


def check_times(package: Package, now: dt.datetime) -> None:
    """Check that a package is valid at a time.

    Raises:
        PackageError: it is expired, or of the future.
    """
    if now >= package.expires:
        raise PackageError(
            f"the package {package.name} expired on {package.expires.date()}",
            "ask its publisher for a newer one, and check the clock of this machine",
        )
    if package.created > now + _CLOCK_TOLERANCE:
        raise PackageError(
            f"the package {package.name} says that it was made on {package.created.date()}, "
            "which is in the future",
            "check the clock of this machine",
        )


def _check_files(package: Package, digests: Mapping[str, str]) -> None:
    """Check what the records' own bounds leave open.

    Raises:
        PackageError: something contradicts something else.
    """
    problem = next(_problems(package, digests), None)
    if problem is not None:
        raise PackageError(f"the statement of the package is wrong: {problem}", _PUBLISHER)


def _problems(package: Package, digests: Mapping[str, str]) -> Iterator[str]:
    """Yield what contradicts something else in a statement."""
    if not _NAME.fullmatch(package.name):
        yield f"{package.name[:80]!r} is not a name of a package"
    if package.created.tzinfo is None or package.expires.tzinfo is None:
        yield "its times have no time zone"
    if {file.path: file.sha256 for file in package.files} != digests:
        yield "its subjects are not its files"
    if len({file.path for file in package.files}) != len(package.files):
        yield "it names a file twice"
    if MANIFEST not in {file.path for file in package.files}:
        yield "it has no index manifest"
    if package.bytes > _MAX_TOTAL_BYTES:
        yield f"it has {package.bytes:,} bytes"
    sizes: dict[str, int] = {}
    for file in package.files:
        if sum(part.bytes for part in file.parts) != file.bytes:
            yield f"the parts of {file.path} do not make up its size"
        for part in file.parts:
            if sizes.setdefault(part.sha256, part.bytes) != part.bytes:
                yield f"the part {part.sha256} has two sizes"
