# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Queries Cargo registries for the versions of a crate, over the sparse protocol.

Unlike Cargo, it does not read configuration files of the current folder: an audited checkout must
not be able to redirect downloads or to receive tokens.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codescan.sources.downloads import Checksum, TransferError, iso_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.sources.transfer import Client, Page

__all__ = ["CargoSettings", "CrateRelease", "release_of", "settings"]

_DEFAULT = "https://index.crates.io"
_MAX_REPLACED = 8
_VERSION = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")
_MARKERS = ("{crate}", "{version}", "{prefix}", "{lowerprefix}", "{sha256-checksum}")
_SHORT = 3  # names up to this length have folders of their own


@dataclass(frozen=True, slots=True)
class CargoSettings:
    """The registries and credentials of the user's Cargo."""

    index: str = _DEFAULT
    """Address of a sparse index, without a slash at its end."""
    certificates: str = ""
    credentials: tuple[tuple[str, str], ...] = ()
    """(URL prefix, value of the Authorization header)."""


@dataclass(frozen=True, slots=True)
class CrateRelease:
    """One version of a crate."""

    name: str
    version: str
    url: str
    checksum: Checksum
    published: str | None = None
    """Date, ISO 8601, if the index has it."""


def settings(index: str = "") -> CargoSettings:
    """The settings in force: the option, else the user's Cargo configuration.

    Args:
        index: use this index.
    """
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    values = _toml(home / "config.toml") or _toml(home / "config")
    http = values.get("http")
    certificates = str(http.get("cainfo") or "") if isinstance(http, dict) else ""
    certificates = os.environ.get("CARGO_HTTP_CAINFO") or certificates
    if index:
        return CargoSettings(_plain(index), certificates)
    name, address = _replaced(values)
    tokens = _toml(home / "credentials.toml") or _toml(home / "credentials")
    token = _at(tokens, "registries", name, "token") or _at(values, "registries", name, "token")
    credentials = ((address, str(token)),) if isinstance(token, str) and token else ()
    return CargoSettings(address, certificates, credentials)


def _replaced(values: Mapping[str, Any]) -> tuple[str, str]:
    """Name and address of the registry that replaces crates.io (source replacement)."""
    name = "crates-io"
    for _ in range(_MAX_REPLACED):
        following = _at(values, "source", name, "replace-with")
        if not isinstance(following, str):
            break
        name = following
    address = _at(values, "source", name, "registry") or _at(values, "registries", name, "index")
    if not isinstance(address, str) or not address.startswith("sparse+"):
        return name, _DEFAULT
    return name, _plain(address)


def _plain(address: str) -> str:
    return address.removeprefix("sparse+").rstrip("/")


def _at(values: Mapping[str, Any], *keys: str) -> object:
    value: object = values
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}


def release_of(
    client: Client, where: CargoSettings, name: str, version: str = "", *, before: str = ""
) -> CrateRelease:
    """The version of a crate to read.

    Args:
        client: downloads from the registry.
        where: settings of the registry.
        name: name of the crate.
        version: the requested one; "" for the newest final version that was not yanked.
        before: only versions published before this date.

    Raises:
        TransferError: no version matches, or the registry cannot be reached.
    """
    url = f"{where.index}/{_place(name)}"
    rows = [
        row
        for row in _rows(client.page(url, shortened=_shortened))
        if _is_name_of(row.get("name"), name) and _VERSION.fullmatch(row["vers"])
    ]
    if version:
        fitting = [row for row in rows if _same(str(row.get("vers")), version)]
    else:
        fitting = [row for row in rows if not row.get("yanked") and _order(row)]
        if before:
            if fitting and not any(row.get("pubtime") for row in fitting):
                raise TransferError(
                    "no-date",
                    f"the registry does not say when versions of {name} were published",
                    "name a version instead, as in name@1.2.3",
                )
            fitting = [row for row in fitting if (str(row.get("pubtime") or "9999")) < before]
        final = [row for row in fitting if "-" not in str(row.get("vers")).partition("+")[0]]
        fitting = final or fitting
    if not fitting:
        condition = f" {version}" if version else f" before {before}" if before else ""
        raise TransferError("not-found", f"the registry has no {name}{condition}")
    newest = max(fitting, key=lambda row: _order(row) or ())
    return _release(client, where, newest)


def _release(client: Client, where: CargoSettings, row: Mapping[str, Any]) -> CrateRelease:
    name, version = str(row["name"]), str(row["vers"])
    checksum = Checksum("sha256", str(row.get("cksum") or "").lower())
    try:
        config = json.loads(client.page(f"{where.index}/config.json").content)
        template = str(config["dl"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TransferError("refused", f"{where.index} has no usable config.json") from error
    if any(marker in template for marker in _MARKERS):
        prefix = _place(name).rpartition("/")[0]
        values = (name, version, _prefix(name), prefix, checksum.digest)
        for marker, value in zip(_MARKERS, values, strict=True):
            template = template.replace(marker, value)
    else:
        template = f"{template.rstrip('/')}/{name}/{version}/download"
    published = iso_date(row.get("pubtime"))
    return CrateRelease(name, version, template, checksum, published)


def _place(name: str) -> str:
    """Path of a crate in the index: "se/rd/serde"."""
    lower = name.lower()
    return f"{_prefix(lower)}/{lower}"


def _prefix(name: str) -> str:
    if len(name) < _SHORT:
        return str(len(name))
    return f"3/{name[0]}" if len(name) == _SHORT else f"{name[:2]}/{name[2:4]}"


def _rows(page: Page) -> Iterator[Mapping[str, Any]]:
    try:
        for line in page.content.splitlines():
            row = json.loads(line)
            if isinstance(row, dict) and isinstance(row.get("vers"), str):
                yield row
    except (ValueError, RecursionError) as error:
        raise TransferError("refused", f"the response of {page.url} is not JSON Lines") from error


def _shortened(page: Page) -> bytes:
    """The necessary part of an index page, without the dependencies of each version."""
    try:
        rows = list(_rows(page))
    except TransferError:
        return page.content
    keys = ("name", "vers", "cksum", "yanked", "pubtime")
    shortened = ({key: row[key] for key in keys if key in row} for row in rows)
    return b"\n".join(json.dumps(row, separators=(",", ":")).encode() for row in shortened)


def _is_name_of(stated: object, name: str) -> bool:
    """Whether a row is of a crate; registries take "-" for "_" and ignore case."""
    if not isinstance(stated, str):
        return False
    return stated.lower().replace("-", "_") == name.lower().replace("-", "_")


def _same(one: str, other: str) -> bool:
    """Whether two versions are equal, or differ only because one has no build metadata."""
    return one == other or ("+" not in other and one.partition("+")[0] == other)


def _order(row: Mapping[str, Any]) -> tuple[object, ...] | None:
    """Sort key of a semantic version; None for any other text."""
    match = _VERSION.fullmatch(str(row.get("vers")))
    if match is None:
        return None
    numbers = tuple(int(part) for part in match.group(1, 2, 3))
    labels = tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in (match[4] or "")[1:].split(".")
        if part
    )
    return (*numbers, not labels, labels)
