# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Code is found whole where a format writes its signs in another way, or its lines as a list."""

from __future__ import annotations

import quopri
import random
import re

import pytest
from view_marks import check_marks

from codescan._core import _native
from codescan.text.languages import LANGUAGES
from codescan.text.views import View, views_of

CODE = """def high_waters(heights, per_sample, *others, **options):
    found = {key: 0x1F % len(heights) for key in options if key != '_'}
    for position, height in enumerate(heights[1:-1], start=2):
        before, after = heights[position - 2], heights[position]
        if before < height >= after and not found.get("a_b") == position:
            yield (position * per_sample, height ** 2 // 3, f"{height}~{after}")
"""
LATEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def latex(line):
    return "".join(LATEX.get(c, "\\" + c if c in "_{}#$%&" else c) for c in line)


def markdown(line):
    return re.sub(r"([_*\[\]#`~|<>])", r"\\\1", line)


def soft_wrapped(text):
    return quopri.encodestring(text.encode()).decode()


def by_line(write):
    return lambda text: "".join(write(line) + "\n" for line in text.splitlines())


FORMS = {
    "quoted-printable": soft_wrapped,
    "a mail": lambda text: "Content-Transfer-Encoding: quoted-printable\n\n" + soft_wrapped(text),
    "Markdown": by_line(markdown),
    "LaTeX": by_line(latex),
    "fixed width": by_line(lambda line: rf"\texttt{{{latex(line).replace('  ', '~~')}}}\\"),
    "word diff": by_line(lambda line: f"{{+{line}+}}"),
    "words that changed": by_line(lambda line: re.sub(r"found", "[-lost-]{+found+}", line)),
    "a list": lambda text: repr(text.splitlines()),
    "a list in double quotes": lambda text: (
        "lines = [" + ", ".join('"' + line.replace('"', r"\"") + '"' for line in text.splitlines())
        + "];"
    ),
    "a patch that removes": by_line(lambda line: f"-{line}"),
    "a list with sessions": lambda text: by_line(lambda line: f"* {line}")(
        text.replace("    found", "    # >>> a\n    # >>> b\n    # >>> c\n    # >>> d\n    found")
    ),
}  # fmt: skip


def tokens_of(content):
    return _native.lex(content, _native.LEXERS[LANGUAGES["python"].lexer]).hashes().tolist()


@pytest.mark.parametrize("before", ["", "Here it is:\n\n"])
@pytest.mark.parametrize("form", FORMS)
def test_code_is_found_whole(form, before):
    if before and form in {"a patch that removes", "a list with sessions"}:
        pytest.skip("the marks of all lines tell")
    text = (before + FORMS[form](CODE)).encode()
    check_marks(text)
    expected = tokens_of(CODE.encode())
    views = [view for view in views_of(text) if isinstance(view, View)]
    token_lists = [tokens_of(view.content) for view in views]
    count = len(expected)
    assert any(
        tokens[at : at + count] == expected for tokens in token_lists for at in range(len(tokens))
    ), [view.content for view in views]


@pytest.mark.parametrize("text", [
    CODE, "a == b, c = d\n" * 9, r"re.sub('\.\(\[', '\]\)', x)" + "\n", "a[-1] - b[-2]\n" * 9,
    "x = ['a', 'b', 'c', 'd', 'e']\n", "{+1}\n" * 2, "=3D\n", "\\_\n",
])  # fmt: skip
def test_other_signs_stay(text):
    assert all(
        view.content == text.encode() for view in views_of(text.encode()) if isinstance(view, View)
    )


@pytest.mark.parametrize("seed", range(40))
def test_no_mark_is_missed_in_any_mixture(seed):
    draw = random.Random(seed)
    pieces = [
        "=3D", "=\n", "=", "\\_", "\\*", "\\textbackslash{}", "\\texttt{a_b}\\\\\n", "{+a+}",
        "[-b-]", "{+", "+}", "'a b c d e f g', ", '"abc def ghi jkl","', "\\\\", "\n", "- x\n",
    ]  # fmt: skip
    check_marks("".join(draw.choices(pieces, k=draw.randrange(60))).encode())
