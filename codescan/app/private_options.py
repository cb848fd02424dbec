# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Options of a search for private data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from codescan.config import Config

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["DEFAULT_MAX_ITEMS", "PrivateOptions"]

DEFAULT_MAX_ITEMS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateOptions:
    """Options of `codescan private`; see `codescan private --help`."""

    paths: tuple[str, ...] = ()
    stdin: BinaryIO | None = None
    """Stream for the path "-" or for no path; None: not available."""
    is_jsonl: bool = False
    kinds: tuple[str, ...] = ()
    """Names of kinds and categories; empty for all."""
    index_folder: Path | None = None
    corpus: str | None = None
    data: tuple[str, ...] = ()
    """Training data to compare the values of a run with."""
    hash_key: Path | None = None
    max_items: int = DEFAULT_MAX_ITEMS
    fail_on: str | None = None
    allow_unchecked: tuple[str, ...] = ()
    config: Config = field(default_factory=Config)
