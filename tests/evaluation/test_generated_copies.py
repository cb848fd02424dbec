# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The evaluation makes the disguises it says it makes, and knows where its copies come from."""

from __future__ import annotations

import hashlib
import random
import re
import sys
import sysconfig
from pathlib import Path

import pytest

from codescan._core import _native
from codescan.matchers.verified_runs import Form
from codescan.records import Document, Origin, Package
from codescan.text.languages import LANGUAGES

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))

from _evaluation import boilerplate, lexed, plagiarism, spans, transforms  # noqa: E402

C = """\
/* counts */
#include <stdio.h>
#define WIDE(x, y) ((x) + \\
                    (y))

static int total(const int *list, int length)
{
    int sum = 0; // of all
    for (int i = 0; i < length; i++) { /* each */
        sum += WIDE(list[i], 0); /* one */
    }
    printf("%d // no comment\\n", sum);
    return sum;
}
"""


def document(text, language, path="a"):
    content = text.encode() if isinstance(text, str) else text
    package = Package("pkg:generic/a@1", "a")
    origin = Origin(package, path, hashlib.sha256(content).hexdigest())
    return Document(content, language, origin)


def cut_of(text, language):
    source = lexed.read(document(text, language))
    lines = sorted(source.code_lines)
    return spans.Cut(source, lines[0], lines[-1])


@pytest.fixture(scope="module")
def drawn():
    folder = Path(sysconfig.get_path("stdlib"))
    names = ("shlex", "calendar", "csv", "textwrap", "string", "queue", "sched", "fnmatch")
    files = [document((folder / f"{n}.py").read_bytes(), "python", n) for n in names]
    return [*spans.cuts(files, 8, 31, random.Random(3)), cut_of(C, "c")]


def tokens(text, language):
    return _native.lex(text.encode(), _native.LEXERS[LANGUAGES[language].lexer]).hashes().tolist()


def copy_of(name, cut, seed=0):
    transform = next(t for t in transforms.TRANSFORMS if t.name == name)
    return transform.make(cut, random.Random(seed))


@pytest.mark.parametrize("name", ["verbatim", "reformatted", "comments removed", "CRLF and tabs"])
def test_layout_and_comments_change_and_nothing_else(drawn, name):
    changed = 0
    for cut in drawn:
        for seed in range(5):
            text = copy_of(name, cut, seed).text
            assert tokens(text, cut.language) == tokens(cut.text, cut.language)
            changed += text != cut.text
    assert changed == 0 if name == "verbatim" else changed > len(drawn) // 2


def test_no_comment_is_left_where_comments_are_removed():
    text = copy_of("comments removed", cut_of(C, "c")).text
    assert "/*" not in text
    assert "of all" not in text
    assert "// no comment" in text  # it stands in a string


def test_names_are_replaced_one_to_one(drawn):
    changed = 0
    for cut in drawn:
        new = lexed.read(document(copy_of("renamed", cut).text, cut.language))
        old = lexed.read(document(cut.text, cut.language))
        pairs = [
            (a, b)
            for one, other in zip(old.pieces, new.pieces, strict=False)
            for a, b in zip(
                re.findall(r"\w+", one.text), re.findall(r"\w+", other.text), strict=False
            )
            if one.kind == "name"
        ]
        assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(set(pairs))
        changed += sum(a != b for a, b in pairs)
    assert changed > 100


def test_so_many_lines_are_edited_as_it_says(drawn):
    for cut in drawn:
        lines = set(cut.text.splitlines())
        for share, name in ((0.1, "10 % edited"), (0.3, "30 % edited")):
            copied_lines = set(copy_of(name, cut).text.splitlines())
            assert len(lines - copied_lines) <= share * len(cut.code_lines) + 1
            assert copy_of(name, cut).text != cut.text


def test_a_cut_in_the_middle_of_tokens_is_a_part_of_the_span(drawn):
    for cut in drawn:
        for seed in range(10):
            disguised = copy_of("cut mid-token", cut, seed)
            assert disguised.text in cut.source.text
            assert disguised.whole in disguised.text
            assert cut.first <= disguised.cut.first <= disguised.cut.last <= cut.last
            assert {disguised.cut.first, disguised.cut.last} <= cut.source.code_lines


def test_a_chat_answer_holds_the_span_between_fences(drawn):
    for cut in drawn:
        answer = copy_of("in a chat answer", cut)
        assert answer.chat
        assert cut.text.strip("\n") in answer.text
        assert answer.text.count("```") == 2


def test_draws_are_repeatable(drawn):
    for transform in transforms.TRANSFORMS:
        for cut in drawn[:3]:
            first = transform.make(cut, random.Random(9))
            assert first == transform.make(cut, random.Random(9))


def test_lines_that_hold_code_are_distinguished_from_comments():
    source = lexed.read(document(C, "c"))
    assert 0 not in source.code_lines
    assert {1, 2, 3, 5, 7, 12} <= source.code_lines
    assert 4 not in source.code_lines


def test_spans_are_long_enough_to_be_promised(drawn):
    for cut in drawn:
        assert len(cut.code_lines) >= spans.MIN_LINES
        assert spans.tokens(cut.text, cut.language) >= 31


def test_every_kind_of_boilerplate_is_made():
    license_text = "Permission is granted, with this license, to copy.\n" * 12
    table = "x = [\n" + "".join(f"    {n}, 0x{n:x}, {n}.5, 'a{n}',\n" for n in range(20)) + "]\n"
    imports = "".join(f"import module_{n}\n" for n in range(9))
    files = [
        document(license_text, "prose", "LICENSE"),
        document(table, "python", "table.py"),
        document(imports, "python", "imports.py"),
    ]
    for kind, make in boilerplate.KINDS.items():
        text, language = next(make(iter(files), random.Random(1)))
        assert text.count("\n") >= 4, kind
        assert language in LANGUAGES
        assert "%a" not in text


def test_what_another_author_also_wrote_tells_nothing():
    outcome = plagiarism.Found("L1", ((40, 1), (60, 2)), {Form.EXACT: ([(10, 50)], [(0, 45)])})
    assert outcome.longest(1) == 40
    assert outcome.longest(9) == 60
    assert outcome.is_distinctive(Form.EXACT, 20)  # [30, 50) reaches beyond the other's run
    assert not plagiarism.Found("L1", (), {Form.EXACT: ([(10, 40)], [(0, 45)])}).is_distinctive(
        Form.EXACT, 20
    )
