# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Later versions granted by a sign or beside a text, and licenses that apply from a date on."""

from __future__ import annotations

import pytest

from codescan.licenses import spdx_list
from codescan.licenses.detect import file_claims, text_claim
from codescan.records import NOASSERTION

GPL = (
    "This program is free software; you can redistribute it and/or modify it under the terms of"
    " the GNU General Public License as published by the Free Software Foundation; either version"
    " 2 of the License, or (at your option) any later version."
)
FDL = (
    "Permission is granted to copy, distribute and/or modify this document under the terms of the"
    " GNU Free Documentation License, Version {} or any later version published by the Free"
    " Software Foundation; with no Invariant Sections, no Front-Cover Texts, and no Back-Cover"
    ' Texts. A copy of the license is included in the section entitled "GNU Free Documentation'
    ' License".'
)
BUSL = """Parameters

Licensor:             Example, Inc.
Licensed Work:        Example 1.2
                      The Licensed Work is (c) 2023 Example, Inc.
Additional Use Grant: None
Change Date:          Four years from the date the Licensed Work is published.
Change License:       {}

"""


def text(license_id: str) -> str:
    license_text = spdx_list.license_text(license_id)
    assert license_text is not None
    return license_text


def header(words: str) -> list[str]:
    block = "".join(f"# {line}\n" for line in words.split("\n"))
    return [claim.expression for claim in file_claims(f"{block}\nx = 1\n".encode())]


def whole(words: str) -> str:
    claim = text_claim(words.encode())
    return claim.expression if claim else ""


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("GNU General Public License v3.0+ (see COPYING or {}gpl-3.0.txt)", "GPL-3.0-or-later"),
        ("GPLv3+ (see COPYING or {}gpl-3.0.txt)", "GPL-3.0-or-later"),
        ("GNU GPL v3.0+ (see COPYING)", "GPL-3.0-or-later"),
        ("GPL v3+, see LICENSE", "GPL-3.0-or-later"),
        ("GPL v3, see LICENSE", "GPL-3.0-only"),
        ("GNU Affero General Public License v3+ (see {}agpl-3.0.html)", "AGPL-3.0-or-later"),
        ("GNU Lesser General Public License v2.1+ (see COPYING.LESSER)", "LGPL-2.1-or-later"),
        ("Licensed under the LGPL-2.1+, see {}lgpl-2.1.html", "LGPL-2.1-or-later"),
        ("Licensed under the GNU General Public License v2+", "GPL-2.0-or-later"),
        ("GPLv2 or later (see {}gpl-2.0.html)", "GPL-2.0-or-later"),
        ("GPLv2 (see {}gpl-2.0.html)", "GPL-2.0-only"),
        ("License: LGPLv2+ and MIT", "LGPL-2.0-or-later AND MIT"),
    ],
)
def test_later_versions_of_a_sign(words, right):
    assert header(words.format("https://www.gnu.org/licenses/")) == [right]


@pytest.mark.parametrize("version", ["1.1", "1.2", "1.3"])
def test_a_manual_with_its_license_grants_what_its_notice_says(version):
    notice, license_text = FDL.format(version), text(f"GFDL-{version}-only")
    assert whole(notice) == f"GFDL-{version}-or-later"
    assert whole(f"The Manual\n\n{notice}\n\n{license_text}") == f"GFDL-{version}-or-later"
    assert whole(f"The Manual\n\n{license_text}") == f"GFDL-{version}-only"


def test_a_license_text_grants_later_versions_only_beside_a_notice():
    license_text = text("GPL-2.0-only")
    assert whole(f"{GPL}\n\n{license_text}") == "GPL-2.0-or-later"
    assert whole(license_text) == "GPL-2.0-only"


@pytest.mark.parametrize(
    "later", ["MPL 2.0", "Apache License, Version 2.0", "GPLv2 or later", "MIT", "AGPL-3.0"]
)
def test_a_license_from_a_date_on_grants_nothing_before(later):
    assert whole(BUSL.format(later) + text("BUSL-1.1")) == "BUSL-1.1"
    assert header(
        "Licensed under the Business Source License 1.1\n"
        f"Change Date: 2030-01-01\nChange License: {later}"
    ) == ["BUSL-1.1"]


@pytest.mark.parametrize(
    "date", ["As of the Change Date", "On the date above", "After the Change Date"]
)
def test_a_sentence_about_a_later_date_grants_nothing(date):
    assert header(
        "Use of this software is governed by the Business Source License included in BSL.txt.\n\n"
        f"{date}, in accordance with the Business Source License, use of this software will be"
        " governed by the Apache License, Version 2.0."
    ) == ["BUSL-1.1"]


BOTH = (
    "This code is licensed under both the {} license (found in the LICENSE file) and the GPLv2{}."
)
FOUND = " (found in the COPYING file)"


@pytest.mark.parametrize(
    ("choice", "joint"),
    [
        ("", "AND"),
        ("\nYou may select, at your option, one of the above-listed licenses.", "OR"),
        ("\nYou may choose whichever you like.", "OR"),
        ("\nPick whichever one you prefer.", "OR"),
    ],
)
def test_where_a_license_stands_does_not_part_a_list(choice, joint):
    for prefix in ("", FOUND):
        assert header(BOTH.format("MIT", prefix) + choice) == [f"MIT {joint} GPL-2.0-only"]


def test_a_name_of_several_licenses_hides_no_other():
    (alone,) = file_claims(f"# {BOTH.format('BSD-style', FOUND)}\n".encode())
    assert alone.expression == NOASSERTION
    assert alone.evidence.startswith("not understood")
    choice = "# You may select one of these licenses, at your option.\n"
    (chosen,) = file_claims(f"# {BOTH.format('BSD-style', FOUND)}\n{choice}".encode())
    assert chosen.expression == NOASSERTION
    assert chosen.evidence.startswith("names several licenses")
