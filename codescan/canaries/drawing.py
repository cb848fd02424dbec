# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Draws a set of canaries: planted ones with their copies, held-out twins, and controls.

Every canary of a family comes from the same stream, and coins of another stream decide which are
planted. So a model that has not memorized cannot tell planted ones from held-out ones: their ranks
are uniform. Pairs with one coin each serve the audit in one run (Steinke et al. 2023,
arXiv 2305.08846).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.canaries.canary import Canary, CanarySet, Entry, Role
from codescan.canaries.draw_stream import DrawStream
from codescan.errors import UsageError
from codescan.registry import AXES, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.canaries.canary import CanaryFamily

__all__ = ["FAMILIES", "LEVELS", "PER_LEVEL", "TWINS", "draw_canaries", "draw_secrets"]

FAMILIES = tuple(AXES["canaries"])
LEVELS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
"""Copies, doubling: exposure is a line over their logarithm."""
PER_LEVEL = 5
"""Planted canaries of each family at each level: 25 a level over five families."""
TWINS = 1000
"""Held-out canaries of each family at least: exposure is then measured up to 10 bits."""
_LEAST_TWINS = 99
"""Below that no rank is within the first 1 %."""
_ATTEMPTS = 1000


def draw_canaries(
    seed: str,
    *,
    families: Sequence[str] = FAMILIES,
    levels: Sequence[int] = LEVELS,
    per_level: int = PER_LEVEL,
    twins: int = TWINS,
) -> CanarySet:
    """Draw a set; the same arguments always give the same set.

    Args:
        seed: the secret of the set.
        families: names on the registry's axis "canaries".
        levels: copies of planted canaries, each at least 1.
        per_level: planted canaries of each family at each level.
        twins: held-out canaries of each family, partners included, at least.

    Raises:
        UsageError: a family is not known, or a number is out of range.
    """
    ascending = tuple(sorted(set(levels)))
    if not families or not ascending or ascending[0] < 1 or per_level < 1:
        raise UsageError(
            "a set of canaries needs a family, and copy counts and canaries of at least 1",
            "give --family, --copy-counts and --per-copy-count, for example "
            "--copy-counts 1,4,16 --per-copy-count 5",
        )
    if twins < _LEAST_TWINS:
        raise UsageError(
            f"{twins} twins cannot show a rank within the first 1 %",
            f"draw at least {_LEAST_TWINS}; 1,000 are recommended",
        )
    names = tuple(dict.fromkeys(families))
    entries: list[Entry] = []
    for name in names:
        entries += _family_entries(seed, name, ascending, per_level, twins)
    return CanarySet(seed, names, ascending, tuple(entries))


def draw_secrets(seed: str, canary: Canary, count: int) -> tuple[Canary, ...]:
    """The canary's carrier with other secrets of its family, for exposure by sampling.

    Args:
        seed: of the set.
        canary: whose carrier is used.
        count: secrets to draw.
    """
    family: CanaryFamily = load("canaries", canary.family)()
    stream = DrawStream(seed, "secrets", canary.id)
    drawn: dict[str, Canary] = {}
    while len(drawn) < count:
        secret = family.draw(stream)[1]
        if secret != canary.secret:
            drawn.setdefault(
                secret,
                Canary(f"{canary.id}/{len(drawn)}", canary.family, canary.prefix, secret),
            )
    return tuple(drawn.values())


def _family_entries(
    seed: str, name: str, levels: Sequence[int], per_level: int, twins: int
) -> Iterator[Entry]:
    canaries = _canaries(seed, name)
    coins = DrawStream(seed, "coins", name)
    pairs = len(levels) * per_level
    for number in range(pairs):
        copies = levels[number % len(levels)]
        first, second = next(canaries), next(canaries)
        planted, partner = (first, second) if coins.coin() else (second, first)
        yield Entry(planted, Role.PLANTED, copies, partner.id)
        yield Entry(partner, Role.PARTNER, 0, planted.id)
    for _ in range(pairs):
        yield Entry(next(canaries), Role.CONTROL)
    for _ in range(max(0, twins - pairs)):
        yield Entry(next(canaries), Role.TWIN)


def _canaries(seed: str, name: str) -> Iterator[Canary]:
    """Canaries of a family without end, no two with the same prefix or secret."""
    family: CanaryFamily = load("canaries", name)()
    stream = DrawStream(seed, "canaries", name)
    seen: set[str] = set()
    number = attempts = 0
    while True:
        prefix, secret, suffix = family.draw(stream)
        if prefix in seen or secret in seen:
            attempts += 1
            if attempts > _ATTEMPTS:
                raise UsageError(
                    f"the family {name} has no further canaries",
                    "plant fewer of it: lower --per-copy-count or --twins",
                )
            continue
        seen |= {prefix, secret}
        yield Canary(f"{name}-{number:05d}", name, prefix, secret, suffix)
        number += 1
        attempts = 0
