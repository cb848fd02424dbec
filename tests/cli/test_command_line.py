# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The command line as a whole: help for everything, a light start, the generated reference."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from codescan.cli.root import COMMANDS, cli

HEAVY = {"torch", "scipy", "numpy", "requests", "httpx", "openai", "sqlite_utils", "jinja2", "rich"}


def walk(command, context):
    yield context.command_path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None, name
            yield from walk(inner, click.Context(inner, context, name))


ALL = dict(walk(cli, click.Context(cli, info_name="codescan")))
WITHOUT_RESULT = {
    "codescan demo", "codescan serve", "codescan hook run", "codescan mcp", "codescan lsp",
}  # fmt: skip
"""They show a page, speak a protocol, or run until they are stopped."""
OPTIONS = [
    pytest.param(option, id=f"{name} {option.opts[0]}")
    for name, command in ALL.items()
    for option in command.params
    if isinstance(option, click.Option)
]


@pytest.mark.parametrize("name", ALL)
def test_every_command_has_help_in_one_sentence_that_fits_a_line(name):
    assert ALL[name].help
    first = ALL[name].help.strip().partition("\n")[0]
    assert first.endswith(".")
    assert len(first) <= 100


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_has_help(option):
    assert option.help
    assert option.help[0].isupper() or option.help[0].isdigit()
    assert "." in option.help


@pytest.mark.parametrize("name", ALL)
def test_help_of_every_command_can_be_shown(name, runner):
    shown = runner.invoke(cli, [*name.split()[1:], "--help"])
    assert shown.exit_code == 0, shown.output
    assert "Usage:" in shown.output


@pytest.mark.parametrize("name", [name for name in ALL if name not in WITHOUT_RESULT])
def test_every_command_that_has_a_result_gives_it_as_json(name):
    command = ALL[name]
    if isinstance(command, click.Group):
        return
    assert "--format" in [opt for parameter in command.params for opt in parameter.opts]


def test_the_commands_of_the_design_are_there():
    assert set(COMMANDS) >= {"audit", "corpus", "doctor", "index", "report", "scan"}
    assert {"codescan corpus list", "codescan corpus show", "codescan corpus fetch"} <= set(ALL)
    assert {"codescan index build", "codescan index info", "codescan index verify"} <= set(ALL)


@pytest.mark.parametrize("arguments", [["--help"], ["scan", "--help"], ["--version"]])
def test_the_start_is_light(arguments):
    script = (
        "import sys; from codescan.__main__ import main; main(sys.argv[1:]); "
        "print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(done.stderr.split())


def test_one_command_does_not_import_the_others():
    script = (
        "import sys; from codescan.__main__ import main; main(['doctor', '--help']); "
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(done.stderr.split())
    assert "codescan.cli.doctor" in loaded
    assert not loaded & {"codescan.cli.audit", "codescan.cli.corpus", "codescan.cli.index"}


def test_the_reference_names_every_command_and_every_option(root):
    script = root / "scripts" / "cli_reference"
    process = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True
    ).stdout
    assert all(f"\n## {name}\n" in process for name in ALL)
    assert all(
        f"`{', '.join(sorted(option.opts, key=len))}" in process
        for option in (parameter.values[0] for parameter in OPTIONS)
    )
    again = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True
    )
    assert again.stdout == process
