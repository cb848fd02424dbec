# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Statements that are kept by the head of a file are those that reading the whole file gives."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codescan.licenses.copyrights import copyright_lines
from codescan.licenses.detect import file_claims
from codescan.licenses.file_statements import file_statements

TAG = "SPDX-License-" + "Identifier:"
HEADS = (
    "", "# Copyright (c) 2019 Jane Doe\n# Licensed under the MIT license.\n",
    f"# {TAG} MIT\n", f"// {TAG} GPL-2.0-only\n// No resale.\n",
    "/* Copyright 2001, 2003 Foo Inc.\n * All rights reserved. */\n", "/* plain words */\n",
    "#!/bin/sh\n# (c) Bar GmbH. Confidential, do not copy.\n", '"""A module."""\n',
    "<?php\n/* GPL version 3 or later */\n", "# see the notice at the end of this file\n",
    "# REUSE-" + f"IgnoreStart\n# {TAG} GPL-3.0-only\n# REUSE-" + "IgnoreEnd\n",
    "/* an unclosed comment\n * under the MIT license\n", "\N{ZERO WIDTH NO-BREAK SPACE}# MIT\n",
    "(* Licensed under the Apache License, Version 2.0 *)\n", "/* a) b) (c) Neither the name */\n",
)  # fmt: skip
RESTS = (
    "", "x = f(c)\n", "int main(void) { return 0; }\n", "' Licensed under the GPL version 2\n",
    "__license__ = 'GPL-3.0-only'\n", f"# {TAG} GPL-3.0-only\n", "# Copyright 2020 Late Holder\n",
    "# This part may not be used commercially.\n", "C     no commercial use of this program\n",
    "/* Distributed under the terms of the LGPL 2.1 */\n", "# subject to the same terms\n",
    "'''Public domain.'''\n", "# REUSE-" + "IgnoreStart\n", "copies (c) of the thing\n",
)  # fmt: skip


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("is_prose", [False, True])
def test_equals_reading_the_whole_file(head: str, is_prose: bool) -> None:
    for ending in RESTS:
        for between in ("", "\n", "pass\n"):
            content = (head + between + ending).encode()
            statements = file_statements(content, is_prose=is_prose)
            assert statements.licenses == file_claims(content, is_prose=is_prose), content
            assert statements.copyrights == copyright_lines(content), content


@given(
    st.lists(st.sampled_from(HEADS), max_size=3),
    st.lists(st.sampled_from((*RESTS, "pass\n")), max_size=4),
    st.sampled_from((0, 480, 3900, 16_300)),
)
@example([HEADS[1]], [RESTS[5]], 16_300)
def test_equals_for_joined_pieces(heads: list[str], rests: list[str], filler: int) -> None:
    content = ("".join(heads) + "y = 1\n" * (filler // 6) + "".join(rests)).encode()
    statements = file_statements(content)
    assert statements.licenses == file_claims(content)
    assert statements.copyrights == copyright_lines(content)
