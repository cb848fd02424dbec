# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Expressions take one spelling; categories follow AND, OR and WITH."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from license_expression import get_spdx_licensing

from codescan.licenses import spdx_list
from codescan.licenses.categories import CATEGORIES, category, strictest
from codescan.licenses.expressions import (
    all_of,
    any_of,
    covers,
    equivalent,
    leaves,
    normalize,
    structure,
)
from codescan.records import NOASSERTION

IDS = st.sampled_from(
    ["MIT", "Apache-2.0", "GPL-2.0-only", "AGPL-3.0-only", "LicenseRef-x", "CC0-1.0"]
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("mit", "MIT"),
        (" MIT ", "MIT"),
        ("GPL-2.0+", "GPL-2.0-or-later"),
        ("GPL-2.0", "GPL-2.0-only"),
        ("(MIT OR Apache-2.0) AND MIT AND MIT", "(MIT OR Apache-2.0) AND MIT"),
        ("MIT and GPL-3.0-only or ISC", "(MIT AND GPL-3.0-only) OR ISC"),
        ("LicenseRef-mine AND MIT", "LicenseRef-mine AND MIT"),
        ("NONE", "NONE"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("GPL-2.0-only WITH Nonsense", NOASSERTION),
        ("Classpath-exception-2.0", NOASSERTION),
        ("MIT AND Classpath-exception-2.0", NOASSERTION),
        ("MIT OR", NOASSERTION),
        ("MIT/X11", NOASSERTION),
        ("()", NOASSERTION),
        ("() MIT", NOASSERTION),
        ("( AND MIT", NOASSERTION),
        ("LicenseRef-mine and more", NOASSERTION),
        ("LicenseRef-mine words", NOASSERTION),
        ("LicenseRef-MIT-Bootstrap", "LicenseRef-MIT-Bootstrap"),
        ("MIT AND (ISC OR LicenseRef-Apache)", "MIT AND (ISC OR LicenseRef-Apache)"),
        ("LicenseRef-x WITH LLVM-exception", "LicenseRef-x WITH LLVM-exception"),
        ("GPL-2.0+ AND gpl-2.0-or-later", "GPL-2.0-or-later"),
        ("GPL 2.0 OR MIT", "GPL-2.0-only OR MIT"),
        ("Assembly-exception", NOASSERTION),
        ("Something", NOASSERTION),
        ("", NOASSERTION),
        ("NOASSERTION", NOASSERTION),
        ("(" * 2000 + "MIT" + ")" * 2000, NOASSERTION),
    ],
)
def test_normalize(written, expected):
    assert normalize(written) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("MIT", "permissive"),
        ("CC0-1.0", "public-domain"),
        ("0BSD", "public-domain"),
        ("LicenseRef-scancode-public-domain", "public-domain"),
        ("MPL-2.0", "weak-copyleft"),
        ("LGPL-2.1-or-later", "weak-copyleft"),
        ("GPL-3.0-or-later", "strong-copyleft"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "weak-copyleft"),
        ("AGPL-3.0-only", "network-copyleft"),
        ("BUSL-1.1", "source-available"),
        ("CC-BY-NC-4.0", "source-available"),
        ("LicenseRef-proprietary", "proprietary"),
        ("LicenseRef-Commercial", "proprietary"),
        ("LicenseRef-Apache", "unknown"),
        ("LicenseRef-anything", "unknown"),
        (NOASSERTION, "unknown"),
        ("NONE", "unknown"),
        ("MIT AND GPL-2.0-only", "strong-copyleft"),
        ("MIT OR GPL-2.0-only", "permissive"),
        ("(MIT OR AGPL-3.0-only) AND MPL-2.0", "weak-copyleft"),
        ("MIT AND LicenseRef-x", "unknown"),
    ],
)
def test_category(expression, expected):
    assert category(expression) == expected


def test_every_license_on_the_list_has_a_category():
    for key in spdx_list.scancode_categories():
        if not spdx_list.is_exception(key):
            assert category(key) in CATEGORIES
    unknown = [k for k in spdx_list.scancode_categories() if category(k) == "unknown"]
    assert sum(not spdx_list.is_exception(k) for k in unknown) <= 5


@given(st.lists(IDS, min_size=1, max_size=4))
def test_and_is_at_least_as_strict_as_or(ids):
    order = CATEGORIES.index
    assert order(category(all_of(ids))) == max(order(category(i)) for i in ids)
    assert order(category(any_of(ids))) == min(order(category(i)) for i in ids)
    assert category(strictest(tuple(ids))) == category(all_of(ids))


@given(st.lists(IDS, min_size=1, max_size=4))
def test_normalize_is_idempotent_and_order_does_not_matter(ids):
    expression = all_of(ids)
    assert normalize(expression) == expression
    assert equivalent(expression, all_of(ids[::-1]))
    assert all(covers(expression, one) for one in ids)


# Licenses, some with an exception, which the library takes for exceptions.
JOINED = {
    "GPL-2.0-with-GCC-exception": "GPL-2.0-only WITH GCC-exception-2.0",
    "GPL-2.0-with-autoconf-exception": "GPL-2.0-only WITH Autoconf-exception-2.0",
    "GPL-2.0-with-bison-exception": "GPL-2.0-only WITH Bison-exception-2.2",
    "GPL-2.0-with-classpath-exception": "GPL-2.0-only WITH Classpath-exception-2.0",
    "GPL-2.0-with-font-exception": "GPL-2.0-only WITH Font-exception-2.0",
    "GPL-3.0-with-GCC-exception": "GPL-3.0-only WITH GCC-exception-3.1",
    "GPL-3.0-with-autoconf-exception": "GPL-3.0-only WITH Autoconf-exception-3.0",
    "eCos-2.0": "GPL-2.0-or-later WITH eCos-exception-2.0",
    "wxWindows": "LGPL-2.0-or-later WITH WxWindows-exception-3.1",
    "MPL-2.0-no-copyleft-exception": "MPL-2.0-no-copyleft-exception",
}


@pytest.mark.parametrize(("former", "present"), JOINED.items())
def test_licenses_that_the_library_takes_for_exceptions(former, present):
    assert normalize(former) == present
    assert normalize(f"MIT OR {former.lower()}") == f"MIT OR {present}"
    assert leaves(former) == (present,)


def test_ids_are_those_of_the_library():
    licensing = get_spdx_licensing()
    symbols = licensing.known_symbols.values()
    every = {name for symbol in symbols for name in (symbol.key, *symbol.aliases)}
    ids = sorted(
        name for name in every if not name.lower().startswith("licenseref-") and name not in JOINED
    )
    assert len(ids) > 700
    for name in ids:
        for spelled in (name, name.upper(), f"{name} AND MIT", f"ISC OR {name.lower()} OR MIT"):
            tree = licensing.parse(spelled)
            bad = any(s.is_exception for s in licensing.license_symbols(tree, decompose=False))
            expected = NOASSERTION if bad else str(licensing.dedup(tree).render())
            assert normalize(spelled) == expected, spelled


WORDS = st.sampled_from(
    (
        *("MIT", "mit", "ISC", "GPL-2.0+", "GPL", "2.0", "BSD", "License", "LicenseRef-x", "NONE"),
        *("Classpath-exception-2.0", "AND", "and", "OR", "or", "WITH", "(", ")"),
    )
)


@given(st.lists(WORDS, max_size=7).map(" ".join))
def test_what_is_understood_is_understood_again(expression):
    spelled = normalize(expression)
    assert normalize(spelled) == spelled
    assert (structure(spelled) is None) == (spelled in (NOASSERTION, "NONE"))


@given(st.text(max_size=60))
def test_normalize_never_fails(text):
    assert normalize(text)
    assert category(text) in CATEGORIES


def test_joining_the_unknown_stays_unknown():
    assert all_of(["MIT", NOASSERTION]) == NOASSERTION
    assert any_of(["MIT", NOASSERTION]) == NOASSERTION
    assert all_of([]) == NOASSERTION
