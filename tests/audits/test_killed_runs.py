# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""kill -9 at any point of an audit: the run that is taken up ends as if nothing had happened.

The process kills itself at its N-th event within a step, an event being an SQL statement, progress,
a file synced or renamed, or an answer or score of a model. So points are in the middle of every
step: drawing, answers, rounds of long works, scores, bounds on near copies, the reference model,
prior prompts, the shuffled index, the self-test, the reports.
"""

import hashlib
import json
import os
import random
import re
import signal
import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from rounded_numbers import assert_equal_but_for_rounding

from codescan.__main__ import main
from codescan.models import load_model
from codescan.models.loading import resolve
from codescan.records import Completion, SampledLogprob, Score

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the test kills its own children")

CUT = [
    "--strategy-option",
    "prefix.prefix_tokens=20",
    "--strategy-option",
    "prefix.expected_tokens=20",
]
SAMPLED = ["--samples", "2", "--temperature", "1"]
MANY = [
    *("--reference-model", "other", "--strategy", "prefix", "--strategy", "short-snippet", *CUT),
    *("--frame", "packages", "--frame", "copies", "--limit", "28", *SAMPLED, "--self-test", "3"),
]
"""What most audits are made of."""
LONG = [option for key, value in (
    ("mode", "own"), ("given_words", 6), ("min_words", 40), ("kept_words", 20)
) for option in ("--strategy-option", f"long-work.{key}={value}")]  # fmt: skip
OTHERS = {
    "rounds": ["--reference-model", "other", "--strategy", "long-work", *LONG, *SAMPLED],
    "pieces": [*("--strategy", "long-work", "--strategy-option", "long-work.min_words=40"),
               *("--strategy-option", "long-work.given_words=6", "--max-new-tokens", "64")],
    "untargeted": [*("--strategy", "unconditional", "--strategy", "short-snippet"),
                   *("--strategy", "divergence", *SAMPLED)],
    "near": ["--strategy", "prefix", *CUT, "--near-verbatim", "2"],
    "torch": ["--strategy", "prefix", *CUT, "--near-verbatim", "2", "--max-new-tokens", "8",
              "--batch-size", "4"],
}  # fmt: skip
"""What other audits are made of; "torch" asks a real model, the others one that is made up."""
ALWAYS = ["--out", "run", "--quiet"]
DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T|\s+)\d\d:\d\d:\d\d(?:\+00:00|\s+UTC)")


class Words:
    """Pieces of up to four characters, each its own number."""

    def encode(self, text):
        return [int.from_bytes(text[i : i + 4].encode(), "big") for i in range(0, len(text), 4)]

    def decode(self, tokens):
        return "".join(t.to_bytes(16, "big").lstrip(b"\0").decode() for t in tokens)


class Model:
    """Recites half of what it is asked for; what it says depends on the prompt alone."""

    tokenizer = Words()

    def __init__(self, name, events):
        self.name, self.events = name, events

    def knows(self, prompt):
        return hashlib.sha256(f"{self.name}{prompt.document_id}".encode()).digest()[0] % 2 == 0

    def generate(self, prompts, sampling):
        for prompt in prompts:
            for index in range(sampling.count):
                self.events.happened()
                message = (
                    prompt.expected * 9 if self.knows(prompt) else f"{prompt.id[-9:]} {index}\n"
                )
                yield Completion(prompt.id, self.name, message, index, tokens=9)

    def score(self, prompts):
        for prompt in prompts:
            self.events.happened()
            own = not prompt.id.startswith("prior-") and self.knows(prompt)
            yield Score(prompt.id, self.name, 20, 20 if own else 2, -0.5 if own else -70.0)

    def near_verbatim(self, prompts, decoding, _distance):
        for prompt in prompts:
            self.events.happened()
            bound = -0.1 if self.knows(prompt) else -9.0
            sampled = (SampledLogprob(decoding, bound),)
            yield Score(prompt.id, self.name, 20, 0, bound, sampled=sampled)

    def describe(self):
        return {"name": self.name, "sha256": "0" * 64}


class Events:
    """Counts the events of each step, and kills the process at one of them."""

    def __init__(self, fatal=None):
        self.step, self.seen, self.fatal = "begin", Counter(), fatal

    def happened(self, *what):
        if len(what) == 3:
            self.step = what[0]
        self.seen[self.step] += 1
        if (self.step, self.seen[self.step]) == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


def audit(index, options, events, monkeypatch):
    """The command, its events counted; a model that is a folder is a real one."""
    from codescan import models
    from codescan.cli import console

    connect, sync, replace = sqlite3.connect, os.fsync, Path.replace

    def watched_connect(*arguments, **options):
        connection = connect(*arguments, **options)
        connection.set_trace_callback(events.happened)
        return connection

    def watched_sync(descriptor):
        events.happened()
        sync(descriptor)

    def watched_replace(path, target):
        events.happened()
        return replace(path, target)

    class Steps(console.Console):
        def steps(self):
            return nothing_shown(events.happened)

    monkeypatch.setattr(sqlite3, "connect", watched_connect)
    monkeypatch.setattr(os, "fsync", watched_sync)
    monkeypatch.setattr(Path, "replace", watched_replace)
    monkeypatch.setattr("codescan.cli.audit.Console", Steps)

    def loaded(name, **arguments):
        return load_model(name, **arguments) if Path(name).is_dir() else Model(name, events)

    monkeypatch.setattr(models, "load_model", loaded)
    monkeypatch.setattr(resolve, "check_model", lambda *_reference, **_options: None)
    return main(["audit", *options, *ALWAYS, "--index", str(index.path)])


class nothing_shown:  # noqa: N801 - reads as a function
    def __init__(self, watch):
        self.watch = watch

    def __enter__(self):
        return self.watch

    def __exit__(self, *_error):
        return None


def in_child(index, options, folder, fatal=None):
    """Run the command in a process of its own; the events of its steps, None if it was killed."""
    count = folder / "events"
    child = os.fork()
    if child == 0:
        code = 70
        try:
            os.chdir(folder)
            with pytest.MonkeyPatch.context() as monkeypatch:
                events = Events(fatal)
                code = audit(index, options, events, monkeypatch)
                count.write_text(json.dumps(events.seen))
        finally:
            os._exit(code)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return None
    assert os.waitstatus_to_exitcode(status) == 0
    return json.loads(count.read_text())


def outcome(folder):
    """Every byte that a run leaves behind, but for dates and how SQLite lays out its files."""
    run = folder / "run"
    outcomes = {
        name: DATE.sub("DATE", (run / name).read_text())
        for name in ("report.json", "report.html", "report.txt")
    }
    for path in sorted(run.rglob("run.db")):
        with sqlite3.connect(path) as db:
            tables = [
                row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
            ]
            for table in sorted(tables):
                rows = db.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own names
                outcomes[f"{path.relative_to(run)} {table}"] = sorted(map(str, rows))
        db.close()
    outcomes["files"] = sorted(
        str(path.relative_to(run))
        for path in run.rglob("*")
        if path.suffix not in {".db-wal", ".db-shm"}
    )
    return outcomes


@pytest.fixture(scope="module")
def whole(known_index, tmp_path_factory):
    """What an uninterrupted run leaves behind, and the events of its steps."""
    import scipy.stats  # noqa: F401
    import sqlite_utils  # noqa: F401

    folder = tmp_path_factory.mktemp("whole")
    events = in_child(known_index, ["--model", "known", *MANY], folder)
    return outcome(folder), events


def test_the_run_has_every_step(whole):
    output, events = whole
    assert sum(events.values()) > 400
    assert all(f'"{key}":' in output["report.json"] for key in (
        "agreement", "by_frame", "shuffled_index", "prior_aware", "reference_model",
        "matcher_self_test", "tests", "unseen_passages",
    ))  # fmt: skip
    assert not any("shuffled" in name or "partial" in name for name in output["files"])


def killed_and_continued(index, options, folder, points):
    """What a run leaves that is killed at each of some points, if it still comes to them."""
    killed = [point for point in points if in_child(index, options, folder, point) is None]
    assert in_child(index, options, folder) is not None
    return outcome(folder), killed


def points_of(events, rng, steps):
    """A point in each of some steps, in order.

    In the first half of the step: how often progress is written depends on the time, so a second
    run has fewer or more events, and a run that never comes to its point ends.
    """
    return [(step, rng.randint(1, max(1, events[step] // 2))) for step in events if step in steps]


def test_a_run_that_is_killed_leaves_what_an_uninterrupted_one_leaves(known_index, whole, tmp_path):
    output, events = whole
    points = [("ask the model", events["ask the model"] // 2)]
    command = ["--model", "known", *MANY]
    assert killed_and_continued(known_index, command, tmp_path, points) == (output, points)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_wherever_and_however_often_it_is_killed(known_index, whole, tmp_path, seed):
    output, events = whole
    rng = random.Random(seed)
    points = points_of(events, rng, rng.sample(list(events), rng.randrange(1, 4)))
    command = ["--model", "known", *MANY]
    assert killed_and_continued(known_index, command, tmp_path, points)[0] == output


STEPS = {
    "rounds": {"ask the model", "ask the reference model"},
    "pieces": {"ask the model"},
    "untargeted": {"ask the model"},
    "near": {"score true continuations", "bound near copies"},
    "torch": {"ask the model", "score true continuations", "bound near copies"},
}
"""What costs model time in each, where they must be killed at least once."""
ENTRIES = {
    "rounds": '"long_works":', "pieces": '"long_works":', "untargeted": '"unseen_passages":',
    "near": '"near_verbatim":', "torch": '"near_verbatim":',
}  # fmt: skip


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A random model in a folder; its vocabulary is pieces of words."""
    import tokenizers
    import torch
    import transformers

    from codescan.prompts.word_list import WORDS

    torch.set_num_threads(1)  # threads do not survive a fork
    folder = tmp_path_factory.mktemp("tiny")
    backend = tokenizers.ByteLevelBPETokenizer()
    backend.train_from_iterator([" ".join(WORDS)], vocab_size=400, special_tokens=["<end>"])
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend._tokenizer,
        eos_token="<end>",  # noqa: S106 - no password
    )
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=400, hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=128,
        bos_token_id=None, eos_token_id=0,
    )  # fmt: skip
    transformers.LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("kind", OTHERS)
def test_other_audits_wherever_they_are_killed(known_index, tmp_path, tiny, kind):
    model = str(tiny) if kind == "torch" else "known"
    command = ["--model", model, *OTHERS[kind], "--limit", "24", "--self-test", "0"]
    (tmp_path / "whole").mkdir()
    events = in_child(known_index, command, tmp_path / "whole")
    output = outcome(tmp_path / "whole")
    assert ENTRIES[kind] in output["report.json"]
    points = points_of(events, random.Random(kind), [*STEPS[kind], *list(events)[::3]])
    final_output, killed = killed_and_continued(known_index, command, tmp_path, points)
    assert {step for step, _ in killed} & STEPS[kind]
    if kind != "torch":
        assert final_output == output
        return
    assert final_output.keys() == output.keys()
    for name, content in output.items():
        assert_equal_but_for_rounding(str(final_output[name]), str(content))
