# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Canonical JSON, for files and hashes that are compared byte by byte."""

from __future__ import annotations

import json

__all__ = ["canonical_json"]


def canonical_json(value: object) -> bytes:
    """JSON with sorted keys, without white space and in ASCII, and a line break at its end.

    Args:
        value: a JSON value; encode a record first, with `json_form.encode`.

    Raises:
        TypeError, ValueError: JSON cannot hold the value, or a number is not finite.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii") + b"\n"
