# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the hook into the settings of an agent, and takes it out again; other settings stay."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

from codescan.app.change_inputs import repository_at
from codescan.errors import ConfigError, UsageError
from codescan.hooks.adapters import ADAPTERS, Adapter
from codescan.records.json_decode import DecodingError, decode_json
from codescan.runs.regular_files import write_regular_file
from codescan.sources.regular_files import read_regular_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["hook_command", "index_options", "install", "project_root", "uninstall"]

_MAX_BYTES = 4 << 20
_MARK = "codescan hook"
_SECONDS = 60
"""After which an agent gives the hook up."""


def hook_command(agent: str, options: Sequence[str]) -> str:
    """The command line that an agent runs.

    Args:
        agent: name of the adapter.
        options: further options, for example an index.
    """
    return shlex.join(["codescan", "hook", "--agent", agent, *options])


def project_root(folder: Path) -> Path:
    """The Git working tree around a folder; the folder itself outside of one."""
    repository = repository_at(folder, needed=False)
    return (repository.root if repository is not None else None) or folder


def index_options(index_folder: Path | None, corpus: str | None) -> tuple[str, ...]:
    """The options by which a hook uses the same index from any folder."""
    folder = () if index_folder is None else ("--index", str(index_folder.absolute()))
    return folder if corpus is None else (*folder, "--corpus", corpus)


def install(agent: str, root: Path, options: Sequence[str] = ()) -> tuple[Path, bool]:
    """Write the hook into the settings of a project.

    Returns:
        The settings file, and whether it changed.

    Raises:
        UsageError: the agent has no settings file.
        ConfigError: the settings are not JSON, or not of the agent's form.
        OutputError: they cannot be written.
    """
    adapter, file, settings = _settings(agent, root)
    before = json.dumps(settings)
    _remove(settings, adapter)
    if adapter.is_flat:
        settings.setdefault("version", 1)
    hooks = _table(settings, "hooks", file)
    events = hooks.setdefault(adapter.event, [])
    if not isinstance(events, list):
        raise ConfigError(f"{file}: hooks.{adapter.event} is not a list", "correct it by hand")
    command = {"command": hook_command(agent, options)}
    if adapter.is_flat:
        events.append(command)
    else:
        entry = {"type": "command", **command, "timeout": _timeout(adapter)}
        events.append({"matcher": adapter.matcher, "hooks": [entry]})
    if settings == json.loads(before):
        return file, False
    _write(file, settings, root)
    return file, True


def uninstall(agent: str, root: Path) -> tuple[Path, bool]:
    """Take the hook out of the settings of a project; as `install`."""
    adapter, file, settings = _settings(agent, root)
    before = json.dumps(settings)
    _remove(settings, adapter)
    if settings == json.loads(before):
        return file, False
    _write(file, settings, root)
    return file, True


def _timeout(adapter: Adapter) -> int:
    """The limit in the agent's unit: Gemini CLI counts milliseconds."""
    return _SECONDS * 1000 if adapter.event == "AfterTool" else _SECONDS


def _settings(agent: str, root: Path) -> tuple[Adapter, Path, dict[str, Any]]:
    adapter = ADAPTERS[agent]
    if not adapter.settings:
        raise UsageError(
            f"{agent} has no settings file to write", f"let it run: {hook_command(agent, ())}"
        )
    file = root / adapter.settings
    content = read_regular_file(file, _MAX_BYTES)
    if content is None:
        return adapter, file, {}
    try:
        return adapter, file, decode_json(content, dict[str, Any])
    except DecodingError as error:
        raise ConfigError(
            f"{file} cannot be read: {error}", "correct it, then install again"
        ) from None


def _table(settings: dict[str, Any], key: str, file: Path) -> dict[str, Any]:
    table = settings.setdefault(key, {})
    if not isinstance(table, dict):
        raise ConfigError(f"{file}: {key} is not an object", "correct it by hand")
    return table


def _remove(settings: dict[str, Any], adapter: Adapter) -> None:
    """Take out every entry of ours, and what is empty without it."""
    hooks = settings.get("hooks")
    events = hooks.get(adapter.event) if isinstance(hooks, dict) else None
    if not isinstance(hooks, dict) or not isinstance(events, list):
        return
    other_groups = []
    for entry in events:
        if isinstance(entry, dict) and isinstance(entry.get("hooks"), list):
            others = [each for each in entry["hooks"] if not _is_ours(each)]
            if others or not entry["hooks"]:
                other_groups.append({**entry, "hooks": others})
        elif not _is_ours(entry):
            other_groups.append(entry)
    if other_groups:
        hooks[adapter.event] = other_groups
    else:
        del hooks[adapter.event]
        if not hooks:
            del settings["hooks"]


def _is_ours(entry: object) -> bool:
    command = entry.get("command") if isinstance(entry, dict) else None
    return isinstance(command, str) and command.startswith(_MARK)


def _write(file: Path, settings: dict[str, Any], root: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(settings, indent=2, ensure_ascii=False) + "\n"
    write_regular_file(file, text.encode(), inside=root)
