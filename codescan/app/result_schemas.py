# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""One JSON Schema (2020-12) for the results of all commands, derived from their records.

`scripts/result_schemas` writes it as docs/results.schema.json.
"""

from __future__ import annotations

from typing import Any

import msgspec

from codescan.app.attribute import AttributeSummary
from codescan.app.audit_plan import AuditPlan
from codescan.app.canary_plant import PlantResult
from codescan.app.canary_stamp import StampResult
from codescan.app.canary_verify import SurvivalResult
from codescan.app.check_result import BaselineUpdate
from codescan.app.corpora import CorpusDescription, CorpusList, FetchResult
from codescan.app.corpus_summary import PublishedSummary
from codescan.app.diagnostics import Diagnosis
from codescan.app.evidence import BundleResult, VerifiedBundle
from codescan.app.hook_settings import HookSettings
from codescan.app.index_results import IndexResult, PackageList, VerifiedIndex
from codescan.app.opt_outs import RemovalResult
from codescan.app.package_results import KeyList, KeyResult, PackageResult
from codescan.app.private import KindList
from codescan.app.runs import ListedRun
from codescan.app.signing_keys import KeyFiles
from codescan.app.stamp_score import StampTest
from codescan.app.swhids import ExportedList, MembershipAnswers
from codescan.audits.comparison_results import RunComparison, SafeguardComparison
from codescan.canaries.results import CanaryResult
from codescan.evidence.annexes import Annex
from codescan.lab.results import LabResult
from codescan.membership.mine_result import MineResult
from codescan.membership.results import MembershipResult
from codescan.private_data.report import PrivateReport
from codescan.records import FindingList, Report
from codescan.records.duplicates import DedupSummary
from codescan.records.json_form import object_hint
from codescan.records.log_audit import LogSummary
from codescan.reports.report_layout import REPORT_CODEC

__all__ = ["RESULTS", "result_schema", "results_schema"]

RESULTS: dict[str, Any] = {
    "report": Report,
    "audit --dry-run": AuditPlan,
    "runs": list[ListedRun],
    "compare": RunComparison,
    "safeguard": SafeguardComparison,
    "check --update-baseline": BaselineUpdate,
    "attribute": AttributeSummary,
    "explain": FindingList,
    "hook install": HookSettings,
    "corpus list": CorpusList,
    "corpus show": CorpusDescription,
    "corpus fetch": FetchResult,
    "corpus summary": PublishedSummary,
    "index build": IndexResult,
    "index info": IndexResult,
    "index info --list-packages": PackageList,
    "index verify": VerifiedIndex,
    "index add": IndexResult,
    "index merge": IndexResult,
    "index remove": IndexResult,
    "index remove --opt-outs": RemovalResult,
    "index pack": PackageResult,
    "index push": PackageResult,
    "index pull": PackageResult,
    "index trust add": KeyResult,
    "index trust remove": KeyResult,
    "index trust list": KeyList,
    "index export": ExportedList,
    "member": MembershipAnswers,
    "dedup": DedupSummary,
    "logs": LogSummary,
    "private": PrivateReport,
    "private --list-kinds": KindList,
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
    "evidence keygen": KeyFiles,
    "doctor": Diagnosis,
    "annexes.json": Annex,
}
"""Record by command or file. A report is the result of scan, check, audit, report and serve."""


def results_schema() -> dict[str, Any]:
    """The schema of all results; `properties` has one entry per command."""
    objects = [
        REPORT_CODEC.object_type(kind) if kind in (Report, FindingList) else object_hint(kind)
        for kind in RESULTS.values()
    ]
    schemas, parts = msgspec.json.schema_components(objects, ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Results of codescan",
        "type": "object",
        "properties": dict(zip(RESULTS, schemas, strict=True)),
        "$defs": dict(sorted(parts.items())),
    }


def result_schema(command: str) -> dict[str, Any]:
    """The schema of the result of one command of `RESULTS`."""
    whole = results_schema()
    return {
        "$schema": whole["$schema"],
        "title": f"Result of codescan {command}",
        **whole["properties"][command],
        "$defs": whole["$defs"],
    }
