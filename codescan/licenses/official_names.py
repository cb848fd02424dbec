# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The full names of the SPDX license list, and the distinctive words of each name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from codescan.licenses import spdx_list, text_normalization

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "LOOSE_WORDS",
    "key_words",
    "name_key",
    "official_keys",
    "official_names",
    "official_starts",
]

LOOSE_WORDS = frozenset(("the", "version", "ver", "v", "license", "a", "an", "only", "agreement"))
"""Optional words of a name."""


def name_key(name: str) -> str:
    """The distinctive words of a name: "elastic 2 0"."""
    return " ".join(key_words(name.split()))


def key_words(words: Iterable[str]) -> tuple[str, ...]:
    """The words that every form of a name has; "2" for "v2"."""
    plain = [w[1:] if w[:1] == "v" and w[1:].isdigit() else w for w in words]
    return tuple(word for word in plain if word and word not in LOOSE_WORDS)


@cache
def official_starts() -> frozenset[tuple[str, ...]]:
    """The first two words of each key of a full name or id; every key has at least two."""
    return frozenset(tuple(key.split(" ")[:2]) for key in official_keys())


@cache
def official_names() -> tuple[str, ...]:
    """Full names and ids of the SPDX list in plain words, as people write them."""
    lines = spdx_list.data("names.tsv").decode("utf-8").splitlines()
    return tuple(text_normalization.plain(name) for line in lines for name in line.split("\t"))


@cache
def official_keys() -> Mapping[str, str]:
    """The id of each key of a full name or id, without names of one common word."""
    ids_by_name: dict[str, str] = {}
    several: set[str] = set()
    for line in spdx_list.data("names.tsv").decode("utf-8").splitlines():
        identifier, _, name = line.partition("\t")
        # The GNU family has its own rules; exceptions are not licenses.
        if "GPL-" in identifier or spdx_list.canonical_id(identifier) is None:
            continue
        if spdx_list.is_exception(identifier):
            continue
        for spelled in (name, identifier):
            key = name_key(text_normalization.plain(spelled))
            for each in (key, key.removesuffix(" 0")):
                if " " not in each or each.isdigit():
                    continue
                if ids_by_name.setdefault(each, identifier) != identifier:
                    several.add(each)
    return {key: identifier for key, identifier in ids_by_name.items() if key not in several}
