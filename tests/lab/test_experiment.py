# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The truth of a lab run: what is drawn, packed and planted."""

import dataclasses
import random

import numpy as np
import pytest

from codescan.canaries.canary import Role
from codescan.errors import SourceError
from codescan.lab.corpus_texts import CorpusFile, PassageStream, corpus_digest
from codescan.lab.experiment import draw_experiment
from codescan.lab.sizes import SIZES
from codescan.lab.training_rows import TrainingText, pack_rows, replace_tokens

CI = dataclasses.replace(SIZES["ci"], texts=60, tuning_texts=8, background_characters=5_000)


def corpus(count=90, lines=120):
    generator = random.Random(3)
    return tuple(
        CorpusFile(
            f"pkg:pypi/p@1#{n:03d}.py",
            "pkg:pypi/p@1",
            "".join(
                f"value_{generator.randrange(999)} = call_{generator.randrange(999)}(number)\n"
                for _ in range(lines)
            ),
        )
        for n in range(count)
    )


def test_the_same_seed_draws_the_same_experiment_and_another_seed_another():
    files = corpus()
    one, same, other = (draw_experiment(files, CI, seed) for seed in (1, 1, 2))
    assert one == same
    assert one.members != other.members


def test_a_coin_of_each_file_decides_and_halves_are_fair():
    experiment = draw_experiment(corpus(), CI, 1)
    by_file = {}
    for text in experiment.texts:
        by_file.setdefault(text.file, set()).add(experiment.is_member(text.id))
    assert all(len(labels) == 1 for labels in by_file.values())
    shares = [len(members) / len(experiment.texts) for members in experiment.shadow_members]
    assert all(0.25 < share < 0.75 for share in shares)
    assert len(experiment.tuning_members) == CI.tuning_texts == len(experiment.tuning) // 2


def test_no_two_passages_are_alike_and_no_file_has_two_roles():
    experiment = draw_experiment(corpus(), CI, 1)
    groups = (
        [text.file for text in experiment.texts],
        [text.file for text in experiment.tuning],
        [planted.passage.file for planted in experiment.planted],
        [text.file for text in experiment.background],
        [text.file for text in experiment.extra_background],
    )
    for number, files in enumerate(groups):
        for others in groups[number + 1 :]:
            assert not set(files) & set(others)
    texts = [t.text for t in (*experiment.texts, *experiment.tuning)]
    texts += [planted.passage.text for planted in experiment.planted]
    assert len(set(texts)) == len(texts)


def test_planted_passages_share_no_header():
    """Copies of one passage are no copies of another: each file begins with the same license."""
    header = "# Licensed under the terms of a license, see the file LICENSE for them\n# All.\n"
    files = tuple(dataclasses.replace(f, text=header + f.text) for f in corpus(120))
    planted = [p.passage.text for p in draw_experiment(files, CI, 1).planted]
    assert len(planted) == len(CI.levels) * CI.per_level + len(CI.near_levels) * CI.near_per_level
    assert sum("# Licensed" in text for text in planted) <= 1
    runs = [
        {t[n : n + 40] for n in range(len(t) - 39)} for t in (" ".join(t.split()) for t in planted)
    ]
    for number, own in enumerate(runs):
        assert not any(own & other for other in runs[number + 1 :])


def test_copies_are_those_of_the_size():
    experiment = draw_experiment(corpus(), CI, 1)
    exact = [p.copies for p in experiment.planted if not p.is_near]
    near = [p.copies for p in experiment.planted if p.is_near]
    assert exact == [level for level in CI.levels for _ in range(CI.per_level)]
    assert near == [level for level in CI.near_levels for _ in range(CI.near_per_level)]
    assert len(experiment.canaries.of(Role.CONTROL)) >= 30


def test_a_corpus_that_is_too_small_is_an_error():
    with pytest.raises(SourceError, match="too small"):
        draw_experiment(corpus(10), CI, 1)


def test_the_digest_changes_with_any_file():
    files = corpus(3)
    changed = (*files[:2], dataclasses.replace(files[2], text=files[2].text + "x"))
    assert len({corpus_digest(files), corpus_digest(changed), corpus_digest(files[:2])}) == 3


def test_passages_end_at_lines_and_are_never_handed_out_twice():
    stream = PassageStream(corpus(20), "s")
    passages = stream.take(30, 200, per_file=3)
    assert all(passage.text.endswith("\n") for passage in passages)
    assert all(100 <= len(passage.text) <= 200 for passage in passages)
    more = stream.take(10, 200, per_file=3)
    assert not {p.file for p in passages} & {p.file for p in more}


@pytest.mark.parametrize("seed", range(8))
def test_every_document_is_packed_once_and_whole(seed):
    generator = np.random.default_rng(seed)
    context = int(generator.integers(8, 40))
    marker = iter(range(1, 100_000))
    documents = [
        TrainingText(
            tuple(next(marker) for _ in range(int(generator.integers(1, context)))),
            is_divisible=bool(generator.integers(4) == 0),
        )
        for _ in range(60)
    ]
    rows = pack_rows(documents, 0, context, generator)
    assert rows.shape[1] == context
    flat = rows.flatten()
    tokens = flat[flat > 0].tolist()
    assert sorted(tokens) == sorted(token for document in documents for token in document.tokens)
    where = {int(token): (r, c) for r, row in enumerate(rows) for c, token in enumerate(row)}
    for document in documents:
        if document.is_divisible:
            continue
        row, column = where[document.tokens[0]]
        assert rows[row, column : column + len(document.tokens)].tolist() == list(document.tokens)
        assert column > 0
        assert rows[row, column - 1] == 0


def test_early_documents_lie_in_the_first_half():
    generator = np.random.default_rng(1)
    documents = [TrainingText((n + 1,) * 7) for n in range(200)]
    early = frozenset(range(150, 200))
    rows = pack_rows(documents, 0, 8, generator, early=early)
    places = [r for r, row in enumerate(rows) if row.max() > 150]
    assert max(places) < len(rows) / 2
    assert min(r for r, row in enumerate(rows) if row.max() <= 150) < 10
    assert len(places) == 50


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_replaced_tokens_are_as_many_as_asked(share):
    generator = np.random.default_rng(1)
    tokens = tuple(range(1000, 1040))
    changed = replace_tokens(tokens, share, 900, generator)
    assert sum(a != b for a, b in zip(tokens, changed, strict=True)) == max(1, round(40 * share))
