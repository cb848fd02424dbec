# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The published schema of the results of the commands."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest
from result_schemas import read_result

from codescan.app.result_schemas import RESULTS, result_schema, results_schema

SCHEMA = Path(__file__).parents[2] / "docs" / "results.schema.json"


def test_the_documented_schema_is_the_generated_one():
    text = json.dumps(results_schema(), indent=2, ensure_ascii=False) + "\n"
    assert SCHEMA.read_text(encoding="utf-8") == text  # else write it again


@pytest.mark.parametrize("command", RESULTS)
def test_every_schema_is_valid_and_refuses_a_result_without_its_fields(command):
    jsonschema_rs.meta.validate(result_schema(command))
    with pytest.raises(jsonschema_rs.ValidationError):
        read_result(command, "{}")
