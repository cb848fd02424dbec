# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan check`: license checks for commits, pushes and continuous integration."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.help_pages import PagedCommand
from codescan.cli.terminal_text import printable
from codescan.config import FAIL_ON

if TYPE_CHECKING:
    from datetime import datetime

    from codescan.app.check_result import CheckResult

__all__ = ["check"]

_FIRST_PAGE = (
    "staged", "diff", "index_folder", "corpus", "policy_from", "baseline", "update_baseline",
    "format_", "fail_on", "config_file",
)  # fmt: skip
_SECTIONS = {
    "Policy": ("strict", "min_tokens", "allow_unchecked", "verify"),
    "Baseline entries": ("reason", "reviewer", "expires"),
    "Input and result": ("stdin_filename", "ai_lines", "write_note", "trailer", "show_suppressed",
                         "out", "quiet"),
}  # fmt: skip


@click.command(cls=PagedCommand, first_page=_FIRST_PAGE, sections=_SECTIONS)
@click.argument("paths", nargs=-1, metavar="[PATHS|-]...")
@click.option(
    "--staged",
    is_flag=True,
    help="Check the lines that the next commit adds, as they are staged. With PATHS: in these "
    "files only. When pre-commit runs on a push: the lines that the push adds.",
)
@click.option(
    "--diff",
    metavar="A..B",
    help="Check the lines that commit B adds to A. A...B: those added since both branched.",
)
@click.option(
    "--policy-from",
    metavar="base|head|REV",
    help="Revision whose configuration and manifests apply: before the change (base), after it "
    "(head), or REV (with PATHS).  [default: base for --diff, the working tree otherwise]",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Ignore allow comments and baseline entries that the change itself brings. Take "
    "index and minimum length from the command line only.",
)
@options.index_options(builds=False)
@options.verify_option
@options.report_format_option
@options.out_option
@click.option(
    "--min-tokens",
    type=click.IntRange(min=1),
    metavar="N",
    help="Minimum length of a finding, in tokens.  [default: the guarantee of the index, or the "
    "configuration]",
)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    help="Lowest grade that fails the check (A is the strongest evidence).  [default: B, or the "
    "configuration]",
)
@click.option(
    "--ai-lines",
    is_flag=True,
    help="Also count lines and passages by the agent and model that wrote them, as marked by Agent "
    "Trace files, git-ai notes and Assisted-by trailers. Unmarked lines are checked all the same.",
)
@click.option(
    "--write-note",
    is_flag=True,
    help="With --diff: write the result as a note on commit B, in refs/notes/codescan.",
)
@click.option(
    "--trailer",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Add a Checked-by trailer to the commit message in FILE if nothing fails and everything "
    "was checked; remove an older one otherwise.",
)
@options.allow_unchecked_option
@click.option(
    "--baseline",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File of accepted passages.  [default: .codescan.baseline.json]",
)
@click.option(
    "--update-baseline",
    is_flag=True,
    help="Accept the findings that fail: add them to the baseline, with --reason and --reviewer, "
    "and remove stale entries.",
)
@click.option("--reason", metavar="TEXT", help="Reason for the decision.")
@click.option("--reviewer", metavar="NAME", help="Person who decides.")
@click.option(
    "--expires",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Expiry date of the entries.  [default: never]",
)
@click.option(
    "--show-suppressed",
    is_flag=True,
    help="Also list accepted passages, and shared passages that are not findings, with the reason.",
)
@click.option(
    "--stdin-filename",
    metavar="PATH",
    help="File name to assume for stdin; used for language detection.",
)
@options.config_option
@options.quiet_option
def check(*, format_: str | None, out: Path | None, quiet: bool,
          expires: datetime | None, **parameters: Any) -> int:  # fmt: skip
    """Fail if third-party code violates the license policy.

    PATHS are files or folders; "-" is stdin. The default is the current folder. A passage
    passes if its license has no conditions, the file declares it, or a reviewer accepted it. The
    command needs no network.
    """
    from codescan.app.check import check as check_texts
    from codescan.app.check_options import CheckOptions
    from codescan.app.settings import report_format

    result = check_texts(
        CheckOptions(
            stdin=options.stdin(parameters["paths"]),
            expires=expires.date() if expires is not None else None,
            out=out,
            **parameters,
        )
    )
    format_ = report_format(format_, result.config)
    console = Console(quiet)
    update = result.update
    if update is not None and format_ == "json":
        console.json(update)
        return result.exit_code
    if update is not None:
        console.name_unread(update.unchecked)
        removed = f", {update.removed} stale removed" if update.removed else ""
        console.result(
            printable(
                f"{update.accepted} accepted{removed}; {os.path.relpath(update.file)} holds "
                f"{update.entries} in all"
            )
        )
        return result.exit_code
    for path, line, problem in result.unused_allow_comments:
        console.say(f"{path}:{line}: an allow comment has no effect: {problem}")
    _show(result, format_, console, out, show_suppressed=parameters["show_suppressed"])
    return result.exit_code


def _show(
    result: CheckResult, format_: str, console: Console, out: Path | None, *, show_suppressed: bool
) -> None:
    from codescan.cli import gate_text
    from codescan.cli.output import show

    if format_ == "terminal":
        text = gate_text.render(result, show_accepted=show_suppressed)
        console.result(click.unstyle(text) if out else text, out=out)
        return
    show(result.shown(format_, with_accepted=show_suppressed), format_, console, out=out)
