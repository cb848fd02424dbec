# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A part of a long campaign: which commands it runs, and a file that sums up all parts."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ALL", "Piece"]


@dataclass(frozen=True)
class Piece:
    """Commands to run, and where their counts are kept."""

    only: tuple[str, ...] = ()
    """Names; empty for all."""
    record: Path | None = None
    """Gets a line of JSON for each command."""

    def check(self, names: list[str]) -> None:
        """Exit unless every command that is named is one of these."""
        if unknown := set(self.only) - set(names):
            known = ", ".join(names)
            raise SystemExit(f"there is no command {', '.join(sorted(unknown))}; known: {known}")

    def has(self, name: str) -> bool:
        """Whether a command is run."""
        return not self.only or name in self.only

    def keep(self, name: str, fault: str, seed: int, counts: Counter[str]) -> None:
        """Append the counts of a command."""
        if self.record is not None:
            row = {"command": name, "fault": fault, "seed": seed, **counts}
            with self.record.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")

    def summary(self) -> str:
        """The sums of all pieces in the file; a seed that comes again for a command counts once."""
        if self.record is None:
            return ""
        sums: dict[tuple[str, str], Counter[str]] = {}
        seen: set[tuple[str, str, int]] = set()
        for line in self.record.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            key = row.pop("command"), row.pop("fault")
            seed = row.pop("seed")
            if (*key, seed) not in seen:
                seen.add((*key, seed))
                sums.setdefault(key, Counter()).update(row)
        return "\n".join(
            f"  {name:18} in all: tried {counts['tried']:4}, {fault} {counts[fault]:4}, "
            f"survived {counts['survived']:4}, failed {counts['failed']:4}"
            for (name, fault), counts in sorted(sums.items())
        )


ALL = Piece()
