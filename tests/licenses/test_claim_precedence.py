# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Which of several claims holds: doubt about a level never leads to a more permissive one."""

from __future__ import annotations

import pytest

from codescan.licenses import spdx_list
from codescan.licenses.categories import category
from codescan.licenses.claim_precedence import strongest
from codescan.licenses.detect import text_claim
from codescan.records import NOASSERTION, LicenseBasis, LicenseClaim


def claim(expression, basis, evidence=""):
    return LicenseClaim(expression, basis, evidence, category(expression))


@pytest.mark.parametrize("basis", [LicenseBasis.FILE_TAG, LicenseBasis.FILE_HEADER])
@pytest.mark.parametrize("behind", [LicenseBasis.LICENSE_FILE, LicenseBasis.PACKAGE_METADATA])
def test_what_was_not_understood_holds(basis, behind):
    vague = claim(NOASSERTION, basis, "not understood: Acme Commercial License")
    assert strongest((vague, claim("MIT", behind))) == vague


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("LicenseRef-NVIDIA-Proprietary", "LicenseRef-NVIDIA-Proprietary"),
        ("LicenseRef-proprietary", "LicenseRef-proprietary"),
        ("MIT", NOASSERTION),
        ("GPL-3.0-only", NOASSERTION),
    ],
)
def test_the_text_of_a_vendor_has_the_name_that_its_package_declares(declared, expected):
    text = claim(NOASSERTION, LicenseBasis.LICENSE_FILE, "LICENSE: not understood")
    metadata = claim(declared, LicenseBasis.PACKAGE_METADATA)
    assert strongest((text, metadata)).expression == expected


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


@pytest.mark.parametrize(
    ("declared", "evidence", "expected"),
    [
        ("LicenseRef-Acme-Terms", "License.txt: text of BSD-3-Clause", "LicenseRef-Acme-Terms"),
        ("BUSL-1.1", "LICENSE: text of BSD-3-Clause", "BUSL-1.1"),
        ("BUSL-1.1", "third_party/a/LICENSE: text of BSD-3-Clause", "BSD-3-Clause"),
        ("MIT", "LICENSE: text of BSD-3-Clause", "BSD-3-Clause"),
        ("BSD-3-Clause OR LicenseRef-Acme", "LICENSE: text of BSD-3-Clause", "BSD-3-Clause"),
    ],
)
def test_declared_restrictions_hold_against_a_permissive_text_at_the_root(
    declared, evidence, expected
):
    text = claim("BSD-3-Clause", LicenseBasis.LICENSE_FILE, evidence)
    stated = claim(declared, LicenseBasis.PACKAGE_METADATA, "License-Expression")
    assert strongest((text, stated)).expression == expected


def test_a_pointer_to_the_licenses_of_parts_leaves_the_license_of_the_rest():
    text = (
        "All packages under `src/` are licensed according to the terms in\n"
        "their respective `LICENSE` or `LICENSE.md` files.\n\n"
        "The remainder of this project is licensed under the Blue Oak\n"
        "Model License, as follows:\n\n-----\n\n" + (spdx_list.license_text("BlueOak-1.0.0") or "")
    )
    assert text_claim(text.encode()).expression == "BlueOak-1.0.0"
