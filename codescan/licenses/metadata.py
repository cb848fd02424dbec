# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the license statements in a package's own metadata.

Strong statements come first: a PEP 639 expression, then the free License field, then classifiers.
Classifiers are weak ("BSD License" means at least four licenses): a classifier that names one
license counts, any other gives NOASSERTION with the classifier as evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from codescan.licenses import license_names
from codescan.licenses.categories import category, strictness
from codescan.licenses.detect import text_claim
from codescan.licenses.expressions import all_of, any_of, covers
from codescan.licenses.license_addresses import license_of_address
from codescan.records import NOASSERTION, LicenseBasis, LicenseClaim

__all__ = ["core_metadata_claims", "declared_claim", "npm_claims"]

_CLASSIFIER = "License :: "
_MAX_FIELD = 200
_PROPRIETARY = "LicenseRef-proprietary"


def _claim(expression: str, evidence: str) -> LicenseClaim:
    flat = " ".join(evidence.split())
    return LicenseClaim(
        expression, LicenseBasis.PACKAGE_METADATA, flat[:_MAX_FIELD], category(expression)
    )


def declared_claim(value: str, evidence: str) -> LicenseClaim:
    """The claim of a field that holds an expression or a name."""
    expression = license_names.lookup(value)
    if expression == NOASSERTION:
        expression = license_of_address(value) or NOASSERTION
    return _claim(expression, evidence)


def core_metadata_claims(headers: Mapping[str, list[str]]) -> tuple[LicenseClaim, ...]:
    """Claims of Python core metadata, strongest first.

    Args:
        headers: fields of a METADATA or PKG-INFO file; field names in any letter case.

    Returns:
        License-Expression (PEP 639), else License field and classifiers. A classifier that names
        a stricter license comes first. A claim without a definite license has expression
        NOASSERTION and keeps the words as evidence.
    """
    fields = {name.lower().replace("_", "-"): values for name, values in headers.items()}
    classifiers = [v for v in fields.get("classifier", ()) if v.startswith(_CLASSIFIER)][:20]
    for value in fields.get("license-expression", ())[:1]:
        # Tools wrote names into the field before PEP 639 was settled.
        claim = _claim(license_names.lookup(value), f"License-Expression: {value}")
        other = _classifiers(classifiers) if classifiers else claim
        return (other, claim) if _is_stricter(other.expression, claim.expression) else (claim,)
    claims = [_license_field(value) for value in fields.get("license", ())[:1] if value.strip()]
    if classifiers:
        claims.append(_classifiers(classifiers))
    claims = [claim for claim in claims if claim is not None]
    # Definite statements come first; among equals, the field comes before the classifiers.
    claims.sort(key=lambda claim: claim.expression == NOASSERTION)
    if len(claims) > 1 and _is_stricter(claims[1].expression, claims[0].expression):
        claims.reverse()
    return tuple(claims)


def _is_stricter(expression: str, other: str) -> bool:
    """Whether a definite statement names a stricter license that the other one lacks."""
    if NOASSERTION in {expression, other} or covers(other, expression):
        return False
    return strictness(category(expression)) > strictness(category(other))


def _license_field(value: str) -> LicenseClaim:
    first = value.strip().splitlines()[0].strip()
    if value.strip() == first:
        expression = license_names.lookup(first)
        if expression != NOASSERTION or len(first) <= _MAX_FIELD:
            return _claim(expression, f"License: {first}")
    # Many packages put the whole text here.
    claim = text_claim(value.encode("utf-8", "replace"))
    expression = claim.expression if claim is not None else license_names.lookup(first)
    return _claim(expression, f"License: {first}")


def _classifiers(values: Sequence[str]) -> LicenseClaim:
    leaves = [value.rsplit(" :: ", 1)[-1] for value in values]
    # "License :: OSI Approved" alone names no license.
    leaves = [leaf for leaf in leaves if leaf not in {"License", "OSI Approved", "DFSG approved"}]
    leaf_ids = [_classifier(leaf) for leaf in leaves]
    # Several classifiers do not offer a choice: all licenses apply.
    return _claim(all_of(leaf_ids) if leaf_ids else NOASSERTION, "; ".join(values))


def _classifier(leaf: str) -> str:
    if leaf == "Other/Proprietary License":
        return _PROPRIETARY
    if leaf == "Public Domain":
        return license_names.lookup("public domain")
    return license_names.lookup(leaf)


def npm_claims(package_json: Mapping[str, object]) -> tuple[LicenseClaim, ...]:
    """Claims of an npm package.json.

    Understands the `license` string (SPDX, "SEE LICENSE IN file", "UNLICENSED"), the old
    `{"type": ...}` object and the old `licenses` array, whose entries are alternatives.
    """
    value = package_json.get("license", package_json.get("licence"))
    claims = [
        claim for each in (value, package_json.get("licenses")) if (claim := _npm_value(each))
    ]
    if len(claims) > 1 and _is_stricter(claims[1].expression, claims[0].expression):
        claims.reverse()
    return tuple(claims[:1])


def _npm_value(value: object) -> LicenseClaim | None:
    """The claim of one field; None where it is not set."""
    if isinstance(value, Mapping):
        value = value.get("type", value.get("name", value.get("url")))
    if isinstance(value, str):
        return _npm_string(value.strip()) if value.strip() else None
    if isinstance(value, Sequence):
        types = [_npm_type(entry) for entry in value[:20]]
        names = [entry for entry in types if entry]
        license_ids = [license_names.lookup(name) for name in names]
        return _claim(any_of(license_ids), f"licenses: {', '.join(names)}") if names else None
    return None if value is None else _claim(NOASSERTION, f"license: {value}")


def _npm_type(entry: object) -> str:
    if isinstance(entry, Mapping):
        kind = entry.get("type", entry.get("name", entry.get("license", entry.get("url"))))
    else:
        kind = entry
    return kind.strip() if isinstance(kind, str) else ""


def _npm_string(value: str) -> LicenseClaim:
    evidence = f"license: {value}"
    if value.upper().startswith("SEE LICEN"):
        return _claim(NOASSERTION, evidence)  # the file is found by its name elsewhere
    if value.upper() == "UNLICENSED":  # npm: no rights are granted; not the Unlicense
        return _claim(_PROPRIETARY, evidence)
    return declared_claim(value, evidence)
