# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Small training sets whose duplicates are known."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

WORDS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa")


def function(rng: random.Random, name: str, lines: int = 14) -> str:
    """A function whose tokens differ from those of any other seed."""
    body = []
    for _ in range(lines):
        a, b, c = (f"{rng.choice(WORDS)}_{rng.randrange(90)}" for _ in range(3))
        body.append(
            rng.choice(
                (
                    f"    {a} = {b}.{c}({rng.randrange(9999)}, {a!r})",
                    f"    if {a} > {b} + {rng.randrange(9999)}:\n        return {c}",
                    f"    for {a} in {b}:\n        {c}.append({a} * {rng.randrange(9999)})",
                    f"    {a}, {b} = {b}, {c} % {rng.randrange(1, 9999)}",
                )
            )
        )
    return f"def {name}(alpha, beta):\n" + "\n".join(body) + "\n    return alpha\n"


def module(seed: int, functions: int = 4) -> str:
    """A module of its own."""
    rng = random.Random(seed)
    return "import os\n\n" + "\n\n".join(
        function(rng, f"f{seed}_{number}") for number in range(functions)
    )


def edited(text: str, share: float, seed: int) -> str:
    """The text with one token changed in a share of its lines."""
    rng = random.Random(seed)
    lines = text.split("\n")
    for number in rng.sample(range(len(lines)), round(share * len(lines))):
        words = lines[number].split(" ")
        if len(words) > 4:
            words[-1] = f"changed_{rng.randrange(10**6)}"
            lines[number] = " ".join(words)
    return "\n".join(lines)


@pytest.fixture
def write_rows(tmp_path):
    """Writes rows as JSON Lines and returns the file."""

    def write(rows, name: str = "data.jsonl") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return write
