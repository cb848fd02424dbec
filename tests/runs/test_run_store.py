# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Run folders: nothing is lost, nothing is mixed, everything else is refused in words."""

from __future__ import annotations

import math
import os
import sqlite3
import subprocess
import sys
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan.errors import OutputError, UsageError
from codescan.records import (
    Arm,
    Completion,
    Decoding,
    Prompt,
    SampledLogprob,
    Score,
    Skipped,
    TokenStatistics,
)
from codescan.runs import (
    RunStore,
    differences,
    read_run,
    settings_hash,
    snapshot,
    write_atomically,
)
from codescan.runs.snapshot import RunSnapshot

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
TOKENS = st.lists(st.integers(0, 200_000), max_size=8).map(tuple)
PROMPTS = st.builds(
    Prompt,
    id=TEXT.filter(bool),
    text=TEXT,
    strategy=TEXT,
    language=TEXT,
    document_id=TEXT,
    expected=TEXT,
    suffix=TEXT,
    arm=st.sampled_from(Arm),
    prompt_tokens=TOKENS,
    expected_tokens=TOKENS,
)
COMPLETIONS = st.builds(
    Completion,
    prompt_id=st.sampled_from(["p0", "p1", "p2"]),
    model=TEXT,
    text=TEXT,
    index=st.integers(0, 3),
    finish_reason=st.sampled_from(["stop", "length"]),
    tokens=st.integers(0, 1 << 40),
)


def prompt(number: int, **changes) -> Prompt:
    return Prompt(id=f"p{number}", text=f"text {number}", strategy="prefix", **changes)


@pytest.fixture
def store(tmp_path):
    with RunStore(tmp_path / "run") as opened:
        opened.settle({"seed": 0})
        yield opened


@settings(max_examples=25, deadline=None)
@given(drawn=st.lists(PROMPTS, max_size=5, unique_by=lambda p: p.id))
def test_prompts_come_back_as_they_were_and_in_order(tmp_path_factory, drawn):
    with RunStore(tmp_path_factory.mktemp("runs") / "run") as store:
        assert store.add_prompts(drawn) == len(drawn)
        assert list(store.prompts()) == drawn
        assert all(store.prompt(p.id) == p for p in drawn)


@settings(max_examples=25, deadline=None)
@given(completions=st.lists(COMPLETIONS, max_size=12))
def test_completions_come_back_as_they_were_the_last_of_each_number(tmp_path_factory, completions):
    with RunStore(tmp_path_factory.mktemp("runs") / "run") as store:
        store.add_prompts(map(prompt, range(3)))
        store.save(completions)
        last_completions = {(c.prompt_id, c.index): c for c in completions}
        assert list(store.completions()) == [
            last_completions[key] for key in sorted(last_completions)
        ]


def test_scores_and_skips_come_back_even_without_a_number(store):
    scores = [Score("p1", "m", 5, 3, -1.5, ties=2), Score("p2", "m", 5, 5, -math.inf)]
    skips = [Skipped("p3", "elicit", "too-long", "9000 tokens"), Skipped("p3", "score", "error")]
    store.save([*scores, *skips, Score("p4", "m", 1, 0, math.nan)])
    stored = list(store.scores())
    assert stored[:2] == scores
    assert math.isnan(stored[2].logprob)
    assert list(store.skipped()) == skips
    assert store.score_of("p1") == scores[0]
    assert store.score_of("p9") is None


def test_text_that_is_no_unicode_is_kept_as_far_as_it_can_be(store):
    store.add_prompts([prompt(0)])
    store.save([Completion("p0", "m", "a\ud800b\0c")])
    assert [c.text for c in store.completions()] == ["a?b\0c"]


def test_a_prompt_is_done_with_all_its_completions_or_when_the_model_skipped_it(store):
    row = Skipped("line 3", "elicit", "not-json")  # of a log, and no prompt: it stays
    store.add_prompts([row, *map(prompt, range(3))])
    store.save([Completion("p0", "m", "x"), Skipped("p1", "elicit", "refusal")])
    assert store.done("p0")
    assert not store.done("p0", count=2)
    assert store.done("p1", count=2)
    assert not store.done("p2")
    assert not store.scored("p1")
    store.retry_skipped()
    assert not store.done("p1")
    assert list(store.skipped()) == [row]


def test_drawing_that_was_interrupted_is_done_again_without_doubles(store):
    def interrupted():
        yield from map(prompt, range(300))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.add_prompts(interrupted())
    assert not store.prompts_drawn
    store.add_prompts(map(prompt, range(400)))
    assert store.prompts_drawn
    assert [p.id for p in store.prompts()] == [f"p{n}" for n in range(400)]


def test_reading_goes_on_while_results_are_saved(store):
    store.add_prompts(map(prompt, range(600)))
    for stored_prompt in store.prompts():
        store.save([Completion(stored_prompt.id, "m", "x")])
    assert store.counts()["completions"] == 600


def test_other_settings_are_refused_by_name_and_the_same_ones_go_on(tmp_path):
    first = {"seed": 0, "sampling": {"temperature": 0.0, "count": 1}, "strategies": ("prefix",)}
    with RunStore(tmp_path / "run") as store:
        hash_ = store.settle(first)
        store.add_prompts([prompt(0)])
    with RunStore(tmp_path / "run") as store:
        assert store.settle({**first, "strategies": ["prefix"]}) == hash_
        with pytest.raises(UsageError) as refused:
            store.settle({**first, "seed": 1, "sampling": {"temperature": 0.8, "count": 1}})
    assert "seed was 0, is now 1" in refused.value.message
    assert "sampling.temperature was 0.0, is now 0.8" in refused.value.message
    assert "count" not in refused.value.message
    assert "--out" in refused.value.hint


def test_the_hash_does_not_depend_on_the_order_of_settings():
    assert settings_hash({"a": 1, "b": {"c": 2, "d": 3}}) == settings_hash(
        {"b": {"d": 3, "c": 2}, "a": 1}
    )
    assert settings_hash({"a": 1}) != settings_hash({"a": 2})


def test_a_setting_that_only_one_side_has_is_no_contradiction():
    assert differences({"a": 1}, {"b": 2}) == ()


def test_a_folder_that_was_not_used_is_removed_again(tmp_path):
    with RunStore(tmp_path / "new") as store:
        store.settle({"seed": 0})
    assert not (tmp_path / "new").exists()
    (tmp_path / "mine").mkdir()
    RunStore(tmp_path / "mine").close()
    assert list((tmp_path / "mine").iterdir()) == []


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(UsageError, match="not a run folder"):
        RunStore(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_two_processes_do_not_work_in_one_run(store):
    with pytest.raises(UsageError, match="another codescan"):
        RunStore(store.path)


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100])
def test_a_damaged_database_is_an_error_in_words(tmp_path, content):
    run = tmp_path / "run"
    run.mkdir()
    (run / "run.db").write_bytes(content)
    if not content:  # SQLite takes an empty file for an empty database
        RunStore(run).close()
        return
    with pytest.raises(OutputError, match="is damaged"):
        RunStore(run)


def test_a_database_of_a_later_format_is_refused(store):
    path = store.path
    store.add_prompts([prompt(0)])
    store.close()
    with sqlite3.connect(path / "run.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(UsageError, match="format 99"):
        RunStore(path)


def test_a_file_in_the_way_is_an_output_error(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot write") as failed:
        RunStore(tmp_path / "file" / "run")
    assert "--out" in failed.value.hint


def test_a_full_disk_is_an_output_error_and_keeps_what_was_committed(store):
    store.add_prompts([prompt(0)])
    store.save([Completion("p0", "m", "kept")])
    pages = store._db.conn.execute("PRAGMA page_count").fetchone()[0]
    store._db.conn.execute(f"PRAGMA max_page_count = {pages}")  # SQLite's own "disk full"
    with pytest.raises(OutputError, match="full") as failed:
        store.save([Completion("p0", "m", "x" * 1_000_000, index=1)])
    assert "continues where it was" in failed.value.hint
    assert [c.text for c in store.completions()] == ["kept"]


def test_a_report_is_whole_or_absent(tmp_path):
    path = tmp_path / "report.json"
    write_atomically(path, "first")
    write_atomically(path, "second \ud800")
    assert path.read_text() == "second ?"
    with pytest.raises(OutputError, match="No such file"):
        write_atomically(tmp_path / "absent" / "report.json", "x")
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.json"]


@pytest.mark.parametrize("kind", ["pipe", "device", "stdout"])
def test_a_stream_is_written_to_and_not_replaced(tmp_path, kind):
    """`--out /dev/stdout` must not put a file in the place of the device."""
    path = tmp_path / kind
    if kind == "pipe":
        os.mkfifo(path)
        reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        write_atomically(path, "text")
        assert os.read(reading, 10) == b"text"
        os.close(reading)
        assert path.is_fifo()
    elif kind == "device":
        before = os.lstat("/dev/null")
        path.symlink_to("/dev/null")
        write_atomically(path, "text")
        assert path.is_symlink()
        assert os.lstat("/dev/null") == before
    else:
        with (tmp_path / "target").open("wb") as file:
            path.symlink_to(f"/proc/self/fd/{file.fileno()}")
            write_atomically(path, "text")
        assert path.is_symlink()
        assert (tmp_path / "target").read_text() == "text"
    assert not list(tmp_path.glob(".*"))


def test_a_write_that_fails_half_way_leaves_the_old_report(tmp_path, monkeypatch):
    path = write_atomically(tmp_path / "report.json", "old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.json"]


KILLED = textwrap.dedent(
    """
    import os, signal, sys
    from pathlib import Path
    from codescan.records import Completion, Prompt
    from codescan.runs import RunStore

    store = RunStore(Path(sys.argv[1]))
    store.settle({"seed": 0})
    store.add_prompts(Prompt(id=f"p{n}", text="x", strategy="s") for n in range(50))
    store.save(Completion(f"p{n}", "m", "x") for n in range(int(sys.argv[2])))
    os.kill(os.getpid(), signal.SIGKILL)
    """
)


@pytest.mark.parametrize("saved", [0, 7])
def test_what_was_committed_survives_sigkill(tmp_path, saved):
    arguments = [sys.executable, "-c", KILLED, str(tmp_path / "run"), str(saved)]
    assert subprocess.run(arguments, check=False).returncode == -9
    with RunStore(tmp_path / "run") as store:
        assert store.prompts_drawn
        assert sum(store.done(prompt.id) for prompt in store.prompts()) == saved


def test_everything_a_scorer_says_survives_the_database(tmp_path):
    statistics = TokenStatistics((-0.5, -2.25), (0, 200_017), (1.5, 3.0), (0.25, 0.125))
    score = Score(
        "p", "m", 2, 1, -2.75,
        sampled=(
            SampledLogprob(Decoding(0.2, 40, 0.95), -math.inf),
            SampledLogprob(Decoding(), -2.7499999999999996),
        ),
        token_statistics=statistics,
    )  # fmt: skip
    with RunStore(tmp_path / "run") as store:
        store.add_prompts([Prompt("p", "text", "t", variant="50 tokens", chat=True)])
        store.save([score])
        assert store.score_of("p") == score
        assert store.prompt("p") == Prompt("p", "text", "t", variant="50 tokens", chat=True)


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE prompts SET arm = 'nobody'",
        "UPDATE prompts SET prompt_tokens = '{'",
        "UPDATE prompts SET text = zeroblob(9)",
        "UPDATE prompts SET copies = 'many'",
    ],
)
def test_a_row_that_nobody_wrote_is_an_error_in_words(store, edit):
    store.add_prompts([prompt(1)])
    store._db.conn.execute(edit)
    with pytest.raises(OutputError, match="a row of prompts is damaged"):
        store.prompt("p1")
    with pytest.raises(OutputError, match="a row of prompts is damaged"):
        list(store.prompts())


def test_a_snapshot_reads_as_the_run_folder_does(store, monkeypatch):
    drawn = [prompt(n) for n in (3, 1, 2, 4)]
    store.add_prompts([*drawn, Skipped("d", "draw", "empty")], lambda: {"strata": {"a": 1}})
    store.save(Completion(f"p{n}", "m", f"{n}.{i}", i) for n in (1, 3) for i in (2, 0, 1))
    store.save([Score("p1", "m", 2, 1, -1.0), Skipped("p4", "elicit", "refused")])
    held = read_run(store)
    assert isinstance(held, RunSnapshot)
    monkeypatch.setattr(snapshot, "_HELD_BYTES", 0)
    assert read_run(store) is store, "too large to be held"
    for one in (held, store):
        assert list(one.prompts()) == drawn
        assert [c.text for c in one.completions()] == ["3.0", "3.1", "3.2", "1.0", "1.1", "1.2"]
        assert [c.text for c in one.completions_of("p1")] == ["1.0", "1.1", "1.2"]
        assert one.completions_of("p4") == []
        assert (one.score_of("p1").greedy_run, one.score_of("p2")) == (1, None)
        assert (one.prompt("p2"), one.prompt("p9")) == (prompt(2), None)
        assert [skip.item for skip in one.skipped()] == ["d", "p4"]
        assert (one.note("strata"), one.note("other")) == ({"a": 1}, None)
        assert one.counts() == {"prompts": 4, "completions": 6, "scores": 1, "skipped": 2}
        assert one.path == store.path
