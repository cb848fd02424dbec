# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Tokens of package and image registries."""

from __future__ import annotations

import re

from codescan.private_data.anchored_rules import AnchoredDetector, AnchoredRule
from codescan.private_data.token_checksums import base64url, has_crc32_base62
from codescan.private_data.token_rules import prefixed


def _is_pypi_macaroon(value: str) -> bool:
    """Whether a token is a macaroon whose location is a PyPI service."""
    data = base64url(value.removeprefix("pypi-"))
    return data is not None and b"pypi.org" in data[:24]


__all__ = ["RegistryTokens"]

_RULES = (
    prefixed("npm-token", "npm access token", "npm_", "[A-Za-z0-9]{36}", check=has_crc32_base62),
    AnchoredRule(
        "npm-token",
        "npm authentication token in .npmrc",
        (":_authToken=",),
        re.compile(r":_authToken=(?P<value>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"),
        inside_words=True,
    ),
    prefixed(
        "pypi-token", "PyPI API token", "pypi-", "[A-Za-z0-9_-]{50,300}", check=_is_pypi_macaroon
    ),
    prefixed("rubygems-token", "RubyGems API key", "rubygems_", "[a-f0-9]{48}"),
    prefixed("crates-token", "crates.io API token", "cio", "[A-Za-z0-9]{32}"),
    prefixed("nuget-key", "NuGet API key", "oy2", "[a-z0-9]{43}"),
    prefixed(
        "docker-token", "Docker Hub token", ("dckr_pat_", "dckr_oat_"), "[A-Za-z0-9_-]{27,32}"
    ),
    prefixed("artifactory-token", "Artifactory API key", "AKCp", "[A-Za-z0-9]{69}"),
    prefixed("artifactory-token", "Artifactory reference token", "cmVmdGtu", "[A-Za-z0-9]{56}"),
    prefixed("clojars-token", "Clojars deploy token", "CLOJARS_", "[a-f0-9]{60}"),
    prefixed(
        "packagist-token",
        "Packagist token",
        ("packagist_ort_", "packagist_uut_", "packagist_out_"),
        "[a-f0-9]{80}",
    ),
    prefixed("pub-token", "Hex or pub token", ("hexpm_",), "[a-f0-9]{32,64}"),
)


class RegistryTokens(AnchoredDetector):
    """Finds tokens of registries."""

    def __init__(self) -> None:
        super().__init__(_RULES)
