# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Permissions of files. Windows keeps them in access lists, which a user's folders inherit."""

from __future__ import annotations

import os

__all__ = ["belongs_to_user", "others_may"]


def belongs_to_user(status: os.stat_result) -> bool:
    """Whether a file is this user's; always on a system whose files name no owner."""
    return not hasattr(os, "geteuid") or status.st_uid == os.geteuid()


def others_may(status: os.stat_result, rights: int) -> bool:
    """Whether other users have any of these rights, such as 0o022 for writing."""
    return hasattr(os, "geteuid") and bool(status.st_mode & rights)
