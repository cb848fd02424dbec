# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""An option has one name for one thing in all commands."""

from collections import defaultdict

import click
import pytest

from codescan.cli.root import cli

BY_COMMAND = {
    "--out": "a file, a folder or a run folder, as the command writes",
    "--seed": "a number, or the secret seed of canaries",
    "--fail-on": "a grade, or the result of a lookup",
    "--format": "the formats that the command has",
}
"""Options whose values differ by command, with the reason."""


def all_options(command=cli, path="codescan"):
    """Yield each option with the words of its command."""
    for option in command.params:
        if isinstance(option, click.Option):
            yield option, path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from all_options(command.get_command(context, name), f"{path} {name}")


def option_kinds():
    """The commands of each option, by name and kind of value."""
    kinds = defaultdict(lambda: defaultdict(list))
    for option, path in all_options():
        for name in option.opts + option.secondary_opts:
            kinds[name][kind_of(option)].append(path)
    return kinds


def kind_of(option):
    if isinstance(option.type, click.Choice):
        return tuple(option.type.choices)
    return option.metavar, option.is_flag


KINDS = option_kinds()


@pytest.mark.parametrize("name", sorted(KINDS))
def test_an_option_takes_one_kind_of_value(name):
    assert len(KINDS[name]) == 1 or name in BY_COMMAND, dict(KINDS[name])


def test_no_option_takes_a_number_that_is_none_for_a_number():
    """NaN is within the bounds of any range, and no comparison with it holds."""
    numbers = [option for option, _ in all_options() if option.type.name.startswith("float")]
    assert numbers
    for option in numbers:
        for value in ("nan", "inf", "1e999"):
            with pytest.raises(click.BadParameter):
                option.type.convert(value, option, None)


def test_names_differ_by_more_than_the_number():
    assert not [name for name in KINDS if f"{name}s" in KINDS]
