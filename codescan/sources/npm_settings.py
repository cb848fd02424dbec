# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the registry settings of the user's npm: registries, tokens, certificates.

Unlike npm, it does not read the `.npmrc` of the current folder: an audited checkout must not be
able to redirect downloads or to receive tokens.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["NpmSettings", "settings"]

_DEFAULT = "https://registry.npmjs.org"
_VARIABLE = re.compile(r"\$\{([A-Za-z0-9_]+)\}")


@dataclass(frozen=True, slots=True)
class NpmSettings:
    """The registries and credentials of the user's npm."""

    registry: str = _DEFAULT
    scopes: Mapping[str, str] = field(default_factory=dict)
    """Registry for each scope that has its own, by "@scope"."""
    certificates: str = ""
    credentials: tuple[tuple[str, str], ...] = ()
    """(URL prefix, value of the Authorization header)."""

    def registry_of(self, name: str) -> str:
        """The registry that serves a package."""
        scope = name.partition("/")[0] if name.startswith("@") else ""
        return self.scopes.get(scope, self.registry)


def settings(registry: str = "") -> NpmSettings:
    """The settings: the environment overrides the user's .npmrc, which overrides the machine's.

    Args:
        registry: use this registry for every package.
    """
    values: dict[str, str] = {}
    for path in _files():
        values.update(_read(path))
    for variable, value in os.environ.items():
        name = variable.lower()
        if name.startswith("npm_config_") and value:
            values[name.removeprefix("npm_config_").replace("_", "-")] = value
    certificates = values.get("cafile", "")
    credentials = tuple(_credentials(values))
    if registry:
        return NpmSettings(registry.rstrip("/"), {}, certificates, credentials)
    scopes = {
        key.removesuffix(":registry"): value.rstrip("/")
        for key, value in values.items()
        if key.startswith("@") and key.endswith(":registry")
    }
    chosen = values.get("registry", _DEFAULT).rstrip("/")
    return NpmSettings(chosen, scopes, certificates, credentials)


def _files() -> Iterator[Path]:
    """Configuration files, lowest precedence first."""
    environment = {name.lower(): value for name, value in os.environ.items()}
    named = environment.get("npm_config_globalconfig")
    prefix = environment.get("npm_config_prefix", "")
    places = (named,) if named else ("/etc/npmrc", "/usr/etc/npmrc", "/usr/local/etc/npmrc")
    yield from map(Path, places)
    if prefix:
        yield Path(prefix, "etc", "npmrc")
    yield Path(environment.get("npm_config_userconfig") or Path.home() / ".npmrc")


def _read(path: Path) -> Iterator[tuple[str, str]]:
    """Keys and values; an .npmrc has no sections, quotes are optional, ${NAME} is a variable."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in text.splitlines():
        key, equals, value = line.strip().partition("=")
        if equals and not key.startswith(("#", ";")):
            plain = value.strip().strip("\"'")
            yield key.strip(), _VARIABLE.sub(lambda m: os.environ.get(m[1], m[0]), plain)


def _credentials(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Keys such as "//registry.example/path/:_authToken"."""
    for key, value in values.items():
        if key.startswith("//"):
            prefix, _, kind = key.rpartition(":")
            scheme = {"_authToken": "Bearer", "_auth": "Basic"}.get(kind)
            if scheme:
                yield f"https:{prefix}", f"{scheme} {value}"
