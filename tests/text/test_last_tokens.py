# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The tail of a text has the tokens that were asked for, and begins at a line."""

import random

import pytest

from codescan._core import _native
from codescan.text.last_tokens import tail_start

LINES = (
    "value_{n} = settle(levels[{n}], 'a string of <many> words, \"and\" marks; {n}')\n",
    "    # a comment of many words that is no token of the code {n}\n",
    '"""A doc string\nof several lines {n}.\n"""\n',
    "if (x{n} >= y{n} && z) {{ return f({n}); }}\n",
    "Plain words of a sentence, and some more of them, {n} in all.\n",
    "\n",
    "é = '🚢' * {n}\n",
)


@pytest.mark.parametrize("seed", range(30))
def test_the_tail_has_enough_tokens_and_begins_at_a_line(seed):
    draw = random.Random(seed)
    text = "".join(draw.choice(LINES).format(n=draw.randrange(99)) for _ in range(80)).encode()
    count = draw.randrange(1, 200)
    start = tail_start(text, count)
    assert start == 0 or text[start - 1 : start] == b"\n"
    spans = _native.lex(text, _native.LEXERS["python"]).spans().tolist()
    behind = sum(span[0] >= start for span in spans)
    assert behind >= min(count, len(spans))


def test_long_strings_are_one_token_each():
    line = "check('{}', 1)\n".format('<p>one <a href="#">two</a></p> ' * 20).encode()
    text = line * 50
    start = tail_start(text, 60)
    assert len(text) - start >= 60 // 6 * len(line)


@pytest.mark.parametrize("text", [b"", b"\n", b"word", b"\xff\xfe\x00" * 9, b"'" * 999, b"(" * 999])
def test_odd_texts_have_a_tail(text):
    assert 0 <= tail_start(text, 5) <= len(text)
