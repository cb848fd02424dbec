# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads what a command printed and holds it against the published schema of its result."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema_rs

from codescan.app.result_schemas import result_schema

__all__ = ["properties_of", "read_result"]


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
    return jsonschema_rs.validator_for(result_schema(command))


def properties_of(command: str) -> set[str]:
    """The names of the properties of a result.

    Args:
        command: as of `read_result`.
    """
    schema = result_schema(command)
    name = schema["$ref"].rpartition("/")[2]
    return set(schema["$defs"][name]["properties"])
