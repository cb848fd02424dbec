# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The functions of a document that are long enough for a copy of one to be evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.prompts.slicing import hashed
from codescan.text.units import Unit, units

if TYPE_CHECKING:
    from codescan.records import Document

__all__ = ["MIN_CHARACTERS", "MIN_LINES", "long_functions"]

MIN_CHARACTERS = 150
"""Without white space: the least for which a copy can be strong evidence."""
MIN_LINES = 6


def long_functions(document: Document, seed: int) -> list[Unit]:
    """Functions and methods with a long body, in an order that a hash of `seed` decides."""
    functions = []
    for number, unit in enumerate(units(document.content, document.language)):
        body = document.content[unit.body.start : unit.body.end].decode("utf-8", "replace")
        if unit.kind == "class" or len(body.splitlines()) < MIN_LINES:
            continue
        if len("".join(body.split())) >= MIN_CHARACTERS:
            functions.append((hashed(seed, document.id, number), number, unit))
    return [unit for _, _, unit in sorted(functions, key=lambda item: item[:2])]
