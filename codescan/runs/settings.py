# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Settings of a run as canonical JSON: hashed into the report, compared on resume."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from codescan.records.json_encode import canonical_json
from codescan.records.json_form import encode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["differences", "plain_settings", "settings_hash"]

_SHOWN = 80  # characters of a value in a message


def settings_hash(settings: Mapping[str, object]) -> str:
    """SHA-256 of the settings' canonical JSON, 64 hex digits."""
    return hashlib.sha256(canonical_json(encode(settings))).hexdigest()


def differences(before: Mapping[str, object], now: Mapping[str, object]) -> tuple[str, ...]:
    """Every setting of `before` that `now` contradicts, in words.

    Nested settings are named with dots. A key that only one side has is not a contradiction: a run
    learns some of its settings (such as the model's revision) after it has started.
    """
    return tuple(_differences("", plain_settings(before), plain_settings(now)))


def plain_settings(settings: Mapping[str, object]) -> dict[str, Any]:
    """The settings as JSON can hold them: tuples are lists, paths are text."""
    plain: dict[str, Any] = encode(settings)
    return plain


def _differences(
    prefix: str, before: Mapping[str, object], now: Mapping[str, object]
) -> Iterator[str]:
    for key in sorted(before.keys() & now.keys()):
        old, new = before[key], now[key]
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _differences(f"{prefix}{key}.", old, new)
        elif old != new:
            yield f"{prefix}{key} was {_shortened(old)}, is now {_shortened(new)}"


def _shortened(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
