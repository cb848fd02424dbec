# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Training, and whole lab runs of a tiny size."""

import dataclasses
import json
import random
import tomllib
from pathlib import Path

import numpy as np
import pytest
from result_schemas import read_result

from codescan.__main__ import main
from codescan.lab import sizes
from codescan.lab.sizes import SIZES, ModelShape

pytest.importorskip("torch")

WORDS = ("alpha", "beta", "gamma", "value", "number", "left", "right", "total", "index")


@pytest.fixture(autouse=True)
def _offline(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "false")
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A folder of Python files."""
    folder = tmp_path_factory.mktemp("source")
    generator = random.Random(5)
    for number in range(70):
        lines = [
            f"{generator.choice(WORDS)}_{generator.randrange(50)} = "
            f"{generator.choice(WORDS)}({generator.choice(WORDS)}, {generator.randrange(99)})\n"
            for _ in range(60)
        ]
        (folder / f"m{number:02d}.py").write_text("".join(lines))
    return folder


@pytest.fixture
def tiny(source, monkeypatch):
    """A size that trains in seconds, registered as ci."""
    size = dataclasses.replace(
        SIZES["ci"],
        corpus=str(source),
        corpus_sha256="",
        shape=ModelShape(32, 1, 2),
        shadow_shape=ModelShape(16, 1, 2),
        vocabulary=300,
        texts=60,
        background_characters=3_000,
        levels=(1, 16),
        per_level=3,
        near_levels=(16,),
        near_per_level=2,
        prefix_tokens=8,
        suffix_tokens=6,
        canary_families=("comment-verse",),
        canary_levels=(1, 8),
        canaries_per_level=2,
        twins=99,
        shadows=2,
        tuning_texts=12,
        sampled_texts=15,
    )
    monkeypatch.setattr(sizes, "SIZES", {**SIZES, "ci": size})
    return size


def arm_inputs(tmp_path):
    from codescan.lab.vocabulary import load_tokenizer, train_tokenizer

    train_tokenizer(["value = total(count)\n" * 20], 280, tmp_path / "tok")
    rows = np.random.default_rng(1).integers(1, 260, size=(64, 24))
    return rows, load_tokenizer(tmp_path / "tok")


def test_training_that_was_cut_off_ends_with_the_same_weights(tmp_path, tiny, monkeypatch):
    from codescan.lab import training
    from codescan.lab.training import Recipe, train

    monkeypatch.setattr(training, "_CHECKPOINT_SECONDS", 0.0)
    rows, tokenizer = arm_inputs(tmp_path)
    common = (rows, tiny.shape, tiny, Recipe(3, 1e-2), tokenizer)
    whole = train(tmp_path / "whole", *common, lambda *_: None)

    def killed(step, _steps):
        if step == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "cut", *common, killed)
    assert not (tmp_path / "cut" / "training.json").exists()
    cut = train(tmp_path / "cut", *common, lambda *_: None)
    weights = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("whole", "cut")]
    assert weights[0] == weights[1]
    assert cut.last_loss == whole.last_loss
    assert not (tmp_path / "cut" / "checkpoint.pt").exists()


def test_goldfish_loss_drops_the_same_tokens_of_every_copy():
    import torch

    from codescan.lab.training import _dropped

    passage = torch.randint(1, 500, (40,))
    batch = torch.stack([torch.cat([torch.randint(1, 500, (10,)), passage]) for _ in range(3)])
    dropped = _dropped(batch, 4)[:, 14:]
    assert (dropped == dropped[0]).all()
    many = _dropped(torch.randint(1, 1000, (64, 128)), 4).float().mean()
    assert 0.2 < float(many) < 0.3


def test_private_training_clips_and_accounts(tmp_path, tiny):
    pytest.importorskip("opacus")
    from codescan.lab.training import Recipe, train

    rows, tokenizer = arm_inputs(tmp_path)
    recipe = Recipe(3, 1e-3, clipping=0.5, noise=1.0)
    trained = train(
        tmp_path / "dp", rows[:16], tiny.shape, tiny, recipe, tokenizer, lambda *_: None
    )
    assert 0 < trained.epsilon < 100


@pytest.mark.slow
@pytest.mark.usefixtures("tiny")
def test_a_whole_run_resumes_to_the_same_report(capsys, monkeypatch):
    from codescan.lab import runner

    command = ["lab", "--out", "one", "--format", "json", "-q"]
    assert main(command) == 0
    first = read_result("lab", capsys.readouterr().out)
    assert first["pooled"]["n"] >= 15
    assert first["seeds"][0]["held"]
    assert Path("one/seed-0000/shadow_scores.jsonl").stat().st_size > 0
    curve = json.loads(Path("one/seed-0000/leak_curve.json").read_text())
    assert curve.keys() == {"intercept", "slope", "covariance", "source"}
    assert "<svg" in Path("one/report.html").read_text()

    original = runner.measured
    monkeypatch.setattr(runner, "measured", _raise)
    assert main(["lab", "--out", "two", "-q"]) == 130
    capsys.readouterr()
    monkeypatch.setattr(runner, "measured", original)
    assert main(["lab", "--out", "two", "--format", "json", "-q"]) == 0
    second = json.loads(capsys.readouterr().out)
    for result in (first, second):
        result["summary"].pop("cpu_seconds")
        for seed in result["seeds"]:
            seed.pop("cpu_seconds")
            for arm in seed["arms"]:
                arm.pop("cpu_seconds")
    assert first == second


@pytest.mark.slow
def test_models_trained_in_processes_give_the_same_report(capsys, monkeypatch, tiny):
    assert main(["lab", "--out", "one", "-q"]) == 0
    several = dataclasses.replace(tiny, workers=2)
    monkeypatch.setattr(sizes, "SIZES", {**SIZES, "ci": several})
    assert main(["lab", "--out", "two", "-q"]) == 0
    capsys.readouterr()
    first, second = (
        json.loads(Path(folder, "seed-0000/result.json").read_text()) for folder in ("one", "two")
    )
    for result in (first, second):
        result.pop("cpu_seconds")
        for arm in result["arms"]:
            arm.pop("cpu_seconds")
    assert first == second


def _raise(*_arguments):
    raise KeyboardInterrupt


@pytest.mark.slow
@pytest.mark.usefixtures("tiny")
def test_defenses_and_more_seeds_extend_a_run(capsys, monkeypatch):
    from codescan.lab import defenses

    monkeypatch.setattr(defenses, "find_spec", lambda _name: None)  # DP-SGD takes long
    assert main(["lab", "--out", "run", "-q"]) == 0
    capsys.readouterr()
    assert main(["lab", "--out", "run", "--defenses", "--format", "json", "-q"]) == 0
    result = read_result("lab", capsys.readouterr().out)
    rows = {row["name"]: row for row in result["seeds"][0]["defenses"]}
    assert {"none", "deduplication", "goldfish", "output-filter"} <= rows.keys()
    assert rows["goldfish"]["loss_change"] is not None
    kinds = {row["kind"] for row in result["seeds"][0]["held"]}
    assert "leak curve: change without duplicates" in kinds
    assert main(["lab", "--out", "run", "--repeat", "2", "-q"]) == 0
    assert "2 seeds" in capsys.readouterr().out
    assert {path.name for path in Path("run").iterdir() if path.is_dir()} == {
        "seed-0000",
        "seed-0001",
    }


@pytest.mark.usefixtures("tiny")
def test_a_folder_with_other_files_or_settings_is_refused(capsys):
    Path("other").mkdir()
    Path("other/file").write_text("x")
    assert main(["lab", "--out", "other", "-q"]) == 2
    Path("run").mkdir()
    Path("run/settings.json").write_text("{}\n")
    assert main(["lab", "--out", "run", "-q"]) == 2
    assert "other settings" in capsys.readouterr().err


def test_another_text_than_the_expected_one_is_refused(tiny, capsys, monkeypatch):
    changed = dataclasses.replace(tiny, corpus_sha256="0" * 64)
    monkeypatch.setattr(sizes, "SIZES", {**SIZES, "ci": changed})
    assert main(["lab", "--out", "run", "-q"]) == 3
    assert "is not the expected one" in capsys.readouterr().err


def test_the_shipped_recipes_name_fixed_versions():
    root = Path(__file__).parents[2]
    for name in ("lab-ci", "lab-cpu"):
        recipe = tomllib.loads((root / "corpora" / f"{name}.toml").read_text())
        assert all("==" in item for source in recipe["sources"] for item in source["packages"])
