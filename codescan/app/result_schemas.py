# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""JSON Schemas of the results of the commands for canaries, membership, the lab and evidence."""

from __future__ import annotations

from typing import Any

import msgspec

from codescan.app.canary_plant import PlantResult
from codescan.app.canary_stamp import StampResult
from codescan.app.canary_verify import SurvivalResult
from codescan.app.evidence import BundleResult, VerifiedBundle
from codescan.app.stamp_score import StampTest
from codescan.canaries.results import CanaryResult
from codescan.evidence.annexes import Annex
from codescan.lab.results import LabResult
from codescan.membership.mine_result import MineResult
from codescan.membership.results import MembershipResult

__all__ = ["RESULTS", "result_schema", "results_schema"]

RESULTS: dict[str, type] = {
    "canary plant": PlantResult,
    "canary verify": SurvivalResult,
    "canary score": CanaryResult,
    "canary stamp": StampResult,
    "canary stamp-score": StampTest,
    "membership": MembershipResult,
    "mine": MineResult,
    "lab": LabResult,
    "evidence bundle": BundleResult,
    "evidence verify": VerifiedBundle,
    "annexes.json": Annex,
}
"""Record by the command that prints it, or the file that holds it."""
_PLACE = "#/$defs/{name}"
_LEFT_OUT = {"membership": "texts"}
"""A field that the command writes into a file of its own."""


def results_schema() -> dict[str, Any]:
    """One JSON Schema (2020-12) for all results; `properties` names each by its command."""
    schemas, parts = msgspec.json.schema_components(RESULTS.values(), ref_template=_PLACE)
    for command, name in _LEFT_OUT.items():
        parts[RESULTS[command].__name__]["required"].remove(name)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Results of codescan canary, membership, mine, lab and evidence",
        "type": "object",
        "properties": dict(zip(RESULTS, schemas, strict=True)),
        "$defs": dict(sorted(parts.items())),
    }


def result_schema(command: str) -> dict[str, Any]:
    """The JSON Schema of the result of one command of `RESULTS`."""
    whole = results_schema()
    return {
        "$schema": whole["$schema"],
        "title": f"Result of codescan {command}",
        **whole["properties"][command],
        "$defs": whole["$defs"],
    }
