# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Logs of answers: every usable row is replayed, every other one is accounted for."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.errors import ModelError
from codescan.logs import json_rows
from codescan.models import load_model
from codescan.models.backends.replay import ReplayModel
from codescan.records import Completion, Prompt, Sampling, Skipped


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def replayed(path):
    model = ReplayModel(path)
    items = list(model.prompts())
    prompts = [p for p in items if isinstance(p, Prompt)]
    return (
        prompts,
        list(model.generate(prompts, Sampling())),
        [s for s in items if isinstance(s, Skipped)],
    )


SHAPES = {
    "completion": {"completion": "x = 1"},
    "response": {"response": "x = 1"},
    "text": {"text": "x = 1"},
    "choices-text": {"choices": [{"text": "x = 1", "finish_reason": "stop"}]},
    "choices-message": {"choices": [{"message": {"role": "assistant", "content": "x = 1"}}]},
    "nested": {"response": {"choices": [{"message": {"content": "x = 1"}}]}},
    "parts": {"choices": [{"message": {"content": [{"type": "text", "text": "x = 1"}]}}]},
    "messages": {
        "messages": [
            {"role": "user", "content": "set x"},
            {"role": "assistant", "content": "x = 1"},
        ]
    },
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_row_is_understood(tmp_path, shape):
    prompts, completions, skipped = replayed(write(tmp_path / "log.jsonl", [SHAPES[shape]]))
    assert [c.text for c in completions] == ["x = 1"]
    assert completions[0].prompt_id == prompts[0].id
    assert not skipped
    if shape == "messages":
        assert prompts[0].text == "set x"


def test_names_of_a_row_are_kept(tmp_path):
    row = {"id": "req 7", "completion": "x", "prompt": "p", "path": "a/b.rs", "model": "m-1"}
    rows = [row, {"completion": "y", "language": "py"}, {"completion": "z"}]
    prompts, completions, _ = replayed(write(tmp_path / "log.jsonl", rows))
    assert prompts[0].id.startswith("req_7@0-")
    assert [p.language for p in prompts] == ["rust", "python", "prose"]
    assert [c.model for c in completions] == ["m-1", "replay:log.jsonl", "replay:log.jsonl"]
    assert prompts[0].text == "p"


def test_several_choices_are_several_completions(tmp_path):
    rows = [{"choices": [{"text": "a", "finish_reason": "length"}, {"text": "b"}]}]
    _, completions, _ = replayed(write(tmp_path / "log.jsonl", rows))
    assert [(c.text, c.index, c.finish_reason) for c in completions] == [
        ("a", 0, "length"),
        ("b", 1, "stop"),
    ]


def test_refusals_and_filters_are_results(tmp_path):
    rows = [
        {"choices": [{"message": {"content": None, "refusal": "I cannot."}}]},
        {"choices": [{"text": "", "finish_reason": "content_filter"}]},
    ]
    _, completions, skipped = replayed(write(tmp_path / "log.jsonl", rows))
    assert [c.finish_reason for c in completions] == ["refusal", "filter"]
    assert not skipped


def test_bad_rows_are_skipped_with_their_line(tmp_path, monkeypatch):
    monkeypatch.setattr(json_rows, "LONGEST_ROW", 2000)
    lines = [
        b'{"completion": "good"}',
        b"",
        b"not json",
        b'"a string"',
        b'{"completion": 3}',
        b'{"completion": "\xff"}',
        b'{"completion": "' + b"x" * 5000 + b'"}',
        b"[" * 1500,
        b'{"completion": "last"}',
    ]
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"\r\n".join(lines))
    _, completions, skipped = replayed(log)
    assert [c.text for c in completions] == ["good", "last"]
    assert [(s.item, s.reason) for s in skipped] == [
        ("line 3", "not-json"),
        ("line 6", "undecodable"),
        ("line 7", "too-large"),
        ("line 8", "not-json"),
        ("line 4", "unknown-shape"),
        ("line 5", "unknown-shape"),
    ]


def test_equal_rows_have_different_prompts(tmp_path):
    prompts, completions, _ = replayed(write(tmp_path / "log.jsonl", [{"completion": "x"}] * 3))
    assert len({p.id for p in prompts}) == len(completions) == 3


def test_prompts_of_another_log_are_skipped(tmp_path):
    ours = ReplayModel(write(tmp_path / "a.jsonl", [{"completion": "x"}]))
    other = ReplayModel(write(tmp_path / "b.jsonl", [{"completion": "y"}]))
    strange = [
        *other.prompts(),
        Prompt("zz", "", "t"),
        Prompt("r@ffffffffffff-0123456789ab", "", "t"),
    ]
    results = list(ours.generate(strange, Sampling()))
    assert {r.reason for r in results} == {"not-in-log"}
    assert len(results) == 3


@pytest.mark.parametrize("content", [b"", b"\n \n"], ids=str)
def test_an_empty_log_has_no_prompts(tmp_path, content):
    log = tmp_path / "log.jsonl"
    log.write_bytes(content)
    assert list(load_model(f"replay:{log}").prompts()) == []


@pytest.mark.parametrize("content", [None, b"\x1f\x8b\x08rest", b"\0\0\0"], ids=str)
def test_a_file_that_is_no_log_is_one_error(tmp_path, content):
    log = tmp_path / "log.jsonl"
    if content is not None:
        log.write_bytes(content)
    with pytest.raises(ModelError, match=r"log\.jsonl"):
        list(load_model(f"replay:{log}").prompts())


def test_the_log_is_not_held_in_memory(tmp_path):
    import tracemalloc

    log = tmp_path / "log.jsonl"
    row = json.dumps({"completion": "x" * 10_000}) + "\n"
    with log.open("w") as stream:
        for _ in range(400):
            stream.write(row)
    model = ReplayModel(log)
    tracemalloc.start()
    count = sum(
        1
        for prompt in model.prompts()
        for completion in model.generate([prompt], Sampling())
        if isinstance(completion, Completion)
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 400
    assert peak < log.stat().st_size / 2


@given(st.binary(max_size=300))
def test_no_bytes_can_break_it(content):
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.jsonl"
        log.write_bytes(content)
        try:
            prompts, completions, _ = replayed(log)
        except ModelError:
            return
        assert len({c.prompt_id for c in completions}) == len(prompts)
