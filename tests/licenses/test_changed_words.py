# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Texts with a few words changed, and sentences beside a name or a tag, are another license."""

from __future__ import annotations

import pytest

from codescan.licenses import spdx_list
from codescan.licenses.claim_precedence import strongest
from codescan.licenses.detect import file_claims, text_claim
from codescan.records import NOASSERTION

# License, words of its text, and what stands in their place.
CHANGED = [
    ("MIT", "to any person", "to any student"),
    ("MIT", "to any person", "to any natural person"),
    ("MIT", "free of charge", "for a charge"),
    ("MIT", "without restriction", "with restriction"),
    ("MIT", "to use, copy, modify", "to view, copy, modify"),
    ("MIT", "sublicense, and/or sell", "sublicense, but not sell"),
    ("ISC", "for any purpose", "for any peaceful purpose"),
    ("ISC", "with or without fee", "without fee"),
    ("BSD-2-Clause", "Redistribution and use in source", "Redistribution in source"),
    ("BSD-2-Clause", "with or without modification", "without modification"),
    ("BSD-3-Clause", "are permitted provided", "by individuals are permitted provided"),
    ("Apache-2.0", "perpetual, worldwide", "limited, worldwide"),
    ("Zlib", "and to alter it and redistribute it freely", "and to alter it"),
    ("0BSD", "with or without fee", "with fee"),
    ("BSL-1.0", "any person or organization", "any organization"),
    (
        "Unlicense",
        "for any purpose, commercial or non-commercial",
        "for any non-commercial purpose",
    ),
]
# Differences of copies that mean nothing.
UNCHANGED = [
    ("Apache-2.0", "in compliance with the License.", "in ctbbliance with the License."),
    ("ISC", "this software for any purpose", "this software and its documentation for any purpose"),
    ("BSD-2-Clause", "Redistributions in binary form", "Redistributions in bytecode form"),
    ("LGPL-2.1-only", "51 Franklin Street, Fifth Floor", "59 Temple Place, Suite 330"),
]
ADDED = [
    "The Software shall be used for Good, not Evil.",
    "You may not use the software for surveillance.",
    "Use in products that compete with Foo is prohibited.",
    "Users in Ruritania may not use this software.",
    "This license does not apply to employees of Acme Inc.",
    "You may not remove the logo from the user interface.",
    "Each copy must display the phrase 'powered by Foo'.",
    "Permission is only granted for evaluation.",
    "Companies with more than 100 employees must purchase a license.",
]
BENIGN = [
    "The package only depends on numpy.",
    "It is the only way to be sure.",
    "Arguments must not be None.",
    "This function may only be called once.",
]
TAG = "SPDX-License-" + "Identifier: MIT"
GRANTS = ["Licensed under the MIT license.", TAG]
STATEMENTS = [
    "Copyright 2021 Foo Corp. All rights reserved. Use is subject to license terms.",
    "Use of this software is governed by the Acme Developer Agreement.",
    "You may obtain a license from sales@acme.example before using this code.",
    "Dieses Programm darf nur fuer private Zwecke genutzt werden.",
    "You may use this code for free in non-commercial projects.",
    "This code can be used freely, except by companies with more than 50 employees.",
    "If your revenue exceeds 1M USD you need to buy a license.",
    "This code comes with no license.",
    "All use of this code is prohibited.",
    "Please ask before using this code.",
    "Not licensed for redistribution.",
    "INTERNAL - do not share outside the company",
    "License: BSD 3-Clause + Patents disclaimed",
]
ELASTIC = """\
Licensed under the Elastic License 2.0 and the Server Side Public License, v 1; you may not use
this file except in compliance with, at your election, the Elastic License 2.0 or the Server Side
Public License, v 1."""
NAMED = [
    ("FSL-1.1-Apache-2.0", "FSL-1.1-ALv2"),
    ("License: MIT + no-false-attribs", "MITNFA"),
    ("You can redistribute it under the same terms as Perl itself.",
     "GPL-1.0-or-later OR Artistic-1.0-Perl"),
    ("Released under MIT or Artistic 2.0, take whichever you like", "MIT OR Artistic-2.0"),
    ("Licensed under either of\n * Apache License, Version 2.0\n * MIT license\nat your option.",
     "Apache-2.0 OR MIT"),
    (ELASTIC, "Elastic-2.0 OR SSPL-1.0"),
    ("License: MIT\nUnlike libfoo (GPL-3.0), this can be used in closed source.", "MIT"),
]  # fmt: skip


def text(license_id):
    return " ".join((spdx_list.license_text(license_id) or "").split())


def header(words, mark="# "):
    lines = "".join(f"{mark}{line}".rstrip() + "\n" for line in words.splitlines())
    claims = file_claims(f"{lines}\nx = 1\n".encode())
    return strongest(claims).expression if claims else ""


@pytest.mark.parametrize(("license_id", "words", "others"), CHANGED)
def test_a_text_with_other_words_in_its_grant_is_not_the_license(license_id, words, others):
    assert words in text(license_id)
    changed = text(license_id).replace(words, others, 1)
    assert text_claim(changed.encode()).expression != license_id
    assert header(changed) != license_id


@pytest.mark.parametrize(("license_id", "words", "others"), UNCHANGED)
def test_a_text_that_differs_without_meaning_is_the_license(license_id, words, others):
    assert words in text(license_id)
    changed = text(license_id).replace(words, others, 1)
    assert text_claim(changed.encode()).expression == license_id


@pytest.mark.parametrize("added", ADDED)
@pytest.mark.parametrize("grant", GRANTS)
def test_a_sentence_beside_a_name_or_tag_makes_it_a_doubt(grant, added):
    assert header(f"{grant}\n{added}") == NOASSERTION
    assert header(f"{added}\n{grant}") == NOASSERTION


@pytest.mark.parametrize("beside", BENIGN)
@pytest.mark.parametrize("grant", GRANTS)
def test_sentences_about_the_program_are_none(grant, beside):
    assert header(f"{grant}\n{beside}") == "MIT"


@pytest.mark.parametrize("words", STATEMENTS)
def test_a_statement_that_names_no_license_is_a_doubt(words):
    assert header(words) == NOASSERTION


@pytest.mark.parametrize(("words", "expression"), NAMED)
def test_the_license_that_is_named(words, expression):
    assert header(words) == expression


@pytest.mark.parametrize("mark", ["C ", "c ", "@c "])
@pytest.mark.parametrize("license_id", ["MIT", "BSD-3-Clause", "Apache-2.0"])
def test_letters_that_mark_comments_are_no_words(mark, license_id):
    assert header(spdx_list.license_text(license_id), mark) == license_id


def test_macros_of_gettext_are_not_under_the_gpl():
    words = (
        "This file can be copied and used freely without restrictions. It can be used in projects\n"
        "which are not available under the GNU General Public License but which still want to\n"
        "provide support for the GNU gettext functionality. Please note that the actual code of\n"
        "GNU gettext is covered by the GNU General Public License."
    )
    assert header(words) == NOASSERTION
