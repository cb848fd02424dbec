# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Options that several commands share, and the types behind them."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from codescan.app.settings import DEFAULT_CORPUS
from codescan.config import FAIL_ON
from codescan.registry import AXES, names

__all__ = [
    "FiniteRange",
    "PluginName",
    "allow_unchecked_option",
    "config_option",
    "fail_on_option",
    "format_option",
    "index_options",
    "out_option",
    "quiet_option",
    "report_format_option",
    "run_folder_option",
    "stdin",
    "workers_option",
]

if TYPE_CHECKING:
    _ParamType = click.ParamType[str]
else:
    _ParamType = click.ParamType  # generic for type checkers, and only in later versions

F = TypeVar("F", bound=Callable[..., Any])


class FiniteRange(click.FloatRange):
    """A range of numbers; neither infinite nor NaN, which no bound of `FloatRange` keeps out."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


class PluginName(_ParamType):
    """The name of a plug-in on one axis of the registry.

    Entry points of other packages are looked up only when a name is not built in, which keeps the
    start fast.
    """

    name = "plug-in"

    def __init__(self, axis: str) -> None:
        self.axis = axis

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        """The built-in names."""
        return f"[{'|'.join(AXES[self.axis])}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, if it is known."""
        if value in AXES[self.axis]:
            return str(value)
        plug_in_names = names(self.axis)
        if value not in plug_in_names:
            self.fail(f"{value!r} is not one of {', '.join(map(repr, plug_in_names))}.", param, ctx)
        return str(value)


def stdin(paths: Sequence[str]) -> BinaryIO | None:
    """Standard input, unless it is a terminal that no path "-" asks for."""
    return sys.stdin.buffer if "-" in paths or not sys.stdin.isatty() else None


def quiet_option(command: F) -> F:
    """`--quiet`: errors and results only."""
    return click.option("-q", "--quiet", is_flag=True, help="Print results and errors only.")(
        command
    )


def format_option(command: F) -> F:
    """`--format` of a command whose result is not a report."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(["terminal", "json"]),
        default="terminal",
        show_default=True,
        help="Format of the result on stdout.",
    )(command)


def report_format_option(command: F) -> F:
    """`--format` of a command whose result is a report."""
    return click.option(
        "--format",
        "format_",
        type=PluginName("reports"),
        help="Format of the report on stdout.  [default: terminal, or the configuration]",
    )(command)


def out_option(command: F) -> F:
    """`--out FILE` for a rendered report."""
    return click.option(
        "--out",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Write the report to FILE instead of stdout.",
    )(command)


def fail_on_option(default: str) -> Callable[[F], F]:
    """`--fail-on`, with the command's own default."""
    return click.option(
        "--fail-on",
        type=click.Choice(FAIL_ON),
        help="Lowest grade that exits with 1 (A is the strongest evidence).  "
        f"[default: {default}, or the configuration]",
    )


def allow_unchecked_option(command: F) -> F:
    """`--allow-unchecked KIND`: inputs that may stay unchecked."""
    return click.option(
        "--allow-unchecked",
        "allow_unchecked",
        multiple=True,
        metavar="KIND",
        help="Do not exit with 5 for unchecked inputs of this kind, for example undecodable or "
        "too-large. The kind `nothing` stands for a run without any text. Repeat for several.",
    )(command)


def engine_options(command: F) -> F:
    """`--engine` and `--ray-address`: where tasks run."""
    command = click.option(
        "--ray-address",
        "address",
        metavar="ADDRESS",
        help="Address of a running Ray cluster, such as auto.  [default: start one here]",
    )(command)
    return click.option(
        "--engine",
        type=click.Choice(("local", "ray")),
        default="local",
        show_default=True,
        help="Run tasks in processes of this machine, or on a Ray cluster whose nodes see the same "
        "files.",
    )(command)


def workers_option(command: F) -> F:
    """`--workers N`."""
    return click.option(
        "--workers",
        type=click.IntRange(min=1),
        metavar="N",
        help="Number of worker processes; results do not depend on it.  [default: one per core]",
    )(command)


def run_folder_option(command: F) -> F:
    """`--out RUN`, of a command whose work is stored as it goes on."""
    return click.option(
        "--out",
        required=True,
        type=click.Path(file_okay=False, path_type=Path),
        metavar="RUN",
        help="Run folder. An unfinished run with the same settings continues.",
    )(command)


def config_option(command: F) -> F:
    """`--config FILE`."""
    return click.option(
        "--config",
        "config_file",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Read defaults from FILE.  [default: the nearest codescan.toml, or pyproject.toml "
        "with [tool.codescan], in the current folder or above it in the repository]",
    )(command)


verify_option = click.option(
    "--verify",
    is_flag=True,
    help="With an index of the profile `sketch`: fetch origin files from folders of its recipe, "
    "the download cache or the registry, and verify matches on them.",
)


def index_options(*, builds: bool) -> Callable[[F], F]:
    """`--index DIR` and `--corpus NAME`: what to match against.

    Args:
        builds: whether the command builds an index that is not there.
    """
    otherwise = "a missing index is built first" if builds else "see `codescan index build`"

    def add(command: F) -> F:
        command = click.option(
            "--corpus",
            metavar="NAME",
            help="Match against the index of this corpus: a name from `codescan corpus list`, a "
            f"recipe file or a folder ({otherwise}).  [default: {DEFAULT_CORPUS}]",
        )(command)
        return click.option(
            "--index",
            "index_folder",
            type=click.Path(path_type=Path),
            metavar="DIR",
            help="Match against the index in DIR.",
        )(command)

    return add
