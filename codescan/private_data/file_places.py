# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The place of a file as context: test suites and documentation make up values that no rule tells.

Addresses and numbers there are weak evidence unless a person's name stands beside them. Values with
a checksum or a fixed form, such as keys and tokens, count wherever they stand.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from codescan.private_data.person_names import PERSON_NAME
from codescan.records import Grade

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codescan.private_data.records import Candidate

__all__ = ["is_made_up_place", "weighed"]

_FOLDERS = re.compile(
    r"(?:^|/)(?:tests?|testing|testdata|__tests__|specs?|fixtures?|mocks?|examples?|samples?|docs?)/",
    re.IGNORECASE,
)
_FILES = re.compile(
    r"(?:^|/)(?:tests?|test_[^/]*|[^/]*_test|[^/]*[.-](?:test|spec))"
    r"\.(?:py|go|rb|js|ts|jsx|tsx|mjs|cjs|java|rs|c|cc|cpp)$",
    re.IGNORECASE,
)
_UNVERIFIED = frozenset(
    {"e-mail", "ip-address", "phone-number", "named-secret", "iban", "payment-card"}
)
"""Kinds whose form proves little: made-up numbers are given right check digits, too."""
_REACH = 100
"""Characters from a value in which a name makes it count."""


def is_made_up_place(path: str) -> bool:
    """Whether a file is of a test suite or of documentation.

    Args:
        path: of the file inside its folder, archive or package, with forward slashes.
    """
    return bool(_FOLDERS.search(path) or _FILES.search(path))


def weighed(candidates: Iterable[Candidate], path: str) -> list[Candidate]:
    """The candidates of a file, those that its place makes weak with grade C.

    Args:
        candidates: in the order of the text.
        path: as for `is_made_up_place`; "" where a text is not a file of a package.
    """
    listed = list(candidates)
    if not path or not is_made_up_place(path):
        return listed
    names = [each.start for each in listed if each.kind == PERSON_NAME.name]
    return [
        replace(each, grade=Grade.C)
        if each.kind in _UNVERIFIED
        and each.grade in (Grade.A, Grade.B)
        and not _is_named(each, names)
        else each
        for each in listed
    ]


def _is_named(candidate: Candidate, names: list[int]) -> bool:
    """Whether a name begins near a value.

    Args:
        candidate: the value.
        names: where names begin, in ascending order.
    """
    place = bisect_left(names, candidate.start - _REACH)
    return place < len(names) and names[place] < candidate.end + _REACH
