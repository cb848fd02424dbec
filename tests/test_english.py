# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What a program can check of plain English, in the pages, the help texts and the error hints.

Prose is at most 100 columns wide, sentences are short, and constructions that have to be read twice
are refused. Tables, code and quoted names are left out.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from codescan.cli.root import cli

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
COLUMNS = 100
WORDS = 45
"""A hard limit; the aim is 25."""
REFUSED = {
    r"\b(?:is|are|was|were) (?:told|had)\b": "name the agent",
    r"\b(?:is|are) no (?!longer\b|more\b|less\b|worse\b|better\b)": 'write "is not a"',
    r"\bbe (?:it|they) \w+": 'write "whether"',
    r"\b(?:anew|drips?|its own affair|whose it is)\b": "a private metaphor",
    r"\bso many\b(?! that)": 'write "up to" or "at least"',
    r"\bthe reader of the output\b": 'write "broken pipe"',
    r"--decoy|--priors\b": "an old name",
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
    return re.split(r"(?<=[.!?:;])[)\"*_]*\s+(?=[A-Z*\[(\d-])", plain)


def faults(paragraph: str) -> Iterator[str]:
    plain = re.sub(r"`[^`]*`", "X", paragraph)
    for sentence in sentences(paragraph):
        if len(sentence.split()) > WORDS:
            yield f"{len(sentence.split())} words: {sentence}"
    for pattern, advice in REFUSED.items():
        for match in re.finditer(pattern, plain):
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


def test_the_checks_find_what_they_are_for():
    assert list(faults("The corpus is told its name."))
    assert list(faults("This is no toy."))
    assert list(faults("word " * (WORDS + 1)))
    assert list(faults("The corpus has a name. `is told` is code.")) == []
