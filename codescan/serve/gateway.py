# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The gateway's handling of completions: settings, policy, record."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from codescan.errors import UsageError

if TYPE_CHECKING:
    from codescan.app.completion_policy import CompletionPolicy
    from codescan.app.gateway_report import GatewayReport

__all__ = ["Gateway", "OnCopy", "upstream_address"]

OnCopy = Literal["log", "annotate", "end"]


@dataclass(slots=True)
class Gateway:
    """One gateway."""

    policy: CompletionPolicy
    report: GatewayReport
    upstream: str = ""
    """Address of the model service, without a slash at its end; "" for none."""
    on_copy: OnCopy = "log"
    limit: int = 0
    """Tokens that a denied passage may have; the guarantee of the index at least."""
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def next_id(self) -> str:
        """A name for an answer, unique in the run."""
        return f"answer {next(self.numbers)}"


def upstream_address(url: str) -> str:
    """The address of a model service, to which paths such as /v1/messages are added.

    Raises:
        UsageError: it is not an address of HTTP.
    """
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        is_good = False
    if not is_good or parts.query or parts.fragment or parts.username is not None:
        raise UsageError(
            f"--upstream {url!r} is not an address", "for example: https://api.openai.com"
        )
    return url.rstrip("/").removesuffix("/v1")
