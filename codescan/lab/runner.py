# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the lab for one seed: train, score, measure. Every part that is done is kept."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from codescan.lab.arms import ArmBuilder, core_arms
from codescan.lab.defenses import FROM_COPIES, defense_arms, defense_row
from codescan.lab.experiment import draw_experiment
from codescan.lab.finished_steps import read_step, write_step
from codescan.lab.measurements import (
    held_sampling,
    measured,
    scored_passages,
    shadow_columns,
    table_of,
)
from codescan.lab.output_filter import output_filter
from codescan.lab.results import HeldInterval, SeedResult
from codescan.lab.scores import ArmScores, load_arm
from codescan.models.loading.hf_tokenizer import HubTokenizer
from codescan.records.json_form import encode
from codescan.runs import write_atomically
from codescan.stats.logistic_curve import LogisticCurve
from codescan.tasks.task_pool import TaskPool
from codescan.tasks.work_folder import WorkFolder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from codescan.audits.elicitation import Watch
    from codescan.lab.copies import ScoredPassage
    from codescan.lab.corpus_texts import CorpusFile
    from codescan.lab.experiment import Experiment
    from codescan.lab.sizes import LabSize
    from codescan.lab.training import TrainedArm
    from codescan.membership.analysis import ScoreTable

__all__ = ["SEED_REPORT", "run_seed"]

SEED_REPORT = "result.json"
_SAMPLED_SECRETS = 5


def run_seed(
    size: LabSize,
    seed: int,
    folder: Path,
    files: Sequence[CorpusFile],
    digest: str,
    watch: Watch,
    *,
    with_defenses: bool = False,
) -> SeedResult:
    """Run one seed, or read its result where it is finished.

    Args:
        size: of the run.
        seed: of all draws and of the training.
        folder: of the run; a killed run continues in it.
        files: of the corpus.
        digest: of the files.
        watch: progress callback.
        with_defenses: whether each defense is trained and measured, too.
    """
    finished = folder / SEED_REPORT
    result = read_step(finished, SeedResult)
    if result is not None and (result.defenses or not with_defenses):
        return result
    folder.mkdir(parents=True, exist_ok=True)
    experiment = draw_experiment(files, size, seed)
    write_atomically(folder / "data.jsonl", _data_list(experiment))
    run = _Run(ArmBuilder(experiment, folder), seed, watch)
    if size.workers > 1:
        run.prepare_in_processes(with_defenses=with_defenses)
    result = run.result(digest, with_defenses=with_defenses)
    write_step(finished, result)
    return result


@dataclass(frozen=True, slots=True)
class _ArmTask:
    """One model to train and to score in a worker process."""

    experiment: Experiment
    folder: Path
    seed: int
    name: str


def _train_and_score(task: _ArmTask, _out: Path) -> None:
    """Prepare a model in the folder of the run, where `_Run.result` reads its scores."""
    import torch

    torch.set_num_threads(task.experiment.size.threads)
    builder = ArmBuilder(task.experiment, task.folder)
    _Run(builder, task.seed, lambda _step, _done, _total: None).prepare(task.name)


class _Run:
    """The steps of one seed."""

    def __init__(self, builder: ArmBuilder, seed: int, watch: Watch) -> None:
        self._builder = builder
        self._experiment = builder.experiment
        self._seed = seed
        self._watch = watch
        self._trained: dict[str, TrainedArm] = {}

    def prepare_in_processes(self, *, with_defenses: bool) -> None:
        """Train and score all models, several at once, those that take longest first.

        Small models gain little from a second thread, so each process has its own model.
        """
        experiment, builder = self._experiment, self._builder
        names = ["planted", "clean"]
        if with_defenses:
            names += reversed(defense_arms(builder, self._seed))
        names += [f"shadow-{n:02d}" for n in range(experiment.size.shadows)]
        tasks = [(name, _ArmTask(experiment, builder.folder, self._seed, name)) for name in names]
        with WorkFolder.opened(builder.folder / "tasks", experiment.seed) as work:
            pool = TaskPool(work, experiment.size.workers, self._watch)
            try:
                pool.run("train and score models", _train_and_score, tasks)
            finally:
                pool.close()

    def prepare(self, name: str) -> None:
        """Train and score one model, and the fine-tuned one with the clean one."""
        builder = self._builder
        arms = {arm.name: arm for arm in core_arms(builder, self._seed)}
        if name not in arms:
            arms[name] = defense_arms(builder, self._seed)[name][0]
        builder.train(arms[name], self._step(name))
        scores = self._arm(name)
        if name == "clean":
            scores.passages(builder)
            builder.train(arms["tuned"], self._step("tuned"))
            self._tuned(scores)
            return
        self._texts(scores)
        if not name.startswith("shadow-"):
            scores.passages(builder)
            sampled = _SAMPLED_SECRETS if name == "planted" else 0
            scores.canaries(self._experiment.canaries, sampled)

    def result(self, digest: str, *, with_defenses: bool) -> SeedResult:
        """Train and measure everything."""
        experiment, builder = self._experiment, self._builder
        for arm in core_arms(builder, self._seed):
            self._trained[arm.name] = builder.train(arm, self._step(arm.name))
        planted, clean = self._arm("planted"), self._arm("clean")
        passages = scored_passages(experiment, planted.passages(builder))
        texts = self._texts(planted)
        shadows = [
            self._texts(self._arm(f"shadow-{n:02d}")) for n in range(experiment.size.shadows)
        ]
        rows = shadow_columns(experiment, texts, shadows)
        write_atomically(
            builder.folder / "shadow_scores.jsonl", "".join(f"{json.dumps(r)}\n" for r in rows)
        )
        canary_scores = planted.canaries(experiment.canaries, _SAMPLED_SECRETS)
        measurements = measured(
            experiment,
            passages,
            scored_passages(experiment, clean.passages(builder)),
            canary_scores,
            texts,
            self._tuned(clean),
            builder.generator("samples"),
        )
        tokens = {
            planted_passage.passage.id: own
            for planted_passage, own in zip(
                experiment.planted, builder.passage_tokens(), strict=True
            )
        }
        measurements.held += held_sampling(planted, passages, tokens, self._seed)
        _write_curve(builder.folder, measurements.curves, f"lab {experiment.seed}")
        defenses: list[dict[str, Any]] = []
        if with_defenses:
            none = defense_row(
                "none", "the planted arm", experiment, passages, canary_scores, texts, texts
            )
            defenses = [encode(none), *self._defenses(texts, planted)]
            measurements.held += _held_change(measurements.curves, defenses, passages)
        return SeedResult(
            seed=self._seed,
            corpus_sha256=digest,
            arms=[asdict(arm) for arm in self._trained.values()],
            held=measurements.held,
            levels=measurements.levels,
            curves=measurements.curves,
            near_weight=measurements.near_weight,
            canaries=measurements.canaries,
            membership=measurements.membership,
            tuning=measurements.tuning,
            defenses=defenses,
            cpu_seconds=round(sum(arm.cpu_seconds for arm in self._trained.values()), 1),
        )

    def _arm(self, name: str) -> ArmScores:
        size = self._experiment.size
        model = load_arm(self._builder.arm_folder(name), size.device)
        folder = self._builder.folder / "scores" / name
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer = HubTokenizer(self._builder.tokenizer)
        return ArmScores(model, tokenizer, folder, self._watch, size.prefix_tokens)

    def _texts(self, arm: ArmScores) -> ScoreTable:
        experiment = self._experiment
        most = experiment.size.context - 1
        return table_of(arm.texts(experiment.texts, experiment.members, most, "texts"))

    def _tuned(self, clean: ArmScores) -> ScoreTable:
        """The texts of fine-tuning under the tuned model, with the clean one as its base."""
        experiment, most = self._experiment, self._experiment.size.context - 1
        texts, members = experiment.tuning, experiment.tuning_members
        base = {
            text.id: evidence.score
            for text, evidence in clean.texts(texts, members, most, "tuning")
        }
        own = self._arm("tuned").texts(texts, members, most, "tuning")
        return table_of(
            [
                (text, replace(evidence, base=base[text.id], base_has_same_tokens=True))
                for text, evidence in own
            ]
        )

    def _defenses(self, planted_texts: ScoreTable, planted: ArmScores) -> list[dict[str, Any]]:
        experiment, builder = self._experiment, self._builder
        rows = []
        for name, (arm, description) in defense_arms(builder, self._seed).items():
            trained = builder.train(arm, self._step(name))
            self._trained[name] = trained
            scores = self._arm(name)
            row = defense_row(
                name,
                description,
                experiment,
                scored_passages(experiment, scores.passages(builder)),
                scores.canaries(experiment.canaries, 0),
                self._texts(scores),
                planted_texts,
                epsilon=trained.epsilon,
            )
            rows.append(encode(row))
        filtered = output_filter(builder, planted, FROM_COPIES, self._seed)
        rows.append(
            {
                "name": "output-filter",
                "description": "completions that match an index of the passages are withheld",
                "extraction": filtered["after"],
                "extraction_before": filtered["before"],
                "needless_blocks": filtered["needless"],
                "exposure": None,
                "loss": None,
                "loss_change": {"value": 0.0, "low": 0.0, "high": 0.0},
                "epsilon": None,
                "note": "the model is unchanged; the price is completions withheld without reason",
            }
        )
        return rows

    def _step(self, name: str) -> Any:
        return lambda done, total: self._watch(f"train {name}", done, total)


def _held_change(
    curves: Sequence[Any], defenses: Sequence[dict[str, Any]], passages: Sequence[ScoredPassage]
) -> list[HeldInterval]:
    """The change that the curve predicts when duplicates go, beside that of the arm without them.

    Both are mean rates over the exact passages from which the defense is counted.
    """
    curve = next((one for one in curves if one.name.startswith("greedy, exact")), None)
    after = next((row for row in defenses if row["name"] == "deduplication"), None)
    own = [p.copies for p, _ in passages if not p.is_near and p.copies >= FROM_COPIES]
    if curve is None or after is None or not own or after["extraction"]["value"] is None:
        return []
    fitted = LogisticCurve(
        curve.intercept, curve.slope, curve.covariance, curve.dispersion, curve.passages
    )
    counted = {copies: own.count(copies) for copies in set(own)}
    change = fitted.change_without_duplicates(counted)
    before = sum(s.extracted for p, s in passages if not p.is_near and p.copies >= FROM_COPIES)
    truth = float(after["extraction"]["value"]) - before / len(own)
    return [
        HeldInterval(
            "leak curve: change without duplicates",
            f"change of the greedy rate from {FROM_COPIES} copies when duplicates go",
            truth,
            change.value,
            change.low,
            change.high,
            len(own),
        )
    ]


def _write_curve(folder: Path, curves: Sequence[Any], source: str) -> None:
    """The curve of greedy extraction, as `codescan dedup --leak-curve` reads it."""
    curve = next((one for one in curves if one.name.startswith("greedy, exact")), None)
    if curve is not None:
        held = {
            "intercept": curve.intercept,
            "slope": curve.slope,
            "covariance": curve.covariance,
            "source": source,
        }
        write_atomically(folder / "leak_curve.json", json.dumps(held, indent=1) + "\n")


def _data_list(experiment: Experiment) -> str:
    """One line for each text, passage and canary, with what happened to it."""
    rows: list[dict[str, Any]] = [
        {"id": text.id, "kind": "text", "is_member": text.id in experiment.members}
        for text in experiment.texts
    ]
    rows += [
        {"id": t.id, "kind": "fine-tuning", "is_member": t.id in experiment.tuning_members}
        for t in experiment.tuning
    ]
    rows += [
        {"id": p.passage.id, "kind": "near copies" if p.is_near else "copies", "copies": p.copies}
        for p in experiment.planted
    ]
    rows += [
        {"id": entry.canary.id, "kind": f"canary, {entry.role.value}", "copies": entry.copies}
        for entry in experiment.canaries.entries
    ]
    rows += [{"id": b.id, "kind": "background"} for b in experiment.background]
    return "".join(f"{json.dumps(row)}\n" for row in rows)
