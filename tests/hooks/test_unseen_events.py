# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Events in forms that the references of agents do not show: a copy in one is never clean."""

from __future__ import annotations

import json

import pytest
from harbor_texts import COPY

OWN = "def add(a, b):\n    return a + b\n"
LINES = COPY.splitlines(keepends=True)
ADDED = "".join(f"+{line}" for line in LINES)


def event(root, tool, content, name="PostToolUse"):
    return {
        "session_id": "s", "cwd": str(root), "hook_event_name": name, "tool_name": tool,
        "tool_input": content,
    }  # fmt: skip


def notebook(source):
    cell = {
        "cell_type": "code", "id": "c1", "metadata": {}, "outputs": [], "execution_count": None,
        "source": source.splitlines(keepends=True),
    }  # fmt: skip
    document = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, indent=1)


def patch(head, body=ADDED):
    return f"*** Begin Patch\n{head}\n{body}*** End Patch\n"


def unified(path):
    head = f"diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n"
    return f"{head}@@ -0,0 +1,{len(LINES)} @@\n{ADDED}"


HERE_DOCUMENT = "{} <<'EOF'\n{}EOF\n"
REFUSED = {
    "edits one line at a time": (
        "MultiEdit", {"file_path": "a.py", "edits": [{"new_string": each} for each in LINES]}),
    "one line of a copy": (
        "Edit", {"file_path": "a.py", "old_string": "x", "new_string": LINES[5]}),
    "fields of an MCP server": ("mcp__fs__edit_file", {
        "path": "a.py", "edits": [{"oldText": "x", "newText": COPY}], "dryRun": False}),
    "a list of lines": ("Edit", {"file_path": "a.py", "new_string": LINES}),
    "files in a list": ("write_files", {"files": [{"path": "a.py", "content": COPY}]}),
    "changes by path": ("apply_patch", {"changes": {"a.py": {"add": {"content": COPY}}}}),
    "a unified diff by path": (
        "apply_patch", {"changes": {"a.py": {"type": "add", "unified_diff": unified("a.py")}}}),
    "a diff beside a path": ("edit", {"filePath": "a.py", "diff": unified("a.py")}),
    "an unknown field": ("edit", {"path": "a.py", "body": {"deep": [{"text": COPY}]}}),
    "two whole texts": ("edit", {"path": "b.py", "content": OWN, "contents": COPY}),
    "a patch in the field input": ("apply_patch", {"input": patch("*** Add File: a.py")}),
    "a patch with CRLF": ("apply_patch", {
        "command": patch("*** Add File: a.py").replace("\n", "\r\n")}),
    "a patch behind a removal": ("apply_patch", {
        "command": patch("*** Delete File: old.py\n*** Add File: a.py")}),
    "a patch in a shell": ("shell", {"command": [
        "bash", "-lc", HERE_DOCUMENT.format("apply_patch", patch("*** Add File: a.py"))]}),
    "a patch in a folder": ("apply_patch", {
        "command": patch("*** Add File: a.py"), "workdir": "sub"}),
    "git apply": ("Bash", {"command": HERE_DOCUMENT.format("git apply", unified("z.py"))}),
    "a here document": ("Bash", {"command": HERE_DOCUMENT.format("cat > z.py", COPY)}),
    "a string of a script": ("Bash", {"command": HERE_DOCUMENT.format(
        "python -", f"open('z.py', 'w').write({json.dumps(COPY)})\n")}),
    "printf": ("run_shell_command", {"command": f"printf '%s' {json.dumps(COPY)} > z.py"}),
    "an insertion": ("str_replace_based_edit_tool", {
        "command": "insert", "path": "a.py", "insert_line": 2, "insert_text": COPY}),
    "a creation": ("str_replace_editor", {
        "command": "create", "path": "a.py", "file_text": COPY}),
    "a notebook": ("NotebookEdit", {"notebook_path": "n.ipynb", "new_source": COPY}),
    "UTF-16": ("Write", {"file_path": "wide.py", "content": COPY}),
    "Latin-1": ("Write", {"file_path": "latin.py", "content": COPY}),
    "a byte order mark": ("Write", {"file_path": "bom.py", "content": COPY}),
    "CRLF": ("Edit", {"file_path": "crlf.py", "old_string": "x", "new_string": COPY}),
    "a link": ("Write", {"file_path": "link.py", "content": COPY}),
    "a linked folder": ("Write", {"file_path": "linked/a.py", "content": COPY}),
    "no extension": ("Write", {"file_path": "tool", "content": COPY}),
    "an ignored file": ("Write", {"file_path": "ignored/a.py", "content": COPY}),
    "a file outside": ("Write", {"file_path": "../out.py", "content": COPY}),
    "a file URL": ("Write", {"file_path": "file://{root}/a.py", "content": COPY}),
    "a fence": ("Write", {"file_path": "a.md", "content": COPY}),
    "a here document beside a patch": ("Bash", {"command": "\n".join([
        HERE_DOCUMENT.format("apply_patch", patch("*** Add File: b.py", f"+{OWN}")),
        HERE_DOCUMENT.format("cat > z.py", COPY)])}),
    "form feeds in a patch": ("apply_patch", {"command": patch(
        "*** Add File: feeds.py", "".join(f"+\f{line}" for line in LINES))}),
    "a list of calls": ("batch", [{"file_path": "b.py", "content": OWN},
                                  {"file_path": "a.py", "content": COPY}]),
    "deep fields": ("edit", {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": {"j": {
        "k": COPY}}}}}}}}}}}),
    "one long line": ("edit", {"path": "b.py", "body": json.dumps(COPY)}),
    "an edit with a path of its own": (
        "edit", {"path": "b.py", "edits": [{"path": "a.py", "new_string": COPY}]}),
    "a text that is not in the file": (
        "Edit", {"file_path": "b.py", "old_string": "x", "new_string": COPY}),
    "a whole text that is not in the file": ("Write", {"file_path": "b.py", "content": COPY}),
    "an escaped file URL": ("Write", {"file_path": "file://{root}/sp%61ced%20name.py",
                                      "content": "x"}),
    "a command beside a path": ("run", {"path": "b.py", "command": HERE_DOCUMENT.format(
        "cat > z.py", COPY)}),
    "a path alone": ("Write", {"file_path": "a.py"}),
    "a path and a mode": ("write", {"path": "a.py", "mode": "overwrite"}),
    "content that is no text": ("Write", {"file_path": "a.py", "content": None}),
    "no edits": ("MultiEdit", {"file_path": "a.py", "edits": []}),
    "edits that are no objects": ("MultiEdit", {"file_path": "a.py", "edits": [1, 2]}),
    "an edit without a text beside another": ("edit", {"edits": [
        {"path": "b.py", "new_string": "x"}, {"path": "a.py", "new_string": None}]}),
    "a field that is called as an answer": ("create_file", {"path": "b.py", "output": COPY}),
    "a text behind a zero": ("Write", {"file_path": "zero.py", "content": COPY}),
}  # fmt: skip
NOT_READ = {
    "a list of paths": {"paths": ["a.py", "b.py"]},
    "files by name": {"files": ["a.py"], "overwrite": True},
    "a path alone": {"file_path": "z.py"},
    "content that is no text": {"file_path": "z.py", "content": 5},
    "no input": None,
    "a number": 7,
}
REFUSED_BEFORE = {
    "replace all": ("Edit", {
        "file_path": "x.txt", "old_string": "X", "new_string": COPY, "replace_all": True}),
    "an old text that is not there": (
        "Edit", {"file_path": "x.txt", "old_string": "Y", "new_string": COPY}),
    "a notebook": ("NotebookEdit", {"notebook_path": "own.ipynb", "new_source": COPY}),
    "a patch": ("apply_patch", {"command": patch("*** Add File: z.py")}),
    "an unknown field": ("edit", {"path": "z.py", "body": COPY}),
}  # fmt: skip
CLEAN = {
    "reads": ("Read", {"file_path": "a.py"}),
    "makes a folder": ("create_directory", {"path": "sub"}),
    "notes a task": ("TodoWrite", {"todos": [{"content": "read it", "status": "pending"}]}),
    "writes its own": ("Write", {"file_path": "b.py"}),
    "views": ("str_replace_editor", {"command": "view", "path": "a.py"}),
    "removes": ("apply_patch", {"command": patch("*** Delete File: gone.py", "")}),
    "replaces a copy": ("Edit", {"file_path": "own.py", "old_string": COPY, "new_string": OWN}),
    "replaces a copy in other words": (
        "edit_file", {"path": "own.py", "edits": [{"oldText": COPY, "newText": OWN}]}),
    "says why": ("write_file", {"file_path": "own.py", "content": OWN, "instruction": COPY}),
    "removes a cell": (
        "NotebookEdit", {"notebook_path": "own.ipynb", "new_source": "", "edit_mode": "delete"}),
}  # fmt: skip


@pytest.fixture
def files(project):
    """The project with the files as the events leave them."""
    project.stage(".gitignore", "ignored/\n")
    project.stage("x.txt", "X\nX\n")
    project.commit()
    texts = {
        "a.py": OWN + COPY, "sub/a.py": COPY, "n.ipynb": notebook(COPY), "tool": COPY,
        "own.ipynb": notebook("x = 1\n"), "wide.py": COPY.encode("utf-16"), "own.py": OWN,
        "latin.py": ("# caf\xe9\n" + COPY).encode("latin-1"), "b.py": OWN, "ignored/a.py": COPY,
        "bom.py": b"\xef\xbb\xbf" + COPY.encode(), "crlf.py": COPY.replace("\n", "\r\n"),
        "real/a.py": COPY, "spaced name.py": COPY,
        "feeds.py": "".join(f"\f{line}" for line in LINES),
        "../out.py": COPY, "a.md": f"# Doc\n\n```python\n{COPY}```\n",
        "zero.py": b"x = 1\0" + COPY.encode(),
    }  # fmt: skip
    for name, text in texts.items():
        project.write(name, text)
    (project.root / "link.py").symlink_to("a.py")
    (project.root / "linked").symlink_to("real")
    return project


WRAPPED = {
    "fields of the event": lambda call: call,
    "input": lambda call: {"input": call},
    "params": lambda call: {"params": {"call": call}},
    "toolInput": lambda call: {"toolInput": json.dumps(call)},
    "a step": lambda call: {"step": {"tool": {"name": "write", "args": call}}},
    "calls": lambda call: {"tool_calls": [{"function": {"arguments": json.dumps(call)}}]},
}


@pytest.mark.parametrize("case", WRAPPED)
@pytest.mark.parametrize("name", ["PostToolUse", "onFileWrite", ""])
def test_a_copy_is_refused_wherever_the_call_stands(hook, files, name, case):
    call = {"file_path": "a.py", "content": COPY}
    event = {"cwd": str(files.root), "hook_event_name": name, **WRAPPED[case](call)}
    assert hook(event)[0] == 2


@pytest.mark.parametrize("event", [
    {"hook_event_name": "beforeShellExecution",
     "command": HERE_DOCUMENT.format("cat > z.py", COPY)},
    {"hook_event_name": "beforeMCPExecution", "tool_name": "write",
     "tool_input": json.dumps({"path": "z.py", "text": COPY})},
    {"hook_event_name": "preToolUse", "tool_name": "Write",
     "tool_input": {"file_path": "z.py", "contents": COPY}},
])  # fmt: skip
def test_cursor_denies_a_copy_before_it_is_written(hook, files, event):
    code, out, _ = hook({**event, "workspace_roots": [str(files.root)]}, "cursor")
    assert code == 0
    assert json.loads(out)["permission"] == "deny"


@pytest.mark.parametrize("event", [
    {"hook_event_name": "beforeReadFile", "file_path": "a.py", "content": COPY},
    {"hook_event_name": "beforeSubmitPrompt", "prompt": COPY},
    {"hook_event_name": "afterAgentResponse", "text": COPY},
    {"hook_event_name": "PostToolUse", "tool_name": "Grep", "tool_input": {"pattern": "high"},
     "tool_response": {"content": COPY}},
    {"hook_event_name": "SessionStart", "source": COPY},
])  # fmt: skip
def test_an_event_in_which_nothing_is_written_is_clean(hook, files, event):
    assert hook({**event, "cwd": str(files.root)})[0] == 0


def event_of(root, tool, content, name="PostToolUse"):
    text = json.dumps(event(root, tool, content, name))
    return text.replace("{root}", str(root)).encode()


@pytest.mark.parametrize("case", REFUSED)
def test_a_copy_is_refused_in_any_form(hook, files, case):
    code, _, err = hook(event_of(files.root, *REFUSED[case]))
    assert code == 2
    assert "AGPL-3.0-only" in err


@pytest.mark.parametrize("case", REFUSED_BEFORE)
def test_a_copy_is_refused_before_it_is_written(hook, files, case):
    assert hook(event_of(files.root, *REFUSED_BEFORE[case], "PreToolUse"))[0] == 2


@pytest.mark.parametrize("case", NOT_READ)
def test_a_text_that_the_event_does_not_hold_is_not_clean(hook, files, case):
    code, _, err = hook(event_of(files.root, "Write", NOT_READ[case], "PreToolUse"))
    assert code == 5
    assert "could not be checked" in err


@pytest.mark.parametrize("case", CLEAN)
def test_an_event_that_adds_no_copy_is_clean(hook, files, case):
    assert hook(event_of(files.root, *CLEAN[case])) == (0, "", "")


def test_a_prompt_of_the_user_is_not_an_edit(hook, files):
    prompt_event = {"hook_event_name": "UserPromptSubmit", "cwd": str(files.root), "prompt": COPY}
    assert hook(prompt_event)[0] == 0


@pytest.mark.parametrize("path", ["./sub/../nowhere/../a.py", "sub\\a.py", "missing.py"])
def test_a_path_that_leads_nowhere_is_not_clean(hook, files, path):
    assert hook(event_of(files.root, "Write", {"file_path": path, "content": COPY}))[0] == 5
