# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Values of the same form as a value, of nobody: how often a corpus holds one by chance."""

from __future__ import annotations

import random
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["swapped_values"]

_TRIES = 200
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
_HEX = frozenset("0123456789abcdef")
_KEPT_OF_NUMBER = 4
_KEPT_OF_SECRET = 4


def swapped_values(
    kind: str, value: str, others: Sequence[str], count: int, seed: int
) -> tuple[str, ...]:
    """Values of the same kind and form, with the identities of others or of nobody.

    The parts of e-mail addresses and names are exchanged with those of other values. Numbers keep
    their first characters, which say country or issuer, and their checksum stays right. All other
    characters are drawn at random from those of their class.

    Args:
        kind: of the value.
        value: canonical.
        others: the other values of this kind; may be empty.
        count: how many are wanted, at least 1.
        seed: of the draws.

    Returns:
        Different values, none equal to `value`; fewer than `count` where its form has fewer.
    """
    draws = random.Random(f"{seed} {kind} {value}")  # noqa: S311 - a control, not a secret
    drawn: dict[str, None] = {}
    for candidate in _candidates(kind, value, [o for o in others if o != value], draws, count):
        if candidate != value:
            drawn[candidate] = None
        if len(drawn) == count:
            break
    return tuple(drawn)


def _candidates(
    kind: str, value: str, others: Sequence[str], draws: random.Random, count: int
) -> Iterator[str]:
    separator = {"e-mail": "@", "person-name": " "}.get(kind)
    if separator is not None and others:
        for other in draws.sample(others, min(len(others), count // 2 + 1)):
            yield value.partition(separator)[0] + separator + other.partition(separator)[2]
    for _ in range(count * 4):
        yield _of_same_form(kind, value, draws)


def _of_same_form(kind: str, value: str, draws: random.Random) -> str:
    if kind == "e-mail":
        local, _, domain = value.partition("@")
        return f"{_redrawn(local, 0, draws)}@{domain}"
    is_right = _checksum(kind, value)
    prefix = (
        _KEPT_OF_NUMBER if is_right or kind in ("phone-number", "ip-address") else _KEPT_OF_SECRET
    )
    if kind == "person-name":
        prefix = 0
    drawn = _redrawn(value, prefix, draws)
    if is_right is None:
        return drawn
    for _ in range(_TRIES):
        if is_right(drawn):
            break
        drawn = _redrawn(value, prefix, draws)
    return drawn


def _checksum(kind: str, value: str) -> Callable[[str], bool] | None:
    """Tests the checksum of a number; None for values without one."""
    name = {"payment-card": "stdnum.luhn", "iban": "stdnum.iban"}.get(kind)
    if name is None:
        return None
    module = import_module(name)
    return lambda number: bool(module.is_valid(number)) or len(number) != len(value)


def _redrawn(value: str, prefix: int, draws: random.Random) -> str:
    """A value with its characters after the first `kept` drawn again, each in its class."""
    letters = "abcdef" if set(value[prefix:].lower()) <= _HEX | {"-"} else _LOWER
    return value[:prefix] + "".join(
        _drawn(character, letters, draws) for character in value[prefix:]
    )


def _drawn(character: str, letters: str, draws: random.Random) -> str:
    if character.isdecimal():
        return draws.choice(_DIGITS)
    if character.isalpha() and character.isascii():
        letter = draws.choice(letters)
        return letter.upper() if character.isupper() else letter
    return character
