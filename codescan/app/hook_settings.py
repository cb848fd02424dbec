# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Result of installing or removing the hook in an agent's settings."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - type of a field
from typing import ClassVar

from msgspec import Struct

from codescan.records.json_form import JsonForm

__all__ = ["HookSettings"]


class HookSettings(Struct, frozen=True, kw_only=True):
    """The settings of an agent, after `codescan hook install`."""

    json_form: ClassVar = JsonForm(renamed={"is_changed": "changed", "is_installed": "installed"})

    schema_version: int = 1
    agent: str
    file: Path
    is_changed: bool
    """Whether the file was changed."""
    is_installed: bool
    """Whether the settings now contain the hook."""
