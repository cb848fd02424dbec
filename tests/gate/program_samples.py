# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Small programs in each language with a grammar, full of places where no comment may stand."""

from __future__ import annotations

SAMPLES = {
    "a.py": "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n'''Doc\nstring.'''\n"
    "from __future__ import annotations\n\nx = 1 + \\\n    2\n\n@wraps\ndef f(a,\n      b):\n"
    "    # type: (int, int) -> int\n    s = f'''\n{a}\n'''\n    return [\n        s,\n    ]\n",
    "b.py": "\ufeffimport os\r\nif os:\r\n    x = '''\r\n  y'''\r\n",
    "a.c": "#define A(x) \\\n  do { x; } while (0)\n/* doc\n * more */\nint f(void)\n{\n"
    '  *p = 1;\n  --i;\n  return "a\\\nb"[0];\n}\n',
    "a.cpp": 'auto s = R"x(\n// no\n)x";\ntemplate <class T>\nint g(T t) {\n  return 1; // c\n}\n',
    "a.cs": 'using X;\nclass A {\n  string s = @"\n  x";\n  [Test]\n  void F() { }\n}\n',
    "a.java": '/** Doc. */\npackage a;\nclass A {\n  String s = """\n    x\n    """;\n  @Test\n'
    "  void f() { }\n}\n",
    "a.kt": '@file:JvmName("A")\npackage a\n\n'
    'val s = """\n  $x\n"""\nfun f(): Int {\n  return 1\n}\n',
    "a.scala": 'object A {\n  val s = """\n  x\n"""\n  def f(x: Int) = {\n    x\n  }\n}\n',
    "a.swift": 'let s = """\n  x\n  """\nfunc f() -> Int {\n  return 1\n}\n',
    "a.go": '//go:build linux\n\n// Package a.\npackage a\n\n// int f();\nimport "C"\n\n'
    "var s = `\n  x\n`\n\n//go:noinline\nfunc f() int {\n\treturn 1\n}\n",
    "a.rs": "#![allow(dead_code)]\n//! Doc.\n\n/// Doc.\n#[test]\nfn f() -> &'static str {\n"
    '    r#"\n  x\n"#\n}\n',
    "a.js": "#!/usr/bin/env node\n'use strict';\nconst a = `x\n${1 +\n 2}\n`;\n"
    "// eslint-disable-next-line\nlet b = /x/;\nfunction f() {\n  return a;\n}\n"
    "//# sourceMappingURL=a.js.map",
    "b.js": "/**\n * @jest-environment jsdom\n */\nlet a;\nlet b;\n",
    "a.jsx": "const a = (\n  <div>\n    <b/>\n    text\n    {x}\n  </div>\n);\n",
    "a.ts": "// @ts-nocheck\nconst a: string = `\n  x`;\ninterface B {\n  c: number;\n}\n",
    "a.tsx": "export const A = () => <p>\n  x\n  <b />\n</p>;\nconst b = 1;\n",
    "a.rb": "# frozen_string_literal: true\nx = <<~E\n  a\n  #{1}\nE\n=begin\nno\n=end\n"
    "def f\n  %w[\n    a\n  ]\nend\n__END__\ndata\n",
    "a.php": "<?php\n$s = <<<E\n x\nE;\nfunction f() {\n  return 1;\n}\n",
    "b.php": "<html>\n<p>text</p>\n<?php\nif ($x) {\n  echo 1;\n}\n?>\n<b>x</b>\n",
    "c.php": "<?php\n$x = <<<'E'\n a\nE;\necho 1;\n?>\n",
    "c.ts": "// @ts-expect-error\nfoo(1)\n// eslint-disable-next-line\nbar(2)\n",
    "b.yaml": "a:\n  - run: |\n      echo 1\n      echo 2\n  - uses: x\n",
    "b.yml.j2": "{% for x in y %}\n- name: {{ x }}\n  run: 1\n{% endfor %}\n",
    "b/Dockerfile": "FROM a\nRUN <<EOF\necho 1\nEOF\nCOPY b c\n",
    "a.lua": "local s = [[\n  x\n]]\n--[[ c\n d ]]\nfunction f()\n  return 1\nend\n",
    "a.sh": "#!/bin/sh\n# doc\ncat <<EOF |\none\n$two\nEOF\n  sort\nx='a\nb'\nf() {\n  echo \\\n"
    "    1\n}\ncase $x in\n  a) echo;;\nesac\n",
    "a.r": "f <- function(x) {\n  s <- 'a\n  b'\n  x\n}\n",
    "a.pl": "use strict;\nmy $s = <<E;\n x\nE\n\n=pod\n\nno\n\n=cut\n\nsub f {\n  return 1;\n}\n"
    "__END__\ndata\n",
    "a.m": "#import <A.h>\n@interface A\n- (void)f;\n@end\n",
    "a.f90": "program a\n  x = 1 + &\n    2\n  !$omp parallel\n  y = 2\nend program\n",
    "a.html": "<!DOCTYPE html>\n<html>\n<pre>\n x\n y\n</pre>\n<script>\nlet a = `\nx`;\nlet b;\n"
    "</script>\n<script type='application/json'>\n{\n}\n</script>\n<style>\na { b: c }\n"
    "d { e: f }\n</style>\n</html>\n",
    "a.vue": "<template>\n  <p>x</p>\n</template>\n<script lang='ts'>\nconst a: number = 1;\n"
    "let b = `\n x`;\n</script>\n<style lang='scss'>\na { b { c: d } }\n</style>\n",
    "a.svelte": "<script>\n  let a = 1;\n  let b;\n</script>\n<p>\n  {a}\n</p>\n",
    "a.css": '@charset "utf-8";\na {\n  b: c;\n}\n/* d */\ne { f: g }\n',
    "a.scss": "$a: 1;\na {\n  b { c: d }\n}\n",
    "a.yaml": "%YAML 1.2\n---\na: |\n  x\n  # no\n  y\nb: word\n  more\nc:\n  - 1\n  - 2\n",
    "a.toml": 'a = """\nx\n"""\n[b]\nc = [\n  1,\n  2,\n]\n',
    "a.xml": "<?xml version='1.0'\n  encoding='utf-8'?>\n<a>\n  <b>text\n  more</b>\n"
    "  <![CDATA[\n x\n]]>\n</a>\n",
    "Makefile": "A = 1 \\\n  2\n\n"
    "all: x\n\techo 1 \\\n\t  2\n\techo 2\n\ndefine B\nfoo\nbar\nendef\n",
    "a.cmake": "set(A\n  1\n  2)\nmessage([[\n x\n]])\nif(A)\n  foo()\nendif()\n",
    "Dockerfile": "# syntax=docker/dockerfile:1\nFROM a\nRUN b \\\n  && c\nCOPY d e\n",
    "a.tf": 'a "b" {\n  c = <<E\n x\nE\n  d = 1\n}\n',
    "a.hs": "{-# LANGUAGE X #-}\nmodule A where\n{- c\n d -}\nf :: Int\nf = do\n  1\n",
    "a.ml": "let s = {|\n x\n|}\nlet f x =\n  x + 1\n",
    "a.clj": '(ns a)\n(def s "x\n y")\n(defn f [x]\n  x)\n',
    "a.el": ';;; a.el --- x  -*- lexical-binding: t -*-\n(defun f ()\n  "Doc\nstring."\n  1)\n',
    "a.jl": 's = """\n x\n"""\nfunction f(x)\n  x\nend\n',
    "a.ex": 'defmodule A do\n  @doc """\n  x\n  """\n  def f(x) do\n    x\n  end\nend\n',
    "a.erl": '-module(a).\nf(X) ->\n  "a\n b",\n  X.\n',
    "a.nix": "{ a }:\n{\n  b = ''\n    x\n  '';\n  c = 1;\n}\n",
    "a.dart": "var s = '''\n x\n''';\nint f() {\n  return 1;\n}\n",
    "a.zig": "const a = 1;\nfn f() u8 {\n    return \\\\x\n    ;\n}\n",
    "a.sql": "select 1;\ninsert into a values ('x\n y');\nselect 2;\n",
    "a.ps1": '$s = @"\n x\n"@\nfunction f {\n  echo `\n    1\n}\n',
    "a.tcl": "set a {\n x\n}\nproc f {x} {\n  return 1\n}\n",
    "a.sol": "pragma solidity ^0.8.0;\ncontract A {\n  uint a;\n}\n",
    "a.proto": 'syntax = "proto3";\nmessage A {\n  int32 b = 1;\n}\n',
    "a.graphql": '"""\nDoc\n"""\ntype A {\n  b: Int\n}\n',
    "a.vim": "let a = [\n  \\ 1,\n  \\ 2]\nfunction! F()\n  return 1\nendfunction\n",
    "a.tex": "\\documentclass{a}\n\\begin{verbatim}\n x\n\\end{verbatim}\ntext\n\nmore\n",
    "a.md": "---\na: b\n---\n"
    "# T\n\ntext\nmore\n\n- a\n- b\n\n```py\nx = 1\n```\n\n| a |\n|---|\n| b |\n",
    "a.rst": "T\n=\n\ntext\nmore\n\n::\n\n  x = 1\n\n  y\n\nend\n",
    "a.asm": "; x\nsection .text\nmov a, b\n",
    "a.f": "C     DOC\n      PROGRAM X\n      I = 1\n     +    + 2\n      END\n",
    "a.bat": "@echo off\nif x (\n  echo hi ^\n   there\n)\n",
    "b.bat": "echo hi\n@echo off\necho there\n",
    "script.py": '# /// script\n# requires-python = ">=3.11"\n# dependencies = [\n#   "x",\n# ]\n'
    "# ///\nimport x\ny = 1\n",
    "Package.swift": "// swift-tools-version:5.5\nimport PackageDescription\nlet a = 1\n",
    "a.ini": "[a]\nb = 1\nc =\n  x\n  y\n",
    "a.vb": "Sub A()\n  x = 1 _\n    + 2\nEnd Sub\n",
    "a.d": "module a;\nauto s = `\n x`;\nint f() {\n  return 1;\n}\n",
    "a.groovy": "def s = '''\n x\n'''\ndef f() {\n  1\n}\n",
    "a.pas": "unit A;\n{ c\n d }\nbegin\n  x := 1;\nend.\n",
    "a.elm": 'module A exposing (..)\n\ns =\n    """\n x\n"""\n\n\nf x =\n    x\n',
    "a.adb": "procedure A is\nbegin\n   null;\nend A;\n",
    "a.py.j2": "import os\n"
    "{% if x %}\ndef f():\n    return '{{ name }}'\n{% endif %}\n{{ y\n}}\nz = 1\n",
    "a.js.erb": "var a = 1;\n<% if x\n  y %>\nvar b = <%= y %>;\n<% end %>\nvar c = `\n d`;\n",
    "a.html.erb": "<p>\n<%= y %>\n</p>\n<script>\nvar a = <%= y %>;\nvar b;\n</script>\n",
}
"""By file name; the name tells the format."""
