# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The table of languages: name, lexer, file names and comment marks of each one.

To add a language, add one row. `languages` builds look-up tables from it and detects languages.

`lexer` names a rule set of codescan/_core/lexer.cpp. It recognizes each comment mark that the row
declares (tests/core/test_comment_marks.py checks every row). Prose has no comments, since every
word of it is compared.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

__all__ = ["TABLE", "Kind", "LanguageSpec"]

Kind = Literal["code", "prose", "data"]
"""The purpose of a language: programs, texts for people, or configuration and data."""


class LanguageSpec(Struct, frozen=True):
    """One row of the table."""

    name: str
    lexer: str
    """A native rule set of codescan/_core/lexer.hpp."""
    extensions: tuple[str, ...]
    """Lower case, with the dot."""
    filenames: tuple[str, ...] = ()
    """Whole file names, compared without regard to case."""
    grammar: str | None = None
    """Name in tree-sitter-language-pack; None if functions and classes are not recognized."""
    line_comment: str = ""
    block_comment: tuple[str, str] | None = None
    aliases: tuple[str, ...] = ()
    """Other tags of Markdown fences, lower case."""
    kind: Kind = "code"


_C = ("/*", "*/")
_XML = ("<!--", "-->")
_ML = ("(*", "*)")


def _row(  # noqa: PLR0913 - a row has as many cells as the table has columns
    name: str,
    lexer: str,
    extensions: str,
    line: str = "",
    block: tuple[str, str] | None = None,
    *,
    files: str = "",
    tags: str = "",
    grammar: str | None = None,
    kind: Kind = "code",
) -> LanguageSpec:
    """One row, with its lists as words separated by blanks."""
    return LanguageSpec(
        name=name,
        lexer=lexer,
        extensions=tuple(extensions.split()),
        filenames=tuple(files.split()),
        grammar=grammar,
        line_comment=line,
        block_comment=block,
        aliases=tuple(tags.split()),
        kind=kind,
    )


_PYTHON_FILES = "sconstruct sconscript wscript"
_PYTHON_TAGS = "py python3 python2 py3 pycon ipython gyp"
_RUBY_FILES = "rakefile gemfile podfile vagrantfile guardfile fastfile brewfile"
_SHELL_FILES = ".bashrc .bash_profile .profile .zshrc apkbuild pkgbuild configure"
_SHELL_TAGS = "sh bash zsh ksh console shell-session shellsession sh-session terminal"
_MAKE_FILES = "makefile gnumakefile kbuild makefile.am makefile.in rules"
_PROSE_TAGS = "text txt plaintext plain prose none license output"
_INI_EXTENSIONS = ".ini .cfg .conf .cnf .properties .desktop .service .editorconfig"
_INI_FILES = ".gitconfig .editorconfig .npmrc .flake8 .pylintrc pylintrc .gitmodules"
_JSON_EXTENSIONS = ".json .json5 .jsonc .jsonl .ndjson .geojson .ipynb .webmanifest .map"
_YAML_EXTENSIONS = ".yaml .yml .cff"
_XML_EXTENSIONS = ".xml .xsl .xslt .xsd .svg .rng .wsdl .plist .csproj .vcxproj .ui .qrc .rss"
_CSV_FILES = "record"
_LOCK_FILES = "package-lock.json .prettierrc .babelrc .eslintrc composer.lock pipfile.lock"

_CODE: tuple[LanguageSpec, ...] = (
    _row(
        "python",
        "python",
        ".py .pyw .pyi .gyp .gypi .py3",
        "#",
        files=_PYTHON_FILES,
        tags=_PYTHON_TAGS,
        grammar="python",
    ),
    _row("cython", "python", ".pyx .pxd .pxi", "#", tags="pyx"),
    _row(
        "starlark",
        "python",
        ".bzl .bazel .star",
        "#",
        files="build.bazel workspace workspace.bazel build buck",
        tags="bazel bzl",
    ),
    _row("gdscript", "python", ".gd", "#", tags="gd"),
    _row("c", "c", ".c .idc", "//", _C, tags="h ansi-c c99 c11", grammar="c"),
    _row(
        "cpp",
        "c",
        ".cc .cpp .cxx .c++ .cp .hh .hpp .hxx .h++ .tcc .tpp .ipp .inl .ino .ixx .cppm",
        "//",
        _C,
        tags="c++ cc cxx hpp c++11 c++17 c++20 arduino",
        grammar="cpp",
    ),
    _row("cuda", "c", ".cu .cuh", "//", _C, grammar="cpp"),
    _row("objective-c", "c", ".mm", "//", _C, tags="objc objectivec obj-c objective-c++"),
    _row("csharp", "c", ".cs .csx", "//", _C, tags="c# cs dotnet", grammar="csharp"),
    _row("fsharp", "fsharp", ".fs .fsi .fsx", "//", _ML, tags="f# fs"),
    _row("java", "c", ".java .jav", "//", _C, grammar="java"),
    _row("kotlin", "nested", ".kt .kts", "//", _C, tags="kt kts", grammar="kotlin"),
    _row("scala", "nested", ".scala .sc .sbt", "//", _C, tags="sbt", grammar="scala"),
    _row("groovy", "c", ".groovy .gradle .gvy", "//", _C, files="jenkinsfile", tags="gradle"),
    _row("swift", "nested", ".swift", "//", _C, grammar="swift"),
    _row("go", "c", ".go", "//", _C, tags="golang", grammar="go"),
    _row("rust", "rust", ".rs", "//", _C, tags="rs", grammar="rust"),
    _row("zig", "c", ".zig .zon", "//"),
    _row("d", "d", ".di", "//", _C, tags="dlang"),
    _row("dart", "nested", ".dart", "//", _C),
    _row(
        "javascript",
        "javascript",
        ".js .mjs .cjs .jsx .es6 .jsm",
        "//",
        _C,
        tags="js jsx mjs cjs node nodejs ecmascript",
        grammar="javascript",
    ),
    _row(
        "typescript",
        "javascript",
        ".ts .mts .cts",
        "//",
        _C,
        tags="ts mts cts",
        grammar="typescript",
    ),
    _row("tsx", "javascript", ".tsx", "//", _C, grammar="tsx"),
    _row("vue", "component", ".vue", "//", _XML),
    _row("svelte", "component", ".svelte", "//", _XML),
    _row("solidity", "c", ".sol", "//", _C, tags="sol"),
    _row(
        "glsl",
        "c",
        ".glsl .vert .frag .comp .geom .hlsl .wgsl .metal",
        "//",
        _C,
        tags="hlsl wgsl metal",
    ),
    _row("opencl", "c", ".cl .clh", "//", _C),
    _row("protobuf", "c", ".proto .thrift", "//", _C, tags="proto proto3 thrift"),
    _row("verilog", "c", ".sv .svh .vh", "//", _C, tags="systemverilog sv"),
    _row("vhdl", "sql", ".vhd .vhdl", "--"),
    _row("ada", "sql", ".adb .ads", "--"),
    _row("pascal", "pascal", ".pas .pp .dpr .lpr", "//", _ML, tags="delphi"),
    _row("haxe", "c", ".hx", "//", _C),
    _row("actionscript", "javascript", ".as", "//", _C),
    _row("asm", "c", ".s .asm .nasm", "//", _C, tags="assembly nasm gas"),
    _row("yacc", "c", ".y .yy .l .ll .lex", "//", _C, tags="bison flex lex"),
    _row(
        "ruby",
        "ruby",
        ".rb .rake .gemspec .podspec .ru .rbi",
        "#",
        ("=begin", "=end"),
        files=_RUBY_FILES,
        tags="rb irb",
        grammar="ruby",
    ),
    _row("crystal", "hash", ".cr", "#"),
    _row(
        "perl",
        "perl",
        ".pm .plx .psgi .xs",
        "#",
        ("=pod", "=cut"),
        files="makefile.pl build.pl cpanfile",
        tags="pl perl5",
        grammar="perl",
    ),
    _row("raku", "hash", ".raku .rakumod .p6 .pm6", "#", tags="perl6"),
    _row(
        "shell",
        "hash",
        ".sh .bash .zsh .ksh .ebuild .bats .command .fish",
        "#",
        files=_SHELL_FILES,
        tags=_SHELL_TAGS,
        grammar="bash",
    ),
    _row(
        "powershell", "powershell", ".ps1 .psm1 .psd1", "#", ("<#", "#>"), tags="ps1 pwsh posh ps"
    ),
    _row("batch", "batch", ".bat .cmd", "REM ", tags="bat cmd dos"),
    _row("awk", "hash", ".awk", "#", tags="gawk"),
    _row("tcl", "hash", ".tcl .tk .itcl .exp", "#", tags="expect"),
    _row("r", "hash", ".r .rscript", "#", files=".rprofile", tags="rscript splus"),
    _row("julia", "julia", ".jl", "#", ("#=", "=#"), tags="jl"),
    _row("elixir", "hash", ".ex .exs", "#", tags="ex exs iex"),
    _row("nim", "nim", ".nim .nims .nimble", "#"),
    _row("nix", "nix", ".nix", "#", _C),
    _row("make", "hash", ".mk .mak .make", "#", files=_MAKE_FILES, tags="makefile"),
    _row("cmake", "cmake", ".cmake", "#", ("#[[", "]]"), files="cmakelists.txt"),
    _row("autoconf", "hash", ".ac .m4", "#", files="configure.in", tags="m4"),
    _row("meson", "hash", "", "#", files="meson.build meson_options.txt meson.options"),
    _row("dockerfile", "hash", ".dockerfile", "#", files="dockerfile containerfile", tags="docker"),
    _row("terraform", "php", ".tf .hcl .tfvars", "#", _C, tags="hcl tf"),
    _row("graphql", "hash", ".graphql .gql", "#", tags="gql"),
    _row(
        "sql",
        "sql",
        ".sql .ddl .pks .pkb .plsql .psql",
        "--",
        _C,
        tags="mysql postgres postgresql plsql tsql sqlite psql",
    ),
    _row("lua", "lua", ".lua .luau .rockspec", "--", ("--[[", "]]"), tags="luau", grammar="lua"),
    _row("haskell", "haskell", ".hs .lhs .hsc", "--", ("{-", "-}"), tags="hs"),
    _row("elm", "haskell", ".elm", "--", ("{-", "-}")),
    _row("purescript", "haskell", ".purs", "--", ("{-", "-}")),
    _row("ocaml", "ocaml", ".ml .mli .mll .mly", "", _ML, tags="ml reason"),
    _row("coq", "ocaml", ".vernac", "", _ML),
    _row("lisp", "lisp", ".lisp .lsp .asd", ";", ("#|", "|#"), tags="common-lisp commonlisp cl"),
    _row("emacs-lisp", "lisp", ".el", ";", files=".emacs", tags="elisp emacs"),
    _row("scheme", "lisp", ".scm .ss .sld .rkt", ";", ("#|", "|#"), tags="racket rkt scm"),
    _row("clojure", "lisp", ".clj .cljs .cljc .edn", ";", tags="clj cljs cljc edn"),
    _row("fortran", "fortran", ".f .for .f77 .f90 .f95 .f03 .f08 .ftn", "!", tags="f90 f95 f77"),
    _row("visual-basic", "basic", ".vb .vbs .bas", "'", tags="vb vbnet vb.net vba vbscript"),
    _row("vim", "vim", ".vim", '"', files=".vimrc", tags="vimscript viml"),
    _row("matlab", "matlab", ".mlx", "%", ("%{", "%}"), tags="octave"),
    _row("erlang", "percent", ".erl .hrl .escript", "%", files="rebar.config", tags="erl"),
    _row("prolog", "prolog", ".prolog .plt", "%", _C),
    _row("tex", "percent", ".tex .sty .ltx .dtx .bib .latex", "%", tags="latex bibtex"),
    _row(
        "html",
        "markup",
        ".html .htm .xhtml .erb .ejs .eex .leex .heex .hbs .handlebars .mustache .jinja .jinja2 .j2"
        " .tera .njk .liquid .twig .mako",
        "",
        _XML,
        tags="htm xhtml jinja jinja2 erb handlebars django",
    ),
    _row("css", "css", ".css", "", _C),
    _row("scss", "scss", ".scss .sass .less .styl", "//", _C, tags="sass less stylus"),
    _row("php", "php", ".php .php3 .php4 .php5 .php7 .phtml .phps", "//", _C, grammar="php"),
)

_PROSE: tuple[LanguageSpec, ...] = (
    _row("prose", "prose", ".txt .text", tags=_PROSE_TAGS, kind="prose"),
    _row(
        "markdown",
        "prose",
        ".md .markdown .mdown .mkd .mdx .rmd .qmd",
        "",
        _XML,
        tags="md mdx",
        kind="prose",
    ),
    _row("rst", "prose", ".rst .rest", "..", tags="restructuredtext rest", kind="prose"),
    _row("asciidoc", "prose", ".adoc .asciidoc", "//", tags="adoc", kind="prose"),
    _row("org", "prose", ".org", "#", kind="prose"),
    _row("pod", "prose", ".pod", kind="prose"),
    _row("roff", "prose", ".man .mdoc .roff .ms", '.\\"', tags="man groff troff", kind="prose"),
    _row("texinfo", "prose", ".texi .texinfo .txi", "@c ", kind="prose"),
)

_DATA: tuple[LanguageSpec, ...] = (
    _row(
        "yaml",
        "hash",
        _YAML_EXTENSIONS,
        "#",
        files=".clang-format .clang-tidy",
        tags="yml",
        kind="data",
    ),
    _row("toml", "hash", ".toml", "#", files="pipfile cargo.lock poetry.lock uv.lock", kind="data"),
    _row(
        "json",
        "c",
        _JSON_EXTENSIONS,
        files=_LOCK_FILES,
        tags="json5 jsonc jsonl ndjson",
        kind="data",
    ),
    _row(
        "ini",
        "hash",
        _INI_EXTENSIONS,
        "#",
        files=_INI_FILES,
        tags="cfg conf properties editorconfig dosini",
        kind="data",
    ),
    _row("xml", "markup", _XML_EXTENSIONS, "", _XML, tags="xsl xslt xsd svg rss", kind="data"),
    _row("csv", "prose", ".csv .tsv .psv", files=_CSV_FILES, tags="tsv", kind="data"),
    _row("gettext", "hash", ".po .pot", "#", tags="po", kind="data"),
    _row("diff", "c", ".diff .patch .rej", tags="patch udiff", kind="data"),
)

TABLE: tuple[LanguageSpec, ...] = (*_CODE, *_PROSE, *_DATA)
