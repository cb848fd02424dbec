# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Settings of an audit: from the call, a file, the project and a preset, in this order."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

import codescan
from codescan.__main__ import main
from codescan.app.audit_options import AuditOptions
from codescan.app.audit_settings import PRESETS, SETTINGS, audit_options
from codescan.cli.help_pages import FIRST_PAGE, PagedCommand
from codescan.cli.root import cli
from codescan.config import parse_config
from codescan.errors import ConfigError, UsageError


def config_of(text, path=Path("codescan.toml")):
    return parse_config(text.encode(), path)


def option_names():
    """Settings of `codescan audit`, by the names of its options."""
    command = cli.get_command(click.Context(cli), "audit")
    others = {
        "dry_run", "settings", "format", "config", "quiet", "help_all", "help",
    }  # fmt: skip
    names = {parameter.opts[-1].lstrip("-").replace("-", "_") for parameter in command.params}
    return command, names - others


def test_every_option_is_a_setting_with_the_same_default():
    command, names = option_names()
    assert names == set(SETTINGS)
    defaults = AuditOptions()
    for parameter in command.params:
        if parameter.name in {field.name for field in fields(AuditOptions)}:
            default = parameter.get_default(click.Context(command))
            expected = getattr(defaults, parameter.name)
            if isinstance(expected, (int, float)) or expected:
                assert default == expected, parameter.name
            else:
                assert not isinstance(default, (str, int, float)), parameter.name


def test_the_nearer_place_comes_first(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text('limit = 7\nsamples = 3\nstrategy = ["prefix"]\n')
    config = config_of('[audit]\nlimit = 5\nseed = 9\nsamples = 2\npreset = "quick"\n')
    options = audit_options({"limit": 11}, config=config, settings_file=file)
    assert (options.limit, options.samples, options.seed) == (11, 3, 9)
    assert options.max_new_tokens == PRESETS["quick"]["max_new_tokens"]
    assert options.strategies == ("prefix",)
    assert audit_options({}, config=config).limit == 5
    assert audit_options({"preset": "thorough"}).limit == 1_000
    assert audit_options({}) == AuditOptions()


def test_a_nearer_place_overrules_what_excludes_it():
    config = config_of('[audit]\nreplay = "log.jsonl"\ncorpus = "top-pypi"\n')
    options = audit_options({"model": "m", "index": Path("i")}, config=config)
    assert (options.model, options.replay) == ("m", None)
    assert (options.index_folder, options.corpus) == (Path("i"), None)


def test_a_preset_bounds_drawn_prompts_only():
    assert audit_options({"preset": "quick"}).limit == 40
    assert audit_options({"preset": "quick", "replay": "log.jsonl"}).limit is None
    assert audit_options({"preset": "quick", "prompt_file": "p.jsonl"}).limit is None


def test_paths_of_a_file_are_relative_to_it(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text('[audit]\nreplay = "log.jsonl"\nindex = "idx"\n')
    options = audit_options({}, settings_file=file)
    assert (options.replay, options.index_folder) == (tmp_path / "log.jsonl", tmp_path / "idx")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("limt = 3", "did you mean 'limit'?"),
        ("limit = 0", "limit"),
        ("limit = '3'", "limit"),
        ("limit = 3.5", "limit"),
        ("limit = true", "limit"),
        ("samples = -1", "samples"),
        ("null_share = 1.0", "null_share"),
        ("top_p = 0", "top_p"),
        ("temperature = -0.1", "temperature"),
        ("shuffled_index = 1", "shuffled_index"),
        ("frame = ['moon']", "frame"),
        ("fail_on = 'E'", "fail_on"),
        ("preset = 'slow'", "preset"),
        ("strategy = [1]", "strategy"),
        ("model = ['a']", "model"),
        ("model = {a = 1}", "model"),
        ("command_line = ['x']", "command_line"),
    ],
)
def test_wrong_settings_of_a_file_are_errors(line, message, tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text(line)
    for call in (
        lambda: audit_options({}, settings_file=file),
        lambda: audit_options({}, config=config_of(f"[audit]\n{line}")),
    ):
        with pytest.raises(ConfigError) as raised:
            call()
        assert message in f"{raised.value.message} {raised.value.hint}"


def test_wrong_arguments_of_the_function_are_usage_errors():
    with pytest.raises(UsageError, match="limit"):
        codescan.audit("m", limit=0)
    with pytest.raises(UsageError, match="unknown audit setting 'limmit'"):
        codescan.audit("m", limmit=3)


def test_files_that_cannot_be_settings(tmp_path, capsys):
    (tmp_path / "bad.toml").write_text("limit = ")
    (tmp_path / "more.toml").write_text("[audit]\nlimit = 3\n[other]\nx = 1\n")
    for name in ("bad.toml", "more.toml", "missing.toml"):
        assert main(["audit", "--model", "m", "--settings", str(tmp_path / name)]) == 2
    assert "cannot read" in capsys.readouterr().err
    with pytest.raises(ConfigError):
        config_of("audit = 3")


def test_settings_of_the_project_are_used(built_index, capsys):
    Path("log.jsonl").write_text('{"prompt": "p", "completion": "x = 1"}\n')
    Path("codescan.toml").write_text('[audit]\nreplay = "log.jsonl"\nself_test = 0\nout = "run"\n')
    assert main(["audit", "--index", str(built_index), "-q"]) == 0
    assert Path("run/report.json").is_file()
    Path("codescan.toml").write_text("[audit]\nreplai = 'log.jsonl'\n")
    assert main(["audit", "--index", str(built_index), "-q"]) == 2
    assert "did you mean 'replay'?" in capsys.readouterr().err


def walk(command, context):
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            yield from walk(inner, click.Context(inner, context, name))
    else:
        yield command, context


@pytest.mark.parametrize(
    ("command", "context"),
    [
        pytest.param(command, context, id=context.command_path)
        for command, context in walk(cli, click.Context(cli, info_name="codescan"))
    ],
)
def test_a_first_help_page_has_a_dozen_options_at_most(command, context):
    page = command.get_help(context)
    assert len(re.findall(r"^  -", page, re.MULTILINE)) <= FIRST_PAGE
    if isinstance(command, PagedCommand):
        assert f"{context.command_path} --help-all" in page
        known = {parameter.name for parameter in command.params}
        named = {*command.first_page, *(n for names in command.sections.values() for n in names)}
        assert named <= known
        arguments = {each.name for each in command.params if isinstance(each, click.Argument)}
        assert known - named - arguments == {"help_all"}


def test_all_help_shows_every_option(capsys):
    assert main(["audit", "--help-all"]) == 0
    message = capsys.readouterr().out
    _, names = option_names()
    for name in names:
        assert f"--{name.replace('_', '-')}" in message
    assert "Baselines and checks:" in message
