# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Queries Python package indexes for the files of a project, with the settings of the user's pip.

The Simple API in JSON (PEP 691) and HTML (PEP 503), hashes, upload times (PEP 700), yanks
(PEP 592). Written by hand because client libraries for these two small formats bring an HTTP
and an HTML library with them, and pip itself runs code of packages.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from packaging.utils import canonicalize_name

from codescan.sources.downloads import Checksum, TransferError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.sources.transfer import Client, Page

__all__ = ["IndexSettings", "ReleaseFile", "files_of", "settings"]

_ACCEPT = (
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, "
    "text/html;q=0.1"
)
_DEFAULT = "https://pypi.org/simple"
_KEYS = ("filename", "url", "hashes", "upload-time", "yanked")
"""Of a file in a JSON answer."""
_PIP_FILE = re.compile(r"  \S.*, exists: (?:True|False)$")
_PIP_SETTING = re.compile(r"    (?P<section>[\w-]+)\.(?P<name>[\w-]+): ?(?P<value>.*)$")
"""Lines of `pip config debug`: a file, and a setting in it."""
_PREFERRED = ("sha256", "sha512", "sha384", "sha1", "md5")


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """The package indexes of the user's pip."""

    indexes: tuple[str, ...] = (_DEFAULT,)
    links: tuple[str, ...] = ()
    """Folders and pages that list files of any project (--find-links)."""
    certificates: str = ""


class ReleaseFile(NamedTuple):
    """One file that an index offers. A tuple: thousands are made to choose one of them."""

    filename: str
    url: str
    hashes: Mapping[str, str]
    """Digests by algorithm, as the index gives them."""
    uploaded: str | None = None
    """Date of upload, ISO 8601, if the index states it."""
    yanked: bool = False

    @property
    def checksum(self) -> Checksum | None:
        """The strongest of its hashes, computed only for the selected file.

        Raises:
            TransferError: it is not a usable checksum.
        """
        for algorithm in _PREFERRED:
            if algorithm in self.hashes:
                return Checksum(algorithm, str(self.hashes[algorithm]).lower())
        return None


def settings(index_url: str = "") -> IndexSettings:
    """The index settings in force: the option, else uv's variables, else pip's configuration.

    Args:
        index_url: use this index and no other.
    """
    values = _pip_configuration()
    certificates = values.get("cert", "")
    if index_url:
        return IndexSettings((index_url,), (), certificates)
    if values.get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        return IndexSettings((), tuple(values.get("find-links", "").split()), certificates)
    first = (
        os.environ.get("UV_DEFAULT_INDEX")
        or os.environ.get("UV_INDEX_URL")
        or values.get("index-url", _DEFAULT)
    )
    more = (
        os.environ.get("UV_INDEX", "").split()
        + os.environ.get("UV_EXTRA_INDEX_URL", "").split()
        + values.get("extra-index-url", "").split()
    )
    named = (item.partition("=")[2] if "=" in item.partition("://")[0] else item for item in more)
    indexes = tuple(dict.fromkeys(url.rstrip("/") for url in (first, *named)))
    return IndexSettings(indexes, tuple(values.get("find-links", "").split()), certificates)


@cache
def _pip_configuration() -> dict[str, str]:
    """The settings of pip from its files and its environment variables."""
    try:
        shown = subprocess.run(
            [sys.executable, "-m", "pip", "config", "debug", "--disable-pip-version-check"],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
            cwd="/",  # `python -m` would import a module pip.py of the current folder
        ).stdout
    except (OSError, subprocess.SubprocessError):  # an environment without pip, as created by uv
        shown = ""
    environment = {
        name: os.environ[variable]
        for name in ("index-url", "extra-index-url", "find-links", "no-index", "cert")
        if (variable := "PIP_" + name.replace("-", "_").upper()) in os.environ
    }
    return {**_by_precedence(shown), **environment}


def _by_precedence(shown: str) -> dict[str, str]:
    """The values that `pip config debug` shows by level; `pip config list` sorts them by file name.

    A value may continue on further lines, which have no key.
    """
    levels: dict[tuple[str, str], dict[str, str]] = {}
    level = name = ""
    values: dict[str, str] = {}
    for line in shown.splitlines():
        if line and not line[0].isspace():
            level, name = line.rstrip(":"), ""
        elif (setting := _PIP_SETTING.match(line)) is not None:
            values = levels.setdefault((level, setting["section"]), {})
            name = setting["name"]
            values[name] = setting["value"].strip()
        elif _PIP_FILE.match(line):
            name = ""
        elif name:
            values[name] = f"{values[name]} {line.strip()}".strip()
    merged: dict[str, str] = {}
    for section in ("global", "download"):
        for known in ("global", "user", "site", "env"):  # later ones override
            merged.update(levels.get((known, section), {}))
    return merged


def files_of(client: Client, where: IndexSettings, project: str) -> tuple[ReleaseFile, ...]:
    """Every file that the indexes offer for a project, each name once, first index first.

    Args:
        client: downloads from the indexes.
        where: the indexes.
        project: canonical name (PEP 503).

    Raises:
        TransferError: no index has the project, or none could be reached.
    """
    by_name: dict[str, ReleaseFile] = {}
    failure: TransferError | None = None
    for index in where.indexes:
        try:
            page = client.page(f"{index}/{project}/", _ACCEPT, shortened=_shortened)
            files = list(_files(page))
        except TransferError as error:
            # A missing project in a second index must not hide that the first is unreachable.
            failure = failure if failure and failure.reason != "not-found" else error
            continue
        for file in files:
            by_name.setdefault(file.filename, file)
    for link in where.links:
        for file in _linked(client, link):
            if canonicalize_name(file.filename).startswith(f"{project}-"):
                by_name.setdefault(file.filename, file)
    if by_name:
        return tuple(by_name.values())
    raise failure or TransferError(
        "not-found", f"no index offers {project}", "check the name, or pip's index settings"
    )


def _files(page: Page) -> Iterator[ReleaseFile]:
    if not page.media_type.endswith("json"):
        yield from _anchors(page)
        return
    try:
        listed = json.loads(page.content)["files"]
        for item in listed:
            yield ReleaseFile(
                str(item["filename"]),
                _absolute(page.url, str(item["url"])),
                dict(item.get("hashes") or {}),
                str(item.get("upload-time") or "")[:10] or None,
                bool(item.get("yanked")),
            )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TransferError(
            "refused", f"the response of {page.url} does not follow PEP 691"
        ) from error


def _shortened(page: Page) -> bytes:
    """The necessary part of an index page in JSON, about half of it."""
    try:
        listed = json.loads(page.content)["files"]
        files = [{key: item[key] for key in _KEYS if key in item} for item in listed]
    except (ValueError, KeyError, TypeError, RecursionError):
        return page.content
    return json.dumps({"files": files}, separators=(",", ":")).encode()


def _absolute(page: str, url: str) -> str:
    # Most indexes give whole URLs, thousands for a project; joining takes 40 µs each.
    return url if url.startswith(("https://", "http://")) else urljoin(page, url)


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.anchors: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.anchors.append(dict(attrs))


def _anchors(page: Page) -> Iterator[ReleaseFile]:
    parser = _Anchors()
    parser.feed(page.content.decode(errors="replace"))
    for anchor in parser.anchors:
        url, fragment = urldefrag(urljoin(page.url, anchor.get("href") or ""))
        algorithm, _, digest = fragment.partition("=")
        hashes = {algorithm: digest} if digest else {}
        name = unquote(urlsplit(url).path.rpartition("/")[2])
        if name:
            yield ReleaseFile(name, url, hashes, yanked="data-yanked" in anchor)


def _linked(client: Client, link: str) -> Iterator[ReleaseFile]:
    folder = Path(urlsplit(link).path if link.startswith("file:") else link)
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            yield ReleaseFile(path.name, path.absolute().as_uri(), {})
    elif "://" in link:
        try:
            yield from _anchors(client.page(link, "text/html"))
        except TransferError:  # pip, too, goes on without a list of links
            return
