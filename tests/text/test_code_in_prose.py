# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A function that stands between words or numbers is read as code, however little tells it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import codescan
from codescan.text.identification import identify

LEAST_LINES, MOST_LINES = 8, 40
MOST_UNREAD = 0.01
NUMBERS = "".join(f"value_{n} = 0.{n}\n" for n in range(25))
SURROUNDINGS = {
    "nothing": lambda code: code,
    "blank lines": lambda code: code.replace("\n", "\n\n"),
    "an answer": lambda code: (
        "Sure, here is the function that you asked for. It does the work.\n\n"
        f"{code}\nThis returns the right value for each input. Let me know if you need more.\n"
    ),
    "numbers": lambda code: NUMBERS + code + NUMBERS,
    "a long mail": lambda code: (
        "Hello all, the service fails when many clients connect at once and then leave.\n" * 20
        + code
        + "We think that the timeout is the reason, but nobody has measured it so far.\n" * 20
    ),
}


@pytest.fixture(scope="module")
def functions() -> list[str]:
    """The functions of this package: many have long documentation and few signs."""
    parts = []
    for path in sorted(Path(codescan.__file__).parent.rglob("*.py")):
        source = path.read_text()
        lines = source.splitlines(keepends=True)
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno:
                code = lines[node.lineno - 1 : node.end_lineno]
                if LEAST_LINES <= len(code) <= MOST_LINES:
                    parts.append("".join(code))
    return parts[::5]


@pytest.mark.parametrize("name", SURROUNDINGS)
def test_a_function_is_read_as_code(name, functions):
    texts = [SURROUNDINGS[name](code).encode() for code in functions]
    identified = [identify(text) for text in texts]
    unread = [one for one in identified if not one.languages and not one.others]
    assert len(functions) > 100
    assert len(unread) <= MOST_UNREAD * len(texts)
