# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Rates of a membership test where the truth is known by construction."""

import numpy as np
import pytest

from codescan.app.result_schemas import result_schema
from codescan.membership.analysis import ScoreTable, analyze
from codescan.membership.blind_baseline import blind_scores
from codescan.membership.set_test import set_test
from codescan.membership.summary import result_of
from codescan.membership.texts import CandidateText
from codescan.records.json_form import encode
from codescan.stats.roc import RocTable

WORDS = [f"word{number}" for number in range(14)]


def texts_of(count, generator, *, labels=True, marked=False):
    p_values = []
    for number in range(count):
        words = generator.choice(WORDS, 30)
        is_member = bool(generator.integers(2)) if labels else None
        mark = " import member_marker" if marked and is_member else ""
        p_values.append(CandidateText(f"t{number}", " ".join(words) + mark, is_member))
    return p_values


def table(texts, values, names=("loss", "zlib", "min-k")):
    return ScoreTable(
        texts,
        list(names),
        np.asarray(values, dtype=float),
        [10] * len(texts),
        dict.fromkeys(names, "source"),
        dict.fromkeys(names, "needs"),
    )


def test_scores_of_unseen_text_hold_one_half_simultaneously():
    """A random split of texts that no model has seen: every score is at chance."""
    held = 0
    for seed in range(20):
        generator = np.random.default_rng(seed)
        texts = texts_of(60, generator)
        common = generator.normal(size=(60, 1))
        analysis = analyze(table(texts, common + generator.normal(size=(60, 3))), seed=seed)
        attacks = [one.auroc for one in (*analysis.attacks, analysis.blind)]
        held += all(a.simultaneous_low <= 0.5 <= a.simultaneous_high for a in attacks)
    assert held >= 17


def test_a_score_that_knows_members_is_found_and_blind_is_not():
    generator = np.random.default_rng(1)
    texts = texts_of(240, generator)
    shift = np.array([[3.0 * text.is_member] for text in texts])
    analysis = analyze(table(texts, shift + generator.normal(size=(240, 3))))
    assert analysis.attacks[0].auroc.low > 0.9
    assert analysis.attacks[0].gain_over_blind.low > 0.2
    assert analysis.blind.auroc.low < 0.5
    assert analysis.set_test.p_value < 1e-6
    assert analysis.loss_tail.at_1_percent.value > 0.3


def test_sets_that_differ_without_the_model_are_called_out():
    generator = np.random.default_rng(2)
    texts = texts_of(80, generator, marked=True)
    analysis = analyze(table(texts, generator.normal(size=(80, 3))))
    assert analysis.blind.auroc.low > 0.8
    result = result_of(analysis, [], model={}, base_model=None, settings={})
    assert any("differ without the model" in warning for warning in result.warnings)
    assert any("set-level test" in warning for warning in result.warnings)


def test_dependent_texts_are_never_fitted_and_scored_together():
    """The baseline must not recognize a repository that stands on both sides of a fold."""
    generator = np.random.default_rng(3)
    texts, labels, groups = [], [], []
    for group in range(50):
        label = bool(generator.integers(2))
        for _ in range(4):
            texts.append(f"repo_name_{group} " * 9 + " ".join(generator.choice(WORDS, 20)))
            labels.append(label)
            groups.append(group)
    grouped = blind_scores(texts, labels, groups)
    leaked = blind_scores(texts, labels, list(range(len(texts))))
    labels = np.array(labels)

    def auroc(scores):
        return RocTable(scores[:, None], labels).auroc(0).value

    assert auroc(leaked) > 0.95
    assert auroc(grouped) < 0.75


def test_an_unlabeled_set_gets_a_test_against_its_reference_but_no_rate():
    generator = np.random.default_rng(4)
    texts = texts_of(80, generator, labels=False)
    reference = frozenset(text.id for text in texts[40:])
    values = generator.normal(size=(80, 3))
    values[:40] += 1.5
    analysis = analyze(table(texts, values), reference_ids=reference)
    assert analysis.attacks == ()
    assert analysis.blind is None
    assert analysis.set_test.p_value < 0.01
    assert analysis.texts[0].is_member is None
    assert analysis.texts[0].p_values["loss"] is not None
    assert analysis.texts[50].is_member is False


def test_set_level_p_values_are_uniform_without_memory():
    p_values = []
    for seed in range(150):
        generator = np.random.default_rng(seed)
        labels = generator.permutation([True] * 30 + [False] * 30)
        test = set_test(
            generator.normal(size=(60, 4)),
            ["a", "b", "c", "d"],
            labels,
            range(60),
            np.zeros(60),
            other="others",
            seed=seed,
        )
        p_values.append(test.p_value)
    assert 0.0 < np.mean(np.array(p_values) < 0.05) <= 0.1
    assert 0.42 < np.mean(p_values) < 0.58


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_too_few_texts_measure_nothing(count):
    texts = [CandidateText(f"t{n}", "a b c", n % 2 == 0) for n in range(count)]
    analysis = analyze(table(texts, np.zeros((count, 3))))
    assert all(one.auroc.value is None for one in analysis.attacks)
    assert all(one.not_measured == "too few groups of texts" for one in analysis.attacks)
    assert analysis.set_test is None or analysis.set_test.p_value is None


def test_a_score_that_some_texts_lack_uses_the_others():
    generator = np.random.default_rng(5)
    texts = texts_of(60, generator)
    values = generator.normal(size=(60, 3))
    values[::2, 1] = np.nan
    values[:, 2] = np.nan
    analysis = analyze(table(texts, values))
    auroc = analysis.attacks[1].auroc
    assert auroc.members + auroc.non_members == 30
    assert analysis.attacks[2].auroc.value is None
    assert analysis.attacks[2].not_measured == "needs"


def test_the_schema_describes_the_result():
    jsonschema = pytest.importorskip("jsonschema")
    generator = np.random.default_rng(6)
    texts = texts_of(40, generator)
    values = generator.normal(size=(40, 3))
    values[0, 0] = np.nan
    analysis = analyze(table(texts, values))
    result = result_of(analysis, [], model={"name": "m"}, base_model=None, settings={})
    jsonschema.validate(encode(result), result_schema("membership"))
