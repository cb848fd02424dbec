# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A document with fresh names is still a program of its language, or the null arm is nonsense."""

import ast
import hashlib
import sysconfig
import warnings
from pathlib import Path

import pytest

from codescan.prompts.identifier_randomization import rewritten
from codescan.records import Document, Origin, Package
from codescan.text.grammars import PACKAGES

PROGRAMS = {
    "python": 'def f(xs):\n    """Doc."""\n    return [x for x in xs if x is not None]\n',
    "javascript": "export default function f(xs) { for (const x of xs) { if (x in xs) g(x); } }\n",
    "typescript": "type A = { readonly name: string };\nexport function f(a: A): a is A { "
    "return a as unknown as A; }\n",
    "go": "package main\n\nfunc f(m map[string]int) int {\n\tfor k := range m {\n\t\t_ = k\n\t}\n"
    "\treturn len(m)\n}\n",
    "rust": "use std::io;\npub fn f(xs: &[u8]) -> usize {\n    for x in xs {\n        match x {\n"
    "            1 => loop { break; },\n            _ => {}\n        }\n    }\n    xs.len()\n}\n",
    "java": "package a.b;\npublic final class A {\n  private boolean ok;\n"
    "  synchronized byte f() { return 1; }\n}\n",
    "c": "#include <a.h>\n#define LIMIT 20\nstatic inline int f(register int x) { return x; }\n",
    "cpp": "#include <a>\nnamespace n {\nusing std::string;\nbool f(const string &s) noexcept "
    "{ return s.empty(); }\n}\n",
    "csharp": "using System;\nnamespace N {\n  class A { bool F(object o) { lock (o) { "
    "foreach (var x in G()) { } } return o is A; } }\n}\n",
    "ruby": "module M\n  def f(xs)\n    begin\n      xs.each do |x|\n        next if x\n      end\n"
    "    rescue Error => e\n      retry\n    ensure\n      g\n    end\n  end\nend\n",
    "php": "<?php\nnamespace N;\nuse A;\nfunction f(array $xs) {\n"
    "  foreach ($xs as $x) { echo $x; }\n}\n",
    "shell": "for x in one two; do\n  if true; then\n    echo go\n  fi\ndone\n",
    "lua": "local function f(xs)\n  for _, x in pairs(xs) do\n"
    "    if x and not y then g(x) end\n  end\n"
    "end\n",
    "kotlin": "package a\nfun f(xs: List<Int>): Int {\n  for (x in xs) {\n"
    "    when (x) { is Int -> g(x) }\n  }\n  val y = 1\n  return y\n}\n",
    "scala": "package a\nobject A {\n  def f(x: Int) = x match { case 1 => 2 }\n  val y = 1\n}\n",
    "swift": "func f(xs: [Int]) -> Int {\n  guard let x = xs.first else { return 0 }\n"
    "  for y in xs { g(y) }\n  return x\n}\n",
}


def document(language, content, path="a.txt"):
    origin = Origin(
        Package("pkg:generic/a@1", "a", "1", "a"), path, hashlib.sha256(content).hexdigest()
    )
    return Document(content, language, origin)


def faults(language, content):
    """Nodes of a syntax tree that the grammar does not know."""
    from tree_sitter import Parser

    from codescan.text.syntax_tree import language_of

    grammar = {"shell": "bash", "csharp": "c-sharp"}.get(language, language)
    if grammar not in PACKAGES:
        grammar = language
    waiting = [Parser(language_of(grammar)).parse(content).root_node]
    count = 0
    while waiting:
        node = waiting.pop()
        count += node.is_error or node.is_missing
        waiting += node.children
    return count


@pytest.mark.parametrize("language", PROGRAMS)
def test_a_rewritten_program_parses(language):
    content = PROGRAMS[language].encode()
    fresh = rewritten(document(language, content), 7).content
    assert fresh != content
    assert faults(language, content) == 0
    assert faults(language, fresh) == 0, fresh.decode()


def test_the_standard_library_stays_python():
    """Nested literals of f-strings are the exception: their quotes hide what is code in them."""
    files = sorted(Path(sysconfig.get_path("stdlib")).glob("[a-h]*.py"))
    read = broken = 0
    for file in files:
        content = file.read_bytes()
        fresh = rewritten(document("python", content, file.name)) if len(content) < 60_000 else None
        if fresh is None:
            continue
        read += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                ast.parse(fresh.content)
            except SyntaxError:
                broken += 1
    assert read > 30
    assert broken <= read // 50
