# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Definitions of real and of hostile files."""

import ast
import sysconfig
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan.text.grammars import QUERIES
from codescan.text.languages import LANGUAGES
from codescan.text.lines import LineMap
from codescan.text.units import units

STDLIB = sorted(Path(sysconfig.get_path("stdlib")).glob("[a-d]*.py"))
GRAMMAR_LANGUAGES = [spec.name for spec in LANGUAGES.values() if spec.grammar in QUERIES]

# Language, source, and what is found: kind, name, signature, docstring.
CASES = [
    (
        "python",
        '@dec\nasync def f(a):\n  """Doc."""\n  return 1\n\n# of A\nclass A:\n  def m(self): 0\n',
        [
            ("function", "f", "@dec\nasync def f(a):", '"""Doc."""'),
            ("class", "A", "class A:", "# of A"),
            ("method", "m", "def m(self):", None),
        ],
    ),
    (
        "c",
        (
            "int x; /* of x */\n/* doc\n * more */\nstatic int *f(int a)\n{\n  return 0;\n}\n"
            "struct s { int a; };\nint g(void);\n"
        ),
        [
            ("function", "f", "static int *f(int a)", "/* doc\n * more */"),
            ("class", "s", "struct s", None),
        ],
    ),
    (
        "cpp",
        (
            "// d\ntemplate <class T> int A<T>::f(int a) const { return 0; }\n\n// apart\n\n"
            "class B : C { B() : x(1) {} ~B() {} };"
        ),
        [
            ("function", "A<T>::f", "template <class T> int A<T>::f(int a) const", "// d"),
            ("class", "B", "class B : C", None),
            ("method", "B", "B() : x(1)", None),
            ("method", "~B", "~B()", None),
        ],
    ),
    (
        "java",
        "/** doc */\n@A public class X {\n  /** m */\n  @B int f() throws E { return 1; }\n}",
        [
            ("class", "X", "@A public class X", "/** doc */"),
            ("method", "f", "@B int f() throws E", "/** m */"),
        ],
    ),
    (
        "javascript",
        (
            "/** d */\nexport function f(a) { return 1 }\nconst g = async (x) => { return x };\n"
            "class A { m() { } }\nexports.h = function (a) { };"
        ),
        [
            ("function", "f", "export function f(a)", "/** d */"),
            ("function", "g", "const g = async (x) =>", None),
            ("class", "A", "class A", None),
            ("method", "m", "m()", None),
            ("function", "exports.h", "exports.h = function (a)", None),
        ],
    ),
    (
        "typescript",
        "export abstract class Q<T> { private m(a: number): void { } }\ninterface I { a: string }",
        [
            ("class", "Q", "export abstract class Q<T>", None),
            ("method", "m", "private m(a: number): void", None),
            ("class", "I", "interface I", None),
        ],
    ),
    ("tsx", "function F(): T { return <a/> }", [("function", "F", "function F(): T", None)]),
    (
        "go",
        (
            "package a\n// F does\nfunc F(a int) error { return nil }\nfunc (s *S) M() { }\n"
            "type S struct { a int }\n"
        ),
        [
            ("function", "F", "func F(a int) error", "// F does"),
            ("function", "M", "func (s *S) M()", None),
            ("class", "S", "type S struct", None),
        ],
    ),
    (
        "rust",
        "/// doc\n/// more\n#[inline]\npub fn f(a: T) -> T { a }\nimpl A for B { fn m(&self) {} }",
        [
            ("function", "f", "#[inline]\npub fn f(a: T) -> T", "/// doc\n/// more"),
            ("class", "B", "impl A for B", None),
            ("method", "m", "fn m(&self)", None),
        ],
    ),
    (
        "ruby",
        "# doc\ndef f(a)\n  1\nend\nclass A < B\n  def self.m\n    2\n  end\nend\n",
        [
            ("function", "f", "def f(a)", "# doc"),
            ("class", "A", "class A < B", None),
            ("method", "m", "def self.m", None),
        ],
    ),
    (
        "php",
        "<?php\n/** d */\nfunction f($a): int { return 1; }\ntrait T { static function q() {} }",
        [
            ("function", "f", "function f($a): int", "/** d */"),
            ("class", "T", "trait T", None),
            ("method", "q", "static function q()", None),
        ],
    ),
    (
        "csharp",
        "namespace N {\n/// <summary>d</summary>\n[A] public class X { int G() => 1; }\n}",
        [
            ("class", "X", "[A] public class X", "/// <summary>d</summary>"),
            ("method", "G", "int G()", None),
        ],
    ),
    (
        "kotlin",
        "/** d */\nfun f(a: Int): Int { return 1 }\nobject O { fun m() = 1 }\n",
        [
            ("function", "f", "fun f(a: Int): Int", "/** d */"),
            ("class", "O", "object O", None),
            ("method", "m", "fun m()", None),
        ],
    ),
    (
        "scala",
        "/** d */\nobject A { def f(a: Int): Int = { 1 } }",
        [
            ("class", "A", "object A", "/** d */"),
            ("method", "f", "def f(a: Int): Int =", None),
        ],
    ),
    (
        "swift",
        "/// d\npublic func f(a: Int) -> Int { return 1 }\nclass A: B {\n  init(a: Int) {}\n}\n",
        [
            ("function", "f", "public func f(a: Int) -> Int", "/// d"),
            ("class", "A", "class A: B", None),
            ("method", "init", "init(a: Int)", None),
        ],
    ),
    (
        "lua",
        "-- doc\nlocal function f(a)\n  return 1\nend\nM.k = function(x)\n  y()\nend\n",
        [
            ("function", "f", "local function f(a)", "-- doc"),
            ("function", "M.k", "M.k = function(x)", None),
        ],
    ),
    ("shell", "# doc\nf() {\n  echo 1\n}\n", [("function", "f", "f()", "# doc")]),
    ("perl", "# doc\nsub f {\n  return 1;\n}\n", [("function", "f", "sub f", "# doc")]),
]


@pytest.mark.parametrize(("language", "source", "expected"), CASES, ids=[c[0] for c in CASES])
def test_definitions_of_each_language(language, source, expected):
    content = source.encode()
    part = lambda span: content[span.start : span.end].decode()  # noqa: E731
    assert [
        (u.kind, u.name, part(u.signature), u.docstring and part(u.docstring))
        for u in units(content, language)
    ] == expected


def test_every_grammar_has_a_case():
    assert {LANGUAGES[language].grammar for language, *_ in CASES} == set(QUERIES)


@pytest.mark.parametrize("path", STDLIB, ids=lambda path: path.name)
def test_the_standard_library_as_its_own_parser_reads_it(path):
    content = path.read_bytes()
    lines = LineMap(content)
    nodes = [
        node
        for node in ast.walk(ast.parse(content))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    expected = {
        (
            min([node.lineno, *(d.lineno for d in node.decorator_list)]),
            node.end_lineno,
            node.name,
            isinstance(node, ast.ClassDef),
            ast.get_docstring(node) is not None,
        )
        for node in nodes
    }
    functions = units(content, "python")
    assert len(functions) == len(nodes)
    last_line = {}
    for unit in functions:  # the comments that follow a body are part of it here
        text = content[unit.span.start : unit.span.end].splitlines()
        while text[-1].lstrip().startswith(b"#") or not text[-1].strip():
            text.pop()
        last_line[unit] = unit.region.start_line + len(text) - 1
    assert {
        (
            u.region.start_line,
            last_line[u],
            u.name,
            u.kind == "class",
            u.docstring is not None and u.docstring.start == u.body.start,
        )
        for u in functions
    } == expected
    assert all(lines.region(u.span) == u.region for u in functions)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(CASES), st.data())
def test_spans_nest_in_any_broken_file(case, data):
    language, source, _ = case
    content = bytearray(source.encode())
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[at] = data.draw(st.integers(0, 255))
    content = bytes(content)
    for unit in units(content, language):
        assert unit.span.start == unit.signature.start <= unit.signature.end <= unit.body.start
        assert unit.body.start <= unit.body.end <= unit.span.end <= len(content)
        if unit.docstring is not None:
            assert 0 <= unit.docstring.start < unit.docstring.end <= unit.body.end


@pytest.mark.parametrize("language", ["python", "cpp", "javascript", "scala", "lua", "perl"])
@pytest.mark.parametrize(
    "piece",
    [b"(", b"{[", b"[,,,", b";", b"class A{", b"function f(){", bytes(range(256)), b"\0"],
    ids=["paren", "brace", "commas", "semicolons", "classes", "functions", "bytes", "nul"],
)
def test_hostile_files_take_bounded_time(piece, language):
    began = time.process_time()
    units(piece * (300_000 // len(piece)), language)
    assert time.process_time() - began < 5


def test_what_is_not_parsed():
    source = b"def f():\n    return 1\n"
    assert units(source, "python")
    assert units(source, "prose") == units(source, "klingon") == units(b"", "python") == ()
    assert units(source + b"#" * 1_000_000, "python") == ()


@pytest.mark.parametrize("language", GRAMMAR_LANGUAGES)
def test_no_file_is_too_short(language):
    assert [units(text, language) for text in (b"", b" ", b"\n", b"\xff")] == [()] * 4
