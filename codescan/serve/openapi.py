# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI description of the service: schemas made from the messages, with examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from codescan.serve.scan_messages import ScanRequest, ScanResponse

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["PASSAGE_EXTRA", "SCAN_EXTRA", "describe"]

_REF = "#/components/schemas/{name}"
_TEXT = "def high_waters(heights, minutes):\n    return [h for h in heights if h > minutes]\n"

_INDEX = {"name": "top-pypi", "guarantee_tokens": 31, "digest": "5f0c…", "root": "9a1e…"}
_REQUEST_EXAMPLES = {
    "single": {
        "summary": "One text",
        "value": {"text": _TEXT, "language": "python", "path": "src/tides.py"},
    },
    "batch": {
        "summary": "A batch, without source text of the index",
        "value": {
            "texts": [{"id": "a", "text": _TEXT}, {"id": "b", "text": "SELECT 1;"}],
            "passages": False,
        },
    },
}
_RESPONSE_EXAMPLES = {
    "clean": {
        "summary": "Compared whole, nothing found",
        "value": {
            "schema_version": 1,
            "index": _INDEX,
            "complete": True,
            "results": [
                {
                    "id": "text",
                    "status": "clean",
                    "findings": [],
                    "suppressed": [],
                    "skipped": [],
                    "unknown_language": "",
                }
            ],
        },
    },
    "nothing": {
        "summary": "Nothing was compared: not a clean answer",
        "value": {
            "schema_version": 1,
            "index": _INDEX,
            "complete": False,
            "results": [
                {
                    "id": "text",
                    "status": "nothing",
                    "findings": [],
                    "suppressed": [],
                    "skipped": [{"item": "text", "stage": "read", "reason": "empty", "detail": ""}],
                    "unknown_language": "",
                }
            ],
        },
    },
}
_PROBLEM = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["kind", "message"],
            "properties": {
                "kind": {"type": "string", "description": "A stable word."},
                "message": {"type": "string"},
                "hint": {"type": "string"},
            },
        }
    },
}


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(name="Problem")}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


_PROBLEMS = {
    "401": _problem("The token is missing or wrong."),
    "403": _problem("A page of another site, or an unknown host name."),
    "413": _problem("The body is too large, or holds too many texts."),
    "422": _problem("A field is missing or wrong."),
    "429": _problem("Too many requests wait. Try again after Retry-After seconds."),
    "503": _problem("The index cannot be read, or no result came in time. Nothing was judged."),
}
SCAN_EXTRA: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$ref": _REF.format(name="ScanRequest")},
                "examples": _REQUEST_EXAMPLES,
            }
        },
    },
    "responses": {
        "200": {
            "description": "One result for each text, in their order.",
            "content": {
                "application/json": {
                    "schema": {"$ref": _REF.format(name="ScanResponse")},
                    "examples": _RESPONSE_EXAMPLES,
                }
            },
        },
        "400": _problem("The body is not JSON."),
        "408": _problem("The body did not arrive in time."),
        "415": _problem("The body is not declared as JSON."),
        **_PROBLEMS,
    },
}
PASSAGE_EXTRA: dict[str, Any] = {
    "responses": {"404": _problem("The index holds no such file."), **_PROBLEMS}
}


def describe(app: FastAPI) -> None:
    """Add the schemas of the messages to the description of an application."""
    _, components = msgspec.json.schema_components([ScanRequest, ScanResponse], ref_template=_REF)
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas.update(components)
            schemas["Problem"] = _PROBLEM
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI documents it
