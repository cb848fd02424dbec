# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Typographic signs and emoji in a notice do not change its license."""

from __future__ import annotations

import pytest

from codescan.licenses import spdx_list
from codescan.licenses.detect import file_claims, text_claim
from tests.licenses.test_detect import APACHE, HEADERS

TYPOGRAPHIC = str.maketrans("'\"-", "\u2019\u201c\u2013")
RESTRICTING = [
    "You don't have the right to copy this file.",
    "MIT License - don't use this software for military purposes.",
    "This code can't be used in commercial products.",
]


def claims_of(text: str) -> list[str]:
    header = "".join(f"# {line}\n" for line in text.splitlines())
    return [claim.expression for claim in file_claims(f"{header}x = 1\n".encode())]


@pytest.mark.parametrize("text", [*(key for key in HEADERS if "://" not in key), *RESTRICTING])
def test_typographic_signs(text):
    assert claims_of(text.translate(TYPOGRAPHIC)) == claims_of(text) != []


@pytest.mark.parametrize(
    "banner", ["🚨🚨🚨🚨\nGenerated, do not edit.\n🚨🚨🚨🚨", "═════", "→ ✨ ⚠️"]
)
def test_decoration_above_a_header(banner):
    assert claims_of(f"{banner}\n\n{APACHE}") == ["Apache-2.0"]


@pytest.mark.parametrize("key", ["MIT", "BSD-3-Clause", "Apache-2.0", "GPL-3.0-only"])
def test_typographic_license_file(key):
    text = spdx_list.license_text(key).replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
    assert text_claim(text.encode()).expression == key
