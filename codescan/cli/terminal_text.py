# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Text of others that is safe to print on a terminal."""

from __future__ import annotations

from codescan.reports.escaping import inert_line, visible

__all__ = ["printable"]


def printable(text: str) -> str:
    """`text` with everything but tabs and newlines visible that a terminal would act on."""
    return "\n".join(map(inert_line, visible(text, keep="\n\t").split("\n")))
