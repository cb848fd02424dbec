# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Lines that a model wrote: counted apart by their marks, and checked whatever the marks say."""

from __future__ import annotations

import json

import pytest
from harbor_texts import C_COPY, COPY
from hypothesis import given
from hypothesis import strategies as st

from codescan.gate.ai_marks import Author, agent_trace_marks, assisted_by, git_ai_marks

OWN = "def add(a, b):\n    return a + b\n"
LINES = COPY.count("\n")


def trace(path, start, end, model="model-1", revision=None, tool="agent-1"):
    record = {
        "version": "0.1.0", "id": "i", "timestamp": "2026-11-30T10:00:00Z", "tool": {"name": tool},
        "files": [{"path": path, "conversations": [
            {"contributor": {"type": "ai", "model_id": model},
             "ranges": [{"start_line": start, "end_line": end}]}]}],
    }  # fmt: skip
    return json.dumps(record | ({"vcs": {"type": "git", "revision": revision}} if revision else {}))


def note(path, lines):
    metadata = {
        "schema_version": "authorship/3.0.0",
        "prompts": {"s1": {"agent_id": {"tool": "agent-2", "id": "x", "model": "model-2"}}},
    }
    return f"{path}\n  s1 {lines}\n---\n{json.dumps(metadata)}\n"


def counted(check, *arguments):
    code, out, _err = check(*arguments, "--ai-lines", "--format", "json")
    report = json.loads(out)
    return code, report["statistics"]["ai_lines"], report


def test_agent_traces_sort_staged_lines(work, check):
    work.stage("a.py", OWN + COPY)
    work.write(".agent-trace/traces.jsonl", trace("a.py", 3, 2 + LINES) + "\n")
    code, counts, _ = counted(check, "--staged")
    assert code == 1
    assert counts["agents"] == [
        {"agent": "agent-1", "model": "model-1", "lines": LINES, "findings": 1, "failing": 1}
    ]
    assert counts["unmarked"] == {"lines": 2, "findings": 0, "failing": 0}


def test_unmarked_lines_are_checked_all_the_same(work, check):
    work.stage("a.py", COPY)
    work.write(".agent-trace/t.json", trace("other.py", 1, 99))
    code, counts, _ = counted(check, "--staged")
    assert code == 1
    assert counts["agents"] == []
    assert counts["unmarked"] == {"lines": LINES, "findings": 1, "failing": 1}


def test_git_ai_notes_follow_their_lines(work, check):
    base = work.git("rev-parse", "HEAD")
    work.stage("a.py", COPY)
    first = work.commit()
    work.git("notes", "--ref=ai", "add", "-m", note("a.py", f"1-{LINES}"), first)
    work.stage("a.py", OWN + COPY)
    work.commit()
    code, counts, _ = counted(check, "--diff", f"{base}..HEAD")
    assert code == 1
    assert counts["agents"] == [
        {"agent": "agent-2", "model": "model-2", "lines": LINES, "findings": 1, "failing": 1}
    ]
    assert counts["unmarked"]["lines"] == 2


def test_trailers_mark_what_their_commit_adds(work, check):
    base = work.git("rev-parse", "HEAD")
    work.stage("own.py", OWN)
    work.commit("by hand")
    work.stage("a.c", C_COPY)
    work.commit("by a model\n\nAssisted-by: Agent:model-3 sparse")
    _, counts, report = counted(check, "--diff", f"{base}..HEAD")
    [row] = counts["agents"]
    assert (row["agent"], row["model"], row["findings"]) == ("Agent", "model-3", 1)
    assert counts["unmarked"] == {"lines": 2, "findings": 0, "failing": 0}
    code, out, _ = check("--diff", f"{base}..HEAD", "--ai-lines")
    assert "Agent model-3:" in out
    assert "unmarked lines: 2 lines" in out
    assert code == (1 if report["statistics"]["failing"] else 0)


def test_marks_that_cannot_be_read_are_named(work, check):
    work.stage("a.py", COPY)
    work.write(".agent-trace/bad.json", "{not json")
    work.write(".agent-trace/deep.json", "[" * 100_000)
    work.write(".agent-trace/good.json", trace("a.py", 1, 10_000_000))
    code, counts, _ = counted(check, "--staged")
    assert code == 1
    assert len(counts["problems"]) == 2
    assert counts["agents"][0]["lines"] == LINES


def test_marks_do_not_change_the_result(work, check):
    work.stage("a.py", COPY)
    plain = json.loads(check("--staged", "--format", "json")[1])
    work.write(".agent-trace/t.json", trace("a.py", 1, 5, model="\x1b[31m evil\n\nok"))
    _, counts, report = counted(check, "--staged")
    assert report["findings"] == plain["findings"]
    assert "\x1b" not in counts["agents"][0]["model"]
    assert "\n" not in counts["agents"][0]["model"]


def test_a_change_is_needed(check, work):
    work.write("a.py", COPY)
    assert check("--ai-lines", "a.py")[0] == 2


@pytest.mark.parametrize(("value", "author"), [
    ("Claude:claude-3-opus coccinelle sparse", Author("Claude", "claude-3-opus")),
    ("Agent", Author("Agent", "")), ("", Author("", "")), (":m", Author("", "m")),
])  # fmt: skip
def test_trailers_name_agent_and_model(value, author):
    assert assisted_by(value) == author


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text):
    for read in (lambda: agent_trace_marks(text), lambda: git_ai_marks(text, "c")):
        try:
            marks = list(read())
        except ValueError:
            continue
        assert all(1 <= mark.start_line <= mark.end_line for mark in marks)


@pytest.mark.parametrize("value", [
    "agent-3:m\x01evil\u2028agent-4:m", "agent-3:m\x01", "agent-3:m\x85x", "agent-3:m\x0b\x0c",
    "agent-3:m\u2029\x1c" + "f" * 40, "agent-3:m\rAssisted-by: x:y", "agent-3:m \x1b[2J",
])  # fmt: skip
def test_a_trailer_of_any_characters_ends_no_check(work, check, value):
    base = work.git("rev-parse", "HEAD")
    work.stage("a.py", COPY)
    work.git("commit", "-q", "-m", f"Add\n\nassisted-BY: {value}")
    code, counts, _ = counted(check, "--diff", f"{base}..HEAD")
    assert code == 1
    [row] = counts["agents"]
    assert (row["agent"], row["lines"], row["failing"]) == ("agent-3", LINES, 1)


@pytest.mark.parametrize("name", ["a\u2028b.py", "caf\u00e9 \u3042.py", "a\x0cb.py"])
def test_marks_of_files_with_odd_names(work, check, name):
    base = work.git("rev-parse", "HEAD")
    work.stage(name, COPY)
    first = work.commit()
    work.git("notes", "--ref=ai", "add", "-m", note(name, f"1-{LINES + 500}"), first)
    code, counts, _ = counted(check, "--diff", f"{base}..HEAD")
    assert code == 1
    assert counts["problems"] == []
    assert counts["agents"][0]["lines"] == LINES


def test_a_trace_on_one_line_may_hold_separators(work, check):
    work.stage("a.py", COPY)
    one = trace("a.py", 1, LINES, tool="agent\u2028one").replace("\\u2028", "\u2028")
    work.write(".agent-trace/t.jsonl", f"{one}\n{one}\n")
    code, counts, _ = counted(check, "--staged")
    assert (code, counts["problems"]) == (1, [])
    assert counts["agents"][0]["lines"] == LINES
