# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads what a command printed and holds it against the published schema of its result."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema_rs

from codescan.app.result_schemas import result_schema

__all__ = ["read_result"]


def read_result(command: str, text: str) -> Any:
    """The result that a command printed as JSON.

    Args:
        command: as in `codescan.app.result_schemas.RESULTS`.
        text: its output.
    """
    result = json.loads(text)
    _validator(command).validate(result)
    return result


@cache
def _validator(command: str) -> jsonschema_rs.Validator:
    """Also refuses properties that the schema does not name, at any depth."""
    schema = result_schema(command)
    for part in schema["$defs"].values():
        if "properties" in part:
            part.setdefault("additionalProperties", False)
    return jsonschema_rs.validator_for(schema)
