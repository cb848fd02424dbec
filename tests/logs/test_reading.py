# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What no sample shows: unknown shapes, repeated turns, long and hostile logs."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_samples import SAMPLES
from log_texts import ANSWER, ASK, CHAT, GAVE, MESSAGE, WROTE

from codescan.logs import json_rows
from codescan.logs.conversation import Context
from codescan.logs.patches import from_edit, from_patch
from codescan.logs.read import LogEntry, read_log
from codescan.logs.tool_calls import inserted_parts
from codescan.models.backends.replay import ReplayModel
from codescan.records import Completion, Prompt, Sampling


def read(tmp_path, rows, name="log.jsonl"):
    path = tmp_path / name
    path.write_text(
        rows if isinstance(rows, str) else "".join(json.dumps(row) + "\n" for row in rows)
    )
    items = list(read_log(path))
    entries = [item.exchange for item in items if isinstance(item, LogEntry)]
    return entries, [item for item in items if not isinstance(item, LogEntry)]


def texts(entries):
    return [response.text for entry in entries for response in entry.responses]


def test_unread_rows_are_named_by_shape_and_count(tmp_path):
    rows = [{"a": 1, "b": 2, "c": 3}] * 412 + [CHAT] + [{"zeta": 1}] + ["text"]
    entries, unchecked = read(tmp_path, rows)
    assert len(entries) == 1
    assert [(u.reason, u.detail) for u in unchecked] == [
        ("unknown-shape", "412 rows have keys a, b, c"),
        ("unknown-shape", "1 row has keys zeta"),
        ("unknown-shape", "1 row has type str instead of an object"),
    ]
    assert unchecked[0].place.startswith("line 1, line 2")


def test_requests_that_repeat_a_conversation_count_each_turn_once(tmp_path):
    turns = [f"answer {number}" for number in range(5)]
    rows, messages = [], [*ASK]
    for turn in turns:
        reply = {"role": "assistant", "content": turn}
        body = {**CHAT, "choices": [{"message": reply, "finish_reason": "stop"}]}
        rows.append({"request": {"messages": [*messages]}, "response": body})
        messages += [reply, {"role": "user", "content": f"more after {turn}"}]
    assert texts(read(tmp_path, rows)[0]) == turns
    assert sorted(texts(read(tmp_path, rows[::-1])[0])) == turns
    # The last request alone still holds every turn.
    assert texts(read(tmp_path, rows[-1:])[0]) == turns


def test_equal_samples_of_one_prompt_all_count(tmp_path):
    rows = [{"request": {"messages": ASK}, "response": CHAT}] * 4
    assert texts(read(tmp_path, rows)[0]) == [ANSWER] * 4


def test_lists_of_texts_are_samples_of_one_task(tmp_path):
    entries, unchecked = read(tmp_path, json.dumps([[WROTE, ANSWER], [WROTE]]), "generations.json")
    assert [len(entry.responses) for entry in entries] == [2, 1]
    assert not unchecked


def test_rows_of_one_task_are_one_group(tmp_path):
    rows = [{"task_id": f"HumanEval/{n % 2}", "completion": f"x = {n}"} for n in range(6)]
    entries, _ = read(tmp_path, rows)
    assert {entry.group for entry in entries} == {"HumanEval/0", "HumanEval/1"}


def test_a_true_continuation_is_kept(tmp_path):
    rows = [{"prompt": "a", "completion": "b", "expected": "c"}]
    path = tmp_path / "log.jsonl"
    path.write_text(json.dumps(rows[0]))
    (prompt,) = ReplayModel(path).prompts()
    assert prompt.expected == "c"
    assert prompt.variant == "plain"


def test_failed_calls_are_unchecked(tmp_path):
    rows = [
        {"custom_id": "1", "response": None, "error": {"code": "x", "message": "expired"}},
        {"custom_id": "2", "response": {"status_code": 500, "body": {"error": {"message": "no"}}}},
        {"custom_id": "3", "result": {"type": "errored", "error": {"type": "overloaded_error"}}},
        {
            "request_body": {"messages": ASK},
            "response_body": {"error": "no"},
            "response_status": 429,
        },
    ]
    entries, unchecked = read(tmp_path, rows)
    assert not entries
    assert [item.reason for item in unchecked] == ["service-error"] * 4


def test_refusals_and_filters_are_responses(tmp_path):
    rows = [
        {
            **CHAT,
            "choices": [{"message": {"content": None, "refusal": "No."}, "finish_reason": "stop"}],
        },
        {**CHAT, "choices": [{"message": {"content": ""}, "finish_reason": "content_filter"}]},
        {"promptFeedback": {"blockReason": "SAFETY"}},
        {**MESSAGE, "content": [], "stop_reason": "refusal"},
    ]
    entries, unchecked = read(tmp_path, rows)
    assert not unchecked
    assert [r.finish_reason for e in entries for r in e.responses] == [
        "refusal",
        "filter",
        "filter",
        "refusal",
    ]


def test_arguments_that_are_cut_off_still_count():
    whole = json.dumps({"path": "x.py", "content": WROTE})
    for end in (len(whole) - 1, len(whole) - 2, len(whole) - 20):
        inserted = "".join(part.text for part in inserted_parts(whole[:end]))
        assert WROTE[:40] in inserted
        assert "\\n" not in inserted


UPDATE = (
    "*** Begin Patch\n*** Update File: x.py\n@@\n"
    + "".join(f" {line}\n" for line in GAVE.splitlines())
    + "".join(f"+{line}\n" for line in WROTE.splitlines())
    + "*** End Patch"
)


@pytest.mark.parametrize(
    "arguments",
    [
        {"old_str": GAVE, "new_str": WROTE},
        {"path": "x.py", "edits": [{"oldText": GAVE, "newText": WROTE}]},
        {"edits": [{"old_string": GAVE + "tail = 1\n", "new_string": WROTE + "tail = 1\n"}]},
        {"input": UPDATE},
        {"command": ["bash", "-lc", f"cat > x.py <<'EOF'\n{WROTE}EOF"]},
        {"notebook_path": "n.ipynb", "new_source": WROTE},
    ],
)  # fmt: skip
def test_only_the_inserted_side_of_an_edit_is_the_models(arguments):
    parts = inserted_parts(json.dumps(arguments))
    written = "".join(part.text for part in parts if part.kind == "tool-call")
    assert WROTE in written
    assert "user_text" not in written
    assert "tail" not in written


def test_a_patch_is_divided_into_its_sides():
    patch = (
        "--- a/x.sql\n+++ b/x.sql\n@@ -1,3 +1,3 @@\n context\n--- old comment\n+-- new comment\n"
        "\\ No newline at end of file\n"
    )
    added = from_patch(patch)
    assert added is not None
    assert added.text == "-- new comment\n"
    assert added.context == "context\n-- old comment\n"
    assert added.path == "x.sql"
    assert from_patch("a + b\n- c\n+ d\n") is None


@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), max_size=8))
def test_an_edit_keeps_what_it_inserts(old, new):
    before, after = ("".join(f"{line}\n" for line in lines) for lines in (old, new))
    edit = from_edit(before, after)
    at = after.find(edit.text)
    assert at >= 0
    assert edit.context == before
    if before == after:
        assert not edit.text


def test_the_context_of_a_long_session_stays_small():
    context = Context()
    for number in range(3000):
        context.add(f"file {number}\nline_of_file_{number} = {number}\n" + "x" * 2000)
    prompt = context.prompt_for("line_of_file_17 = 17\n")
    assert "file 17\n" in prompt
    assert "file 2999\n" in prompt
    assert len(prompt) < 10_000


def test_line_numbers_of_a_file_are_no_text_of_it():
    context = Context()
    context.add("     1\tdef f():\n     2\t    return 1\n     3\t\n")
    assert "def f():\n    return 1" in context.prompt_for("")
    table = "1: apples\n7: pears\n9: plums\n"
    context.add(table)
    assert table in context.prompt_for("")


def test_a_row_of_megabytes_is_read_in_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(json_rows, "LONGEST_ROW", 20_000)
    request = json.loads(SAMPLES["copilot-export"].text)["requests"][0]
    filler = {**request, "variableData": {"variables": [{"value": "x" * 9_000}]}}
    text = json.dumps({"responderUsername": "c", "version": 3, "requests": [filler] * 5}, indent=1)
    entries, unchecked = read(tmp_path, text, "chat.json")
    assert not unchecked
    assert len(entries) == 5
    assert all(WROTE in text for text in texts(entries))


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_completions_are_found_whatever_the_order_of_prompts(tmp_path, shift):
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps({"completion": f"c{n}"}) + "\n" for n in range(20)))
    model = ReplayModel(path)
    prompts = [item for item in model.prompts() if isinstance(item, Prompt)]
    turned = prompts[shift:] + prompts[:shift]
    for at in range(0, 20, 6):
        part = turned[at : at + 6]
        completions = list(model.generate(part, Sampling()))
        assert {item.prompt_id for item in completions if isinstance(item, Completion)} == {
            prompt.id for prompt in part
        }


def test_a_chat_history_that_was_cut_off_gives_the_word_back_to_the_user():
    from codescan.logs.readers.aider import AiderReader

    head = "# aider chat started at 2025\n\n#### one  \n\n"
    text = f"{head}```python\n{WROTE}\n#### split it  \n"
    items = list(AiderReader.read_lines(text.splitlines(keepends=True)))
    assert len(items) == 1
    assert "split" not in items[0].responses[0].text


KEYS = [
    "choices", "message", "messages", "content", "text", "role", "response", "prompt",
    "completion", "id", "path", "model", "request", "type", "parts", "output", "outputs",
    "input", "candidates", "events", "attributes", "kind", "k", "v", "requests", "payload",
    "item", "data", "tool_calls", "value", "function", "arguments", "delta", "index", "event",
    "body", "result", "run_type", "generations", "doc", "doc_id", "resps", "epoch", "samples",
    "eval", "results", "vars", "provider", "task_id", "model_patch", "gen_ai.prompt",
    "resourceSpans", "spans", "traceId", "observations", "mapping", "conversations", "from",
    "done", "entry_type", "attachments", "finish_reason", "old_string", "new_string",
    "sessionId", "projectHash", "$set", "object", "content_block", "partial_json",
    "promptFeedback", "schemaType", "custom_id", "error", "turns", "generated_text",
]  # fmt: skip
NAMES = st.sampled_from(KEYS)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(
        ["assistant", "user", "message", "text", "tool_use", "response.completed", "data: {}",
         "{", "x", "message_start", "content_block_delta", "attempt", "llm", "constructor",
         "gemini", WROTE]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=16,
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(JSON, max_size=4))
def test_no_json_can_break_a_reader(tmp_path_factory, values):
    path = tmp_path_factory.getbasetemp() / "hostile.jsonl"
    path.write_text("".join(json.dumps(value) + "\n" for value in values) or "{}")
    for item in read_log(path):
        if isinstance(item, LogEntry):
            assert item.exchange.responses
        else:
            assert item.reason != "unreadable", item.detail


def test_deep_nesting_is_no_crash(tmp_path):
    deep: object = {"role": "assistant", "content": "x"}
    for _ in range(300):
        deep = {"content": [deep], "role": "assistant", "output": deep, "message": deep}
        if len(json.dumps(deep, default=str)) > 200_000:
            break
    nested = "[" * 900 + "]" * 900
    entries, unchecked = read(tmp_path, json.dumps(deep) + "\n" + f'{{"response": {nested}}}\n')
    assert len(entries) + len(unchecked) >= 1


WRAPPERS = {
    "zed": {"title": "t", "messages": [
        {"id": 1, "role": "user", "segments": [{"type": "text", "text": "please merge the two"}]},
        {"id": 2, "role": "assistant", "segments": [{"type": "text", "text": WROTE}]}]},
    "opencode": {"info": {"role": "assistant", "modelID": "m"},
                 "parts": [{"type": "text", "text": WROTE}, {"type": "step-finish"}]},
    "replicate": {"id": "x", "status": "succeeded", "input": {"prompt": "p"},
                  "output": [WROTE[:9], WROTE[9:20], WROTE[20:]]},
    "pieces": {"prompt": "p", "output": [WROTE[at : at + 5] for at in range(0, len(WROTE), 5)]},
    "mbpp": {"task_id": 11, "text": "Write a function that merges.", "code": WROTE},
    "bubbles": {"role": "assistant", "bubbles": [{"value": WROTE}]},
}  # fmt: skip


@pytest.mark.parametrize("name", WRAPPERS)
def test_unknown_wrappers_are_read_or_shown_as_unread(tmp_path, name):
    entries, unchecked = read(tmp_path, [WRAPPERS[name]])
    matching_texts = [text for text in texts(entries) if WROTE.strip() in text]
    assert len(matching_texts) == 1 or unchecked
    if name != "bubbles":
        assert len(matching_texts) == 1
        assert len(texts(entries)) == 1


@pytest.mark.parametrize(
    "row",
    [
        {"info": {"role": "assistant"}, "blobs": {"a": {"b": 1}}},
        {"trajectory": [{"agent": {"say": WROTE}}]},
        {"data": {"assistant_turns": 3}, "note": "x" * 50},
    ],
)
def test_no_row_of_an_unknown_shape_is_dropped_in_silence(tmp_path, row):
    entries, unchecked = read(tmp_path, [row])
    assert texts(entries) or unchecked
