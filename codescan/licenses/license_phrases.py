# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Fixed phrases of license notices, and the first words of license texts."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from msgspec import Struct

from codescan._core import _native
from codescan.licenses import spdx_list

__all__ = ["Phrase", "exceptions", "opening", "triggers"]


class Phrase(Struct, frozen=True):
    """A license with the phrases that must all be present."""

    expression: str
    trigger: bytes
    """The longest word of the first phrase; a text without it is not searched."""
    required: tuple[bytes, ...]
    excluded: tuple[bytes, ...]


@cache
def triggers() -> dict[bytes, tuple[Phrase, ...]]:
    """The phrases by trigger."""
    phrases_by_word: dict[bytes, tuple[Phrase, ...]] = {}
    for phrase in _phrases():
        phrases_by_word[phrase.trigger] = (*phrases_by_word.get(phrase.trigger, ()), phrase)
    return phrases_by_word


@cache
def _phrase_table() -> dict[str, Any]:
    return tomllib.loads(spdx_list.data("phrases.toml").decode("utf-8"))


@cache
def _phrases() -> tuple[Phrase, ...]:
    table = _phrase_table()
    return tuple(
        Phrase(
            expression=row["license"],
            trigger=max(row["required"][0].split(), key=len).encode(),
            required=tuple(f" {words} ".encode() for words in row["required"]),
            excluded=tuple(f" {words} ".encode() for words in row.get("excluded", ())),
        )
        for row in table["phrases"]
    )


@cache
def exceptions() -> tuple[tuple[bytes, str], ...]:
    """Words of each exception to the GPL, and its id."""
    table: dict[str, str] = _phrase_table()["exceptions"]
    return tuple((f" {words} ".encode(), key) for words, key in table.items())


def opening(normalized: bytes) -> str:
    """The family of the license text that a text begins with, or ""."""
    families, words = _openings()
    if not words.any_in(normalized):
        return ""
    return families[words.present_in(normalized)[0]]


@cache
def _openings() -> tuple[tuple[str, ...], _native.Words]:
    """The families of license texts, and their first words."""
    table: dict[str, str] = _phrase_table()["openings"]
    return tuple(table.values()), _native.Words([f" {words}".encode() for words in table])
