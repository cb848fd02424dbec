# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Each membership score against its definition, by hand."""

import math
import zlib

import numpy as np
import pytest

from codescan.membership.analysis import membership_scores
from codescan.membership.code_parts import char_parts, maskable_spans, token_parts
from codescan.membership.shadow_scores import ShadowScores, lira, rmia
from codescan.membership.texts import TextEvidence, TextPart
from codescan.records import Score, TokenStatistics
from codescan.registry import load, names

CODE = '"""Doc é."""\n\ndef add(left, right=12):\n    # nöte\n    return left + "abc"\n'


def statistics(logprobs, entropies=None, deviations=None):
    count = len(logprobs)
    return TokenStatistics(
        tuple(logprobs),
        (0,) * count,
        tuple(entropies or [1.0] * count),
        tuple(deviations or [1.0] * count),
    )


def score(logprobs, **more):
    return Score(
        "p", "m", len(logprobs), 0, sum(logprobs), token_statistics=statistics(logprobs, **more)
    )


def value(name, evidence):
    return load("membership", name)().of(evidence)


LOGPROBS = [-0.1 * n for n in range(1, 21)]


def test_loss_and_zlib_ratio():
    evidence = TextEvidence("x = 1\n" * 9, score(LOGPROBS))
    assert value("loss", evidence) == pytest.approx(sum(LOGPROBS) / 20)
    size = len(zlib.compress(evidence.text.encode(), 9))
    assert value("zlib", evidence) == pytest.approx(sum(LOGPROBS) / size)


def test_min_k_takes_the_lowest_fifth():
    assert value("min-k", TextEvidence("x", score(LOGPROBS))) == pytest.approx(
        (-2.0 - 1.9 - 1.8 - 1.7) / 4
    )


def test_min_k_plus_standardizes_each_token():
    own = score([-1.0, -2.0], entropies=[3.0, 1.0], deviations=[2.0, 0.5])
    assert value("min-k++", TextEvidence("x", own)) == pytest.approx((-2.0 + 1.0) / 0.5)


def test_min_k_plus_is_not_measured_without_a_distribution():
    own = score([-1.0, -2.0], entropies=[math.nan] * 2, deviations=[math.nan] * 2)
    assert value("min-k++", TextEvidence("x", own)) is None
    assert value("min-k", TextEvidence("x", own)) == -2.0


def test_reference_ratio_is_per_byte():
    evidence = TextEvidence("éé", score([-1.0]), score([-3.0, -2.0]))
    assert value("reference-ratio", evidence) == pytest.approx(4.0 / 4)


def test_window_comparison_counts_windows_that_the_model_wins():
    own, base = [-1.0, -1.0, -1.0, -1.0], [-2.0, -2.0, 0.0, -0.5]
    gains = np.array(own) - np.array(base)
    shares = []
    for size in (2, 3, 4):
        sums = [gains[i : i + size].sum() for i in range(5 - size)]
        shares.append(np.mean(np.array(sums) > 0))
    evidence = TextEvidence("x", score(own), score(base), base_has_same_tokens=True)
    assert value("window-comparison", evidence) == pytest.approx(np.mean(shares))
    other = TextEvidence("x", score(own), score(base))
    assert value("window-comparison", other) is None


def test_one_huge_gain_does_not_move_the_window_vote_of_short_windows():
    quiet = score([-1.0] * 200)
    base = score([-0.9] * 200)
    loud = score([50.0 if n == 100 else -1.0 for n in range(200)])
    calm = value("window-comparison", TextEvidence("x", quiet, base, True))
    moved = value("window-comparison", TextEvidence("x", loud, base, True))
    assert calm == 0.0
    assert moved < 0.15


def test_parts_of_code_are_told_apart():
    parts = char_parts(CODE, "python")
    assert len(parts) == len(CODE)
    kinds = {CODE[a:b]: int(parts[a]) for a, b in maskable_spans(CODE, "python")}
    assert kinds['"""Doc é."""'] == kinds["# nöte"] == TextPart.COMMENT
    assert kinds["add"] == kinds["left"] == TextPart.IDENTIFIER
    assert kinds['"abc"'] == TextPart.LITERAL
    assert "def" not in kinds


def test_tokens_belong_to_the_part_of_most_of_their_characters():
    start = CODE.index("left")
    spans = [(start - 1, start + 4), (CODE.index("def"), CODE.index("def") + 3)]
    assert token_parts(CODE, "python", spans) == (TextPart.IDENTIFIER, 0)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("identifiers", TextPart.IDENTIFIER),
        ("literals", TextPart.LITERAL),
        ("comments", TextPart.COMMENT),
    ],
)
def test_scores_of_one_part_leave_out_the_others(name, part):
    own = score([-1.0, -2.0, -4.0])
    assert value(name, TextEvidence("x", own, parts=(0, part, part))) == -3.0
    assert value(name, TextEvidence("x", own, parts=(0, 0, 0))) is None
    assert value(name, TextEvidence("x", own)) is None


@pytest.mark.parametrize("text", ["", "(" * 5000, "\0\0", "é" * 9, "def f(:\n  '''"])
def test_any_text_has_parts(text):
    assert len(char_parts(text, "python")) == len(text)
    assert len(char_parts(text, "no-such-language")) == len(text)


def test_infilling_weighs_tokens_alike():
    infilled = (score([-1.0, -1.0]), score([-4.0]))
    assert value("infilling", TextEvidence("x", infilled=infilled)) == -2.0


def test_sampling_overlap_is_mean_recall_of_words():
    evidence = TextEvidence("x", continuations=("return a", "zzz"), continuation="return a + a")
    assert value("sampling-overlap", evidence) == pytest.approx((2 / 4 + 0) / 2)
    assert value("sampling-overlap", TextEvidence("x")) is None


def test_every_score_is_none_without_evidence_and_says_why():
    assert len(names("membership")) >= 11
    for one in membership_scores():
        assert one.of(TextEvidence("x = 1")) is None
        assert one.needs
        assert one.source


def test_a_likelier_text_never_scores_lower():
    for name in ("loss", "zlib", "min-k", "min-k++", "reference-ratio", "window-comparison"):
        base = score([-1.0] * 30)
        low = TextEvidence("a b c", score([-1.5] * 30), base, True)
        high = TextEvidence("a b c", score([-0.5] * 30), base, True)
        assert value(name, high) > value(name, low)


def test_lira_prefers_the_side_that_explains_the_score():
    shadows = {
        "a": ShadowScores([-1.0, -1.1, -0.9], [-2.0, -2.1, -1.9]),
        "b": ShadowScores([-1.0, -1.1, -0.9], [-2.0, -2.1, -1.9]),
        "c": ShadowScores([], [-2.0]),
    }
    scores = lira({"a": -1.0, "b": -2.0, "c": -1.0, "d": 0.0}, shadows)
    assert scores["a"] > 0 > scores["b"]
    assert scores["c"] is None
    assert scores["d"] is None


def test_lira_is_the_ratio_of_two_normal_densities():
    inside, outside = [-1.0, -1.4], [-2.0, -2.6]
    scores = lira({"a": -1.5}, {"a": ShadowScores(inside, outside)})

    def log_density(values):
        deviation = math.sqrt(np.var(values, ddof=1))
        return -0.5 * ((-1.5 - np.mean(values)) / deviation) ** 2 - math.log(deviation)

    assert scores["a"] == pytest.approx(log_density(inside) - log_density(outside))


def test_rmia_is_the_share_of_the_population_that_is_beaten():
    shadows = {name: ShadowScores([], [-2.0]) for name in "abcd"}
    scores = rmia({"a": -1.0, "b": -2.0, "c": -1.5, "d": -3.0}, shadows, ["b", "c", "d"])
    assert scores == {"a": 1.0, "b": 0.5, "c": 1.0, "d": 0.0}
