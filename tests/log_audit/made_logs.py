# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Logs that copy from works, and the works."""

from __future__ import annotations

import json
import random

WORKS = 14


def work_text(number: int, lines: int = 60) -> str:
    """A module that shares no run of tokens with another one."""
    rng = random.Random(number)

    def name() -> str:
        return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=8))

    body = "\n".join(
        f"    {name()} = {name()}({name()}, {rng.randrange(9999)}) + {name()}[{name()}]"
        for _ in range(lines)
    )
    return f"# Copyright 2019 Owner {number % 3}\ndef {name()}({name()}):\n{body}\n"


def copied(number: int) -> str:
    """A passage of a work."""
    return "\n".join(work_text(number).splitlines()[5:25])


def original(rng: random.Random) -> str:
    """Text that nobody else wrote."""
    words = " ".join(f"word{rng.randrange(10**6)}" for _ in range(20))
    return f"{words}\n\n```python\nx{rng.randrange(10**6)} = y{rng.randrange(10**6)}\n```\n"


def rows(count: int, copies: dict[int, int], *, seed: int = 0, **fields: str) -> list[dict]:
    """Rows of a log.

    Args:
        count: rows.
        copies: number of the work that a row copies, by the row's number.
        seed: of the other text.
        fields: of every row.
    """
    rng = random.Random(seed)
    return [
        {
            "id": f"{seed}-{number}",
            "prompt": f"task {rng.randrange(10**6)}",
            "completion": f"Here:\n\n```python\n{copied(copies[number])}\n```\n"
            if number in copies
            else original(rng),
            **fields,
        }
        for number in range(count)
    ]


def write_log(path, log_rows):
    """Write rows as JSON Lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in log_rows), encoding="utf-8")
    return path
