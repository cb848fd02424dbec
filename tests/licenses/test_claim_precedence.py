# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Which of several claims holds: doubt about a level never leads to a more permissive one."""

from __future__ import annotations

import pytest

from codescan.licenses.categories import category
from codescan.licenses.claim_precedence import strongest
from codescan.records import NOASSERTION, LicenseBasis, LicenseClaim


def claim(expression, basis, evidence=""):
    return LicenseClaim(expression, basis, evidence, category(expression))


@pytest.mark.parametrize("basis", [LicenseBasis.FILE_TAG, LicenseBasis.FILE_HEADER])
@pytest.mark.parametrize("behind", [LicenseBasis.LICENSE_FILE, LicenseBasis.PACKAGE_METADATA])
def test_what_was_not_understood_holds(basis, behind):
    vague = claim(NOASSERTION, basis, "not understood: Acme Commercial License")
    assert strongest((vague, claim("MIT", behind))) == vague


@pytest.mark.parametrize(
    ("name", "general", "expected"),
    [
        ("bsd license", "BSD-3-Clause", "BSD-3-Clause"),
        ("bsd license", "MIT", NOASSERTION),
        ("Apache License", "Apache-2.0", "Apache-2.0"),
        ("Apache License", "MIT OR Apache-2.0", NOASSERTION),
    ],
)
def test_a_more_general_level_may_say_which_license_a_name_means(name, general, expected):
    vague = claim(NOASSERTION, LicenseBasis.FILE_HEADER, f"names several licenses: {name}")
    assert strongest((vague, claim(general, LicenseBasis.LICENSE_FILE))).expression == expected


@pytest.mark.parametrize(
    ("tag", "header", "expected"),
    [
        ("MIT", "GPL-3.0-only", "GPL-3.0-only"),
        ("GPL-3.0-only", "MIT", "GPL-3.0-only"),
        ("MIT", NOASSERTION, NOASSERTION),
        ("MIT OR GPL-2.0-only", "GPL-2.0-only", "MIT OR GPL-2.0-only"),
    ],
)
def test_a_header_that_is_stricter_than_the_tag_holds(tag, header, expected):
    claims = (claim(tag, LicenseBasis.FILE_TAG), claim(header, LicenseBasis.FILE_HEADER))
    assert strongest(claims).expression == expected


def test_a_declared_choice_is_that_of_the_texts_side_by_side():
    texts = claim("Apache-2.0 AND MIT", LicenseBasis.LICENSE_FILE, "text of Apache-2.0")
    declared = claim("MIT OR Apache-2.0", LicenseBasis.PACKAGE_METADATA)
    assert strongest((texts, declared)) == declared
    other = claim("MIT OR GPL-2.0-only", LicenseBasis.PACKAGE_METADATA)
    assert strongest((texts, other)) == texts
