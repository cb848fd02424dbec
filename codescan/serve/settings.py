# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Settings of the service, with the rules that keep it from strangers."""

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
    """0: any free port."""
    token: str = ""
    """The token that clients must send; "" for none, on loopback only."""
    allowed_hosts: frozenset[str] = frozenset()
    """Further names in the `Host` header, in lower case, without port."""
    threads: int = 0
    """Texts scanned at a time; 0: one per processor."""
    queue: int = 64
    """Requests that may wait for a thread; the next one is answered with 429."""
    max_body: int = 8 << 20
    """Bytes of a request."""
    max_texts: int = 1_000
    """Texts of a request."""
    max_connections: int = 512
    timeout: float = 30.0
    """Seconds for a request, from its first byte to its result."""
    runs: Path | None = None
    """Folder with runs that the page shows; None: none."""
    withhold_passages: bool = False
    """Never answer with source text of the index."""

    def __post_init__(self) -> None:
        """Refuse to listen to strangers without a token.

        Raises:
            UsageError: the address is not loopback, and there is no token.
        """
        if not self.token and not is_loopback(self.host):
            raise UsageError(
                f"--host {self.host} is open to other machines, and no token is set",
                f"set a token with --token-file or {TOKEN_VARIABLE}, or listen on 127.0.0.1",
            )

    @property
    def worker_threads(self) -> int:
        """Texts scanned at a time."""
        return self.threads or usable_cores()


def is_loopback(host: str) -> bool:
    """Whether an address or name means this machine only."""
    name = host.strip("[]").lower()
    if name in _LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def read_token(file: Path | None) -> str:
    """The token of a file, or of the environment; "" where neither names one.

    Raises:
        UsageError: it cannot be read, or is too short or too long to be a token.
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
