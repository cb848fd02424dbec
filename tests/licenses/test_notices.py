# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Notices in all wordings: the license that is named, NOASSERTION where none can be."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan.licenses import notice_sentences, spdx_list, text_normalization
from codescan.licenses.categories import category, strictness
from codescan.licenses.detect import file_claims, text_claim
from codescan.licenses.license_templates import REQUIRED, templates
from codescan.licenses.passage_notices import passage_claim
from codescan.records import NOASSERTION, Span

ROOT = Path(__file__).parent.parent.parent
TABLE = ROOT / "scripts" / "_evaluation" / "license_notices.toml"
GROUPS = tomllib.loads(TABLE.read_text(encoding="utf-8"))["notices"]
CASES = [(text, set(group["right"])) for group in GROUPS for text in group["texts"]]
# Their words say too little, or too much, for the grammar; the answer is on the safe side.
KNOWN_GAPS = {"MIT licensed, which is compatible with the GPL."}
STYLES = {"hash": "# ", "slashes": "// ", "sql": "-- ", "lisp": ";; ", "tex": "% "}


def header(text, mark):
    lines = [f"{mark}{line}\n" for line in text.splitlines()]
    claims = file_claims("".join([*lines, "\nx = 1\n"]).encode())
    return claims[0].expression if claims else ""


STATED = {
    "Version 2.0 of the Software (the original) is based on TweetNaCl which is in the public "
    "domain.": "",
    "x is free software; you can redistribute it and/or modify it under the terms of the Lesser GNU"
    " General Public License as published by the Free Software Foundation; either version 3 of the"
    " License, or (at your option) any later version.": "LGPL-3.0-or-later",
    "This program is made available under the terms of the Eclipse Public License v2.0 and Eclipse"
    " Distribution License v1.0 which accompany this distribution.": "EPL-2.0 AND BSD-3-Clause",
    "Distributed under the terms of the GNU General Public License (version 2 or later) with"
    " exception for distributing the bootloader.": "GPL-2.0-or-later WITH Bootloader-exception",
    "MIT License https://github.com/x/y/blob/master/LICENSE": "MIT",
    "BSD 3-Clause license, see LICENSE file.": "BSD-3-Clause",
    "License: BSD Style, 3 clauses.": "BSD-3-Clause",
    "You can choose between two licenses when using this package: 1) GNU GPLv2 2) PSF license for"
    " Python 2.2": "GPL-2.0-only OR PSF-2.0",
    "This program is public domain": "LicenseRef-scancode-public-domain",
}
"""Notices of files that a person read, in short."""


@pytest.mark.parametrize("style", sorted(STYLES))
@pytest.mark.parametrize("text", STATED)
def test_a_notice_of_a_read_file(text, style):
    assert header(text, STYLES[style]) == STATED[text]


@pytest.mark.parametrize("mark", ["#", "// ", "-- "])
def test_paragraphs_of_a_license_in_comments_of_their_own_are_one_notice(mark):
    text = spdx_list.license_text("MIT") or ""
    lines = [f"    {mark}{line}\n" if line else "\n" for line in text.splitlines()]
    code = "".join(["import x\n\ndef f():\n    x = 1\n", *lines, "\n    return x\n"])
    assert [claim.expression for claim in file_claims(code.encode())] == ["MIT"]
    cut = code[: code.index("WITHOUT WARRANTY")] + "\n    return x\n"
    assert [claim.expression for claim in file_claims(cut.encode())] != ["MIT"]


def test_a_tag_in_a_field_of_metadata_counts():
    tag = "SPDX" + "-License-Identifier"
    claims = file_claims(f"__title__ = 'x'\n__license__ = '{tag}: MIT'\n".encode())
    assert [claim.expression for claim in claims] == ["MIT"]


@pytest.mark.parametrize(
    ("sentence", "right"),
    [
        (
            "This work was supported in part by funding from the Foo Research Agency.",
            True,
        ),
        ("This work was supported by Foo and may only be used for research.", False),
        ("Users must be supported by the Foo Agency.", False),
    ],
)
def test_who_paid_is_no_condition(sentence, right):
    text = spdx_list.license_text("BSD-2-Clause") or ""
    at = text.index("THIS SOFTWARE IS PROVIDED")
    claim = text_claim(f"{text[:at]}{sentence}\n\n{text[at:]}".encode())
    assert claim is not None
    assert (claim.expression == "BSD-2-Clause") is right


def short_permissive():
    """Permissive licenses of at most 220 words."""
    for key in spdx_list.text_ids():
        text = spdx_list.license_text(key) or ""
        if len(text.split()) <= 220 and strictness(category(key)) <= strictness("permissive"):
            yield key


@pytest.mark.parametrize("mark", ["# ", "rem ", "-- ", " * "])
@given(st.data())
@settings(max_examples=12, deadline=None)
def test_a_short_license_without_a_sentence_is_not_that_license(mark, data):
    key = data.draw(st.sampled_from(sorted(short_permissive())))
    sentences = notice_sentences.split(spdx_list.license_text(key) or "")
    required = [n for n, each in enumerate(sentences) if is_required(key, each)]
    if required:
        at = data.draw(st.sampled_from(required))
        assert header("".join([*sentences[:at], "\n", *sentences[at + 1 :]]), mark) != key


def is_required(key, sentence):
    """Whether the text of a license requires a sentence of twelve words or more."""
    plain = text_normalization.plain(sentence)
    if plain.count(" ") < 12 or "copyright" in plain:
        return False
    return any(
        plain in " ".join(w for w, k in zip(t.words, t.kinds, strict=True) if k == REQUIRED)
        for t in templates(key)
        if not t.is_header
    )


@pytest.mark.parametrize(
    ("text", "right"),
    [case for case in CASES if case[0] not in KNOWN_GAPS],
    # Sorted: the order of a set differs from process to process.
    ids=lambda v: str(v if isinstance(v, str) else sorted(v))[:40],
)
def test_notice(text, right):
    for mark in STYLES.values():
        assert header(f"Copyright 2020 Jane Doe\n{text}", mark) in right


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([text for text, right in CASES if right == {NOASSERTION}]),
    st.sampled_from(["Licensed under the MIT license.", "License: Apache-2.0", ""]),
    st.sampled_from([*STYLES]),
    st.booleans(),
)
def test_doubt_is_never_permissive(text, grant, style, before):
    notice = f"{grant}\n{text}" if before else f"{text}\n{grant}"
    answer = header(notice, STYLES[style])
    assert answer
    assert strictness(category(answer)) > strictness("permissive")


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(
        ["MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib", "Apache-2.0", "BSL-1.0"]
    ),
    st.sampled_from(
        [
            "The Software may not be used for military purposes.",
            "Commercial use requires the written consent of the author.",
            "You must not use the Software to train machine learning models.",
        ]
    ),
    st.sampled_from([*STYLES]),
    st.booleans(),
)
def test_an_addition_makes_another_license(key, addition, style, before):
    text = spdx_list.license_text(key)
    changed = f"{addition}\n\n{text}" if before else f"{text}\n\n{addition}"
    assert header(changed, STYLES[style]) == NOASSERTION
    assert text_claim(changed.encode()).expression == NOASSERTION


@pytest.mark.parametrize("key", ["MIT", "BSD-3-Clause", "ISC", "Apache-2.0", "GPL-3.0-only"])
def test_a_missing_sentence_makes_another_license(key):
    sentences = spdx_list.license_text(key).split(". ")
    middle = max(range(1, len(sentences) - 1), key=lambda n: len(sentences[n]), default=1)
    cut = ". ".join(sentences[:middle] + sentences[middle + 1 :])
    claim = text_claim(cut.encode())
    assert claim is None or claim.expression != key


GPL = (
    "# This file is free software; you can redistribute it and/or modify it under the terms of\n"
    "# the GNU General Public License as published by the Free Software Foundation; either\n"
    "# version 2 of the License, or (at your option) any later version.\n"
)


@pytest.mark.parametrize("lines", [1, 100, 5000])
def test_the_nearest_notice_above_a_passage_counts(lines):
    head = "# Licensed under the MIT license.\n" + "y = 1\n" * lines
    text = (head + GPL + "def f(x):\n    return x\n").encode()
    claim = passage_claim(text, Span(text.index(b"def f"), len(text)))
    assert claim.expression == "GPL-2.0-or-later"
    assert claim.evidence.startswith("line ")
    above = passage_claim(text, Span(40, 46))
    assert above is None or above.expression == "MIT"


@pytest.mark.parametrize(
    "code",
    [
        'LICENSE = """\nLicensed under the GPL version 3.\n"""\n',
        'print("Licensed under the GPL version 3.")\n',
        "raise ValueError('Unauthorized copying of this file is strictly prohibited.')\n",
    ],
)
def test_a_license_in_a_string_is_data(code):
    assert (
        file_claims(f"# Licensed under the MIT license.\n\n{code}".encode())[0].expression == "MIT"
    )


@pytest.mark.parametrize(
    "line",
    [
        "Copyright (c) 2019 Acme. Unauthorized copying prohibited.",
        "(c) 2020 Acme, confidential",
        "Copyright 2020 Acme Inc. All rights reserved. Proprietary and confidential.",
        "Copyright 2020 Acme. You may not use this for commercial purposes.",
    ],
)
def test_words_behind_a_copyright_statement_on_its_line_count(line):
    assert header(line, "# ") == NOASSERTION


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("NCBI-PD", "This software is a"),
        ("OLDAP-1.1", '"Copyright Holder" is whoever'),
        ("Artistic-1.0", '"Copyright Holder" is whoever'),
    ],
)
def test_a_sentence_that_only_names_copyright_is_required(key, sentence):
    pieces = notice_sentences.split(spdx_list.license_text(key))
    cut = "".join(piece for piece in pieces if not piece.strip().startswith(sentence))
    assert cut != "".join(pieces)
    claim = text_claim(cut.encode())
    assert claim is None or claim.expression != key
