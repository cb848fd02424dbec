# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Answers about a text are worked out once, and never given for another text or an older index."""

from concurrent.futures import ThreadPoolExecutor

from codescan.index.recent_answers import RecentAnswers


class Text:
    """Equal to every other one: only its identity tells it apart."""

    def __eq__(self, other):
        return isinstance(other, Text)

    def __hash__(self):
        return 1


def test_the_answers_about_a_text_are_kept():
    answers, text = RecentAnswers(), Text()
    answers.of(text)["a"] = None
    answers.of(text)["b"] = "B"
    assert answers.of(text) == {"a": None, "b": "B"}


def test_an_equal_text_is_another_text():
    answers = RecentAnswers()
    first, second = Text(), Text()
    answers.of(first)["a"] = 1
    assert answers.of(second) == {}
    assert answers.of(first) == {}  # only the last text is kept


def test_nothing_that_was_begun_before_a_change_is_kept():
    answers, text = RecentAnswers(), Text()
    begun = answers.of(text)
    answers.clear()
    begun["a"] = "old"
    assert answers.of(text) == {}


def test_threads_have_answers_of_their_own():
    answers, text = RecentAnswers(), Text()
    answers.of(text)["a"] = 1
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(answers.of, text).result() == {}
    assert answers.of(text) == {"a": 1}
