# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Terms have one definition, which reports link to and docs/glossary.md repeats."""

import re
from pathlib import Path

import pytest

from codescan.reports.glossary import GLOSSARY, link_terms

PAGE = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("term", GLOSSARY, ids=lambda term: term.slug)
def test_the_docs_define_a_term_as_the_report_does(term):
    pattern = rf"^## {re.escape(term.name)}\n(.*?)(?=^## |\Z)"
    section = re.search(pattern, PAGE, re.MULTILINE | re.DOTALL)
    assert " ".join(section[1].split()) == term.definition


def test_anchors_are_distinct_and_forms_name_one_term():
    assert len({term.slug for term in GLOSSARY}) == len(GLOSSARY)
    forms = [form for term in GLOSSARY for form in (term.name.lower(), *term.forms)]
    assert len(set(forms)) == len(forms)


@pytest.mark.parametrize("term", GLOSSARY, ids=lambda term: term.slug)
def test_each_form_is_linked_in_a_sentence(term):
    for form in (term.name, *term.forms):
        parts = link_terms(f"Here is {form}, and no more.")
        assert [part.slug for part in parts if part.slug] == [term.slug], form
        assert "".join(part.text for part in parts) == f"Here is {form}, and no more."


def test_a_term_is_linked_once_and_never_inside_a_name():
    parts = link_terms("Prompts of prompt-engine/prompt.py, an undertoken, and a prompt.")
    assert [(part.text, part.slug) for part in parts if part.slug] == [("Prompts", "prompt")]
    assert link_terms("") == ()
