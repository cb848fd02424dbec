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
    """URL of the model service, without a trailing slash; "" for none."""
    on_copy: OnCopy = "log"
    limit: int = 0
    """Maximum tokens of a denied passage; at least the guarantee of the index."""
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def next_id(self) -> str:
        """A name for a completion, unique in the run."""
        return f"answer {next(self.numbers)}"


def upstream_address(url: str) -> str:
    """The validated base URL of a model service; paths such as /v1/messages are appended.

    Raises:
        UsageError: it is not an HTTP URL.
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
