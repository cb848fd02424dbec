# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads licenses and parents in poms, the manifests of Maven.

If a pom names several licenses, the user may choose one (maven.apache.org/ref/current/maven-model).
A document type with entities is not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.licenses import license_names
from codescan.licenses.categories import category
from codescan.licenses.expressions import any_of
from codescan.licenses.license_addresses import license_of_address
from codescan.records import NOASSERTION, LicenseBasis, LicenseClaim
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree import ElementTree as ET

__all__ = ["parent_of", "pom_claims", "pom_fields", "pom_tree"]

_MAX_BYTES = 4 << 20
_MAX_LICENSES = 20
_OTHER_TERMS = lazy_pattern(
    r"\b(?:eula|agreement|commercial|proprietary|enterprise|evaluation|trial|subscription)\b",
    re.IGNORECASE,
)
"""Words of a name that a known address does not override."""


def pom_tree(content: bytes) -> ET.Element | None:
    """The root of a pom, without XML namespaces; None if the content is not a pom."""
    if len(content) > _MAX_BYTES or b"<!ENTITY" in content or b"<!DOCTYPE" in content:
        return None
    from xml.etree import ElementTree as ET  # here: most programs read no pom

    try:
        root = ET.fromstring(content)  # noqa: S314 - without entities
    except (ET.ParseError, ValueError, LookupError):
        return None
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return root


def pom_fields(content: bytes) -> dict[str, str]:
    """Texts of the elements directly below the root: "name", "url", "version", …."""
    root = pom_tree(content)
    children = root if root is not None else ()
    return {str(child.tag): (child.text or "").strip()[:300] for child in children}


def parent_of(content: bytes) -> tuple[str, str, str] | None:
    """Group, artifact and version of the parent that a pom names."""
    root = pom_tree(content)
    parent = root.find("parent") if root is not None else None
    if parent is None:
        return None
    coordinates = [
        (parent.findtext(name) or "").strip() for name in ("groupId", "artifactId", "version")
    ]
    return (coordinates[0], coordinates[1], coordinates[2]) if all(coordinates) else None


def pom_claims(poms: Iterable[bytes]) -> tuple[LicenseClaim, ...]:
    """The claims of a pom, or of its nearest parent with a license statement.

    Args:
        poms: contents of the artifact's own pom, then of its parents, the nearest first.
    """
    for distance, content in enumerate(poms):
        root = pom_tree(content)
        listed = root.findall("licenses/license") if root is not None else []
        pairs = [
            ((each.findtext("name") or "").strip(), (each.findtext("url") or "").strip())
            for each in listed[:_MAX_LICENSES]
        ]
        pairs = [pair for pair in pairs if any(pair)]
        if not pairs:
            continue
        expressions = [_expression(name, url) for name, url in pairs]
        known = [each for each in expressions if each != NOASSERTION]
        expression = any_of(known) if len(known) == len(expressions) else NOASSERTION
        words = "; ".join(name or url for name, url in pairs)
        where = "pom.xml" if not distance else f"parent {distance} of pom.xml"
        evidence = " ".join(f"{where}: {words}".split())[:200]
        basis = LicenseBasis.PACKAGE_METADATA
        return (LicenseClaim(expression, basis, evidence, category(expression)),)
    return ()


def _expression(name: str, url: str) -> str:
    license_id = license_names.lookup(name) if name else NOASSERTION
    if license_id != NOASSERTION:
        return license_id
    is_other = _OTHER_TERMS.search(name) is not None
    return (license_of_address(url) if url and not is_other else None) or NOASSERTION
