# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Nested values of indexes and packages as indented lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from codescan.reports.escaping import visible

if TYPE_CHECKING:
    from codescan.index.packages.statement import Material

__all__ = ["described_lines", "material_values"]


def described_lines(values: Mapping[str, object], indent: str = "  ") -> Iterator[str]:
    """Yield nested values as indented lines; a value never begins a line of its own."""
    for key, value in values.items():
        name = visible(key.replace("_", " "))
        if isinstance(value, Mapping):
            yield f"{indent}{name}"
            yield from described_lines(value, indent + "  ")
        elif isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value):
            for one in value:
                yield f"{indent}{name}"
                yield from described_lines(one, indent + "  ")
        elif isinstance(value, list | tuple):
            yield f"{indent}{name}: {visible(', '.join(map(str, value)))}"
        elif isinstance(value, bool):
            yield f"{indent}{name}: {'yes' if value else 'no'}"
        else:
            shown = (
                f"{value:,}"
                if isinstance(value, int) and key != "sequence"
                else visible(str(value))
            )
            yield f"{indent}{name}: {shown}"


def material_values(material: Material) -> dict[str, object]:
    """Licenses and texts of an index: number of files by category and by expression."""
    licenses: dict[str, int] = {one.expression: one.files for one in material.licenses}
    others = {"other": material.other_files} if material.other_files else {}
    return {
        "texts_inside": material.has_texts,
        "license_categories": dict(material.categories),
        "licenses": {**licenses, **others},
    }
