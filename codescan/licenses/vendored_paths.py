# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Vendored copies: the package to which a path inside another package really belongs."""

from __future__ import annotations

import re
from functools import lru_cache
from posixpath import splitext

from msgspec import Struct

from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["Vendored", "canonical_name", "is_bundle", "parse_vendor_list", "vendored"]

# Folders that by convention hold only third-party code.
_CERTAIN = frozenset(
    {
        "_vendor", "_vendored", "vendor", "vendored", "vendors", "_vendored_packages",
        "third_party", "third-party", "thirdparty", "3rdparty", "3rd_party", "3rd-party",
        "node_modules", "bower_components", "site-packages", "_third_party",
    }
)  # fmt: skip
# Folders that hold own or third-party code: the named package must exist (Django has "contrib").
_POSSIBLE = frozenset(
    {"external", "externals", "extern", "ext", "deps", "contrib", "bundled", "_bundled",
     "subprojects", "submodules", "packages", "externs", "compat", "libs"}
)  # fmt: skip

_PIN = lazy_pattern(r"^([A-Za-z0-9][\w.-]{0,100})(?:\[[^\]]{0,100}\])?==([\w.+!-]{1,60})")
_MAX_PINS = 2000
_MAX_BYTES = 128 * 1024


class Vendored(Struct, frozen=True):
    """A path that lies in a folder for copies of other packages."""

    folder: str
    """Name of the folder for copies, as written: "_vendor"."""
    name: str
    """Canonical name of the package in the path: "requests", "@babel/core"."""
    certain: bool
    """False if the folder is also used for a project's own work."""


_BUNDLE = lazy_pattern(
    r"(?:^|/)(?:dist|build|out|umd|esm|cjs|es|es5|es6|lib-esm|bundles?|compiled|min|release"
    r"|generated|"
    r"target|public/build|_build|static/js)/|[.-](?:min|bundle|umd|esm|cjs|prod|production"
    r"|iife|global)\."
    r"(?:m|c)?js$",
    re.IGNORECASE,
)


def is_bundle(path: str) -> bool:
    """Whether a path is that of a build product, which repeats the package's sources."""
    return _BUNDLE.search(path) is not None


@lru_cache(maxsize=4096)
def canonical_name(name: str) -> str:
    """A package name in the form in which names are compared (PEP 503; scopes are kept)."""
    return re.sub(r"[-_.]+", "-", name.strip().lower()).strip("-")


def vendored(path: str) -> Vendored | None:
    """The vendored copy that a path belongs to, or None; the innermost folder decides.

    Args:
        path: path in the package, with forward slashes.
    """
    parts = path.split("/")
    for at in range(len(parts) - 2, -1, -1):
        folder = parts[at].lower()
        if folder in _CERTAIN or folder in _POSSIBLE:
            name = _named(parts[at], parts[at + 1 :])
            if name:
                return Vendored(parts[at], name, folder in _CERTAIN)
    return None


def _named(folder: str, segments: list[str]) -> str:
    """The package name after a vendor folder."""
    if len(segments) >= 2 and segments[0].startswith("@"):  # noqa: PLR2004 - npm scope and name
        return f"{segments[0].lower()}/{canonical_name(segments[1])}"
    # Go and Composer keep whole import paths: vendor/github.com/owner/name, vendor/owner/name.
    if folder.lower() == "vendor" and len(segments) > 3 and "." in segments[0]:  # noqa: PLR2004
        return canonical_name(segments[2])
    first = segments[0] if len(segments) > 1 else splitext(segments[0])[0]
    if first in {"__init__", "README", "vendor", "Makefile", "CMakeLists"}:
        return ""
    return canonical_name(re.sub(r"[-_.]v?\d+(?:\.\d+)*$", "", first))


def parse_vendor_list(content: bytes) -> dict[str, str]:
    """Canonical name to version of each pinned line of a `vendor.txt` (requirements format).

    Args:
        content: the file; only `name==version` lines count, also indented ones, as pip writes them.
    """
    pins: dict[str, str] = {}
    for line in content[:_MAX_BYTES].decode("utf-8", "replace").splitlines():
        match = _PIN.match(line.strip())
        if match is not None:
            pins[canonical_name(match.group(1))] = match.group(2)
            if len(pins) == _MAX_PINS:
                break
    return pins
