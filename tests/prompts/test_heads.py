# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Strategies `signature` and `file-header`: where a head ends and what it leaves to be expected."""

import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.prompts.file_header import FileHeaderStrategy
from codescan.prompts.file_heading import banner_end, heading_end
from codescan.prompts.signature import SignatureStrategy

BODY = "".join(f"    total += weight_{n} * {n}\n" for n in range(10))
STDLIB = sorted(Path(sysconfig.get_path("stdlib")).glob("[c-d]*.py"))


@pytest.mark.parametrize(
    ("language", "head", "body"),
    [
        (
            "python",
            '#!/bin/py\n# (c) Ada\n\n"""Doc."""\n\nfrom a import (\n  b,\n)',
            "x = 1",
        ),
        ("python", '"""Doc\n\nof lines.\n"""\nimport os', "def f(): pass"),
        ("c", "/* (c) Ada\n * more */\n#ifndef A\n#define A\n#include <a.h>", "int x;"),
        ("go", '// Package a\npackage a\n\nimport (\n\t"fmt"\n)', "func f() {}"),
        ("javascript", "'use strict';\n\nconst a = require('a');\nimport b from 'b';", "a();"),
        ("rust", "// x\nuse std::io::{\n  Read,\n};\nextern crate a;", "fn f() {}"),
        ("java", "/* x */ package a;\n\nimport b.C;", "class A {}"),
        ("php", "<?php\n/**\n * x\n */\nnamespace A;\nuse B\\C;", "class A {}"),
        ("shell", "#!/bin/sh\n# x", "echo 1"),
        ("html", "<!DOCTYPE html>\n<!-- x\n-->", "<p>"),
    ],
)
def test_heads_of_many_languages(language, head, body):
    for end in ("\n", "\r\n"):
        text = f"{head}\n\n{body}\n".replace("\n", end)
        assert text[: heading_end(text, language)] == head.replace("\n", end)


def test_a_banner_ends_before_the_imports():
    text = "# (c) Ada\n#\n# GPL\n\nimport os\n"
    assert text[: banner_end(text, "python")] == "# (c) Ada\n#\n# GPL"
    assert banner_end("import os\n# late\n", "python") == 0
    assert banner_end("/* one */ int x;\n", "c") == 0
    assert banner_end("# a title\n", "markdown") == 0


@given(st.text(st.sampled_from("#/*\"'\n\r (import)<-;é"), max_size=100), st.booleans())
def test_any_text_has_a_head_inside_it(text, crlf):
    text = text.replace("\n", "\r\n") if crlf else text
    for language in ("python", "c", "lua", "html", "haskell", "json", "klingon"):
        banner, head = banner_end(text, language), heading_end(text, language)
        assert 0 <= banner <= len(text)
        assert 0 <= head <= len(text)


def test_a_docstring_belongs_to_the_head(document_of):
    body = BODY.replace("    ", "        ")
    text = f'import os\n\n\nclass A:\n    @dec\n    def f(self):\n        """Doc."""\n{body}'
    (prompt,) = SignatureStrategy().prompts(document_of(text))
    assert prompt.text == '    @dec\n    def f(self):\n        """Doc."""'
    assert prompt.expected == "\n" + body.rstrip("\n")


def test_a_comment_before_belongs_to_the_head_and_so_does_the_brace(document_of):
    body = BODY.replace("\n", ";\n")
    text = f"int x;\n\n/* Adds. */\nstatic int add(int a)\n{{\n{body}}}\n"
    (prompt,) = SignatureStrategy().prompts(document_of(text, "a.c"))
    assert prompt.text == "/* Adds. */\nstatic int add(int a)\n{"
    assert prompt.expected == f"\n{body}}}"


def test_documented_functions_come_first(document_of):
    text = "".join(
        f"def f{n}():\n" + ('    """Doc."""\n' if n == 7 else "") + BODY for n in range(12)
    )
    for seed in range(5):
        prompts = list(SignatureStrategy(per_document=3, seed=seed).prompts(document_of(text)))
        assert prompts[0].text == 'def f7():\n    """Doc."""'
        assert len(prompts) == 3


def test_small_bodies_and_classes_are_passed_over(document_of):
    text = "def f():\n    return 1\n\n\nclass A:\n" + "    x = 1\n" * 100
    assert list(SignatureStrategy().prompts(document_of(text))) == []


@pytest.mark.parametrize("path", STDLIB, ids=lambda path: path.name)
def test_real_files_are_cut_exactly(document_of, path):
    text = path.read_text(encoding="utf-8")
    document = document_of(text)
    for prompt in SignatureStrategy(per_document=1_000).prompts(document):
        assert prompt.text + prompt.expected in text
        assert prompt.text.lstrip().startswith(("def ", "async def ", "@", "#"))
    for prompt in FileHeaderStrategy(path_comment=False).prompts(document):
        assert text.startswith(prompt.text + prompt.expected)


def test_the_path_stands_before_the_head(document_of):
    text = f"# (c) Ada\nimport os\n\n\ndef f():\n{BODY}"
    (prompt,) = FileHeaderStrategy().prompts(document_of(text, "lib/a.py"))
    assert prompt.text == "# lib/a.py\n# (c) Ada\nimport os"
    assert prompt.expected == text[len("# (c) Ada\nimport os") :]
    (prompt,) = FileHeaderStrategy().prompts(document_of(f"/* x */\n{BODY}", "a.css"))
    assert prompt.text.startswith("/* a.css */\n/* x */")


def test_no_comment_before_a_line_that_must_be_first(document_of):
    text = f"#!/usr/bin/python\nimport os\n{BODY}"
    (prompt,) = FileHeaderStrategy().prompts(document_of(text))
    assert prompt.text == "#!/usr/bin/python\nimport os"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (BODY * 9, "README.md"),
        (BODY * 9, "a.py"),
        ("import os\n", "a.py"),
        ("import os\n" * 9_000 + BODY * 9, "a.py"),
        (b"import os\n" + b"\xff" * 900, "a.py"),
    ],
    ids=["prose", "no head", "no body", "endless head", "no text"],
)
def test_files_without_a_head_or_a_body_give_nothing(document_of, text, path):
    assert list(FileHeaderStrategy().prompts(document_of(text, path))) == []


def test_long_continuations_are_cut(document_of):
    text = "import os\n" + "x = 1\n" * 9_000
    (prompt,) = FileHeaderStrategy(max_expected_characters=300).prompts(document_of(text))
    assert len(prompt.expected) == 300
    text = "def f():\n" + "    x = 1\n" * 9_000
    (prompt,) = SignatureStrategy(max_expected_characters=300).prompts(document_of(text))
    assert len(prompt.expected) == 300
