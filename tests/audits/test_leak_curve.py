# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The leak curve of an audited model, by copies in its training data."""

import json
import math
import random
import sys
from pathlib import Path

import numpy as np
import pytest

from codescan.__main__ import main
from codescan.audits.measures.leak_curve import leak_curve
from codescan.records import Prompt, Score

sys.path.insert(0, str(Path(__file__).parents[1] / "models"))


def scored(copies, count, share, generator):
    for number in range(count):
        out = bool(generator.random() < share)
        prompt = Prompt(f"p{copies}-{number}", "x", "prefix", copies=copies, frame="copies")
        yield prompt, Score(prompt.id, "m", 10, 10 if out else 2, -1.0 if out else -60.0)


def test_the_curve_of_counts_is_that_of_the_chances_behind_them():
    generator = np.random.default_rng(1)
    pairs = []
    for copies in (1, 3, 9, 27, 81, 243):
        share = 1 / (1 + math.exp(4.0 - 1.2 * math.log(copies)))
        pairs += scored(copies, 300, share, generator)
    curve = leak_curve(pairs, "files")
    assert curve.greedy.slope_low <= 1.2 <= curve.greedy.slope_high
    assert curve.greedy.change_without_duplicates[2] < 0
    assert curve.at_one_copy.n == curve.above_100_copies.n == 300
    assert [level.copies for level in curve.levels][:2] == ["1", "2 to 3"]
    assert curve.in_100_tries.slope == pytest.approx(curve.greedy.slope)


def test_one_number_of_copies_has_rates_but_no_curve():
    curve = leak_curve(scored(1, 9, 0.5, np.random.default_rng(2)), "files")
    assert curve.greedy is None
    assert curve.above_100_copies.n == 0
    assert leak_curve([], "files") is None


def test_continuations_that_were_only_screened_count_for_greedy_decoding_alone():
    pairs = [
        (prompt, Score(score.prompt_id, "m", 10, 10, math.nan))
        for prompt, score in scored(1, 5, 1.0, np.random.default_rng(3))
    ]
    curve = leak_curve(pairs, "files")
    assert (curve.at_one_copy.k, curve.levels[0].in_100_tries.n) == (5, 0)


@pytest.fixture
def training_data(tmp_path):
    generator = random.Random(4)
    folder = tmp_path / "data"
    for copies, files in ((1, 12), (4, 6), (16, 4)):
        for number in range(files):
            body = "".join(
                f"def name_{generator.randrange(999)}(left):\n    return left + "
                f"{generator.randrange(9999)}\n\n"
                for _ in range(12)
            )
            for copy in range(copies):
                path = folder / f"part{copy}" / f"m{copies}_{number}.py"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(body)
    return folder


def audit(model, data, *more):
    return main([
        "audit", "--model", model, "--frame", "copies", "--data", str(data), "--strategy", "prefix",
        "--strategy-option", "prefix.prefix_tokens=20", "--samples", "0", "--limit", "30",
        "--null-share", "0", "--self-test", "0", "--no-shuffled-index", "--out", "run", "-q", *more,
    ])  # fmt: skip


def test_copies_are_files_of_the_training_data(tmp_path, training_data, monkeypatch, capsys):
    from tiny_models import save_starcoder2

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    model = str(save_starcoder2(tmp_path / "model"))
    assert audit(model, training_data, "--format", "json") == 0
    statistics = json.loads(capsys.readouterr().out)["statistics"]
    leaks = statistics["leak_curve"]
    assert leaks["copies_are"] == "files of the training data"
    assert [level["copies"] for level in leaks["levels"]] == ["1", "4 to 7", "16 to 31"]
    curve = json.loads(Path("run/leak_curve.json").read_text())
    assert curve.keys() == {"intercept", "slope", "covariance", "source"}
    # Data that changed under its index would count wrong: it is refused.
    (training_data / "part0" / "m1_0.py").write_text("other = 1\n" * 40)
    assert audit(model, training_data) in {2, 3}


@pytest.mark.parametrize("wrong", [["--index", "i"], ["--corpus", "demo"], ["--data", "other"]])
def test_data_goes_alone(training_data, capsys, wrong):
    command = ["audit", "--model", "m", "--frame", "copies", "--data", str(training_data)]
    assert main([*command, *wrong, "--dry-run"]) == 2
    assert "--data" in capsys.readouterr().err
