# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What a symbolic link in a folder means for a result: links are never followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["link_reason"]


def link_reason(link: Path, root: Path) -> str:
    """Why a link is left out: "link", or "outside-link" where it hides data.

    What a link inside the folder leads to is read at its own place, and a broken link leads to
    nothing. What lies outside is read nowhere.

    Args:
        link: a symbolic link.
        root: the folder that is read.
    """
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):  # broken, or a ring of links
        return "link"
    return "link" if target.is_relative_to(root.resolve()) else "outside-link"
