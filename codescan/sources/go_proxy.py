# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Queries Go module proxies for versions and archives (go.dev/ref/mod, "GOPROXY protocol")."""

from __future__ import annotations

import base64
import hashlib
import json
import lzma
import os
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.sources.downloads import TransferError, iso_date

if TYPE_CHECKING:
    from codescan.sources.transfer import Client, Page

__all__ = [
    "GoSettings",
    "ModuleSum",
    "ModuleVersion",
    "cached_date",
    "download_url",
    "escaped",
    "settings",
    "unescaped",
    "version_of",
]  # fmt: skip

_DEFAULT = "https://proxy.golang.org"
_VERSION = re.compile(r"v(\d{1,9})\.(\d{1,9})\.(\d{1,9})(-[0-9A-Za-z.-]+)?(\+incompatible)?")
_BLOCK = 1 << 18
_MAX_UNPACKED = 2 << 30  # Go's own limit is 500 MiB
_MAX_ENTRIES = 500_000


@dataclass(frozen=True, slots=True)
class GoSettings:
    """The module proxies of the user's Go."""

    proxies: tuple[str, ...] = (_DEFAULT,)
    certificates: str = ""


@dataclass(frozen=True, slots=True)
class ModuleVersion:
    """One version of a module."""

    name: str
    version: str
    released: str | None
    """Date, ISO 8601."""
    proxy: str


@dataclass(frozen=True, slots=True)
class ModuleSum:
    """The hash of a module's archive in the form of go.sum ("h1:" and Base64).

    SHA-256 over the sorted lines "hash of the file, two blanks, name of the file"
    (golang.org/x/mod/sumdb/dirhash, Hash1).
    """

    digest: str
    algorithm: str = "h1"

    def matches(self, path: Path) -> bool:
        """Whether an archive has this hash; False for a damaged or too large archive."""
        lines: list[bytes] = []
        unpacked = 0
        try:
            with zipfile.ZipFile(path) as archive:
                infos = sorted(archive.infolist(), key=lambda info: info.filename)
                if len(infos) > _MAX_ENTRIES:
                    return False
                for info in infos:
                    digest = hashlib.sha256()
                    with archive.open(info) as member:
                        while block := member.read(_BLOCK):
                            unpacked += len(block)
                            if unpacked > _MAX_UNPACKED or "\n" in info.filename:
                                return False
                            digest.update(block)
                    lines.append(f"{digest.hexdigest()}  {info.filename}\n".encode())
        except (OSError, ValueError, EOFError, RuntimeError, NotImplementedError,
                zipfile.BadZipFile, zlib.error, lzma.LZMAError):  # fmt: skip
            return False
        actual = base64.b64encode(hashlib.sha256(b"".join(lines)).digest()).decode()
        return self.digest == f"h1:{actual}"


def settings(proxy: str = "") -> GoSettings:
    """The settings in force: the option, else GOPROXY, else the file of `go env -w`.

    Args:
        proxy: use this proxy.
    """
    if proxy:
        return GoSettings((proxy.rstrip("/"),))
    stated = os.environ.get("GOPROXY") or _go_env().get("GOPROXY") or _DEFAULT
    # "direct" would run version control tools; the source kind "git" is for that.
    listed = [each.strip().rstrip("/") for each in re.split("[,|]", stated)]
    usable = [each for each in listed if each.startswith(("http://", "https://", "file:"))]
    return GoSettings(tuple(usable))


def _go_env() -> dict[str, str]:
    configured = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    path = Path(os.environ.get("GOENV") or Path(configured, "go", "env"))
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    return {key.strip(): value.strip() for key, _, value in (line.partition("=") for line in lines)}


def escaped(name: str) -> str:
    """A module path or version in a proxy URL: "!" and a small letter for a capital letter."""
    return re.sub("[A-Z]", lambda match: "!" + match[0].lower(), name)


def unescaped(name: str) -> str:
    """The inverse of `escaped`."""
    return re.sub("!([a-z])", lambda match: match[1].upper(), name)


def download_url(module: ModuleVersion) -> str:
    """The address of a module's archive."""
    return f"{module.proxy}/{escaped(module.name)}/@v/{escaped(module.version)}.zip"


def version_of(
    client: Client, where: GoSettings, name: str, version: str = "", *, before: str = ""
) -> ModuleVersion:
    """The version of a module to read.

    Args:
        client: downloads from the proxies.
        where: the proxies; if one lacks the module, the next one is queried.
        name: path of the module.
        version: the requested one; "" for the newest release.
        before: only releases before this date.

    Raises:
        TransferError: no version matches, or no proxy can be reached.
    """
    failure = TransferError(
        "unreachable", f"no proxy is configured to ask for {name}", "set GOPROXY, or give `proxy`"
    )
    for proxy in where.proxies:
        base = f"{proxy}/{escaped(name)}"
        try:
            if version:
                return _info(client, f"{base}/@v/{escaped(version)}.info", name, proxy, version)
            return _newest(client, base, name, proxy, before)
        except TransferError as error:
            failure = error
            if error.reason != "not-found":
                break
    raise failure


def _newest(client: Client, base: str, name: str, proxy: str, before: str) -> ModuleVersion:
    listed = client.page(f"{base}/@v/list").content.decode("utf-8", "replace").split()
    versions = [each for each in listed if _VERSION.fullmatch(each)]
    versions.sort(key=_order, reverse=True)
    final = [version for version in versions if "-" not in version] or versions
    if not final and not before:  # a module without tags: the newest commit
        return _info(client, f"{base}/@latest", name, proxy, "")
    for each in final if before else final[:1]:
        info = _info(client, f"{base}/@v/{escaped(each)}.info", name, proxy, each)
        if not before or (info.released or "9999") < before:
            return info
    raise TransferError(
        "not-found", f"{name} has no release" + (f" before {before}" if before else "")
    )


def _info(client: Client, url: str, name: str, proxy: str, version: str) -> ModuleVersion:
    page = client.page(url)
    fields = _fields(page)
    stated = fields.get("Version")
    version = stated if isinstance(stated, str) and stated else version
    if not _VERSION.fullmatch(version):
        raise TransferError("refused", f"{url} names no version")
    return ModuleVersion(name, version, iso_date(fields.get("Time")), proxy)


def _fields(page: Page) -> dict[str, object]:
    try:
        fields = json.loads(page.content)
    except (ValueError, RecursionError) as error:
        raise TransferError("refused", f"the response of {page.url} is not JSON") from error
    return fields if isinstance(fields, dict) else {}


def cached_date(info: Path) -> str | None:
    """The date of a version in a module cache, from its .info file."""
    try:
        fields = json.loads(info.read_bytes()[: 1 << 16])
    except (OSError, ValueError, RecursionError):
        return None
    return iso_date(fields.get("Time")) if isinstance(fields, dict) else None


def _order(version: str) -> tuple[object, ...]:
    match = _VERSION.fullmatch(version)
    numbers = tuple(int(part) for part in match.group(1, 2, 3)) if match else ()
    labels = tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in ((match[4] if match else "") or "")[1:].split(".")
        if part
    )
    return (*numbers, not labels, labels)
