# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Which modules may parse JSON themselves; all others use `codescan.records.json_decode`."""

import ast
from pathlib import Path

import codescan

PACKAGE = Path(codescan.__file__).parent
JSON_READERS = {"json.load", "json.loads", "json.JSONDecoder", "msgspec.json.decode"}
READERS_OF_FOREIGN_JSON = {
    "app": {"private_tables", "snippet_inputs"},
    "canaries": {"planting", "training_data"},
    "dedup": {"reread", "row_input"},
    "evidence": {"corpus_sboms", "spdx_ai"},
    "gate": {"ai_marks", "project"},
    "hooks": {"events", "installation", "quick_answer"},
    "licenses": {"manifests"},
    "logs": {"bodies", "cline", "json_rows", "tables", "tool_calls"},
    "models": {"event_stream", "expected_time", "failures", "model_kinds"},
    "private_data": {"token_checksums"},
    "reports": {"cyclonedx", "spdx", "spdx3"},
    "serve": {"json_requests", "proxy_answers", "proxy_routes"},
    "sources": {
        "crates", "crates_index", "dataset_rows", "go_proxy", "npm", "package_metadata",
        "pypi_index",
    },
    "text": {"json_reader", "server_sent_events"},
}  # fmt: skip
"""Modules by folder that read JSON of other programs, whose form codescan does not decide."""
PACKAGED_TABLES = {"license_templates", "spdx_list"}
"""Modules that read large tables of the package itself, which `msgspec.json` does fastest."""


def test_json_of_codescan_is_read_by_the_typed_reader():
    readers = {
        (path.relative_to(PACKAGE).parts[0], path.stem)
        for path in PACKAGE.rglob("*.py")
        if path.stem not in PACKAGED_TABLES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and ast.unparse(node)
        in {"json.load", "json.loads", "json.JSONDecoder", "msgspec.json.decode"}
    }
    allowed = {
        (folder, stem) for folder, stems in READERS_OF_FOREIGN_JSON.items() for stem in stems
    }
    assert readers == allowed | {("records", "json_decode")}
