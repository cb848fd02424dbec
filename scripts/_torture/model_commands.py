# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Long commands that load or train a local model."""

from __future__ import annotations

import dataclasses
import json
import random
from typing import TYPE_CHECKING

from _torture.command_results import report
from _torture.disturbed_runs import LongCommand

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["model_commands"]

_LAB_FILES = 70
_WORDS = ("alpha", "beta", "gamma", "value", "number", "left", "right", "total", "index")
_VARYING = ("cpu_seconds", "wall_seconds", "seconds")


def model_commands(folder: Path) -> list[LongCommand]:
    """The commands. Writes a small model into the folder.

    Args:
        folder: with the data that `long_commands.prepare` made.
    """
    from tiny_models import save_starcoder2

    save_starcoder2(folder / "model")
    _write_lab_corpus(folder / "lab-corpus")
    return [
        LongCommand(
            "audit of a model",
            ("audit", "--model", f"{folder}/model", "--index", f"{folder}/index", "--out",
             "OUT/run", "--limit", "8", "--max-new-tokens", "16", "--self-test", "3", "-q"),
            lambda out: report(out / "run" / "report.json"),
        ),
        LongCommand(
            "membership",
            ("membership", f"{folder}/labeled.jsonl", "--model", f"{folder}/model", "--out",
             "OUT/run", "-q"),
            lambda out: report(out / "run" / "report.json"),
        ),
        LongCommand(
            "canary score",
            ("canary", "score", f"{folder}/canaries", "--model", f"{folder}/model", "--out",
             "OUT/run", "--fresh-secrets", "2", "-q"),
            lambda out: report(out / "run" / "canaries.json"),
            codes=frozenset({0, 1}),
        ),
        LongCommand(
            "canary stamp-score",
            ("canary", "stamp-score", f"{folder}/stamp", "--model", f"{folder}/model", "--out",
             "OUT/run", "-q"),
            lambda out: report(out / "run" / "stamp-score.json"),
            codes=frozenset({0, 1}),
        ),
        LongCommand(
            "mine",
            ("mine", f"{folder}/more", "--model", f"{folder}/model", "--out", "OUT/run", "--limit",
             "4", "--samples", "2", "--max-new-tokens", "16", "-q"),
            lambda out: report(out / "run" / "mine.json"),
            codes=frozenset({0, 1}),
        ),
        LongCommand(
            "lab",
            ("lab", "--out", "OUT/run", "-q"),
            lambda out: _lab_result(out / "run" / "report.json"),
            in_process=_with_tiny_lab(folder / "lab-corpus"),
        ),
    ]  # fmt: skip


def _with_tiny_lab(corpus: Path) -> Callable[[], None]:
    """Make a function that replaces the lab's smallest size by one that trains in seconds."""

    def replace() -> None:
        from codescan.lab import sizes

        tiny = dataclasses.replace(
            sizes.SIZES["ci"],
            corpus=str(corpus),
            corpus_sha256="",
            shape=sizes.ModelShape(32, 1, 2),
            shadow_shape=sizes.ModelShape(16, 1, 2),
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
        sizes.SIZES = {**sizes.SIZES, "ci": tiny}

    return replace


def _write_lab_corpus(folder: Path) -> None:
    rng = random.Random(5)
    folder.mkdir()
    for number in range(_LAB_FILES):
        lines = [
            f"{rng.choice(_WORDS)}_{rng.randrange(50)} = "
            f"{rng.choice(_WORDS)}({rng.choice(_WORDS)}, {rng.randrange(99)})\n"
            for _ in range(60)
        ]
        (folder / f"m{number:02d}.py").write_text("".join(lines))


def _lab_result(path: Path) -> object:
    """The summary of a lab run without its times."""
    return _without_times(json.loads(path.read_text(encoding="utf-8")))


def _without_times(value: object) -> object:
    if isinstance(value, dict):
        return {k: _without_times(v) for k, v in value.items() if k not in _VARYING}
    if isinstance(value, list):
        return [_without_times(item) for item in value]
    return value
