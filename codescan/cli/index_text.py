# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Nested values of indexes and packages as indented lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codescan.records.json_form import encode
from codescan.reports.escaping import visible

__all__ = ["described_lines", "result_lines"]

_NOT_DESCRIBED = frozenset({"schema_version", "missing"})


def result_lines(
    result: object, indent: str = "  ", *, without: frozenset[str] = frozenset()
) -> str:
    """The fields of a result as indented lines.

    Args:
        result: a record.
        indent: of each line.
        without: names of fields to leave out.
    """
    values = encode(result)
    hidden = _NOT_DESCRIBED | without
    return "\n".join(
        described_lines({key: values[key] for key in values if key not in hidden}, indent)
    )


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
            value_text = (
                f"{value:,}"
                if isinstance(value, int) and key != "sequence"
                else visible(str(value))
            )
            yield f"{indent}{name}: {value_text}"
