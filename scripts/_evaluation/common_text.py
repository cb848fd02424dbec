# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Spans that are common by nature: import blocks and lists of names.

Whoever cuts them out of an indexed file does not expect grade A or B: they are to be graded C. They
are told by their lines, as pygments reads them, not by the matcher's rules.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["IMPORT", "mostly_names"]

IMPORT = re.compile(
    r"\s*(?:import\b|from\s+\S+\s+import\b|#\s*include\b|using\s|use\s|require\b|package\s"
    r"|(?:const|var|let)\s.*=\s*require\()"
)
"""A line that imports."""
_NAME = r"""["'`]?[@:]?[A-Za-z_$][\w$.\-/]*["'`]?"""
_ENTRY = re.compile(
    rf"""\s*(?:
      export\s+(?:type\s+)?(?:\*|\{{[^}}]*\}})[^{{}}()]*                   # export {{ a }} from "b"
    | pub\s+(?:use|mod)\b.*
    | [{{(\[,]*\s*(?:{_NAME}\s*,\s*)+(?:{_NAME})?                        # a, b,
    | {_NAME}\s*(?:=>?|:)\s*(?:\d+|auto\(\)|iota)\s*[,;]?              # a = 1,
    | [{{(\[]?\s*(?:[\w$.]+\.)?["'`]?(?P<name>[\w$\-]+)["'`]?\s*(?:=>?|:|,)\s*
      (?:[\w$.]+\.)?["'`]?(?P=name)["'`]?\s*[}})\]]?\s*[,;]?           # exports.a = a;
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_BRACKETS = re.compile(r"[\s()\[\]{},;]*")
_COMMON_SHARE = 0.6
"""Share of the lines of code, those of brackets alone left out."""


def mostly_names(code: Sequence[str]) -> bool:
    """Whether most lines import something or only name it.

    Args:
        code: lines of code without their comments.
    """
    telling = [line for line in code if not _BRACKETS.fullmatch(line)]
    common = sum(bool(IMPORT.match(line) or _ENTRY.fullmatch(line)) for line in telling)
    return bool(telling) and common >= _COMMON_SHARE * len(telling)
