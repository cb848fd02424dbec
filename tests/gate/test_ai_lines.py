# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Lines that a model wrote: counted apart by their marks, and checked whatever the marks say."""

import gc
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
    gc.collect()  # what earlier tests left must not be removed at the end of the stack
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


ODD = {
    "reversed": '{"start_line": 9, "end_line": 3}',
    "zero": '{"start_line": 0, "end_line": 9}',
    "negative": '{"start_line": -9, "end_line": 9}',
    "behind every file": '{"start_line": 1, "end_line": 99999999999}',
    "a fraction": '{"start_line": 1.5, "end_line": 9}',
    "a word": '{"start_line": "1", "end_line": "9"}',
    "no end": '{"start_line": 1}',
    "two values": '{"start_line": 1, "end_line": 9, "end_line": 3}',
    "odd contributor": '{"start_line": 0, "end_line": 1, "contributor": {"type": ["ai"]}}',
}


@pytest.mark.parametrize("place", [*ODD.values()], ids=[*ODD])
def test_a_range_that_is_not_lines_is_named_and_marks_nothing(work, check, place):
    work.stage("a.py", OWN + COPY)
    one = trace("a.py", 7, 8).replace('{"start_line": 7, "end_line": 8}', place)
    work.write(".agent-trace/t.jsonl", f"{one}\n{trace('a.py', 1, 2)}\n")
    code, counts, _ = counted(check, "--staged")
    marked = sum(row["lines"] for row in counts["agents"])
    assert (code, marked + counts["unmarked"]["lines"]) == (1, LINES + 2)
    assert marked == (0 if place == ODD["two values"] else 2)  # JSON with two values is not read
    assert len(counts["problems"]) == 1


@pytest.mark.parametrize("places", ["1000000000005", "-5", "9-3", "0", "2.5", "x", "1-2-3", "٣"])
def test_places_of_a_note_are_read_whole(places):
    with pytest.raises(ValueError, match="not lines of a file"):
        list(git_ai_marks(note("a.py", places), "c"))
    marks = []
    with pytest.raises(ValueError, match="not lines of a file"):
        marks.extend(git_ai_marks(note("a.py", f"{places},7-8"), "c"))
    assert [(mark.start_line, mark.end_line) for mark in marks] == [(7, 8)]


@pytest.mark.parametrize("revision", ["main", "HEAD", "a", "f" * 40, "0", "v1", 3, ["x"]])
def test_a_trace_of_an_unknown_commit_is_named(work, check, revision):
    """A name may stand for many commits, and is not asked for."""
    work.git("tag", "a")
    work.git("branch", "v1")
    work.stage("a.py", COPY)
    work.write(".agent-trace/t.json", trace("a.py", 1, 5, revision=revision))
    code, counts, _ = counted(check, "--staged")
    assert (code, counts["agents"], len(counts["problems"])) == (1, [], 1)
    assert counts["unmarked"]["lines"] == LINES


@pytest.mark.parametrize(
    "text",
    [
        "{}\n" + "[" * 100_000,
        trace("a.py", 1, 2).replace("0.1.0", "7.0"),
        '"a"\n3\n',
        trace("a.py", 1, 2).replace('"path": "a.py"', '"path": 3'),
        trace("a.py", 1, 2).replace('"files"', '"file"'),
        trace("a.py", 1, 2).replace('"conversations"', '"conversation"'),
        trace("a.py", 1, 2).replace('"ranges"', '"lines"'),
        trace("a.py", 1, 2).replace('"ai"', '"robot"'),
        '{"version": "0.1.0", "files": ["a.py"]}',
        '{"version": "0.1.0", "files": [{"path": "a.py", "conversations": [3]}]}',
    ],
    ids=[
        "a deep line",
        "a later version",
        "no records",
        "no path",
        "no files",
        "no conversations",
        "no ranges",
        "a writer that is not known",
        "a file by its name",
        "a number as conversation",
    ],
)
def test_a_trace_that_is_not_understood_is_named(work, check, text):
    gc.collect()
    work.stage("a.py", COPY)
    work.write(".agent-trace/t.jsonl", text)
    code, counts, _ = counted(check, "--staged")
    assert (code, counts["agents"], len(counts["problems"])) == (1, [], 1)


def test_several_marks_of_a_line_count_it_once(work, check):
    """The last one counts; removed files, and lines behind the end, mark nothing."""
    work.stage("a.py", COPY.replace("\n", "\r\n"))
    marks = [trace("a.py", 1, LINES), trace("./a.py", 4, LINES + 900, tool="agent-9"),
             trace("gone.py", 1, 3)]  # fmt: skip
    work.write(".agent-trace/t.jsonl", "\n".join(marks))
    code, counts, _ = counted(check, "--staged")
    assert (code, counts["problems"], counts["unmarked"]["lines"]) == (1, [], 0)
    assert {row["agent"]: row["lines"] for row in counts["agents"]} == {
        "agent-1": 3, "agent-9": LINES - 3,
    }  # fmt: skip
    assert sum(row["failing"] for row in counts["agents"]) == 1


def test_a_trailer_of_a_merge_marks_no_lines_of_others(work, check):
    base = work.git("rev-parse", "HEAD")
    work.git("checkout", "-q", "-b", "side")
    work.stage("a.py", COPY)
    work.commit("by hand")
    work.git("checkout", "-q", "-")
    message = "Merge\n\nAssisted-by: Agent:model-3"
    work.git("merge", "-q", "--no-ff", "-m", message, "side")
    code, counts, _ = counted(check, "--diff", f"{base}..HEAD")
    assert (code, counts["agents"], len(counts["problems"])) == (1, [], 1)
    assert counts["unmarked"] == {"lines": LINES, "findings": 1, "failing": 1}


@pytest.mark.parametrize("kind", ["note", "trailer", "trace"])
@pytest.mark.parametrize("is_staged", [False, True])
def test_marks_follow_a_renamed_file(work, check, kind, is_staged):
    base = work.git("rev-parse", "HEAD")
    work.stage("old.py", COPY)
    first = work.commit("new\n\nAssisted-by: agent-2:model-2" if kind == "trailer" else "new")
    if kind == "note":
        work.git("notes", "--ref=ai", "add", "-m", note("old.py", f"1-{LINES}"), first)
    if kind == "trace":
        record = trace("old.py", 1, LINES, "model-2", first, "agent-2")
        work.write(".agent-trace/t.json", record)
    work.git("mv", "old.py", "between.py")
    work.commit("a name")
    work.git("mv", "between.py", "new.py")
    work.stage("new.py", OWN + COPY)
    if is_staged:
        _, counts, _ = counted(check, "--staged")
        marked = 0  # the copy is in the last commit already
    else:
        if kind == "trace":
            work.git("add", ".agent-trace/t.json")
        work.commit("more")
        _, counts, _ = counted(check, "--diff", f"{base}..HEAD")
        marked = LINES
    assert sum(row["lines"] for row in counts["agents"]) == marked
    assert [(row["agent"], row["model"]) for row in counts["agents"]] == (
        [("agent-2", "model-2")] if marked else []
    )
    assert not counts["problems"]


def test_a_mark_follows_a_rename_that_is_only_staged(work, check):
    work.stage("old.py", OWN)
    work.commit("before")
    work.stage("old.py", OWN + COPY)
    start = OWN.count("\n")
    work.git("mv", "old.py", "new.py")
    work.stage("new.py", OWN + COPY)
    work.write(".agent-trace/t.json", trace("new.py", start + 1, start + LINES))
    _, counts, _ = counted(check, "--staged")
    assert sum(row["lines"] for row in counts["agents"]) == LINES
