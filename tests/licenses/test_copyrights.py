# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Copyright lines are found as written, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.licenses.copyrights import copyright_lines, holder_name

TAG = "SPDX" + "-FileCopyrightText"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Copyright (c) 2020, 2021 Foo Bar <a@b.c>\n",
         ("Copyright (c) 2020, 2021 Foo Bar <a@b.c>",)),
        ("/* Copyright 2020 Foo */\n", ("Copyright 2020 Foo",)),
        (" * (c) 2019 by Jane\n", ("(c) 2019 by Jane",)),
        ("// © 2020 Zoë\n", ("© 2020 Zoë",)),
        ("__copyright__ = 'Copyright 2020 X'\n", ("Copyright 2020 X",)),
        (f"# {TAG}: 2020 Foo\n# {TAG}: Bar <x@y>\n", ("2020 Foo", "Bar <x@y>")),
        ("Portions Copyright (C) 1995 Z\r\n(C) Copyright IBM Corp. 1990\r\n",
         ("Portions Copyright (C) 1995 Z", "(C) Copyright IBM Corp. 1990")),
        ("<!-- Copyright 2020 Foo -->", ("Copyright 2020 Foo",)),
        ("dnl Copyright (C) 1999 FSF\n", ("Copyright (C) 1999 FSF",)),
        ("Copyright (c) Facebook, Inc. and its affiliates.\n",
         ("Copyright (c) Facebook, Inc. and its affiliates.",)),
        ("# Copyright The Foo Authors\n# Copyright The Foo Authors\n",
         ("Copyright The Foo Authors",)),
        ("copyright = '2020, X'\n", ()),
        ("# The above copyright notice and this permission notice\n# copyright notice, this\n", ()),
        (" * (c) Neither the name of the University\n", ()),
        ("Copyright [yyyy] [name of copyright owner]\n", ()),
        ("Copyright (c) <year> <copyright holders>\n", ()),
        ("def copyright(year):\n    return f'(c) {year}'\n", ()),
        ("THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE\n", ()),
        ("/*\nobject-assign\n(c) Sindre Sorhus\n@license MIT\n*/", ("(c) Sindre Sorhus",)),
        ('"""Reads files.\n(C) Ronny Foo, Holger van der Bar -- MIT licensed\n"""',
         ("(C) Ronny Foo, Holger van der Bar -- MIT licensed",)),
        ("# (b) Source Code\n# (c) Limited Liability\n", ()),
        ("# Copyright ijl (2019-2026), Eric J (2022)\n",
         ("Copyright ijl (2019-2026), Eric J (2022)",)),
        (" * Version 2.2 Copyright (C) Paul Johnston 1999 - 2009\n",
         ("Copyright (C) Paul Johnston 1999 - 2009",)),
        ("# Authors: The Team\n#          ryan <r@x.org> (c) 2014-2017\n#  Website: https://x\n",
         ("ryan <r@x.org> (c) 2014-2017",)),
        ("# (c) 2012\n# Modified by: Paul N <p@x.org>\n", ()),
        ("/* Copyright (c) 2009-2011\n     Ana G <a@x.pt>\n     Carlos F <c@x.pt>\n   code */",
         ("Copyright (c) 2009-2011 Ana G <a@x.pt> Carlos F <c@x.pt>",)),
        ("# Copyright 2008, AQR, Foo, Inc.\n# and PyData Team\n",
         ("Copyright 2008, AQR, Foo, Inc. and PyData Team",)),
        ("# (c) 2017 Asif, core and individual\n#   contributors, All rights reserved.\n",
         ("(c) 2017 Asif, core and individual contributors, All rights reserved.",)),
        ("# see https://x.org/smp (Copyright (c) 2017, Foo Corporation) and more\n",
         ("Copyright (c) 2017, Foo Corporation",)),
        ("# Copyright: This module has been placed in the public domain.\n", ()),
        ('__copyright__ = "Copyright (c) 2014 " + __author__\n', ()),
        ('__copyright__ = "Copyright 2011 {0}".format(__author__)\n', ()),
        ("", ()),
    ],
)  # fmt: skip
def test_copyright_lines(text, expected):
    assert copyright_lines(text.encode()) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Copyright (c) 2010-2020, Jane Doe <jane@x.org>. All rights reserved.", "Jane Doe"),
        ("© 2020 Zoë", "Zoë"),
        ("2019, 2021-present The Foo Authors", "The Foo Authors"),
    ],
)
def test_holder_name(line, expected):
    assert holder_name(line) == expected


@given(st.binary(max_size=400))
def test_any_bytes(content):
    assert all(isinstance(line, str) for line in copyright_lines(content))


def test_many_lines_are_cut():
    text = "".join(f"# Copyright 2020 Author {n}\n" for n in range(1000))
    assert len(copyright_lines(text.encode())) == 32


def test_the_authors_of_a_license_text_do_not_hold_what_is_under_it():
    from codescan.licenses.copyrights import license_file_holders
    from codescan.licenses.spdx_list import license_text

    for key in ("GPL-2.0-only", "GPL-3.0-only", "LGPL-2.1-only", "AGPL-3.0-only", "Artistic-2.0"):
        text = (license_text(key) or "").encode()
        holders = license_file_holders(b"Copyright (C) 2011 Ada\n\n" + text)
        assert holders == ("Copyright (C) 2011 Ada",)
    own = b"Copyright (C) 2015 Free Software Foundation, Inc."
    assert license_file_holders(own) == (own.decode(),)


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("' Copyright 1999 Foo Ltd\nSub Main\n", "Copyright 1999 Foo Ltd"),
        ("{- Copyright 2019 Foo Ltd -}\n", "Copyright 2019 Foo Ltd"),
        ("{# Copyright 2019 Foo Ltd #}\n", "Copyright 2019 Foo Ltd"),
        ("x = 'Copyright 1999 Foo Ltd'\n", ""),
        ("    'Copyright 1999 Foo Ltd',\n", ""),
    ],
)
def test_comments_of_basic_haskell_and_templates(text, statement):
    assert copyright_lines(text.encode()) == ((statement,) if statement else ())
