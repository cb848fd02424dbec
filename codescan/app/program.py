# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The command that starts codescan, for commands in messages."""

from __future__ import annotations

import os
import sys

__all__ = ["program"]


def program() -> list[str]:
    """The command that starts codescan in the user's shell.

    The environment of a pre-commit hook is not on the user's PATH.
    """
    in_hook = bool(os.environ.get("PRE_COMMIT"))
    return [sys.executable, "-I", "-m", "codescan"] if in_hook else ["codescan"]
