# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The sampling design of an audit of logs: all conversations, a random sample, or one a stratum.

A conversation is drawn if its key is among the smallest of its stratum. Keys are hashes under a
seed, so that each subset of a given size is equally likely (bottom-k sampling; Cohen and Kaplan,
PODC 2007). The draw needs one pass, does not depend on order or workers, and can be repeated.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.errors import UsageError

if TYPE_CHECKING:
    from codescan.logs.read import LogEntry

__all__ = ["KEY_BYTES", "STRATA", "Design", "Unit"]

KEY_BYTES = 16
STRATA = ("model", "file", "format")
"""The attributes by which conversations can be stratified."""
_NOT_STATED = "not stated"
_LONGEST = 80
_CONTROLS = dict.fromkeys((*range(32), 127, *range(128, 160), 8232, 8233), " ")


@dataclass(frozen=True, slots=True)
class Unit:
    """A conversation, within one stratum."""

    stratum: str
    key: bytes
    """`KEY_BYTES` bytes, uniformly distributed."""


@dataclass(frozen=True, slots=True)
class Design:
    """The sampling design."""

    sample: int = 0
    """Conversations drawn, from each stratum; 0 for all."""
    stratify_by: str = ""
    """One of `STRATA`; "" for none."""
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the parts.

        Raises:
            UsageError: they contradict each other.
        """
        if self.sample < 0:
            raise UsageError(f"--limit {self.sample} is negative", "give at least 1")
        if self.stratify_by and self.stratify_by not in STRATA:
            raise UsageError(
                f"--stratify has no field {self.stratify_by!r}", f"known: {', '.join(STRATA)}"
            )

    @property
    def kind(self) -> str:
        """One of "all", "simple-random" and "stratified"."""
        if not self.sample:
            return "all"
        return "stratified" if self.stratify_by else "simple-random"

    def unit(self, file_id: str, file_name: str, number: int, entry: LogEntry) -> Unit:
        """The conversation of an exchange.

        Args:
            file_id: identifies the file's bytes.
            file_name: its name, for strata.
            number: of the exchange in the file.
            entry: the exchange.
        """
        exchange = entry.exchange
        stratum = {
            "": "",
            "model": exchange.model or _NOT_STATED,
            "file": file_name,
            "format": entry.format,
        }[self.stratify_by]
        stratum = stratum.translate(_CONTROLS)[:_LONGEST].encode("utf-8", "replace").decode()
        group = f"group {exchange.group}" if exchange.group else f"exchange {number}"
        text = "\0".join((str(self.seed), file_id, stratum, group))
        digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=KEY_BYTES)
        return Unit(stratum, digest.digest())
