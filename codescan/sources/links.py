# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Classifies symbolic links in a folder, which are never followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["link_reason"]


def link_reason(link: Path, root: Path) -> str:
    """The reason why a link is skipped: "link", or "outside-link" if its target is not read.

    The target of a link inside the folder is read at its own path, and a broken link has no target.
    A target outside of the folder is not read at all.

    Args:
        link: a symbolic link.
        root: the folder that is read.
    """
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):  # broken, or a cycle of links
        return "link"
    return "link" if target.is_relative_to(root.resolve()) else "outside-link"
