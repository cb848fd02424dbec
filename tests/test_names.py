# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Names are nouns of what they hold; no participles such as `found` or `made`."""

import ast
from pathlib import Path

from test_project_rules import SOURCES, name

PARTICIPLES = {
    "anew", "asked", "drip", "found", "given", "kept", "made", "rest", "said", "theirs", "told",
    "wanted",
}  # fmt: skip
FIELDS_OF_RESULTS = {
    "codescan/app/canary_verify.py": {"found"},
    "codescan/audits/measures/shuffled_index.py": {"found"},
    "codescan/dedup/file_clusters.py": {"kept"},
    "codescan/dedup/results.py": {"kept"},
    "codescan/dedup/summary.py": {"kept"},
    "codescan/records/duplicates.py": {"kept"},
    "codescan/reports/dedup_page.py": {"kept"},
}
"""Documented properties of results, and the copy that deduplication keeps."""


def stored_names(tree: ast.Module) -> set[str]:
    """The names of functions, parameters and variables of a module."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def test_names_say_what_they_hold():
    programs = [path for path in SOURCES if path.suffix == ".py" or is_program(path)]
    vague = {
        name(path): words
        for path in programs
        for words in ({each.strip("_") for each in stored_names(parsed(path))} & PARTICIPLES,)
        if words - FIELDS_OF_RESULTS.get(name(path), set())
    }
    assert vague == {}, "use the noun: `findings` instead of `found`"


def is_program(path: Path) -> bool:
    with path.open("rb") as stream:
        return path.suffix == "" and b"python" in stream.readline()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
