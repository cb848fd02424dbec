# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Decode JSON requests into records."""

from __future__ import annotations

import json
from typing import TypeVar

import msgspec

from codescan.records.json_decode import unique_names

__all__ = ["read_json"]

_Record = TypeVar("_Record")


def read_json(body: bytes, kind: type[_Record]) -> _Record:
    """The record in a body. Lone surrogates are handled as in JSON Lines.

    msgspec uses the last of two equal names, so the text of the first would not be checked.

    Raises:
        msgspec.ValidationError: a field is missing or of another type.
        ValueError: the body is not JSON, is nested too deeply, or has a name with two values.
    """
    try:
        document = json.loads(body, object_pairs_hook=unique_names)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    return msgspec.convert(document, kind)
