# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The decoy: the same lines, none beside the ones it stood beside, and no copy of anything."""

from collections import Counter

from known_files import filed, written

from codescan.audits.measures.shuffled_index import DealtSource, deal, dealt_decoy, decoy_statistics
from codescan.matchers.verbatim import VerbatimMatcher
from codescan.pipeline import scan, snippets_of
from codescan.records import Completion, Prompt
from codescan.runs import RunStore

FILES = [filed(written(f"file {number}"), f"p{number % 3}", f"{number}.py") for number in range(15)]


def lines(documents):
    return [line for one in documents for line in one.content.decode().splitlines()]


def test_every_line_is_dealt_once_and_neighbors_are_parted():
    dealt = deal(FILES, 1)
    assert Counter(lines(dealt)) == Counter(lines(FILES))
    assert [one.content.count(b"\n") for one in dealt] == [
        one.content.count(b"\n") for one in FILES
    ]
    before = set(zip(lines(FILES), lines(FILES)[1:], strict=False))
    after = set(zip(lines(dealt), lines(dealt)[1:], strict=False))
    assert len(before & after) <= 2
    assert deal(FILES, 1) == dealt
    assert deal(FILES, 2) != dealt


def test_long_lines_are_cut_so_that_none_is_a_passage():
    long = [filed(" ".join(written(f"long {n}").split()), "p", f"{n}.py") for n in range(12)]
    assert max(map(len, lines(deal(long, 1)))) <= 101


def test_a_language_of_few_files_is_left_out_and_text_is_bounded():
    assert deal(FILES[:11], 1) == []
    size = sum(len(one.content) for one in FILES[:13])
    assert len(deal(FILES, 1, most_bytes=size)) == 13


def test_real_copies_are_none_of_the_decoy(known_index, known_documents, tmp_path):
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
        with dealt_decoy(known_index, run, 1) as decoy:
            assert decoy is not None
            copied = frozenset(f"p{n}/0" for n in range(10))
            found = decoy_statistics(store, decoy, snippets_of, copied, lambda *_step: None)
        assert (found["found"]["k"], found["found"]["n"]) == (0, 10)
        assert found["excess"]["value"] == 1.0
        assert found["found"]["frame"] == "uniform"
        assert not (run / "decoy.partial").exists()


def test_a_corpus_too_small_to_deal_has_no_decoy(tmp_path):
    from codescan.index import Index, build

    build([DealtSource(FILES[:3])], tmp_path / "index", name="i", recipe={}, workers=1)
    with Index.open(tmp_path / "index") as index, dealt_decoy(index, tmp_path, 1) as decoy:
        assert decoy is None
