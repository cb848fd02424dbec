# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""codescan: find what a language model has memorized; name its origin and license.

    import codescan

    index = codescan.Index.open("my-index")
    for finding in index.scan(text, language="python"):
        origin = finding.attribution.origin
        ...  # finding.grade, origin.package.purl, origin.path, finding.attribution.license

    report = codescan.audit("smollm2", index="my-index", preset="quick")
    print(report.statement)
    report.to_pandas()  # one row for each finding

Everything public is listed in `__all__` and loaded when it is first used, so importing the
package costs next to nothing. The records are in `codescan.records`, what can be plugged in is in
`codescan.protocols`, and the errors are in `codescan.errors`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.api import (
        Index,
        Scan,
        audit,
        deduplicate,
        find_duplicates,
        find_private_data,
        private_items,
        read_report,
        summarize_corpus,
    )
    from codescan.app.run_report import RunReport
    from codescan.errors import CodescanError
    from codescan.records import Finding, Report, Skipped, Snippet, Suppressed

__all__ = [
    "CodescanError",
    "Finding",
    "Index",
    "Report",
    "RunReport",
    "Scan",
    "Skipped",
    "Snippet",
    "Suppressed",
    "audit",
    "deduplicate",
    "find_duplicates",
    "find_private_data",
    "private_items",
    "read_report",
    "summarize_corpus",
]

_HOMES = {
    "CodescanError": "codescan.errors",
    "Index": "codescan.api",
    "RunReport": "codescan.app.run_report",
    "Scan": "codescan.api",
    "audit": "codescan.api",
    "deduplicate": "codescan.api",
    "find_duplicates": "codescan.api",
    "find_private_data": "codescan.api",
    "private_items": "codescan.api",
    "read_report": "codescan.api",
    "summarize_corpus": "codescan.api",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'codescan' has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "codescan.records")), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
