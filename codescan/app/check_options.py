# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Options of a check."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - types of fields
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import date

__all__ = ["CheckOptions"]


class CheckOptions(Struct, frozen=True, kw_only=True):
    """Options of `codescan check`; see `codescan check --help`."""

    paths: tuple[str, ...] = ()
    stdin: BinaryIO | None = None
    """Stream to read for the path "-"."""
    stdin_filename: str | None = None
    staged: bool = False
    diff: str | None = None
    policy_from: str | None = None
    strict: bool = False
    index_folder: Path | None = None
    corpus: str | None = None
    verify: bool = False
    """Whether matches of a sketch are verified on fetched origin files."""
    min_tokens: int | None = None
    fail_on: str | None = None
    allow_unchecked: tuple[str, ...] = ()
    """Kinds of unchecked inputs that do not fail the check."""
    baseline: Path | None = None
    update_baseline: bool = False
    reason: str | None = None
    reviewer: str | None = None
    expires: date | None = None
    show_suppressed: bool = False
    ai_lines: bool = False
    """Whether to count results by the author of the lines."""
    write_note: bool = False
    """Whether to write the result as a note on the last commit of the change."""
    trailer: Path | None = None
    """File of a commit message that gets a `Checked-by:` trailer if nothing fails."""
    config_file: Path | None = None
    out: Path | None = None
    """Output file of the report; an older report there is not an input."""
