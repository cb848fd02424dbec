# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The evidence of a claim: the license texts in a notice, or the sentences that name a license."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.licenses.notice_sentences import plain_words

if TYPE_CHECKING:
    from codescan.licenses.license_text_matcher import Reading

__all__ = ["AMBIGUOUS", "first_stating", "one_line", "text_evidence"]

AMBIGUOUS = "names several licenses: "
"""Prefix of evidence with an ambiguous name, such as "BSD license"."""

_NOTEWORTHY = 0.1
"""Minimum share of other text in a file that the evidence mentions."""


def first_stating(free: list[str]) -> str:
    """The sentences, starting with the first one that names a license."""
    for at, sentence in enumerate(free):
        words = plain_words(sentence)
        if re.search(r" (?:\w*licen[sc]\w*|public domain|\w*gpl|permi\w+|blessing|lizenz) ", words):
            return " ".join(free[at : at + 3])
    return " ".join(free)


def text_evidence(reading: Reading) -> str:
    """The license texts in a notice, and the amount of other text."""
    kind = "template" if reading.template else "filled-in copy"
    each = ", ".join(f"{part.license_id} ({part.coverage:.0%})" for part in reading.parts)
    other = 1 - reading.explained
    remark = f"; {other:.0%} of the file is other text" if other > _NOTEWORTHY else ""
    close = f"; {reading.close} fits equally well" if reading.close else ""
    return f"text of {each}, {kind}{remark}{close}"


def one_line(text: str) -> str:
    """A text on one line, without comment marks."""
    return " ".join(re.sub(r"(?m)^[\W_]{1,20}(?=\w|$)", "", text).split())
