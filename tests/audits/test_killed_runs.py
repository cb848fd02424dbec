# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""kill -9 at any point of an audit: the run that is taken up ends as if nothing had happened.

The process kills itself at its N-th event, an event being an SQL statement, a step of progress, a
file synced or renamed, or an answer or score of a model, so that points are in the middle of every
step: drawing, answers, scores, the reference model, priors, the decoy, the self-test, the reports.
"""

import hashlib
import itertools
import os
import random
import re
import signal
import sqlite3
from pathlib import Path

import pytest

from codescan.__main__ import main
from codescan.records import Completion, Score

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the test kills its own children")

COMMAND = [
    "audit", "--model", "known", "--reference-model", "other", "--prompts", "prefix",
    "--prompts", "short-snippet", "--prompt-option", "prefix.prefix_tokens=20",
    "--prompt-option", "prefix.expected_tokens=20", "--frame", "packages", "--frame", "copies",
    "--limit", "28", "--samples", "2", "--temperature", "1", "--self-test", "3", "--out", "run",
    "--quiet",
]  # fmt: skip
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


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
                said = prompt.expected * 9 if self.knows(prompt) else f"{prompt.id[-9:]} {index}\n"
                yield Completion(prompt.id, self.name, said, index, tokens=9)

    def score(self, prompts):
        for prompt in prompts:
            self.events.happened()
            own = not prompt.id.startswith("prior-") and self.knows(prompt)
            yield Score(prompt.id, self.name, 20, 20 if own else 2, -0.5 if own else -70.0)

    def describe(self):
        return {"name": self.name, "sha256": "0" * 64}


class Events:
    """Counts events, and kills the process at one of them."""

    def __init__(self, fatal=None):
        self.count, self.fatal = itertools.count(1), fatal
        self.seen = 0

    def happened(self, *_what):
        self.seen = next(self.count)
        if self.seen == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


def audit(index, events, monkeypatch):
    """The command, its steps counted."""
    from codescan import models
    from codescan.cli import console

    connect, sync, replace = sqlite3.connect, os.fsync, Path.replace

    def watched_connect(*given, **options):
        made = connect(*given, **options)
        made.set_trace_callback(events.happened)
        return made

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
    monkeypatch.setattr("codescan.cli.audit_run.Console", Steps)
    monkeypatch.setattr(models, "load_model", lambda name, **_options: Model(name, events))
    return main([*COMMAND, "--index", str(index.path)])


class nothing_shown:  # noqa: N801 - reads as a function
    def __init__(self, watch):
        self.watch = watch

    def __enter__(self):
        return self.watch

    def __exit__(self, *_error):
        return None


def in_child(index, folder, fatal):
    """Run the command in a process of its own; the number of events, or None if it was killed."""
    count = folder / "events"
    child = os.fork()
    if child == 0:
        code = 70
        try:
            os.chdir(folder)
            with pytest.MonkeyPatch.context() as monkeypatch:
                events = Events(fatal)
                code = audit(index, events, monkeypatch)
                count.write_text(str(events.seen))
        finally:
            os._exit(code)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return None
    assert os.waitstatus_to_exitcode(status) == 0
    return int(count.read_text())


def outcome(folder):
    """Every byte that a run leaves behind, but for dates and how SQLite lays out its file."""
    run = folder / "run"
    made = {
        name: DATE.sub("DATE", (run / name).read_text())
        for name in ("report.json", "report.html", "report.txt")
    }
    for name in ("run.db", "reference/run.db"):
        with sqlite3.connect(run / name) as db:
            tables = [
                row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
            ]
            for table in sorted(tables):
                rows = db.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own names
                made[f"{name} {table}"] = sorted(map(str, rows))
        db.close()
    made["files"] = sorted(
        str(path.relative_to(run))
        for path in run.rglob("*")
        if path.suffix not in {".db-wal", ".db-shm"}
    )
    return made


@pytest.fixture(scope="module")
def whole(known_index, tmp_path_factory):
    """An uninterrupted run: what it leaves, and how many events it had."""
    import datasketch  # noqa: F401 - once, not in each child
    import jinja2  # noqa: F401
    import scipy.stats  # noqa: F401
    import sqlite_utils  # noqa: F401

    folder = tmp_path_factory.mktemp("whole")
    events = in_child(known_index, folder, None)
    return outcome(folder), events


def test_the_run_has_every_step(whole):
    made, events = whole
    assert events > 400
    assert all(f'"{key}":' in made["report.json"] for key in (
        "agreement", "by_frame", "decoy", "prior_aware", "reference", "self_test", "tests",
        "untargeted",
    ))  # fmt: skip
    assert not any("decoy" in name or "partial" in name for name in made["files"])


def killed_and_continued(index, folder, points):
    for point in points:
        if in_child(index, folder, point) is not None:
            break
    assert in_child(index, folder, None) is not None
    return outcome(folder)


def test_a_run_that_is_killed_leaves_what_an_uninterrupted_one_leaves(known_index, whole, tmp_path):
    made, events = whole
    assert killed_and_continued(known_index, tmp_path, [events // 2]) == made


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_wherever_and_however_often_it_is_killed(known_index, whole, tmp_path, seed):
    made, events = whole
    rng = random.Random(seed)
    points = [rng.randrange(1, events) for _ in range(rng.randrange(1, 4))]
    assert killed_and_continued(known_index, tmp_path, points) == made
