# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan logs`: audit conversation logs at any size."""

from __future__ import annotations

from pathlib import Path

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.help_pages import PagedCommand
from codescan.cli.terminal_text import printable
from codescan.records.json_form import encode

__all__ = ["logs"]

_FIRST_PAGE = (
    "index_folder", "corpus", "out", "sample", "stratify", "user_text", "fail_on",
    "allow_unchecked", "format_", "quiet",
)  # fmt: skip
_SECTIONS = {
    "Processes": ("workers", "engine", "address"), "Sampling": ("seed", "chance_sample"),
    "Matching": ("min_tokens",),
    "Result": ("quote", "key", "config_file"),
}  # fmt: skip


@click.command(cls=PagedCommand, first_page=_FIRST_PAGE, sections=_SECTIONS)
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DATA..."
)
@options.index_options(builds=False)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write findings, rates, summary, page and hash chain to DIR. A run that was stopped "
    "continues there.",
)
@click.option(
    "--limit",
    "sample",
    type=click.IntRange(min=1),
    metavar="N",
    help="Match a random sample of N conversations; with --stratify, N of each stratum.  "
    "[default: all]",
)
@click.option(
    "--stratify",
    type=click.Choice(("model", "file", "format")),
    help="Draw separately from each model, file or log format, and weight each by its number of "
    "conversations.",
)
@click.option(
    "--user-text",
    is_flag=True,
    help="Also match the model's input: messages, files and tool results. Its findings and rates "
    "are reported separately.",
)
@options.workers_option
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="N",
    help="Seed of the draw and of the shuffled index.",
)
@click.option(
    "--chance-sample",
    type=click.IntRange(min=0),
    default=2000,
    show_default=True,
    metavar="N",
    help="Number of conversations to match with the shuffled index too, to estimate chance "
    "matches; 0 turns it off.",
)
@click.option(
    "--min-tokens",
    type=click.IntRange(min=1),
    metavar="N",
    help="Minimum length of a finding, in tokens.  [default: the guarantee of the index]",
)
@click.option(
    "--quote",
    type=click.IntRange(min=0),
    default=400,
    show_default=True,
    metavar="N",
    help="Maximum number of characters of copied text in a finding; 0 for none. Lines that the "
    "origin does not hold are redacted.",
)
@click.option(
    "--signing-key",
    "key",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Sign the results with this private key, from `codescan evidence keygen`.",
)
@options.fail_on_option("none")
@options.engine_options
@options.allow_unchecked_option
@options.config_option
@options.format_option
@options.quiet_option
def logs(  # noqa: PLR0913  one parameter for each option
    *,
    paths: tuple[Path, ...],
    index_folder: Path | None,
    corpus: str | None,
    out: Path | None,
    sample: int | None,
    stratify: str | None,
    user_text: bool,
    workers: int | None,
    engine: str,
    address: str | None,
    seed: int,
    chance_sample: int,
    min_tokens: int | None,
    quote: int,
    key: Path | None,
    fail_on: str | None,
    allow_unchecked: tuple[str, ...],
    config_file: Path | None,
    format_: str,
    quiet: bool,
) -> int:
    """Audit conversation logs of any size against an index.

    DATA are files or folders in any log format of `codescan audit --replay`, also compressed.
    Reports the share of conversations with a copy, by work, owner and license, with intervals
    that fit the sampling design.
    """
    from codescan.app.log_audit import LogAuditOptions, audit_log_files
    from codescan.app.settings import project_config
    from codescan.reports.log_audit_text import log_audit_text

    console = Console(quiet)
    config = project_config(config_file)
    with console.steps() as on_progress:
        result = audit_log_files(
            LogAuditOptions(
                paths=paths,
                index_folder=index_folder,
                corpus=corpus,
                out=out,
                sample=sample or 0,
                stratify_by=stratify or "",
                seed=seed,
                user_text=user_text,
                quote=quote,
                key=key,
                chance_sample=chance_sample,
                min_tokens=min_tokens,
                workers=workers,
                engine=engine,
                address=address,
                fail_on=fail_on or config.fail_on or "none",
                allow_unchecked=allow_unchecked,
                config=config,
            ),
            on_progress,
        )
    if format_ == "json":
        console.json(result.summary)
    else:
        console.result(printable(log_audit_text(encode(result.summary))))
    if out is not None:
        console.say(f"results: {out}")
    return result.exit_code
