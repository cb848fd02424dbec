# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Detects the language of a file from its path and, if the path is ambiguous, its first bytes.

An index build calls it for every file, so a path with a plain extension costs only two dictionary
look-ups. The languages are the rows of `language_table`; the `lexer` of each row names a native
rule set of codescan/_core/lexer.hpp.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.text.language_table import TABLE, Kind, LanguageSpec
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codescan.records import Language

__all__ = ["LANGUAGES", "LanguageSpec", "by_tag", "detect", "kind"]

LANGUAGES: Mapping[str, LanguageSpec] = {spec.name: spec for spec in TABLE}
"""Every language by name, in the order of the table."""

_HEAD = 8192
"""First bytes of a file that are examined to detect its language: more than a license banner."""

_BY_EXTENSION = {ext: spec.name for spec in TABLE for ext in spec.extensions}
_BY_FILENAME = {name: spec.name for spec in TABLE for name in spec.filenames}
_BY_TAG = {
    **{alias: spec.name for spec in TABLE for alias in spec.aliases},
    **{spec.name: spec.name for spec in TABLE},
}

# Texts for people whose names have no known extension: README, COPYING.LESSER, LICENSE-MIT,
# debian/copyright. Compared with the first part of the name, in lower case.
_PROSE_STEMS = frozenset((
    "license", "licence", "licenses", "copying", "copyright", "copyrights", "notice",
    "notices", "readme", "authors", "author", "contributors", "credits", "changelog",
    "changes", "changelogs", "history", "news", "install", "todo", "thanks", "faq",
    "maintainers", "release", "releases", "whatsnew", "unlicense", "patents", "metadata",
    "pkg-info", "third-party", "thirdparty", "third_party", "acknowledgements",
    "acknowledgments", "contributing", "code_of_conduct",
))  # fmt: skip

_INTERPRETERS = {
    b"python": "python", b"pypy": "python", b"ipython": "python",
    b"sh": "shell", b"bash": "shell", b"dash": "shell", b"zsh": "shell", b"ksh": "shell",
    b"ash": "shell", b"fish": "shell", b"bats": "shell", b"busybox": "shell",
    b"perl": "perl", b"ruby": "ruby", b"node": "javascript", b"nodejs": "javascript",
    b"deno": "typescript", b"bun": "typescript", b"ts-node": "typescript", b"php": "php",
    b"rscript": "r", b"lua": "lua", b"luajit": "lua", b"texlua": "lua", b"tclsh": "tcl",
    b"wish": "tcl", b"expect": "tcl", b"awk": "awk", b"gawk": "awk", b"mawk": "awk",
    b"make": "make", b"julia": "julia", b"elixir": "elixir", b"escript": "erlang",
    b"guile": "scheme", b"racket": "scheme", b"sbcl": "lisp", b"emacs": "emacs-lisp",
    b"groovy": "groovy", b"swift": "swift", b"pwsh": "powershell", b"ocaml": "ocaml",
    b"runhaskell": "haskell", b"runghc": "haskell", b"scala": "scala", b"crystal": "crystal",
    b"osascript": "javascript", b"dart": "dart", b"nim": "nim", b"swipl": "prolog",
}  # fmt: skip

# A word that only C++ has, and the text that must be around it; the word alone is a fast check.
_CPP = {
    word: lazy_pattern(pattern, re.MULTILINE)
    for word, pattern in {
        b"class": rb"^[ \t]*class[ \t]+\w{1,80}[ \t\w]{0,80}[:{\r\n]",
        b"namespace": rb"^[ \t]*(?:inline[ \t]+|using[ \t]+)?namespace\b",
        b"template": rb"^[ \t]*template[ \t]*<",
        b"using": rb"^[ \t]*using[ \t]+\w{1,80}[ \t]*(?:::|=)",
        b"public": rb"^[ \t]*public[ \t]*:",
        b"private": rb"^[ \t]*private[ \t]*:",
        b"protected": rb"^[ \t]*protected[ \t]*:",
        b"std::": rb"\bstd::",
        b"constexpr": rb"\bconstexpr\b",
        b"noexcept": rb"\bnoexcept\b",
        b"nullptr": rb"\bnullptr\b",
        b"virtual": rb"^[ \t]*virtual[ \t]+[^;\r\n]{1,200}\(",
        b"explicit": rb"^[ \t]*explicit[ \t]+\w{1,80}[ \t]*\(",
        b"include <": rb"#[ \t]*include <\w+>",
    }.items()
}
_OBJECTIVE_C = lazy_pattern(
    rb"^[ \t]*(?:@(?:interface|implementation|protocol|class|end)\b|#import\b)", re.MULTILINE
)
_MATLAB = lazy_pattern(rb"^[ \t]*(?:%|function\b|classdef\b)", re.MULTILINE)
_PROLOG = lazy_pattern(rb"^:-[ \t]|^\w+\([^\n]{0,200}\)[ \t]*:-", re.MULTILINE)
_PERL = lazy_pattern(
    rb"^[ \t]*(?:use[ \t]+(?:strict|warnings|v?5|Test::)|package[ \t]+\w+|my[ \t]+[$@%])",
    re.MULTILINE,
)
_VERILOG = lazy_pattern(
    rb"^[ \t]*(?:module[ \t]+\w|`(?:timescale|define|include)|endmodule\b)", re.MULTILINE
)
_COQ = lazy_pattern(
    rb"^[ \t]*(?:Require[ \t]|From[ \t]+\w|Proof\b|Theorem[ \t]|Lemma[ \t])", re.MULTILINE
)
_D = lazy_pattern(rb"^[ \t]*(?:module|import)[ \t]+[\w.]+[^;\n]{0,200};", re.MULTILINE)
_ROFF = lazy_pattern(rb"^(?:\.\\\"|'\\\"|\.TH[ \t]|\.Dd[ \t]|\.so[ \t])", re.MULTILINE)
_PASCAL = lazy_pattern(
    rb"^[ \t]*(?:procedure|unit|interface|implementation)\b", re.MULTILINE | re.IGNORECASE
)


def _header(head: bytes) -> str:
    """`.h`: C, unless the text has syntax of C++ or Objective-C."""
    if (b"@" in head or b"#import" in head) and _OBJECTIVE_C.search(head):
        return "objective-c"
    is_cpp = any(word in head and pattern.search(head) for word, pattern in _CPP.items())
    return "cpp" if is_cpp else "c"


def _m(head: bytes) -> str:
    if _OBJECTIVE_C.search(head):
        return "objective-c"
    if _MATLAB.search(head):
        return "matlab"
    return "objective-c" if b"#include" in head or b"//" in head or not head else "matlab"


def _t(head: bytes) -> str | None:
    return "perl" if _PERL.search(head) else _by_content(head)


def _v(head: bytes) -> str | None:
    if _COQ.search(head):
        return "coq"
    return "verilog" if not head or _VERILOG.search(head) else None


def _ts(head: bytes) -> str:
    start = head.lstrip()[:9]  # Qt Linguist keeps translations in .ts files
    return "xml" if start.startswith((b"<?xml", b"<!DOCTYPE", b"<TS")) else "typescript"


def _inc(head: bytes) -> str | None:
    if b"<?php" in head:
        return "php"
    if _PASCAL.search(head):
        return "pascal"
    return "c" if b";" in head or b"#define" in head or b"/*" in head else None


def _section(head: bytes) -> str | None:
    """`.1` to `.9`: a manual page, or the end of a version number."""
    return "roff" if _ROFF.search(head) else None


_AMBIGUOUS: Mapping[str, Callable[[bytes], str | None]] = {
    ".h": _header,
    ".m": _m,
    ".pl": lambda head: "prolog" if _PROLOG.search(head) else "perl",
    ".pro": lambda head: "prolog" if _PROLOG.search(head) else None,
    ".t": _t,
    ".v": _v,
    ".d": lambda head: "d" if _D.search(head) else None,  # else a list of dependencies
    ".ts": _ts,
    ".inc": _inc,
    ".cls": lambda head: "tex" if b"\\" in head else "visual-basic" if b"VERSION" in head else None,
    **{f".{section}": _section for section in range(1, 10)},
}


_COPIES = frozenset((
    ".in", ".tmpl", ".template", ".tpl", ".dist", ".orig", ".sample", ".example", ".default",
    ".bak", ".backup", ".old", ".save", ".disabled",
))  # fmt: skip
"""Suffixes of copies and templates of a file: `name.in` is a template of `name`."""
_TEMPLATES = frozenset((
    ".j2", ".jinja", ".jinja2", ".erb", ".ejs", ".eex", ".leex", ".heex", ".hbs", ".mustache",
    ".handlebars", ".tera", ".njk", ".liquid", ".twig", ".mako",
))  # fmt: skip
"""Suffixes of templates; the suffix before may name the language."""


def detect(path: str, head: bytes = b"") -> Language | None:
    """The language of a file, or None if it is unknown.

    Checks the whole file name, then the extension, then (only if these do not decide) the first
    8 KiB of `head`: shebang and opening marks.

    Args:
        path: path or file name; forward slashes.
        head: the first bytes of the file, or all of it, or nothing.
    """
    name = path.rpartition("/")[2]
    language = _BY_FILENAME.get(name.lower())
    if language is not None:
        return language
    name = _original(name)
    lower = name.lower()
    language = _BY_FILENAME.get(lower)
    if language is not None:
        return language
    extension = _extension(lower)
    dot = len(lower) - len(extension)
    hint = _AMBIGUOUS.get(extension)
    if hint is not None:
        return hint(head[:_HEAD])
    language = _BY_EXTENSION.get(extension)
    if extension in _TEMPLATES:  # views.py.j2 is Python, page.html.j2 and page.j2 are HTML
        inner = _extension(lower[:dot])
        return _BY_EXTENSION.get(inner) or language
    if language is not None:
        return "cpp" if name.endswith(".C") else language  # Unix tradition: .C is C++
    return _by_shebang(head) or _by_stem(lower) or _by_content(head[:_HEAD])


def _original(name: str) -> str:
    """The name without the suffix of a copy or template: config.h.in is a C header."""
    while True:
        extension = _extension(name)
        if extension.lower() in _COPIES:
            name = name[: -len(extension)]
        elif len(name) > 1 and name.endswith("~"):
            name = name[:-1]
        else:
            return name


def _extension(name: str) -> str:
    """The last extension of a name, with its dot; "" if there is none."""
    dot = name.rfind(".")
    return name[dot:] if dot > 0 else ""


def _by_stem(lower: str) -> str | None:
    if lower in _PROSE_STEMS or re.split(r"[.\-_]", lower, maxsplit=1)[0] in _PROSE_STEMS:
        return "prose"
    return "dockerfile" if lower.startswith("dockerfile.") else None


def _by_shebang(head: bytes) -> str | None:
    if not head.startswith(b"#!"):
        return None
    words = head[2:512].split(b"\n", 1)[0].split()
    if words and words[0].endswith(b"/env"):
        words = [w for w in words[1:] if not w.startswith(b"-") and b"=" not in w]
    if not words:
        return None
    program = words[0].rpartition(b"/")[2].lower()
    return _INTERPRETERS.get(program) or _INTERPRETERS.get(program.rstrip(b"0123456789.-"))


def _by_content(head: bytes) -> str | None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if start.startswith(b"<?php"):
        return "php"
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if start.startswith((b"<?xml", b"<svg")):
        return "xml"
    if start.startswith((b"diff --git ", b"index: ")):
        return "diff"
    return None


def by_tag(tag: str) -> Language | None:
    """The language that a Markdown fence names ("py", "c++", "js title=x", "src/a.rs"), or None.

    If the tag looks like a path, its extension decides.
    """
    if _BY_TAG.get(tag) == tag:  # the tag is a language name, as nearly always
        return tag
    words = tag.strip().lstrip("{.").split(None, 1)
    if not words:
        return None
    word = re.split(r"[{},:;=]", words[0], maxsplit=1)[0].lower().removeprefix("language-")
    language = _BY_TAG.get(word)
    if language is None and "." in words[0]:
        return detect(words[0].rpartition(":")[2])
    return language


def kind(language: Language | None) -> Kind:
    """The purpose of a language; "prose" for None and unknown names, which use the word lexer."""
    spec = LANGUAGES.get(language or "")
    return spec.kind if spec is not None else "prose"
