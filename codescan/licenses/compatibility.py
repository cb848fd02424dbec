# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Decides whether a passage under one license may be copied into a project under another one.

The OSADL matrix covers 110 licenses: it models source code copied into a project, so linking
exceptions do not apply. For other licenses their categories decide, with less confidence. If
neither has an answer, a person must review the passage. This is triage, not legal advice.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache, lru_cache

from msgspec import Struct

from codescan.licenses import spdx_list
from codescan.licenses.categories import category
from codescan.licenses.expressions import leaves, normalize

__all__ = ["Compatibility", "Verdict", "compatibility", "matrix_source"]


class Compatibility(StrEnum):
    """Whether a passage may be copied into a project, from best to worst."""

    YES = "yes"
    REVIEW = "review"
    """Unknown, or dependent on how it is used."""
    NO = "no"


class Verdict(Struct, frozen=True):
    """An answer and its source."""

    answer: Compatibility
    reason: str


_LETTERS = {
    "S": Compatibility.YES,
    "Y": Compatibility.YES,
    "N": Compatibility.NO,
    "U": Compatibility.REVIEW,
    "C": Compatibility.REVIEW,
}
_WORDS = {"S": "same license", "Y": "yes", "N": "no", "U": "unknown", "C": "check dependency"}
_ORDER = tuple(Compatibility)

# By category of (project, passage) if the matrix has no entry; other pairs need a review.
_NEVER = frozenset({"source-available", "proprietary"})
_COPYLEFT = frozenset({"weak-copyleft", "strong-copyleft", "network-copyleft"})
_FREE = frozenset({"public-domain", "permissive"})


@cache
def _matrix() -> tuple[str, dict[str, str], dict[str, int]]:
    first, *lines = spdx_list.data("osadl-matrix.tsv").decode("utf-8").splitlines()
    rows = dict(line.split("\t") for line in lines)
    return first.removeprefix("# "), rows, {key: i for i, key in enumerate(rows)}


def matrix_source() -> str:
    """Name, date, package and license of the matrix, to be shown wherever it is used."""
    return _matrix()[0]


def compatibility(outbound: str, inbound: str) -> Verdict:
    """Whether a passage under one license may be copied into a project under an expression.

    Args:
        outbound: the project's license expression. If it has several licenses, each must permit
            the passage, whether they are joined by AND or OR.
        inbound: one license id of the passage, possibly WITH an exception. For expressions see
            `policy`, which chooses one arm of OR.
    """
    ids = leaves(outbound)
    if not ids:
        return Verdict(Compatibility.REVIEW, "the project's license is not known")
    answers = [_pair(each, normalize(inbound)) for each in ids]
    return max(answers, key=lambda pair: _ORDER.index(pair.answer))


@lru_cache(maxsize=4096)
def _pair(outbound: str, inbound: str) -> Verdict:
    _, rows, columns = _matrix()
    row, column = _known(outbound, rows), _known(inbound, rows)
    if row and column:
        letter = rows[row][columns[column]]
        answer = _LETTERS[letter]
        return Verdict(answer, f"OSADL matrix, {inbound} into {outbound}: {_WORDS[letter]}")
    answer = _by_category(outbound, inbound)
    return Verdict(
        answer, f"by category, {category(inbound)} into {category(outbound)}: {answer.value}"
    )


def _known(expression: str, rows: dict[str, str]) -> str:
    """The matrix's name for a license; an exception that it does not list is left out."""
    if expression in rows:
        return expression
    base = expression.partition(" WITH ")[0]
    return base if base in rows else ""


def _by_category(outbound: str, inbound: str) -> Compatibility:
    project, passage = category(outbound), category(inbound)
    if outbound == inbound and passage != "unknown":
        return Compatibility.YES
    if passage in _NEVER:
        return Compatibility.NO
    if "unknown" in {project, passage}:
        return Compatibility.REVIEW
    if passage in _FREE:
        return Compatibility.YES
    if passage in _COPYLEFT and project not in _COPYLEFT:
        return Compatibility.NO
    return Compatibility.REVIEW
