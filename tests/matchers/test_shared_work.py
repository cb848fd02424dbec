# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Counts the work on a text that is read in several views of nearly the same tokens."""

from __future__ import annotations

import pytest

from codescan.index import Index
from codescan.pipeline import scan, texts_of
from codescan.records import Snippet
from codescan.registry import load, names


@pytest.fixture
def page(library):
    """Edited code in a page of documentation, with marks that may or may not be a format's."""
    lines = library["difflib.py"].decode().splitlines()[150:420]
    edited = [line.replace("self", "this") if n % 8 == 3 else line for n, line in enumerate(lines)]
    prose = "> Quoted words about the function below, which nobody needs.\n\n" * 3
    marked = "".join(
        f"{n}. {word} is one of many words here\n" for n, word in enumerate("abcdefgh")
    )
    return (f"Title\n=====\n\n{prose}" + "\n".join(edited) + f"\n\n{marked}\n").encode()


def matchers(index: Index) -> list:
    return [load("matchers", name)(index) for name in names("matchers")]


def test_all_matchers_share_one_look_up_and_one_score_of_each_view(page, index, monkeypatch):
    index.answers.clear()
    looked_up, scored = [], []
    look_up, model = Index.look_up_text, index.token_model

    def count(self, text, lexer, bounds):
        looked_up.append(text)
        return look_up(self, text, lexer, bounds)

    class Model:
        @staticmethod
        def score(tokens, *more):
            scored.append(len(tokens))
            return model.score(tokens, *more)

    monkeypatch.setattr(Index, "look_up_text", count)
    monkeypatch.setitem(index.__dict__, "token_model", Model)
    views = list(texts_of([Snippet("page", page)]))
    list(scan([Snippet("page", page)], index, matchers(index)))
    assert len(views) > 1
    assert len(looked_up) == len(views)
    assert 0 < len(scored) <= len(views)
