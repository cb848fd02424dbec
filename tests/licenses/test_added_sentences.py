# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A sentence that takes rights away makes a license another one, wherever it was added."""

from __future__ import annotations

import random

import pytest

from codescan.licenses import notice_sentences, spdx_list
from codescan.licenses.detect import file_claims, text_claim

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
