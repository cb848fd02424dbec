# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The figures of a run, each beside what is promised."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

__all__ = ["Bench", "Row"]


@dataclass
class Row:
    """One figure beside what is promised."""

    name: str
    value: float
    unit: str
    target: float
    at_least: bool = True
    n: int = 1

    @property
    def reached(self) -> bool:
        """Whether the figure is good enough."""
        return self.value >= self.target if self.at_least else self.value <= self.target


@dataclass
class Bench:
    """A run: where things lie and what was found so far."""

    chosen: argparse.Namespace
    work: Path
    cache: Path
    rows: list[Row] = field(default_factory=list)
    details: dict[str, object] = field(default_factory=dict)

    def add(self, name: str, value: float, unit: str, target: float, **more: object) -> None:
        """Keep and print a figure."""
        row = Row(name, value, unit, target, **more)  # type: ignore[arg-type]
        self.rows.append(row)
        sign = "≥" if row.at_least else "≤"
        mark = "" if row.reached else "   not reached"
        print(f"  {name:58} {value:9.3g} {unit:7} {sign} {target:g}{mark}")

    def say(self, text: str, **details: object) -> None:
        """Print a line of detail, and keep its figures."""
        print(f"    {text}", flush=True)
        self.details.update(details)
