# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The shuffled index: the same lines in another order, and a copy of nothing."""

from collections import Counter

import pytest
from known_files import filed, written

from codescan._core import _native
from codescan.audits.measures.shuffled_index import chance_matches
from codescan.audits.shuffling import DocumentList, shuffle_lines, shuffled_index
from codescan.matchers.verbatim import VerbatimMatcher
from codescan.pipeline import scan, snippets_of
from codescan.records import Completion, Prompt
from codescan.records.json_form import encode
from codescan.runs import RunStore

FILES = [filed(written(f"file {number}"), f"p{number % 3}", f"{number}.py") for number in range(15)]


def lines(documents):
    return [line for one in documents for line in one.content.decode().splitlines()]


def test_every_line_is_used_once_and_neighbors_are_separated():
    shuffled = shuffle_lines(FILES, 1)
    assert Counter(lines(shuffled)) == Counter(lines(FILES))
    assert [one.content.count(b"\n") for one in shuffled] == [
        one.content.count(b"\n") for one in FILES
    ]
    before = set(zip(lines(FILES), lines(FILES)[1:], strict=False))
    after = set(zip(lines(shuffled), lines(shuffled)[1:], strict=False))
    assert len(before & after) <= 2
    assert shuffle_lines(FILES, 1) == shuffled
    assert shuffle_lines(FILES, 2) != shuffled


def test_long_lines_are_cut_so_that_none_is_a_passage():
    long = [filed(" ".join(written(f"long {n}").split()), "p", f"{n}.py") for n in range(12)]
    assert max(map(len, lines(shuffle_lines(long, 1)))) <= 101


@pytest.mark.parametrize(
    "line",
    [
        "def shown(value: t.Union[str, float], *, is_it: bool = False) -> dict[str, int]:",
        "港口每天晚上为停留时间较长的船只安排泊位因为它们可能会挡住其他船只的去路",
        "name_of_" * 12,
        "a1b2c3d4" * 10,
        "-+" * 50,
        "é" * 80,
    ],
)
@pytest.mark.parametrize("family", ["python", "prose", "c"])
def test_no_line_is_as_long_as_a_run_that_is_looked_for(line, family):
    shortest = min(k for profile in _native.PROFILES.values() for k, _window, _remnant in profile)
    files = [filed(f"{line}\n    return {{{n}: value}}\n", "p", f"{n}.py") for n in range(12)]
    for piece in lines(shuffle_lines(files, 1)):
        assert len(_native.lex(piece.encode(), _native.LEXERS[family])) < shortest


def test_a_language_of_few_files_is_left_out_and_text_is_bounded():
    assert shuffle_lines(FILES[:11], 1) == []
    size = sum(len(one.content) for one in FILES[:13])
    assert len(shuffle_lines(FILES, 1, most_bytes=size)) == 13


def test_real_copies_do_not_match_the_shuffled_index(known_index, known_documents, tmp_path):
    run = tmp_path / "run"
    prompts = [
        Prompt(f"p{n}", "x", "prefix", document_id=one.id, frame="uniform")
        for n, one in enumerate(known_documents[:10])
    ]
    with RunStore(run) as store:
        store.add_prompts(prompts)
        store.save(
            Completion(f"p{n}", "m", one.content.decode())
            for n, one in enumerate(known_documents[:10])
        )
        matcher = VerbatimMatcher(known_index)
        snippet = snippets_of(Completion("p0", "m", known_documents[0].content.decode()))
        assert list(scan(snippet, known_index, [matcher]))
        with shuffled_index(known_index, run, 1) as shuffled:
            assert shuffled is not None
            copied = frozenset(f"p{n}/0" for n in range(10))
            result = chance_matches(store, shuffled, copied, lambda *_step: None)
        encoded = encode(result)
        assert (encoded["found"]["k"], encoded["found"]["n"]) == (0, 10)
        assert encoded["excess"]["value"] == 1.0
        assert encoded["found"]["frame"] == "uniform"
        assert not (run / "shuffled-index.partial").exists()


def test_a_corpus_too_small_to_shuffle_has_no_shuffled_index(tmp_path):
    from codescan.index import Index, build

    build([DocumentList(FILES[:3])], tmp_path / "index", name="i", recipe={}, workers=1)
    with Index.open(tmp_path / "index") as index, shuffled_index(index, tmp_path, 1) as shuffled:
        assert shuffled is None
