# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan membership` from the command line, with a tiny model."""

import json
import random
import sys
from pathlib import Path

import pytest
from result_schemas import read_result

from codescan.__main__ import main
from codescan.app.membership_inputs import MembershipOptions, read_inputs
from codescan.errors import UsageError
from codescan.membership.shadow_scores import read_shadow_scores

sys.path.insert(0, str(Path(__file__).parents[1] / "models"))

from tiny_models import save_starcoder2


@pytest.fixture(autouse=True)
def _quiet(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(save_starcoder2(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return str(save_starcoder2(tmp_path_factory.mktemp("models") / "other", seed=1))


def rows(path, count, *, labels=True):
    generator = random.Random(7)
    names = ["add", "pop", "push", "item", "left", "right", "self"]
    lines = []
    for number in range(count):
        body = "".join(
            f"    {generator.choice(names)} = {generator.choice(names)} + {generator.randrange(99)}"
            f"  # {generator.choice(names)}\n"
            for _ in range(4)
        )
        row = {"id": f"r{number}", "text": f"def {generator.choice(names)}(self):\n{body}"}
        if labels:
            row["is_member"] = number % 2
        lines.append(json.dumps({**row, "language": "python"}))
    Path(path).write_text("\n".join(lines) + "\n")


def run(capsys, *arguments):
    code = main(["membership", *arguments, "--format", "json", "-q"])
    captured = capsys.readouterr()
    return code, read_result("membership", captured.out) if captured.out else None, captured.err


def test_every_score_is_measured_beside_a_blind_baseline(capsys, model, other):
    rows("d.jsonl", 24)
    code, result, _ = run(
        capsys, "d.jsonl", "--model", model, "--reference-model", other, "--infill", "2",
        "--samples", "1", "--max-tokens", "60", "--out", "run",
    )  # fmt: skip
    assert code == 0
    assert result["schema_version"] == 1
    measured = {a["name"] for a in result["attacks"] if a["auroc"]["value"] is not None}
    assert measured == {
        "loss", "zlib", "min-k", "min-k++", "identifiers", "literals", "comments",
        "reference-ratio", "window-comparison", "infilling", "sampling-overlap",
    }  # fmt: skip
    assert result["blind"]["auroc"]["value"] is not None
    assert (result["members"], result["non_members"]) == (12, 12)
    lines = [json.loads(line) for line in Path("run/scores.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines] == [f"r{n}" for n in range(24)]
    assert all(line["scores"]["loss"] < 0 for line in lines)
    page = Path("run/report.html").read_text()
    assert "<svg" in page
    assert "min-k++" in page


def test_the_same_command_gives_the_same_report_without_asking_again(capsys, model, monkeypatch):
    from codescan.models.backends.transformers import TransformersModel

    rows("d.jsonl", 12)
    command = ("d.jsonl", "--model", model, "--max-tokens", "40", "--out", "run")
    first = run(capsys, *command)
    scores = Path("run/scores.jsonl").read_bytes()
    monkeypatch.setattr(TransformersModel, "score", lambda *_: pytest.fail("asked again"))
    assert run(capsys, *command) == first
    assert Path("run/scores.jsonl").read_bytes() == scores


def test_a_killed_run_continues_to_the_same_scores(capsys, model, monkeypatch):
    from codescan.models.backends.transformers import TransformersModel

    rows("d.jsonl", 12)
    command = ("d.jsonl", "--model", model, "--max-tokens", "40")
    whole = run(capsys, *command, "--out", "whole")
    original = TransformersModel.score

    def killed(self, prompts):
        for number, item in enumerate(original(self, prompts)):
            if number == 5:
                raise KeyboardInterrupt
            yield item

    monkeypatch.setattr(TransformersModel, "score", killed)
    assert main(["membership", *command, "--out", "cut", "-q"]) == 130
    assert "the same command continues" in capsys.readouterr().err
    monkeypatch.setattr(TransformersModel, "score", original)
    code, result, _ = run(capsys, *command, "--out", "cut")
    assert code == whole[0]
    assert result == whole[1]
    assert Path("cut/scores.jsonl").read_bytes() == Path("whole/scores.jsonl").read_bytes()


def test_a_run_is_not_continued_with_other_texts(capsys, model):
    rows("d.jsonl", 6)
    run(capsys, "d.jsonl", "--model", model, "--max-tokens", "40", "--out", "run")
    rows("d.jsonl", 8)
    code, _, error = run(capsys, "d.jsonl", "--model", model, "--max-tokens", "40", "--out", "run")
    assert code == 2
    assert "other settings" in error


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", 5),
        ("{}\n", 5),
        ('{"text": "x"}\n', 5),
        ('{"body": "def f(a): pass", "is_member": 1}\n', 2),
        ('{"text": "def f(a): pass", "is_member": 1}\n', 5),
        ('{"text": "def f(a): pass", "is_member": "?"}\n', 5),
        ('{"text": "def f(a): pass"}\n', 0),
    ],
)
def test_odd_tables(capsys, model, content, code):
    Path("d.jsonl").write_text(content)
    got, result, error = run(capsys, "d.jsonl", "--model", model, "--out", "run")
    assert got == code
    if code == 5:
        assert not any(one["auroc"]["value"] for one in result["attacks"])
    if code == 2:
        assert "no text column" in error
    if code == 0:
        assert result["warnings"]


def test_a_model_without_log_probabilities_is_said_and_can_be_sampled(capsys):
    rows("d.jsonl", 4)
    Path("log.jsonl").write_text('{"prompt": "a", "completion": "b"}\n')
    code, result, _ = run(capsys, "d.jsonl", "--model", "replay:log.jsonl", "--out", "run")
    assert code == 5
    assert result["scored"] == 0
    assert {skip["reason"] for skip in result["skipped"]} == {"no-logprobs"}
    assert "--samples" in result["skipped"][0]["detail"]


def test_unlabeled_texts_are_tested_against_a_reference_set(capsys, model):
    rows("d.jsonl", 24, labels=False)
    lines = Path("d.jsonl").read_text().splitlines(keepends=True)
    Path("own.jsonl").write_text("".join(lines[:12]))
    Path("others.jsonl").write_text("".join(lines[11:]))
    code, result, _ = run(
        capsys, "own.jsonl", "--model", model, "--reference-data", "others.jsonl", "--out", "run"
    )
    assert code == 5  # one text stands in both sets
    assert result["set_test"]["other"] == "the reference set"
    assert result["attacks"] == []
    assert (result["unlabeled"], result["non_members"]) == (12, 12)


def test_shadow_scores_add_lira_and_rmia(capsys, model):
    rows("d.jsonl", 12)
    generator = random.Random(1)
    Path("shadows.csv").write_text(
        "id,model,is_member,score\n"
        + "".join(
            f"r{n},s{m},{(n + m) % 2},{-5 + generator.random()}\n"
            for n in range(12)
            for m in range(4)
        )
    )
    command = ("d.jsonl", "--model", model, "--max-tokens", "40", "--out", "run")
    code, result, _ = run(capsys, *command, "--shadow-scores", "shadows.csv")
    assert code == 0
    measured = {a["name"] for a in result["attacks"] if a["auroc"]["value"] is not None}
    assert {"lira", "rmia"} <= measured
    Path("shadows.csv").write_text("id,model\nr1,s1\n")
    code, _, error = run(capsys, *command, "--shadow-scores", "shadows.csv")
    assert code == 2
    assert "lacks a column" in error


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("r1,s1,1,-2", "repeats the score"),
        ("r1,s1,0,-3", "repeats the score"),
        ("r1,s2,1,3", "wrong value"),  # a loss, whose sign is the other way round
        ("r1,s2,1,nan", "wrong value"),
        ("r1,s2,0.5,-2", "wrong value"),
    ],
)
def test_shadow_scores_that_would_count_wrong_are_refused(tmp_path, row, message):
    table = tmp_path / "s.csv"
    table.write_text(f"id,model,is_member,score\nr1,s1,1,-2\n{row}\n")
    with pytest.raises(UsageError, match=message):
        read_shadow_scores(table)


def test_a_reference_text_never_takes_the_id_of_a_tested_one(tmp_path):
    (tmp_path / "own.jsonl").write_text('{"id": "reference/a", "text": "x = 1"}\n')
    (tmp_path / "other.jsonl").write_text('{"id": "a", "text": "y = 2"}\n')
    options = MembershipOptions(
        data=tmp_path / "own.jsonl", model="m", reference_data=tmp_path / "other.jsonl"
    )
    texts, reference_ids = read_inputs(options)
    assert [text.id in reference_ids for text in texts.texts] == [False, True]


def test_all_scores_are_had_from_one_pass(tmp_path, monkeypatch):
    """The model is fed as many tokens as by plain scoring of the same texts."""
    import torch

    from codescan.membership.analysis import score_table
    from codescan.membership.data_files import read_texts
    from codescan.membership.evidence_store import ask_model, collect, draw_questions
    from codescan.models.backends.transformers import TransformersModel
    from codescan.runs import RunStore

    folder = save_starcoder2(tmp_path / "m")
    rows("d.jsonl", 30)
    texts = read_texts(Path("d.jsonl")).texts
    plain = TransformersModel(folder, device="cpu", decodings=())
    full = TransformersModel(folder, device="cpu", decodings=(), token_statistics=True)
    questions = draw_questions(texts, full.tokenizer, max_tokens=256)
    fed = []
    embedding = torch.nn.functional.embedding

    def counting(ids, *arguments, **options):
        fed.append(ids.numel())
        return embedding(ids, *arguments, **options)

    monkeypatch.setattr(torch.nn.functional, "embedding", counting)
    assert len(list(plain.score(list(questions.prompts())))) == 30
    one_pass = sum(fed)
    fed.clear()
    with RunStore(tmp_path / "run") as store:
        ask_model(full, questions, store, lambda *_: None)
        score_table(collect(questions, store))
    assert sum(fed) == one_pass > 1000


def test_an_empty_run_can_be_repeated(capsys, model):
    Path("d.jsonl").write_text("")
    codes = [run(capsys, "d.jsonl", "--model", model, "--out", "run")[0] for _ in range(2)]
    assert codes == [5, 5]


def test_a_wrong_option_promises_no_continuation(capsys, model):
    rows("d.jsonl", 2)
    Path("run").mkdir()
    Path("run", "notes.txt").write_text("mine")
    code, _result, error = run(capsys, "d.jsonl", "--model", model, "--out", "run")
    assert code == 2
    assert "not a run folder" in error
    assert "continues" not in error


def test_a_model_compared_with_itself_is_named(capsys, model):
    rows("d.jsonl", 6)
    code, result, _error = run(
        capsys, "d.jsonl", "--model", model, "--reference-model", model, "--out", "run"
    )
    assert code == 0
    assert any("the weights of the model itself" in each for each in result["warnings"])
