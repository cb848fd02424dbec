# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Two authors who list the same names write the same list: it needs more than its names."""

from __future__ import annotations

import random

import pytest
from stdlib_index import document

from codescan.matchers.renamed import RenamedMatcher
from codescan.matchers.verbatim import VerbatimMatcher
from codescan.pipeline import scan
from codescan.records import Finding, Grade, Snippet

_PARTS = ("tide", "quay", "berth", "pilot", "mast", "keel", "reef", "buoy", "dock", "hull")


def names(count, seed):
    rng = random.Random(seed)
    words = []
    while len(words) < count:
        name = "_".join(rng.sample(_PARTS, rng.randint(1, 3)))
        if name not in words:
            words.append(name)
    return words


def camel(name):
    return "".join(part.title() for part in name.split("_"))


LISTS = {
    "__all__": ("python", lambda n: "__all__ = [\n" + "".join(f'    "{x}",\n' for x in n) + "]\n"),
    "__slots__": (
        "python", lambda n: "  __slots__ = (" + ", ".join(f'"{x}"' for x in n) + ")\n"),
    "imports": ("python", lambda n: "from harbor import (\n    " + ",\n    ".join(n) + ",\n)\n"),
    "enumeration of Python": (
        "python", lambda n: "".join(f"    {x.upper()} = auto()\n" for x in n)),
    "parameters": ("python", lambda n: "(self, " + ", ".join(n) + "):\n"),
    "keywords": ("python", lambda n: "(" + ", ".join(f"{x}={x}" for x in n) + ")\n"),
    "fields": ("python", lambda n: "".join(f"        self.{x} = {x}\n" for x in n)),
    "re-exports": ("typescript", lambda n: "export {\n" + "".join(f"  {camel(x)},\n" for x in n)
                   + "} from './harbor';\n"),
    "exports": ("javascript", lambda n: "module.exports = {\n" + "".join(f"  {x},\n" for x in n)
                + "};\n"),
    "enumeration of C": ("c", lambda n: "enum harbor {\n" + "".join(f"  {x.upper()},\n" for x in n)
                         + "};\n"),
    "attributes of HTML": ("javascript", lambda n: "const ATTRIBUTES = ["
                           + ", ".join(f"'{x.replace('_', '-')}'" for x in n) + "];\n"),
    "keys of a dictionary": (
        "python", lambda n: "{\n" + "".join(f'    "{x}": {x},\n' for x in n) + "}\n"),
    "uses of Rust": ("rust", lambda n: "pub use quay::{" + ", ".join(map(camel, n)) + "};\n"),
}  # fmt: skip


@pytest.mark.parametrize("count", [14, 30])
@pytest.mark.parametrize("kind", LISTS)
def test_a_list_of_names_is_no_copy(make_index, kind, count):
    language, write = LISTS[kind]
    suffix = {"python": "py", "typescript": "ts", "javascript": "js", "c": "c", "rust": "rs"}
    text = write(names(count, f"{kind} {count}"))
    index = make_index([document(f"a.{suffix[language]}", text.encode(), "a", language)])
    matchers = [VerbatimMatcher(index), RenamedMatcher(index)]
    findings = [
        item
        for item in scan([Snippet("s", text.encode(), language)], index, matchers)
        if isinstance(item, Finding)
    ]
    strong = [item for item in findings if item.grade in (Grade.A, Grade.B)]
    assert not strong, [(item.grade, item.bits, item.grade_reasons) for item in strong]


@pytest.mark.parametrize("language", ["python", "javascript"])
def test_entries_that_say_more_than_a_name_are_a_copy(make_index, language):
    entries = [f"{name.replace('_', ' ')} by {n * 7 + 3} fathoms of rope" for n, name in
               enumerate(names(12, 5))]  # fmt: skip
    text = "MESSAGES = [\n" + "".join(f'    "{entry}",\n' for entry in entries) + "]\n"
    suffix = {"python": "py", "javascript": "js"}[language]
    index = make_index([document(f"a.{suffix}", text.encode(), "a", language)])
    findings = scan([Snippet("s", text.encode(), language)], index, [VerbatimMatcher(index)])
    assert any(item.grade is Grade.A for item in findings if isinstance(item, Finding))


def strongest(make_index, text, language, suffix):
    index = make_index([document(f"a.{suffix}", text.encode(), "a", language)])
    matchers = [VerbatimMatcher(index), RenamedMatcher(index)]
    findings = [
        item
        for item in scan([Snippet("s", text.encode(), language)], index, matchers)
        if isinstance(item, Finding)
    ]
    return min(item.grade for item in findings)


PAIRS = {
    "braces": ("c", "c", lambda a, b: f'  {{"{a}", "{b}"}},\n'),
    "arrows": ("php", "php", lambda a, b: f"    '{a}' => '{b}',\n"),
    "calls": ("java", "java", lambda a, b: f"        assertTrue({a}.covers({b}));\n"),
    "keys": ("python", "py", lambda a, b: f'    "{a}": {b},\n'),
}


@pytest.mark.parametrize("kind", PAIRS)
def test_a_table_of_pairs_is_a_copy(make_index, kind):
    language, suffix, write = PAIRS[kind]
    every = names(28, kind)
    text = "".join(map(write, every[::2], every[1::2]))
    assert strongest(make_index, text, language, suffix) is Grade.A


SPELLINGS = {
    "two cases": ("c", "c", lambda n: f'  {{"{n.replace("_", "")}", "{camel(n)}"}},\n'),
    "dashes": ("javascript", "js", lambda n: f"  {camel(n)}: '{n.replace('_', '-')}',\n"),
    "members": ("javascript", "js", lambda n: f"exports.{camel(n)} = {camel(n)};\n"),
    "numbers": ("ruby", "rb", lambda n: f'  "{n}" => 12,\n'),
}


@pytest.mark.parametrize("kind", SPELLINGS)
def test_a_name_in_two_spellings_is_one_name(make_index, kind):
    language, suffix, write = SPELLINGS[kind]
    text = "".join(map(write, names(14, kind)))
    assert strongest(make_index, text, language, suffix) > Grade.B


def test_short_methods_are_no_list(make_index):
    text = "class Harbor implements Quay\n{\n" + "".join(
        f"    public function get{camel(name)}()\n    {{\n        return [];\n    }}\n\n"
        for name in names(9, 3)
    )
    assert strongest(make_index, "<?php\n" + text, "php", "php") is Grade.A
