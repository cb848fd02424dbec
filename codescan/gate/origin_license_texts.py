# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Texts of licenses that are on no list, taken from the license files of the origins themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.licenses.expressions import leaves
from codescan.records import LicenseBasis

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codescan.index import Index
    from codescan.records import Finding

__all__ = ["own_texts"]

_PREFIX = "LicenseRef-"
_MAX_BYTES = 256 * 1024


def own_texts(findings: Iterable[Finding], index: Index) -> dict[str, str]:
    """LicenseRef id to text, for every id that all of its origins give the same text.

    Args:
        findings: passages to keep.
        index: where their origins' license files are.
    """
    texts: dict[str, str | None] = {}
    for finding in findings:
        for key in leaves(finding.attribution.license.expression):
            if key.startswith(_PREFIX):
                text = _text(finding, key, index)
                # Two owners may use one name for two licenses: then neither text is safe.
                texts[key] = text if texts.get(key, text) == text else None
    return {key: text for key, text in texts.items() if text}


def _text(finding: Finding, key: str, index: Index) -> str | None:
    purl = finding.attribution.origin.package.purl
    for path in _places(finding, key):
        number = index.content_at(purl, path)
        if number is not None and index.has_text(number):
            return index.content(number)[:_MAX_BYTES].decode("utf-8", "replace")
    return None


def _places(finding: Finding, key: str) -> Iterator[str]:
    """The paths to try: the one of REUSE, then the license file that the claim was read from."""
    yield f"LICENSES/{key}.txt"
    for claim in finding.attribution.claims:
        path, mark, _ = claim.evidence.partition(": ")
        if claim.basis is LicenseBasis.LICENSE_FILE and claim.expression == key and mark:
            yield path
