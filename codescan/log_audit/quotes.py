# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Quotes of a finding that show copied text only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.records import Finding

__all__ = ["REDACTED", "quote_of", "shown_label"]

REDACTED = "[redacted]"
_OWN_LABEL = re.compile(
    r"(?:cell|code-block|fence|listing|log|patch|quote|session|string)(?: \d+)?|row \d+ cell \d+"
)
"""Labels of inner texts that name nothing of the text; others are keys, paths or similar."""


def quote_of(finding: Finding, most: int) -> str:
    """The lines of a passage that its origin holds, too; runs of others are "[redacted]".

    A match leaves out comments and layout, and may have edits. So a logged line is shown only if it
    is a line of the origin's passage, white space at its ends apart.

    Args:
        finding: with the texts of both sides.
        most: characters; 0 for no quote.
    """
    if not most:
        return ""
    origin = {line.strip() for line in finding.origin_text.splitlines()}
    lines: list[str] = []
    for line in finding.snippet_text.splitlines():
        if line.strip() in origin:
            lines.append(line)
        elif not lines or lines[-1] != REDACTED:
            lines.append(REDACTED)
    text = "\n".join(lines)
    return text if len(text) <= most else text[: most - 1] + "…"


def shown_label(label: str) -> str:
    """The label of an inner text, unless it comes from the logged text itself."""
    return label if _OWN_LABEL.fullmatch(label) else REDACTED
