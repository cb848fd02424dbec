# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What a program can check of plain English: pages, help texts, messages, docstrings, comments.

Prose is at most 100 columns wide, sentences are short, and constructions that have to be read twice
are refused. Tables, code and quoted names are left out.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from codescan import errors
from codescan.cli.root import cli

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
MODULES = sorted((ROOT / "codescan").rglob("*.py"))
COLUMNS = 100
WORDS = 45
"""A hard limit; the aim is 25."""
DOCSTRING_WORDS = 38
MESSAGE_WORDS = 30
REFUSED = {
    r"\b(?:is|are|was|were) (?:told|had)\b": "name the agent",
    r"(?<!\bthere )\b(?:is|are) no (?!longer\b|more\b|less\b|worse\b|better\b)": 'write "is not a"',
    r"\bbe (?:it|they) \w+": 'write "whether"',
    r"\b(?:anew|drips?|its own affair|whose it is)\b": "a private metaphor",
    r"\bso many\b(?! that)": 'write "up to" or "at least"',
    r"\bthe reader of the output\b": 'write "broken pipe"',
    r"--decoy|--priors\b": "an old name",
    r"\b(?:can|cannot|could) be had\b": 'write "is available"',
    r"\b(?:is|are|was|were) said (?:about|and|in|of|to|when|with)\b": "name what says it",
    r"\bgoes before\b": 'write "overrides" or "precedes"',
    r"\bleast (?:length|share|size)\b": 'write "minimum"',
    r"\bknows no\b": 'write "does not have"',
    r"\bis there already\b|\bis already there\b": 'write "exists"',
    r"\b(?:goes|go|went) away\b|\bgives? away\b|\btold of progress\b": "name what happens",
}


def without_code(text: str) -> str:
    text = re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)


def paragraphs(text: str) -> Iterator[str]:
    """Paragraphs and list items without tables, headings and code, one line each."""
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", without_code(text)):
        if not re.match(r"\s*(?:\||#|<|!\[|:::)", block):
            yield " ".join(block.split())


def sentences(paragraph: str) -> list[str]:
    plain = re.sub(r"`[^`]*`", "X", re.sub(r"\]\([^)]*\)", "]", paragraph))
    return re.split(r"(?<=[.!?:;])[)\"*_]*\s+(?=[A-Z*\[(\d\"-])", plain)


def faults(paragraph: str, words: int = WORDS) -> Iterator[str]:
    plain = re.sub(r"`[^`]*`", "X", paragraph)
    for sentence in sentences(paragraph):
        if len(sentence.split()) > words:
            yield f"{len(sentence.split())} words: {sentence}"
    for pattern, advice in REFUSED.items():
        for match in re.finditer(pattern, plain, flags=re.IGNORECASE):
            yield f"{advice}: …{plain[max(0, match.start() - 40) : match.end() + 40]}…"


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for inner in command.list_commands(context):
            yield from commands(command.get_command(context, inner), f"{name} {inner}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_prose_of_a_page_is_plain(page):
    text = page.read_text(encoding="utf-8")
    assert [fault for paragraph in paragraphs(text) for fault in faults(paragraph)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_prose_wraps_at_100_columns(page):
    lines = without_code(page.read_text(encoding="utf-8")).split("\n")
    wide = [
        line
        for line in lines
        # A table or a link cannot be broken.
        if len(line) > COLUMNS and not re.match(r"\s*\|", line) and not re.search(r"\S{60}", line)
    ]
    assert wide == []


@pytest.mark.parametrize(("name", "command"), list(commands(cli, "codescan")), ids=str)
def test_help_is_plain(name, command):
    texts = [command.help or "", *(getattr(p, "help", "") or "" for p in command.params)]
    assert [f"{name}: {fault}" for text in texts for fault in faults(" ".join(text.split()))] == []


@pytest.mark.parametrize(("name", "command"), list(commands(cli, "codescan")), ids=str)
def test_help_shows_what_an_option_takes(name, command):
    """`N`, `SHARE` or `SECONDS` instead of the type of the option, and a whole sentence."""
    context = click.Context(command)
    options = [p for p in command.params if isinstance(p, click.Option)]
    shown = {p.opts[0]: p.make_metavar(context) for p in options}
    vague = ("RANGE", "INTEGER", "FLOAT", "UUID", "DATETIME")
    assert {option: word for option, word in shown.items() if word.endswith(vague)} == {}, name
    helps = {p.opts[0]: (p.help or "").split("  [")[0].strip() for p in options}
    assert {
        option for option, text in helps.items() if not re.fullmatch(r"[A-Z].*\.", text)
    } == set()


def docstrings(tree: ast.Module) -> Iterator[str]:
    """The docstrings of a module and of all that it defines, and those below its attributes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            for statement in node.body:
                if isinstance(statement, ast.Expr) and (text := spoken(statement.value)):
                    yield text


def parts_of(docstring: str) -> Iterator[str]:
    """Paragraphs, list items and the entries of its sections; tables are left out."""
    for block in re.split(r"\n\s*\n", docstring):
        if not re.search(r"\S {2,}\S|[│├└·]|^\s*\|", block):
            yield from re.split(r"\n\s*- |\n\s*(?=\w+: )", block)


def spoken(node: ast.expr) -> str:
    """The words of a text in the code; an inserted value counts as one word."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(spoken(part) or "X" for part in node.values)
    return ""


def messages(tree: ast.Module) -> Iterator[str]:
    """The texts of the errors that a module raises, and of what it reports as skipped."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if called.endswith(("Error", "Skipped", "Unchecked", "Unread")):
            yield from filter(None, map(spoken, node.args))


ERRORS = {name for name in errors.__all__ if name not in ("CodescanError", "MissingExtraError")}


def without_hint(tree: ast.Module) -> Iterator[str]:
    """The errors of a module that say what happened, but not what to do next."""
    for node in ast.walk(tree):
        called = getattr(node, "func", None)
        name = getattr(called, "attr", getattr(called, "id", ""))
        if isinstance(node, ast.Call) and name in ERRORS:
            hints = [*node.args[1:], *(word.value for word in node.keywords if word.arg == "hint")]
            if not hints or (isinstance(hints[0], ast.Constant) and not hints[0].value):
                yield f"line {node.lineno}: {ast.unparse(node)}"


def test_every_error_says_what_to_do_next():
    errors_without_hint = [
        f"{module.relative_to(ROOT)}: {error}"
        for module in MODULES
        for error in without_hint(ast.parse(module.read_text(encoding="utf-8")))
    ]
    assert errors_without_hint == []


def test_docstrings_and_messages_are_plain():
    problems = []
    for module in MODULES:
        tree = ast.parse(module.read_text(encoding="utf-8"))
        texts = [(part, DOCSTRING_WORDS) for text in docstrings(tree) for part in parts_of(text)]
        texts += [(text, MESSAGE_WORDS) for text in messages(tree)]
        plain = [(" ".join(text.split()), words) for text, words in texts]
        problems += [
            f"{module.relative_to(ROOT)}: {fault}"
            for text, words in plain
            for fault in faults(text, words)
        ]
    assert problems == []


def test_docstrings_begin_with_a_noun_or_a_verb():
    """For example "The origin of a document" rather than "Where a document comes from"."""
    clauses = [
        f"{module.relative_to(ROOT)}: {text.strip()[:60]}"
        for module in MODULES
        for text in docstrings(ast.parse(module.read_text(encoding="utf-8")))
        if re.match(r"\s*(?:What|Whose|Who|Where|Which|How)\b", text)
    ]
    assert clauses == []


def comments(text: str, mark: str) -> Iterator[str]:
    """Comments behind a mark; those of lines that follow each other are one, ended by a bare mark.

    Tables, pictures and words for tools are left out.
    """
    block: list[str] = []
    for line in [*text.split("\n"), ""]:
        before, mark_found, words = line.partition(mark)
        words = words.strip()
        if (
            mark_found
            and not before.strip()
            and words
            and not re.search(r"\S {2,}\S|[│├└·]", words)
        ):
            block.append(words)
            continue
        if block:
            yield " ".join(block)
            block = []
        if mark_found and before.endswith(" "):
            yield words


TOOLS = ("noqa", "type:", "fmt:", "SPDX", "shellcheck", "!")


def commented_files() -> Iterator[tuple[Path, str]]:
    for path in [*MODULES, *sorted((ROOT / "scripts").rglob("*"))]:
        if path.suffix == ".py" or (path.parent == ROOT / "scripts" and path.is_file()):
            yield path, "# "
    for path in sorted((ROOT / "codescan" / "_core").glob("*.[ch]pp")):
        yield path, "// "


def test_comments_are_plain():
    problems = [
        f"{path.relative_to(ROOT)}: {fault}"
        for path, mark in commented_files()
        for comment in comments(path.read_text(encoding="utf-8"), mark)
        if not comment.startswith(TOOLS)
        for fault in faults(comment, DOCSTRING_WORDS)
    ]
    assert problems == []


def test_the_checks_find_what_they_are_for():
    assert list(faults("The corpus is told its name."))
    assert list(faults("The least length is said to be what can be had and goes before."))
    assert list(faults("This is no toy."))
    assert list(faults("word " * (WORDS + 1)))
    assert list(faults("The corpus has a name. `is told` is code.")) == []
    assert list(faults("There is no folder here.")) == []
    tree = ast.parse('"""It is told."""\nclass A:\n    b = 1\n    """Is no toy."""')
    assert [bool(list(faults(text))) for text in docstrings(tree)] == [True, True]
    tree = ast.parse('raise UsageError(f"{x} is no file", "it is told")')
    assert [len(list(faults(text))) for text in messages(tree)] == [1, 1]
    tree = ast.parse(
        "UsageError('a')\nerrors.GitError('a', '')\nModelError('a', b)\nValueError('a')"
    )
    assert [line[:6] for line in without_hint(tree)] == ["line 1", "line 2"]
    code = "a = 1  # is told\n# This is\n# no toy.\n#\n# Other words.\nb = '#'\n"
    assert list(comments(code, "# ")) == ["is told", "This is no toy.", "Other words."]
