# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The obligations of those who redistribute a passage, and the license texts to include."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from codescan.licenses import spdx_list
from codescan.licenses.categories import category
from codescan.licenses.expressions import leaves

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Obligation", "obligations", "texts_to_reproduce"]


class Obligation(Struct, frozen=True):
    """One obligation."""

    key: str
    """A stable word of `data/obligations.toml`, for example "include-license"."""
    sentence: str
    licenses: tuple[str, ...]
    """The licenses that require it."""


class _Table(Struct, frozen=True):
    sentences: Mapping[str, str]
    categories: Mapping[str, list[str]]
    licenses: Mapping[str, list[str]]


@cache
def _table() -> _Table:
    return _Table(**tomllib.loads(spdx_list.data("obligations.toml").decode("utf-8")))


def _keys(identifier: str) -> list[str]:
    table = _table()
    base = identifier.partition(" WITH ")[0]
    for pattern, keys in table.licenses.items():
        if base == pattern or (pattern.endswith("*") and base.startswith(pattern[:-1])):
            return keys
    return table.categories[category(identifier)]


def obligations(expression: str) -> tuple[Obligation, ...]:
    """All obligations of the licenses of an expression, each once.

    Args:
        expression: an expression where one arm of each OR is already chosen
            (`LicenseEvaluation.choice`); otherwise all arms count.
    """
    duties: dict[str, list[str]] = {}
    for identifier in leaves(expression):
        for key in _keys(identifier):
            duties.setdefault(key, []).append(identifier)
    order = list(_table().sentences)
    return tuple(
        Obligation(key, _table().sentences[key], tuple(duties[key]))
        for key in sorted(duties, key=order.index)
    )


def texts_to_reproduce(expression: str) -> dict[str, str]:
    """License id to full text for every license and exception that must be included.

    Ids without a text on the SPDX list, such as LicenseRef ids, are left out.
    """
    ids = [part for leaf in leaves(expression) for part in leaf.split(" WITH ")]
    return {key: text for key in ids if (text := spdx_list.license_text(key)) is not None}
