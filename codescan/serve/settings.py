# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Settings of the service, with the rules for access."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.errors import UsageError
from codescan.system.usable_cores import usable_cores

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["TOKEN_VARIABLE", "ServeSettings", "is_loopback", "read_token"]

TOKEN_VARIABLE = "CODESCAN_SERVE_TOKEN"  # noqa: S105  the name of a variable
_SHORTEST_TOKEN = 16
_LONGEST_TOKEN = 4096
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeSettings:
    """Addresses and limits of the service."""

    host: str = "127.0.0.1"
    port: int = 8321
    """0 for any free port."""
    token: str = ""
    """The token that clients must send; "" for none, on loopback only."""
    allowed_hosts: frozenset[str] = frozenset()
    """Additional names in the `Host` header, in lower case, without port."""
    threads: int = 0
    """Maximum number of texts scanned in parallel; 0 for one per processor."""
    queue: int = 64
    """Maximum number of requests that wait for a thread; further ones get status 429."""
    max_body: int = 8 << 20
    """Maximum bytes of a request."""
    max_texts: int = 1_000
    """Maximum texts of a request."""
    max_connections: int = 512
    timeout: float = 30.0
    """Maximum seconds of a request, from its first byte to its result."""
    runs: Path | None = None
    """Folder with runs for the page; None for none."""
    withhold_passages: bool = False
    """Do not return source text of the index."""

    def __post_init__(self) -> None:
        """Require a token for addresses other than loopback.

        Raises:
            UsageError: the address is not loopback, and the token is missing.
        """
        if not self.token and not is_loopback(self.host):
            raise UsageError(
                f"--host {self.host} is open to other machines, and no token is set",
                f"set a token with --token-file or {TOKEN_VARIABLE}, or listen on 127.0.0.1",
            )

    @property
    def worker_threads(self) -> int:
        """Maximum number of texts scanned in parallel."""
        return self.threads or usable_cores()


def is_loopback(host: str) -> bool:
    """Whether an address or name is a loopback address."""
    name = host.strip("[]").lower()
    if name in _LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def read_token(file: Path | None) -> str:
    """The token from a file or the environment; "" for none.

    Raises:
        UsageError: the token cannot be read, or is too short or too long.
    """
    if file is None:
        token = os.environ.get(TOKEN_VARIABLE, "").strip()
        origin = TOKEN_VARIABLE
        if not token:
            return ""
    else:
        origin = str(file)
        try:
            with file.open("rb") as stream:
                token = stream.read(_LONGEST_TOKEN + 2).decode("ascii").strip()
        except (OSError, ValueError) as error:
            raise UsageError(
                f"cannot read a token from {file}: {getattr(error, 'strerror', None) or error}",
                "write one line of ASCII characters, for example from `openssl rand -hex 32`",
            ) from error
    if not _SHORTEST_TOKEN <= len(token) <= _LONGEST_TOKEN or not token.isascii():
        raise UsageError(
            f"the token of {origin} has {len(token)} characters",
            f"give at least {_SHORTEST_TOKEN} ASCII characters, for example from "
            "`openssl rand -hex 32`",
        )
    return token
