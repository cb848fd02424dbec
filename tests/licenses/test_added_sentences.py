# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A sentence that takes rights away makes a license another one, wherever it was added."""

from __future__ import annotations

import random

import pytest

from codescan.licenses import notice_sentences, spdx_list
from codescan.licenses.detect import file_claims, text_claim
from codescan.records import NOASSERTION

SENTENCES = (
    "Persons under 18 may not use it.",
    "Mirrors are not permitted.",
    "This license is void in Germany.",
    "Only the unmodified package may be passed on.",
    "Running it on servers costs 5 dollars a month.",
    "Cloud providers are not covered by this license.",
    "Reverse engineering is prohibited.",
    "Every user has to sign the contributor agreement.",
    "The rights granted end when the Licensee is acquired by another company.",
    "The permission lapses after one year.",
    "The author can revoke this license at any time.",
    "All modifications must be sent back to the licensor within 30 days.",
    "You agree not to sue the author.",
    "Nobody may sell this work.",
    "Tests of its speed may not be published.",
)
LICENSES = ("MIT", "ISC", "BSD-2-Clause", "Zlib", "PostgreSQL", "NCSA", "Apache-1.1", "0BSD")


@pytest.mark.parametrize("license_id", LICENSES)
def test_an_added_sentence_at_any_place(license_id):
    text = spdx_list.license_text(license_id)
    assert text is not None
    draws = random.Random(license_id)
    pieces = notice_sentences.split(text)
    for words in SENTENCES:
        at, gap = draw = draws.randrange(len(pieces) + 1), draws.choice([" ", "\n", "\n\n"])
        changed = "".join([*pieces[:at], f"{gap}{words}{gap}", *pieces[at:]])
        block = "".join(f"# {line}\n" for line in changed.split("\n"))
        claims = [text_claim(changed.encode()), *file_claims(f"{block}\nx = 1\n".encode())]
        assert license_id not in [each.expression for each in claims if each], (words, draw)


@pytest.mark.parametrize(
    "words",
    [
        "Unless otherwise stated, all files are under this license.",
        "If not, see <https://www.gnu.org/licenses/>.",
        "This software is not affiliated with Acme.",
        "Do not edit.",
        "The following license applies to all parts of this software except as documented below:",
        "See AUTHORS for the list of contributors, including but not limited to Jane Doe.",
    ],
)
def test_other_sentences_change_nothing(words):
    text = spdx_list.license_text("MIT")
    for changed in (f"{words}\n\n{text}", f"{text}\n\n{words}"):
        claim = text_claim(changed.encode())
        assert claim is not None
        assert claim.expression == "MIT", words


STRANGE = (
    "Gamblers keep out.",
    "The code stays inside the European Economic Area.",
    "Whoever earns money with this shares a tenth of it with us.",
    "Queda excluido el sector financiero.",
    "Benchmarks of it remain unpublished.",
    "Missile guidance is a forbidden field.",
    "Redistributors keep the banner on the start screen.",
    "Larger firms pay.",
)


@pytest.mark.parametrize("license_id", LICENSES)
@pytest.mark.parametrize("words", STRANGE)
def test_a_sentence_that_nobody_expects_beside_a_license_text(words, license_id):
    text = spdx_list.license_text(license_id)
    assert text is not None
    for changed in (f"{words}\n\n{text}", f"{text.rstrip()}\n\n{words}\n"):
        claim = text_claim(changed.encode())
        assert claim is not None
        assert claim.expression == NOASSERTION
        assert words in claim.evidence


@pytest.mark.parametrize(
    "words",
    [
        "Whoever earns money with this shares a tenth of it with us.",
        "Firms with a turnover above two million dollars need another contract.",
        "Queda excluido el sector financiero.",
    ],
)
def test_a_comment_beside_a_license_text_that_speaks_of_people_or_duties(words):
    block = "".join(
        f"# {line}\n" for line in f"{spdx_list.license_text('MIT')}\n{words}".split("\n")
    )
    (claim,) = file_claims(f"{block}\nx = 1\n".encode())
    assert claim.expression == NOASSERTION


@pytest.mark.parametrize(
    "words",
    [
        "harbor - Plans of moorings for ports of every size.",
        "The Regents of the University of California.",
        "This code is derived from software contributed to Berkeley by William Jolitz.",
        "This software consists of voluntary contributions made by many individuals.",
        "This package was downloaded from http://example.org/releases/.",
        "The ziggurat methods were derived from Julia.",
        "Foo incorporates code from bar, which is also made available under the MIT license.",
        "All contributions towards Foo are MIT licensed.",
        "This package is a modified version of the ipaddress module.",
        "Thanks to all who helped with this release.",
        "This project includes the word list of Bar.",
    ],
)
def test_what_is_expected_beside_a_license_text(words):
    text = spdx_list.license_text("BSD-2-Clause")
    assert text is not None
    for changed in (f"{words}\n\n{text}", f"{text.rstrip()}\n\n{words}\n"):
        claim = text_claim(changed.encode())
        assert claim is not None
        assert claim.expression != NOASSERTION


def test_a_comment_that_says_what_its_file_does():
    text = spdx_list.license_text("MIT")
    for words in ("Writing object files.", "This results in a 1000-fold speedup."):
        block = "".join(f"# {line}\n" for line in f"{text}\n{words}".split("\n"))
        (claim,) = file_claims(f"{block}\nx = 1\n".encode())
        assert claim.expression == "MIT"


@pytest.mark.parametrize(
    "words",
    [
        "Bookmakers look elsewhere.",
        "This grant sleeps on Sundays.",
        "Resellers owe us ten percent.",
        "Politicians leave this alone.",
    ],
)
def test_a_sentence_beside_a_short_header(words):
    header = "Licensed under the MIT License."
    for lines in ((words, "", header), (header, "", words)):
        block = "".join(f"# {line}\n" for line in lines)
        (claim,) = file_claims(f"{block}\nx = 1\n".encode())
        assert claim.expression == NOASSERTION


@pytest.mark.parametrize(
    "words", ["harbor is a library for plans of harbors.", "Run the tests with pytest."]
)
def test_a_description_of_the_project_changes_nothing(words):
    text = spdx_list.license_text("MIT")
    assert text is not None
    for changed in (f"{words}\n\n{text}", f"{text.rstrip()}\n\n{words}\n"):
        claim = text_claim(changed.encode())
        assert claim is not None
        assert claim.expression == "MIT"
