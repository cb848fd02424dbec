# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Comments that agree are named; comments that do not are not held against a match."""

from __future__ import annotations

import pytest

from codescan._core import _native
from codescan.matchers.comments import comment_evidence

C = _native.LEXERS["c"]
CODE = b"/* Walk the free list until a block\n * is large enough. */\nint i = first; // see below\n"


def test_the_same_comments_are_evidence():
    (sentence,) = comment_evidence(CODE, b"static int x;\n" + CODE, C)
    assert sentence == "its comments are the same, too: 12 of 12 words"


@pytest.mark.parametrize(
    "origin",
    [b"int i = first;\n", CODE.replace(b"free list", b"used tree").replace(b"large enough", b"ok")],
    ids=["removed", "rewritten"],
)
def test_other_comments_say_nothing(origin):
    assert comment_evidence(CODE, origin, C) == ()


def test_few_words_say_nothing():
    assert comment_evidence(b"x = 1; // the end\n", b"x = 1; // the end\n", C) == ()
