# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The comment syntax of a file, and the places where its format allows a comment.

The language decides, and the file name where formats of one language differ: fixed-form Fortran
and free form, GNU assembler and NASM, INI files and .properties, templates of another language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from codescan.text.languages import LANGUAGES, detect
from codescan.text.syntax_tree import has_grammar

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CommentForm", "comment_form", "embedded_form"]


@dataclass(frozen=True, slots=True)
class CommentForm:
    """The comment syntax of a file."""

    opening: str = ""
    closing: str = ""
    """"" where the end of the line ends the comment."""
    grammar: str = ""
    """Name in tree-sitter-language-pack; "" where the lexer of the language has to do."""
    lexer: str = ""
    is_unindented: bool = False
    """Whether the comment has to begin in the first column."""
    needs_blank_lines: bool = False
    """Whether a comment may only stand between blank lines, at the outermost level."""
    continuations: tuple[bytes, ...] = (b"\\",)
    """Ends of lines that the next line continues."""
    forbidden: str = ""
    """Characters that the text of a comment must not have."""
    template: str = ""
    """"jinja", "erb" or "mustache" where the file is a template of the language."""
    refusal: str = ""
    """Why no comment is written; "" where one can be."""


_LEXER_ENOUGH = frozenset((
    "actionscript", "ada", "asm", "autoconf", "awk", "batch", "cython", "fortran", "gdscript",
    "glsl", "haxe", "ini", "objective-c", "opencl", "pascal", "protobuf", "solidity", "starlark",
    "verilog", "vhdl", "visual-basic", "yacc", "zig",
))  # fmt: skip
"""Languages whose strings over several lines, if any, the lexer recognizes."""
# Grammars for comparing programs, beyond those that the table of languages names for units.
_GRAMMARS: Mapping[str, str] = {
    "objective-c": "objc", "fortran": "fortran", "vue": "html", "svelte": "html",
    "html": "html", "css": "css", "scss": "scss", "yaml": "yaml", "toml": "toml", "xml": "xml",
    "make": "make", "cmake": "cmake", "dockerfile": "dockerfile", "terraform": "terraform",
    "graphql": "graphql", "haskell": "haskell", "elm": "elm", "purescript": "purescript",
    "ocaml": "ocaml", "clojure": "clojure", "emacs-lisp": "elisp", "lisp": "commonlisp",
    "scheme": "scheme", "julia": "julia", "elixir": "elixir", "erlang": "erlang", "nix": "nix",
    "nim": "nim", "dart": "dart", "groovy": "groovy", "zig": "zig", "d": "d", "ada": "ada",
    "vhdl": "vhdl", "verilog": "verilog", "pascal": "pascal", "haxe": "haxe",
    "actionscript": "actionscript", "solidity": "solidity", "protobuf": "proto", "glsl": "glsl",
    "powershell": "powershell", "tcl": "tcl", "starlark": "starlark", "gdscript": "gdscript",
    "fsharp": "fsharp", "sql": "sql", "vim": "vim", "matlab": "matlab", "tex": "latex",
    "meson": "meson", "r": "r", "markdown": "markdown", "rst": "rst",
}  # fmt: skip
_CONTINUATIONS: Mapping[str, tuple[bytes, ...]] = {
    "powershell": (b"`",),
    "batch": (b"^",),
    "matlab": (b"...",),
    "visual-basic": (b" _",),
    "fortran": (b"&",),
    "dockerfile": (b"\\", b"`"),
}
_FORBIDDEN: Mapping[str, str] = {
    "ocaml": "\"'",  # a quote in a comment begins a string
    "coq": "\"'",
    "batch": "%^&|<>!()",
    "tcl": '{}[]"$',
    "autoconf": "[](),'`$",
    "make": "$",
}
_REFUSALS: Mapping[str, str] = {
    "json": "json has no comments",
    "csv": "csv has no comments",
    "diff": "a comment in a patch would change it",
    "prose": "prose has no comments",
    "pod": "pod has no comments",
    "org": "org has no comments that stay out of its blocks",
    "roff": "a manual page is not tagged",
    "texinfo": "texinfo is not tagged",
    "asciidoc": "asciidoc is not tagged",
    "gettext": "a comment in a catalog belongs to the entry below it",
}
_REFUSED_NAMES: tuple[tuple[tuple[str, ...], str], ...] = (
    ((".lhs", ".nw", ".lagda"), "a literate file has no comments between its prose and its code"),
    ((".l", ".ll", ".lex"), "in rules of lex a comment line is a pattern"),
    ((".dtx", ".bib"), "its comments are part of the document"),
    ((".sass", ".styl"), "its comments extend over the lines indented below them"),
    ((".ipynb",), "a notebook is json, which has no comments"),
    ((".hbs", ".mustache"), ""),
)
_TEMPLATES: Mapping[str, str] = {
    ".erb": "erb", ".ejs": "erb", ".eex": "erb", ".leex": "erb", ".heex": "erb",
    ".j2": "jinja", ".jinja": "jinja", ".jinja2": "jinja", ".tera": "jinja", ".njk": "jinja",
    ".liquid": "jinja", ".twig": "jinja", ".hbs": "mustache", ".mustache": "mustache",
    ".handlebars": "mustache", ".gotmpl": "mustache", ".tmpl": "mustache", ".tpl": "mustache",
}  # fmt: skip
_MARKUP_TEMPLATES = frozenset((".erb", ".hbs", ".mustache", ".handlebars"))
"""Templates that are markup where their name says nothing else."""
_SCRIPT_TYPES = frozenset(("", "module", "text/javascript", "application/javascript", "text/babel"))
_STYLE_LANGUAGES: Mapping[str, str] = {"": "css", "css": "css", "scss": "scss", "less": "scss"}
_SCRIPT_LANGUAGES: Mapping[str, str] = {
    "": "javascript", "js": "javascript", "javascript": "javascript", "jsx": "javascript",
    "ts": "typescript", "typescript": "typescript", "tsx": "tsx",
}  # fmt: skip
_LINE_COMMENT = re.compile(rb"(?m)^[ \t]{0,80}//|[;{})][ \t]{1,80}//")


def comment_form(path: str, content: bytes, language: str | None) -> CommentForm:
    """The comment syntax for a file.

    Args:
        path: its name decides where one language has several formats; "" where there is none.
        content: the whole text.
        language: as detected.
    """
    name = path.rpartition("/")[2].lower()
    template = _template(name)
    if template is not None:
        return template
    for endings, reason in _REFUSED_NAMES:
        if reason and name.endswith(endings):
            return CommentForm(refusal=reason)
    return _form_of(language or "", name, content)


def _template(name: str) -> CommentForm | None:
    """The form of a template; None for a file that is not one."""
    stem, dot, ending = name.rpartition(".")
    kind = _TEMPLATES.get(f".{ending}") if dot else None
    if kind is None:
        return None
    inner = detect(stem) if "." in stem else None
    if inner is None and "." not in stem and f".{ending}" in _MARKUP_TEMPLATES:
        inner = "html"
    if inner is None:
        return CommentForm(refusal="the language that the template makes is not known")
    form = _form_of(inner, stem, b"")
    return replace(form, template=kind) if not form.refusal else form


def _form_of(language: str, name: str, content: bytes) -> CommentForm:
    spec = LANGUAGES.get(language)
    if spec is None:
        return CommentForm(refusal="a text of unknown language has no known comments")
    if language in _REFUSALS:
        return CommentForm(refusal=_REFUSALS[language])
    if not spec.line_comment and spec.block_comment is None:
        return CommentForm(refusal=f"{language} has no comments")
    block = spec.block_comment or ("", "")
    opening, closing = (spec.line_comment.strip(), "") if spec.line_comment else block
    if language == "batch":
        opening = "@REM"  # commands without the sign are printed until "echo off"
    grammar = spec.grammar or _GRAMMARS.get(language, "")
    if grammar and not has_grammar(grammar):
        grammar = ""
    if not grammar and language not in _LEXER_ENOUGH:
        hint = ": pip install 'codescan[grammars]'" if language in _GRAMMARS else ""
        return CommentForm(refusal=f"there is no grammar of {language} here{hint}")
    form = CommentForm(
        opening,
        closing,
        grammar=grammar,
        lexer=spec.lexer,
        continuations=_CONTINUATIONS.get(language, (b"\\",)),
        forbidden=_FORBIDDEN.get(language, ""),
    )
    return _variant(form, language, name, content)


def _variant(form: CommentForm, language: str, name: str, content: bytes) -> CommentForm:
    """The form that a file of this name and content has."""
    if language in ("vue", "svelte", "html", "markdown"):
        form = replace(form, opening="<!--", closing="-->")
    if language in ("markdown", "rst"):
        form = replace(form, is_unindented=True, needs_blank_lines=True)
        if name.endswith(".mdx"):
            return replace(form, opening="{/*", closing="*/}")
    if language in ("c", "yacc") and not _LINE_COMMENT.search(content):
        return replace(form, opening="/*", closing="*/")  # C90 has no others
    if language == "asm":
        nasm = name.endswith((".asm", ".nasm"))
        return replace(form, opening=";" if nasm else "/*", closing="" if nasm else "*/")
    if name.endswith((".f", ".for", ".f77", ".ftn")):
        return replace(form, is_unindented=True, grammar="")
    if name.endswith(".ini") or language == "autoconf":
        return replace(form, opening=";" if language == "ini" else "dnl")
    return replace(form, is_unindented=language in ("make", "vim") or form.is_unindented)


def embedded_form(kind: str, attributes: Mapping[str, str]) -> CommentForm:
    """The form inside an element of markup.

    Args:
        kind: "script" or "style".
        attributes: of the element, by name in lower case.
    """
    language = attributes.get("lang", "").lower()
    if kind == "style":
        inner = _STYLE_LANGUAGES.get(language)
    elif attributes.get("type", "").lower() in _SCRIPT_TYPES:
        inner = _SCRIPT_LANGUAGES.get(language)
    else:
        inner = None
    if inner is None:
        return CommentForm(refusal=f"the {kind} element holds data or an unknown language")
    return _form_of(inner, "", b"")
