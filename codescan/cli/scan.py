# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan scan`: find passages of texts that are copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.help_pages import PagedCommand

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["scan"]


_FIRST_PAGE = (
    "language", "index_folder", "corpus", "against", "format_", "out", "fail_on", "min_tokens",
    "config_file", "quiet",
)  # fmt: skip
_SECTIONS = {
    "Input": ("jsonl",), "Result": ("show_suppressed", "verify", "allow_unchecked"),
    "Processes": ("engine", "address"),
}  # fmt: skip


@click.command(cls=PagedCommand, first_page=_FIRST_PAGE, sections=_SECTIONS)
@click.argument("paths", nargs=-1, metavar="[PATHS|-]...")
@click.option(
    "--jsonl",
    is_flag=True,
    help='Read PATHS as JSON Lines: {"id": ..., "text": ..., "language"?: ...} on each line.',
)
@click.option(
    "--language",
    metavar="NAME",
    help="Language of every input, for example python.  [default: detected by name and content]",
)
@click.option(
    "--min-tokens",
    metavar="N",
    type=click.IntRange(min=1),
    help="Minimum length of a finding, in tokens.  [default: the guarantee of the index]",
)
@click.option(
    "--show-suppressed",
    is_flag=True,
    help="Also list shared passages that are not findings, with the reason.",
)
@options.index_options(builds=False)
@options.verify_option
@click.option(
    "--against",
    multiple=True,
    metavar="FOLDER",
    help="Match against the files of FOLDER instead of an index; repeat for several. Finds the "
    "same copies as an index of FOLDER, except heavily edited ones.",
)
@options.report_format_option
@options.out_option
@options.fail_on_option("B")
@options.allow_unchecked_option
@options.engine_options
@options.config_option
@options.quiet_option
def scan(  # noqa: PLR0913  one parameter for each option
    *,
    paths: tuple[str, ...],
    jsonl: bool,
    language: str | None,
    min_tokens: int | None,
    show_suppressed: bool,
    index_folder: Path | None,
    corpus: str | None,
    verify: bool,
    engine: str,
    address: str | None,
    against: tuple[str, ...],
    format_: str | None,
    out: Path | None,
    fail_on: str | None,
    allow_unchecked: tuple[str, ...],
    config_file: Path | None,
    quiet: bool,
) -> int:
    """Find copied passages in texts, and name their origin and license.

    PATHS are files or folders; "-" is stdin. Without PATHS, the command reads piped stdin.
    """
    from codescan.app.scan import ScanOptions
    from codescan.app.scan import scan as scan_texts
    from codescan.app.settings import project_config, report_format
    from codescan.cli.output import show

    config = project_config(config_file)
    console = Console(quiet)
    format_ = report_format(format_, config)
    with console.steps() as on_progress:
        result = scan_texts(
            ScanOptions(
                paths=paths,
                stdin=options.stdin(paths),
                jsonl=jsonl,
                language=language,
                min_tokens=min_tokens,
                show_suppressed=show_suppressed,
                index_folder=index_folder,
                corpus=corpus,
                verify=verify,
                engine=engine,
                address=address,
                against=against,
                fail_on=fail_on,
                allow_unchecked=allow_unchecked,
                config=config,
            ),
            on_progress,
        )
    show(result.report, format_, console, out=out)
    return result.exit_code
