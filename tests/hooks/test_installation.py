# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Settings of agents: the hook is written once, taken out again, and all else stays."""

from __future__ import annotations

import json
import shlex

import pytest

from codescan.hooks.adapters import ADAPTERS
from codescan.hooks.quick_answer import plain_options

INSTALLABLE = [name for name, adapter in ADAPTERS.items() if adapter.settings]


def main(*words):
    from codescan.__main__ import main

    return main(["hook", "install", *words])


@pytest.mark.parametrize("agent", INSTALLABLE)
def test_install_writes_and_removes(project, agent, capfd):
    file = project.root / ADAPTERS[agent].settings
    assert main(agent) == 0
    first = file.read_bytes()
    settings = json.loads(first)
    [entry] = settings["hooks"][ADAPTERS[agent].event]
    command = entry["command"] if ADAPTERS[agent].is_flat else entry["hooks"][0]["command"]
    words = shlex.split(command)
    assert words[:2] == ["codescan", "hook"]
    assert plain_options(words[2:]) == {"agent": agent}
    assert main(agent) == 0
    assert file.read_bytes() == first
    assert main(agent, "--remove") == 0
    assert "hooks" not in json.loads(file.read_bytes())
    assert "nothing to change" not in capfd.readouterr().err


@pytest.mark.parametrize("agent", INSTALLABLE)
def test_other_settings_stay(project, agent):
    adapter = ADAPTERS[agent]
    other = (
        {"command": "lint"} if adapter.is_flat else {"matcher": "X", "hooks": [{"command": "l"}]}
    )
    before = {"version": 7, "theme": "é", "hooks": {adapter.event: [other], "Stop": [other]}}
    file = project.write(adapter.settings, json.dumps(before))
    assert main(agent) == 0
    after = json.loads(file.read_bytes())
    assert after["hooks"][adapter.event][0] == other
    assert len(after["hooks"][adapter.event]) == 2
    assert main(agent, "--remove") == 0
    assert json.loads(file.read_bytes()) == before


def test_a_changed_index_replaces_the_entry(project, tmp_path):
    assert main("claude-code") == 0
    assert main("claude-code", "--index", str(tmp_path)) == 0
    settings = json.loads((project.root / ".claude/settings.json").read_bytes())
    [group] = settings["hooks"]["PostToolUse"]
    assert str(tmp_path) in group["hooks"][0]["command"]


@pytest.mark.parametrize("text", [
    "not json", "[]", '{"hooks": 3}', '{"hooks": {"PostToolUse": "x"}}', "[" * 100_000,
])  # fmt: skip
def test_settings_of_another_form_are_left_alone(project, text, capfd):
    file = project.write(".claude/settings.json", text)
    assert main("claude-code") == 2
    assert file.read_text() == text
    assert "error" in capfd.readouterr().err


def test_a_link_that_leads_out_is_not_written(project, tmp_path, capfd):
    outside = tmp_path / "outside.json"
    outside.write_text("{}")
    (project.root / ".claude").mkdir()
    (project.root / ".claude/settings.json").symlink_to(outside)
    assert main("claude-code") != 0
    assert outside.read_text() == "{}"
    assert "error" in capfd.readouterr().err


@pytest.mark.usefixtures("project")
def test_the_result_is_given_as_json(capfd):
    assert main("codex", "--format", "json") == 0
    result = json.loads(capfd.readouterr().out)
    assert result["installed"] is True
    assert result["file"].endswith(".codex/hooks.json")
