# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Short statements about rights: one line is enough, and ordinary comments state nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan.licenses.categories import category, strictness
from codescan.licenses.detect import file_claims
from codescan.licenses.expressions import equivalent
from codescan.licenses.passage_notices import passage_claim
from codescan.licenses.short_statements import short_statement
from codescan.records import NOASSERTION, Span

TABLE = tomllib.loads((Path(__file__).parent / "short_statements.toml").read_text("utf-8"))
TAKING = [*TABLE["ownership"], *TABLE["conditions"], *TABLE["restrictions"]]


def claims(line):
    """The claims of a line as comment, alone and below a copyright statement."""
    return [
        file_claims(source.encode())
        for source in (
            f"# {line}\n\nx = 1\n",
            f"/*\n * {line}\n */\nint x;\n",
            f"// Copyright 2020 Jane Doe\n// {line}\n\nlet x;\n",
        )
    ]


@pytest.mark.parametrize("line", TAKING)
def test_words_that_take_rights_are_quoted(line):
    for statement in claims(line):
        assert [claim.expression for claim in statement] == [NOASSERTION]
        assert statement[0].evidence


@pytest.mark.parametrize(("line", "expression"), TABLE["names"].items())
def test_names_that_stand_alone(line, expression):
    for claim in claims(line):
        assert claim
        assert claim[0].expression == expression or equivalent(claim[0].expression, expression)


@pytest.mark.parametrize("line", TABLE["ordinary"])
def test_ordinary_comments_state_nothing(line):
    assert claims(line)[:2] == [(), ()]
    code = "x = 1\n" * 2000 + f"# {line}\ndef f():\n    return 1\n"
    assert passage_claim(code.encode(), Span(code.index("def f"), len(code))) is None


@pytest.mark.parametrize(
    "grant", ["Licensed under the MIT license.", "License: Apache-2.0", "MIT or ISC"]
)
def test_a_grant_beside_them_is_not_permissive(grant):
    permissive = [
        lines
        for line in TAKING
        for lines in ((grant, line), (line, grant))
        if not is_strict(
            file_claims("".join(f"# {each}\n" for each in lines).encode() + b"\nx = 1\n")
        )
    ]
    assert permissive == []


def is_strict(claims):
    return bool(claims) and strictness(category(claims[0].expression)) > strictness("permissive")


def test_an_owner_counts_above_a_passage():
    code = "x = 1\n" * 2000 + "# Eigentum der Muster GmbH\ndef f():\n    return 1\n"
    claim = passage_claim(code.encode(), Span(code.index("def f"), len(code)))
    assert claim is not None
    assert claim.expression == NOASSERTION
    assert "Muster GmbH" in claim.evidence


def test_an_owner_of_one_word_counts_at_the_head_only():
    assert short_statement(b"Property of Node", is_head=False) is None
    assert short_statement(b"Property of Acme", is_head=True) is not None


@given(st.text(max_size=3000), st.booleans())
@settings(max_examples=100)
def test_any_text_is_read(text, is_head):
    claim = short_statement(text.encode("utf-8", "replace"), is_head=is_head)
    assert claim is None or claim[1]
