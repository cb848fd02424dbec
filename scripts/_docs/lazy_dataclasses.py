# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Show the fields of classes of `codescan.lazy_dataclass` as those of `dataclasses`."""

from __future__ import annotations

from typing import Any

import griffe

_OURS, _STANDARD = "codescan.lazy_dataclass.dataclass", "dataclasses.dataclass"


class LazyDataclasses(griffe.Extension):
    """Let griffe take our decorator for the one that it knows."""

    def on_module_members(self, *, mod: griffe.Module, **_options: Any) -> None:
        """Change what the name means in a module that imports our decorator."""
        member = mod.members.get("dataclass")
        if isinstance(member, griffe.Alias) and member.target_path == _OURS:
            mod.members["dataclass"] = griffe.Alias("dataclass", _STANDARD, parent=mod)
            mod.imports["dataclass"] = _STANDARD
