# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The nouns of canaries: one canary, its role in a set, and the set."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from codescan.canaries.draw_stream import DrawStream

__all__ = ["Canary", "CanaryFamily", "CanarySet", "Entry", "Role"]


class Role(StrEnum):
    """The treatment of a canary of a set."""

    PLANTED = "planted"
    """It is inserted into the training data."""
    PARTNER = "partner"
    """The held-out half of a pair; a coin decided which half is planted."""
    CONTROL = "control"
    """Held out, and scored as if it were planted with 0 copies: the null arm."""
    TWIN = "twin"
    """Held out, to rank the others against."""


@dataclass(frozen=True, slots=True)
class Canary:
    """A random text: a carrier with a secret in it."""

    id: str
    """Unique in its set, for example "secret-00017"."""
    family: str
    prefix: str
    """Text of the carrier before the secret; the prompt."""
    secret: str
    """The random part; the only part that is scored."""
    suffix: str = ""
    """Text of the carrier after the secret; ends with a line break."""

    @property
    def text(self) -> str:
        """The whole canary."""
        return f"{self.prefix}{self.secret}{self.suffix}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A canary and what happens to it."""

    canary: Canary
    role: Role
    copies: int = 0
    """The number of copies to plant; 0 for held-out canaries."""
    pair: str = ""
    """Id of the other half of its pair; "" for controls and twins."""


@dataclass(frozen=True, slots=True)
class CanarySet:
    """Canaries drawn together from one seed."""

    seed: str
    families: tuple[str, ...]
    levels: tuple[int, ...]
    """Copies of planted canaries, ascending."""
    entries: tuple[Entry, ...]

    def of(self, *roles: Role, family: str = "") -> tuple[Entry, ...]:
        """Entries of some roles, in the order in which they were drawn.

        Args:
            roles: which ones.
            family: of this family only; "" for all.
        """
        return tuple(
            entry
            for entry in self.entries
            if entry.role in roles and family in ("", entry.canary.family)
        )

    @property
    def planted(self) -> tuple[Entry, ...]:
        """The canaries that are inserted."""
        return self.of(Role.PLANTED)

    def held_out(self, family: str = "") -> tuple[Entry, ...]:
        """The canaries that others are ranked against: partners and twins."""
        return self.of(Role.PARTNER, Role.TWIN, family=family)

    @property
    def copies(self) -> int:
        """Insertions of all planted canaries together."""
        return sum(entry.copies for entry in self.entries)


class CanaryFamily(Protocol):
    """Draws canaries of one kind. Stateless; the stream is the only source of randomness."""

    name: str
    bits: float
    """Information of a secret: log2 of the number of secrets, all equally likely."""

    def draw(self, stream: DrawStream) -> tuple[str, str, str]:
        """Prefix, secret and suffix: together top-level statements or comments of Python."""
        ...
