# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Claims of files: tags, header notices and whole texts, whatever their layout."""

from __future__ import annotations

import re
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan.licenses import license_text_matcher, spdx_list
from codescan.licenses.detect import file_claims, is_license_text, text_claim
from codescan.licenses.expressions import equivalent
from codescan.licenses.license_paths import is_license_path
from codescan.licenses.pair_table import pair_table
from codescan.records import NOASSERTION, LicenseBasis, Span

TAG = "SPDX" + "-License-Identifier"

APACHE = """Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and
limitations under the License.
"""
GPL = """This program is free software; you can redistribute it and/or modify it under the terms of
the GNU {family}General Public License as published by the Free Software Foundation; {version}.

This program is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY.
See the GNU {family}General Public License for more details.
"""
LATER = "either version {} of the License, or (at your option) any later version"
MPL = """This Source Code Form is subject to the terms of the Mozilla Public
License, v. 2.0. If a copy of the MPL was not distributed with this
file, You can obtain one at https://mozilla.org/MPL/2.0/.
"""
QUAKE = """This file is part of Quake III Arena source code.

Quake III Arena source code is free software; you can redistribute it
and/or modify it under the terms of the GNU General Public License as
published by the Free Software Foundation; either version 2 of the License,
or (at your option) any later version.
"""
CSPARSE = """CSparse is free software; you can redistribute it and/or
modify it under the terms of the GNU Lesser General Public
License as published by the Free Software Foundation; either
version 2.1 of the License, or (at your option) any later version.
"""
BOOST = """Distributed under the Boost Software License, Version 1.0.
(See accompanying file LICENSE_1_0.txt or copy at http://www.boost.org/LICENSE_1_0.txt)
"""
SQLITE = """The author disclaims copyright to this source code.  In place of
a legal notice, here is a blessing:
   May you do good and not evil.
   May you find forgiveness for yourself and forgive others.
   May you share freely, never taking more than you give.
"""

HEADERS = {
    APACHE: "Apache-2.0",
    MPL: "MPL-2.0",
    QUAKE: "GPL-2.0-or-later",
    CSPARSE: "LGPL-2.1-or-later",
    BOOST: "BSL-1.0",
    SQLITE: "blessing",
    GPL.format(family="", version=LATER.format(3)): "GPL-3.0-or-later",
    GPL.format(family="", version="version 2 of the License"): "GPL-2.0-only",
    GPL.format(family="", version="version 2"): "GPL-2.0-only",
    GPL.format(family="Lesser ", version=LATER.format("2.1")): "LGPL-2.1-or-later",
    GPL.format(family="Library ", version=LATER.format("2")): "LGPL-2.0-or-later",
    GPL.format(family="Affero ", version=LATER.format("3")): "AGPL-3.0-or-later",
    GPL.format(family="", version="either version 2 of the License, or (at your option) any later "
               "version.\nLinking this library statically or dynamically with other modules"):
        "GPL-2.0-or-later WITH Classpath-exception-2.0",
    "Licensed under the MIT license.\n": "MIT",
    "Released under the BSD 3-Clause License; see LICENSE for details.\n": "BSD-3-Clause",
    "This file is dual licensed under the terms of the MIT license or the GPLv2 license.\n":
        "MIT OR GPL-2.0-only",
    "License: GPL-3.0-or-later\n": "GPL-3.0-or-later",
    "@license MIT\n": "MIT",
    "This code has been placed in the public domain.\n": spdx_list.PUBLIC_DOMAIN,
    "Licensed under the GPL v2 or later.\n": "GPL-2.0-or-later",
    "You can redistribute it under the same terms as Perl itself.\n":
        "GPL-1.0-or-later OR Artistic-1.0-Perl",
    **{
        spdx_list.license_text(key): key
        for key in ("MIT", "MIT-0", "ISC", "0BSD", "Zlib", "BSD-2-Clause", "BSD-3-Clause",
                    "BSD-4-Clause", "BSL-1.0", "X11", "NCSA", "Unlicense", "HPND")
    },
}  # fmt: skip

STYLES = {
    "plain": ("", "", ""),
    "hash": ("", "# ", ""),
    "slashes": ("", "// ", ""),
    "block": ("/*\n", " * ", " */\n"),
    "lisp": ("", ";;; ", ""),
    "sql": ("", "-- ", ""),
    "html": ("<!--\n", "  ", "-->\n"),
    "m4": ("", "dnl ", ""),
    "batch": ("", "rem ", ""),
    "docstring": ('"""\n', "", '"""\n'),
}


def commented(text: str, style: str) -> str:
    opening, prefix, closing = STYLES[style]
    lines = [(prefix + line).rstrip() + "\n" for line in text.splitlines()]
    return opening + "".join(lines) + closing


@pytest.mark.parametrize(("text", "expected"), HEADERS.items(), ids=[*HEADERS.values()])
def test_header_notice(text, expected):
    (claim,) = file_claims(commented(text, "hash").encode() + b"\nimport os\n")
    assert (claim.expression, claim.basis) == (expected, LicenseBasis.FILE_HEADER)
    assert 0 < len(claim.evidence) <= 200


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from([*HEADERS]),
    st.sampled_from([*STYLES]),
    st.integers(30, 120),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
def test_header_claims_do_not_depend_on_layout(text, style, width, newline, upper):
    paragraphs = [textwrap.fill(" ".join(p.split()), width) for p in re.split(r"\n\s*\n", text)]
    laid_out = commented("\n\n".join(paragraphs), style)
    laid_out = (laid_out.upper() if upper else laid_out).replace("\n", newline)
    expressions = [claim.expression for claim in file_claims(laid_out.encode())]
    assert expressions == [HEADERS[text]]


@pytest.mark.parametrize(
    "text",
    [
        "# See the LICENSE file for licensing terms.\n",
        (
            "# Use of this source code is governed by a BSD-style license that can be\n"
            "# found in the LICENSE file.\n"
        ),
        "# Copyright 2020 Someone. All rights reserved.\n",
        "def license(self):\n    return self.permission\n",
        '"""Checks that a license is compatible with the GNU General Public License."""\n',
        "# Permission to enter is granted by the redistribution service.\n",
        "# may be combined with other software that is released under the GPL\n",
        "",
    ],
)
def test_pointers_and_mentions_claim_nothing(text):
    assert file_claims(text.encode()) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"# {TAG}: MIT\n", "MIT"),
        (f"#!/bin/sh\n# {TAG}: MIT OR Apache-2.0\n", "MIT OR Apache-2.0"),
        (f"/* {TAG}: GPL-2.0+ */\n", "GPL-2.0-or-later"),
        (f"<!-- {TAG}: CC0-1.0 -->\n", "CC0-1.0"),
        (f" * {TAG}: LicenseRef-Foo\r\n", "LicenseRef-Foo"),
        (f"# {TAG}: MIT\n# {TAG}: BSD-3-Clause\n", "MIT AND BSD-3-Clause"),
        (f"# {TAG}: (MIT OR ISC)\n# {TAG}: Zlib\n", "(MIT OR ISC) AND Zlib"),
        (f"# {TAG}: Nonsense\n", NOASSERTION),
        (f"(* {TAG}: MIT *)\n", "MIT"),
        (f"{{# {TAG}: MIT #}}\n", "MIT"),
    ],
)
def test_file_tag(text, expected):
    claim = file_claims(text.encode())[0]
    assert (claim.expression, claim.basis) == (expected, LicenseBasis.FILE_TAG)


@pytest.mark.parametrize(
    "text",
    [
        f'TAG = "{TAG}: MIT"\n',
        f"print('# {TAG}: MIT')\n",
        f"# REUSE-IgnoreStart\n# {TAG}: MIT\n# REUSE-IgnoreEnd\n",
        "# SPDX" + f"-SnippetBegin\n# {TAG}: MIT\n# SPDX" + "-SnippetEnd\n",
    ],
)
def test_what_only_looks_like_a_tag_of_the_file(text):
    assert not any(c.basis is LicenseBasis.FILE_TAG for c in file_claims(text.encode()))


def test_tag_and_header_are_kept_apart():
    claims = file_claims(f"# {TAG}: MIT\n{commented(APACHE, 'hash')}".encode())
    assert [(c.expression, c.basis) for c in claims] == [
        ("MIT", LicenseBasis.FILE_TAG),
        ("Apache-2.0", LicenseBasis.FILE_HEADER),
    ]


def whole_text_ids() -> list[str]:
    return sorted({*pair_table().ids} & {*spdx_list._texts()})


def test_every_text_of_the_spdx_list_is_recognized_as_itself():
    wrong = {}
    for key in whole_text_ids():
        text = spdx_list.license_text(key)
        reading = license_text_matcher.read(text.encode())
        parts = [(part.license_id, part.changes) for part in reading.parts]
        if [(one_class(each), changes) for each, changes in parts] != [(one_class(key), ())]:
            wrong[key] = parts
    # The npm package's text lacks words of the template, or has others.
    others = "InnoSetup Libpng OCLC-2.0 OPUBL-1.0 SMAIL-GPL Unicode-DFS-2015 bcrypt-Solar-Designer"
    assert set(wrong) <= set(others.split())


def one_class(key: str) -> str:
    """An id without what its text does not say."""
    key = key.removesuffix("-only").removesuffix("-or-later").removesuffix("-invariants")
    return key.removesuffix("-no-copyleft-exception")


@pytest.mark.parametrize(
    "key",
    [
        "MIT", "MIT-0", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "MPL-2.0",
        "GPL-2.0-only", "GPL-3.0-only", "LGPL-2.0-only", "LGPL-2.1-only", "LGPL-3.0-only",
        "AGPL-3.0-only", "Zlib", "BSL-1.0", "Unlicense", "CC0-1.0", "EPL-2.0", "Python-2.0",
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["filled", "crlf", "one line", "upper", "indented", "commented"])
def test_filled_and_reformatted_copies(key, form):
    text = spdx_list.license_text(key)
    forms = {
        "filled": re.sub(
            r"<year>", "2019", re.sub(r"<(?:copyright holders|owner)>", "J. Doe", text)
        ),
        "crlf": text.replace("\n", "\r\n"),
        "one line": " ".join(text.split()),
        "upper": text.upper(),
        "indented": textwrap.indent(text, "    "),
        "commented": commented(text, "block"),
    }
    claim = text_claim(forms[form].encode())
    assert claim is not None
    assert (claim.expression, claim.basis) == (key, LicenseBasis.LICENSE_FILE)


@pytest.mark.parametrize(
    ("key", "mark"),
    [
        ("Apache-2.0", "END OF TERMS AND CONDITIONS"),
        ("GPL-2.0-only", "END OF TERMS AND CONDITIONS"),
        ("GPL-3.0-only", "END OF TERMS AND CONDITIONS"),
        ("LGPL-3.0-only", "GNU GENERAL PUBLIC LICENSE\nVersion 3"),
    ],
)
def test_texts_without_their_appendix(key, mark):
    text = spdx_list.license_text(key)
    claim = text_claim(text[: text.index(mark, 200)].encode())
    assert claim is not None
    assert claim.expression == key


def test_a_template_is_distinguished_from_a_filled_copy():
    template = spdx_list.license_text("MIT")
    filled = template.replace("<year> <copyright holders>", "2020 Jane Doe")
    assert ", template" in text_claim(template.encode()).evidence
    assert ", filled-in copy" in text_claim(filled.encode()).evidence


def test_several_texts_in_one_file_all_apply():
    parts = ["Apache-2.0", "MIT", "BSD-3-Clause", "Zlib"]
    joined = "\n\n------\n\n".join(spdx_list.license_text(key) for key in parts)
    assert set(text_claim(joined.encode()).expression.split(" AND ")) == set(parts)


def test_exception_beside_the_gpl():
    joined = spdx_list.license_text("GPL-3.0-only") + spdx_list.license_text("GCC-exception-3.1")
    assert text_claim(joined.encode()).expression == "GPL-3.0-only WITH GCC-exception-3.1"


def test_text_and_notice_of_another_license():
    text = spdx_list.license_text("MIT") + "\n\nFiles in foo/:\n\n" + MPL
    assert text_claim(text.encode()).expression == "MIT AND MPL-2.0"


def test_a_text_lost_in_other_words_is_not_the_license_of_the_file():
    story = " ".join(f"word{n} tale{n}" for n in range(2000))
    assert text_claim((spdx_list.license_text("MIT") + story).encode()).expression == NOASSERTION


def test_a_license_file_that_only_reserves_rights_is_a_claim():
    claim = text_claim(b"Copyright 2020 Acme. All rights reserved.\n")
    assert claim is not None
    assert claim.expression == NOASSERTION
    assert "All rights reserved" in claim.evidence


@pytest.mark.parametrize("text", ["", "Hello\n", "x = 1\n" * 500])
def test_no_license_no_claim(text):
    assert text_claim(text.encode()) is None


@pytest.mark.parametrize("key", ["MIT", "GPL-2.0-only", "GPL-3.0-only", "Apache-2.0", "MPL-2.0"])
def test_every_fragment_of_a_license_is_license_text(key):
    content = commented(spdx_list.license_text(key), "hash").encode()
    width = 500
    for start in range(0, len(content) - width, max(width, len(content) // 20)):
        assert is_license_text(content, Span(start, start + width)), content[start : start + width]


@pytest.mark.parametrize(
    "banner",
    [
        "# Copyright 2020 Foo Inc.\n# All rights reserved.\n",
        f"# Copyright (c) 2020 Foo\n# {TAG}: MIT\n",
        (
            "// Copyright (c) Some Corporation. All rights reserved.\n"
            "// Licensed under the MIT License. See License.txt in the project root.\n"
        ),
        commented(APACHE, "block"),
        commented(QUAKE, "slashes"),
    ],
)
def test_banners_are_license_text(banner):
    assert is_license_text(banner.encode(), Span(0, len(banner.encode())))


@pytest.mark.parametrize(
    "text",
    [
        "def heappush(heap, item):\n    heap.append(item)\n    _siftdown(heap, 0, len(heap)-1)\n"
        * 3,
        (
            "It was the best of times, it was the worst of times, it was the age of wisdom, it was"
            " the age of foolishness, it was the epoch of belief, it was the epoch of incredulity."
        ),
        "if not self.license.permits(user):\n    raise PermissionError('no license for the use')\n",
        "x = 1",
        "",
    ],
)
def test_code_and_prose_are_no_license_text(text):
    assert not is_license_text(text.encode(), Span(0, len(text)))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("LICENSE", True), ("license.txt", True), ("LICENCE.md", True), ("COPYING", True),
        ("COPYING.LESSER", True), ("LICENSE-MIT", True), ("MIT-LICENSE.txt", True),
        ("UNLICENSE", True), ("NOTICE", True), ("LICENSES/MIT.txt", True),
        ("a/b/LICENSE.APACHE2", True), ("foo-1.0.dist-info/licenses/LICENSE", True),
        ("apache-2.0.LICENSE", True), ("debian/copyright", True), ("third_party_licenses", True),
        ("LICENSE_1_0.txt", True), ("gpl-3.0.txt", True),
        ("license.py", False), ("licenses/__init__.py", False), ("src/license_check.go", False),
        ("README", False), ("copyright.js", False), ("licensed_work.c", False),
        ("src/main.c", False),
    ],
)  # fmt: skip
def test_is_license_path(path, expected):
    assert is_license_path(path) is expected


def test_the_dual_license_of_gnu_libraries_is_a_choice_of_later_versions():
    text = b"""/* This file is free software.
   It is dual-licensed under "the GNU LGPLv3+ or the GNU GPLv2+".
   You can redistribute it and/or modify it under either
     - the terms of the GNU Lesser General Public License as published
       by the Free Software Foundation; either version 3, or (at your
       option) any later version, or
     - the terms of the GNU General Public License as published by the
       Free Software Foundation; either version 2, or (at your option)
       any later version, or
     - the same dual license "the GNU LGPLv3+ or the GNU GPLv2+".  */
"""
    (claim,) = file_claims(text)
    assert equivalent(claim.expression, "LGPL-3.0-or-later OR GPL-2.0-or-later")


def test_a_license_that_a_file_need_not_be_under_is_not_its_license():
    text = b"""dnl This file is free software; the Free Software Foundation
dnl gives unlimited permission to copy and/or distribute it,
dnl with or without modifications, as long as this notice is preserved.
dnl
dnl This file can be used in projects which are not available under
dnl the GNU General Public License or the GNU Library General Public
dnl License but which still want to provide support for the GNU gettext
dnl functionality.
dnl Please note that the actual code of the GNU gettext library is covered
dnl by the GNU Library General Public License, and the rest of the GNU
dnl gettext package package is covered by the GNU General Public License.
"""
    assert not any("GPL" in claim.expression for claim in file_claims(text))
