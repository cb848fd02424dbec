# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The report as JSON, without loss: the contract that other programs read.

`report_layout` lists its keys; the schema (JSON Schema 2020-12, docs/results.schema.json) is
generated from them. Lines are 1-based and inclusive; bytes are half-open offsets into the UTF-8
text as given. Readers must ignore keys that they do not know: a key may be added within a schema
version, but never changed or taken away.
"""

from __future__ import annotations

import json
from typing import Any

from codescan.errors import OutputError, UsageError
from codescan.records import Report
from codescan.records.json_decode import DecodingError, decode_json
from codescan.reports.escaping import inert_json, json_text
from codescan.reports.report_layout import REPORT_CODEC, SCHEMA_VERSION, qualified

__all__ = ["SCHEMA_VERSION", "JsonReporter", "compact", "document", "loads", "qualified"]

_HINT = "give a report.json written by codescan, or make it again"


class JsonReporter:
    """Renders the lossless form, from which every other format can be made again."""

    name = "json"
    media_type = "application/json"
    suffix = ".json"

    def render(self, report: Report) -> str:
        """The report as indented JSON.

        Raises:
            OutputError: a mapping of the report holds what JSON cannot.
        """
        try:
            return json_text(document(report))
        except (TypeError, ValueError, RecursionError) as error:
            raise _unwritable(error) from error


def compact(report: Report) -> str:
    """The report as JSON in one line, which takes a tenth of the time: for programs only.

    Raises:
        OutputError: as `JsonReporter.render`.
    """
    try:
        return inert_json(json.dumps(document(report), ensure_ascii=False, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise _unwritable(error) from error


def _unwritable(error: Exception) -> OutputError:
    return OutputError(
        f"the report cannot be written as JSON: {error}",
        "settings and statistics may hold text, finite numbers, lists and mappings only",
    )


def document(report: Report) -> dict[str, Any]:
    """The report as plain dictionaries and lists, in the published shape."""
    encoded: dict[str, Any] = REPORT_CODEC.encode(report)
    return encoded


def loads(text: str) -> Report:
    """Read a report: the exact inverse of `JsonReporter.render`.

    Raises:
        UsageError: the text is not a report, or a report of another schema version.
    """
    try:
        data = decode_json(text, Any)
    except DecodingError as error:
        raise UsageError(f"the report is {error}", _HINT) from error
    version = data.get("schema_version") if isinstance(data, dict) else None
    if type(version) is int and version != SCHEMA_VERSION:
        raise UsageError(
            f"the report has schema version {version}; this version reads {SCHEMA_VERSION}",
            "use the version of codescan that wrote it, or run the scan again",
        )
    try:
        report: Report = REPORT_CODEC.decode(data, Report)
    except DecodingError as error:
        raise UsageError(f"report{error.place}: {error.problem}", _HINT) from error
    return report
