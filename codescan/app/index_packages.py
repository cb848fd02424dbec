# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Publish and pull indexes as signed packages, and manage the keys that are trusted."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from codescan.app.index_results import PackageOrigin
from codescan.app.indexes import indexes_folder
from codescan.app.progress import OnProgress, no_progress
from codescan.errors import MissingExtraError, PackageError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.config import Config
    from codescan.index import Index
    from codescan.index.packages.pulling import Pulled, VerifiedPackage
    from codescan.index.packages.pushing import Pushed
    from codescan.index.packages.statement import Material, Package
    from codescan.index.packages.storage import Storage
    from codescan.index.packages.trust_store import PinnedKey, TrustStore

__all__ = [
    "ADDRESS_VARIABLE",
    "TOKEN_VARIABLE",
    "PackageAddress",
    "describe_material",
    "describe_origin",
    "fetch_package",
    "listed_keys",
    "pack_index",
    "package_address",
    "pull_package",
    "push_package",
    "trust_key",
    "untrust_key",
]

ADDRESS_VARIABLE = "CODESCAN_PACKAGE_URL"
"""Environment variable with the address of packages."""
TOKEN_VARIABLE = "CODESCAN_PACKAGE_TOKEN"  # noqa: S105  a name
"""Environment variable with the bearer token of a server."""
_MAX_KEY_BYTES = 16 * 1024
_MAX_EXPRESSIONS = 100
_MAX_EXPRESSION = 500
"""Maximum characters of a license expression."""


@dataclass(frozen=True, slots=True)
class PackageAddress:
    """Address of a package repository.

    Args:
        url: a folder or a URL.
        allow_local_http: allow http to this machine.
        is_chosen: whether the user named it rather than a file of the project. Credentials are sent
            only if true.
    """

    url: str
    allow_local_http: bool = False
    is_chosen: bool = True

    def open(self) -> Storage:
        """The package repository; nothing is read yet."""
        from codescan.index.packages.addresses import open_storage

        token = os.environ.get(TOKEN_VARIABLE, "") if self.is_chosen else ""
        return open_storage(self.url, token=token, allow_local_http=self.allow_local_http)


def package_address(
    option: str | None, config: Config, *, allow_local_http: bool
) -> PackageAddress:
    """The address to pull packages from: the option or variable, else the configuration.

    Raises:
        UsageError: no address is given.
    """
    url = option or config.package_url
    if not url:
        raise UsageError(
            "no package repository is named",
            f"give --from URL, or set {ADDRESS_VARIABLE}, or package_url in codescan.toml",
        )
    return PackageAddress(url, allow_local_http, is_chosen=bool(option))


def pack_index(
    index: Index,
    out: Path,
    key_file: Path,
    on_progress: OnProgress = no_progress,
    *,
    name: str = "",
    days: int = 365,
) -> Package:
    """Verify an index, and write its signed package into a folder.

    Args:
        index: the index.
        out: the folder; it may hold other packages.
        key_file: the private key.
        on_progress: called with the packed bytes.
        name: name of the package; "" for the name of the index.
        days: validity of the package in days.

    Raises:
        MissingExtraError: the extra `share` is not installed.
        UsageError: the key or the name is invalid.
        IndexFormatError: the index is damaged.
        PackageError: the folder cannot be written, or holds a package of another key.
    """
    _require_signing()
    from codescan.index.packages.folder_storage import FolderStorage
    from codescan.index.packages.packing import Validity, pack
    from codescan.signatures.signing_keys import read_signing_key

    key = read_signing_key(key_file)
    on_progress("verify", 0, None)
    total = sum(file.bytes for shard in index.manifest.shards for file in shard.files.values())
    return pack(
        index,
        FolderStorage(out),
        key,
        describe_material(index),
        Validity(_now(), days),
        name=name,
        on_bytes=lambda done: on_progress("pack", done, max(done, total)),
    )


def push_package(
    name: str, packed: Path, target: PackageAddress, on_progress: OnProgress = no_progress
) -> Pushed:
    """Copy a package from the folder of `pack_index` to a server.

    Args:
        name: name of the package.
        packed: the folder.
        target: address of the server.
        on_progress: called with the processed bytes.

    Raises:
        MissingExtraError: the extra `share` is not installed.
        PackageError: the package is damaged or not signed by a trusted key, or the server refuses.
    """
    _require_signing()
    from codescan.index.packages.folder_storage import FolderStorage
    from codescan.index.packages.pushing import push
    from codescan.index.packages.statement import check_name

    return push(
        check_name(name),
        FolderStorage(packed),
        target.open(),
        _trust_store(),
        lambda done, total: on_progress("push", done, total),
    )


def fetch_package(name: str, address: PackageAddress) -> VerifiedPackage:
    """Fetch the statement of the newest package of a name, and verify it.

    Raises:
        MissingExtraError: the extra `share` is not installed.
        UsageError: the name is invalid.
        PackageError: the package is rejected or unreachable.
    """
    _require_signing()
    from codescan.index.packages.pulling import fetch_statement
    from codescan.index.packages.statement import check_name

    return fetch_statement(check_name(name), address.open(), _trust_store(), _now())


def pull_package(
    verified: VerifiedPackage,
    address: PackageAddress,
    out: Path | None,
    on_progress: OnProgress = no_progress,
) -> tuple[Path, Pulled]:
    """Download the index of a package into a folder.

    Args:
        verified: the package.
        address: address of its parts.
        out: the folder; None: the folder of `--corpus NAME`.
        on_progress: called with the finished bytes.

    Returns:
        The folder, and the received parts.

    Raises:
        PackageError: a part is altered, missing or unreachable.
        OutputError: the folder cannot be written.
    """
    from codescan.index.packages.pulling import pull

    folder = out if out is not None else indexes_folder() / verified.package.name
    pulled = pull(
        verified,
        address.open(),
        folder,
        lambda done, total: on_progress("pull", done, total),
    )
    return folder, pulled


def describe_material(index: Index) -> Material:
    """The licenses of the files of an index, and whether it holds their texts.

    Each file counts under the most specific license claim, as in findings.

    Raises:
        IndexFormatError: a catalogue is damaged.
    """
    from codescan.index.packages.claims import has_texts, license_claims
    from codescan.index.packages.statement import LicenseCount, Material
    from codescan.licenses.categories import category
    from codescan.licenses.claim_precedence import precedence, strongest

    files: Counter[str] = Counter()
    for claims, count in license_claims(index.path, index.manifest):
        claim = strongest(tuple(sorted(dict.fromkeys(claims), key=precedence)))
        files[claim.expression] += count
    categories: Counter[str] = Counter()
    for expression, count in files.items():
        categories[category(expression)] += count
    ranked = sorted(files.items(), key=lambda pair: (-pair[1], pair[0]))
    listed = [pair for pair in ranked if _is_plain(pair[0])][:_MAX_EXPRESSIONS]
    return Material(
        has_texts=has_texts(index.manifest),
        licenses=tuple(
            LicenseCount(expression, category(expression), count) for expression, count in listed
        ),
        other_files=files.total() - sum(count for _expression, count in listed),
        categories=dict(sorted(categories.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def describe_origin(index: Index) -> PackageOrigin | None:
    """The package that an index was pulled from; None where it was built here or changed since.

    The signature is verified again; a package that cannot be verified is named as such.
    """
    from codescan.index.packages.pulling import read_installed

    try:
        _require_signing()
        installed = read_installed(index.path, index.manifest, _trust_store())
    except (MissingExtraError, PackageError) as error:
        return PackageOrigin(verified=False, reason=error.message)
    if installed is None:
        return None
    package = installed.package
    return PackageOrigin(
        verified=True,
        name=package.name,
        sequence=package.sequence,
        created=package.created.isoformat(),
        expires=package.expires.isoformat(),
        signed_by=installed.key_id,
    )


def trust_key(key_file: Path, packages: tuple[str, ...]) -> PinnedKey:
    """Trust the packages that a key signs.

    Args:
        key_file: the public key.
        packages: names of packages that it may sign, with `*` for any characters; empty for all.

    Raises:
        MissingExtraError: the extra `share` is not installed.
        UsageError: the file or a name is invalid.
        EvidenceError: the file holds no ed25519 public key.
        OutputError: the key cannot be stored.
    """
    _require_signing()
    from codescan.sources.regular_files import read_regular_file

    pem = read_regular_file(key_file, _MAX_KEY_BYTES)
    if pem is None:
        raise UsageError(f"there is no file {key_file}", "name the file of a public key")
    return _trust_store().add(pem, packages or ("*",))


def untrust_key(key_id: str) -> PinnedKey:
    """Remove a key from the trusted keys.

    Raises:
        UsageError: no key or several keys have an id with this prefix.
    """
    return _trust_store().remove(key_id)


def listed_keys() -> tuple[PinnedKey, ...]:
    """The trusted keys, by id."""
    return _trust_store().pinned_keys()


def _is_plain(expression: str) -> bool:
    """Whether a license expression is short and without control characters."""
    return len(expression) <= _MAX_EXPRESSION and expression.isprintable()


def _trust_store() -> TrustStore:
    import platformdirs

    from codescan.index.packages.trust_store import TrustStore

    return TrustStore(platformdirs.user_data_path("codescan") / "trust")


def _require_signing() -> None:
    if find_spec("cryptography") is None:
        raise MissingExtraError("signed packages of indexes", "share")


def _now() -> dt.datetime:
    return dt.datetime.now(tz=dt.UTC).replace(microsecond=0)
