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


def test_a_question_about_one_text_is_worked_out_once():
    answers, calls = RecentAnswers(), []
    text = Text()
    for _ in range(3):
        assert answers.get(text, "a", lambda: calls.append("a") or "A") == "A"
        assert answers.get(text, "b", lambda: calls.append("b")) is None
    assert calls == ["a", "b"]


def test_an_equal_text_is_another_text():
    answers = RecentAnswers()
    first, second = Text(), Text()
    assert answers.get(first, "a", lambda: 1) == 1
    assert answers.get(second, "a", lambda: 2) == 2
    assert answers.get(first, "a", lambda: 3) == 3


def test_a_question_may_ask_another_one_of_the_same_text():
    answers, text = RecentAnswers(), Text()
    inner = answers.get(text, "a", lambda: answers.get(text, "b", lambda: 1) + 1)
    assert (inner, answers.get(text, "b", lambda: 9), answers.get(text, "a", lambda: 9)) == (
        2,
        1,
        2,
    )


def test_nothing_that_was_begun_before_a_change_is_kept():
    answers, text = RecentAnswers(), Text()

    def changing():
        answers.clear()
        return "old"

    assert answers.get(text, "a", changing) == "old"
    assert answers.get(text, "a", lambda: "new") == "new"


def test_threads_have_answers_of_their_own():
    answers = RecentAnswers()
    texts = [Text() for _ in range(50)]
    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(lambda n: answers.get(texts[n], "a", lambda: n), range(50)))
    assert given == list(range(50))
