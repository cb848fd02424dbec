# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan scan`: which passages of these texts are copies, and whose."""

from __future__ import annotations

import contextlib
import itertools
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from codescan.cli import options
from codescan.cli.console import Advance, Console

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from codescan.app.indexes import Matching
    from codescan.index import Index
    from codescan.records import Finding, Report, Skipped, Snippet, Suppressed

__all__ = ["scan"]

_BATCH = 256  # snippets in memory at a time
_BELOW_THRESHOLD = "below-threshold"
_DESCRIBED = ("A", "B")  # grades whose files bills of materials describe
_MAX_KEPT = 64 << 20
_MAX_HELD = 16 << 20  # bytes of texts that are compared with a folder, to know all of them


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATHS|-]...")
@click.option(
    "--jsonl",
    is_flag=True,
    help='Each PATH holds JSON Lines: {"id": ..., "text": ..., "language"?: ...} on each line.',
)
@click.option(
    "--language",
    metavar="NAME",
    help="Language of every input, for example python; without it, told by name and content.",
)
@click.option(
    "--min-tokens",
    type=click.IntRange(min=1),
    help="Passages of fewer tokens are no findings.  [default: what the index guarantees]",
)
@click.option(
    "--show-suppressed",
    is_flag=True,
    help="Also list shared passages that are no findings, with the reason.",
)
@options.index_options(builds=False)
@click.option(
    "--against",
    multiple=True,
    metavar="FOLDER",
    help="Match against the files of FOLDER instead of an index; can be repeated. Nothing is "
    "kept. Copies are found as with an index of FOLDER, but for those of which edits left hardly "
    "a run of tokens.",
)
@options.report_format_option
@options.out_option
@options.fail_on_option("B")
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
    against: tuple[str, ...],
    format_: str | None,
    out: Path | None,
    fail_on: str | None,
    config_file: Path | None,
    quiet: bool,
) -> int:
    """Find passages of texts that are copies from an index or a folder, and say whose they are.

    PATHS are files or folders; "-" is standard input, which is also read when PATHS are left out
    and something is piped in.
    """
    from codescan.app.indexes import compare_folders, open_index
    from codescan.app.settings import project_config, report_format
    from codescan.cli.output import exit_code, show
    from codescan.errors import UsageError

    config = project_config(config_file)
    console = Console(quiet)
    format_ = report_format(format_, config)
    if against and (index_folder is not None or corpus is not None):
        raise UsageError(
            "--against names folders, --index and --corpus an index", "give one of them"
        )
    snippets = _snippets(paths, language, jsonl=jsonl)
    settings: dict[str, object] = {
        "command": "scan",
        "inputs": list(paths),
        **({"against": list(against)} if against else {}),
        "min_tokens": min_tokens or config.min_tokens or 1,
        "language": language,
    }
    if against:
        snippets, known = _held(snippets)
        opened = compare_folders(against, known, console)
    else:
        opened = open_index(index_folder, corpus, config)
    with contextlib.closing(opened) as index, console.progress("scanning") as advance:
        report = scan_report(
            snippets, index, settings, show_suppressed=show_suppressed, advance=advance
        )
    show(report, format_, console, out=out)
    return exit_code(report, fail_on or config.fail_on or "B")


def _snippets(
    paths: tuple[str, ...], language: str | None, *, jsonl: bool
) -> Iterator[Snippet | Skipped]:
    from codescan.app.snippet_inputs import STDIN, file_snippets, json_lines_snippets
    from codescan.errors import UsageError
    from codescan.text.languages import by_tag

    known = by_tag(language) if language else None
    if language and known is None:
        raise UsageError(f"there is no language called {language!r}", "for example: python, c, go")
    if not paths:
        if sys.stdin.isatty():
            raise UsageError("nothing to scan", "name files or folders, or pipe a text in")
        paths = (STDIN,)
    return json_lines_snippets(paths, known) if jsonl else file_snippets(paths, known)


def _held(
    snippets: Iterator[Snippet | Skipped],
) -> tuple[Iterator[Snippet | Skipped], list[Snippet] | None]:
    """The same snippets, and the texts in all of them; None where these are too many to hold."""
    from codescan.app.snippet_inputs import views_of
    from codescan.records import Snippet

    held: list[Snippet | Skipped] = []
    size = 0
    for item in snippets:
        held.append(item)
        size += len(item.content) if isinstance(item, Snippet) else 0
        if size > _MAX_HELD:
            return itertools.chain(held, snippets), None
    texts = (views_of(item) for item in held if isinstance(item, Snippet))
    return iter(held), list(itertools.chain.from_iterable(texts))


@dataclass(slots=True)
class _Tally:
    """What a scan has seen so far."""

    snippets: int = 0
    bytes: int = 0
    findings: list[Finding] = field(default_factory=list)
    suppressed: list[Suppressed] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    kept: int = 0
    """Bytes of files among the texts."""


def scan_report(
    snippets: Iterable[Snippet | Skipped],
    index: Index,
    settings: dict[str, object],
    *,
    show_suppressed: bool = False,
    advance: Advance = lambda _done: None,
) -> Report:
    """Match snippets and report; memory grows with what is found, not with what is read.

    Args:
        snippets: what to check; those that could not be read come as Skipped.
        index: what to match against.
        settings: for the report; its "min_tokens" is applied here.
        show_suppressed: list what is suppressed; it is counted in any case.
        advance: told of the number of snippets done.
    """
    from codescan.app.indexes import Matching, describe_index
    from codescan.app.versions import version
    from codescan.audits.measures.extraction import findings_by_grade, license_statistics
    from codescan.records import Report

    seen = _Tally()
    matching = Matching.of(index)
    iterator = iter(snippets)
    while batch := list(itertools.islice(iterator, _BATCH)):
        _match(batch, matching, int(str(settings["min_tokens"])), seen)
        advance(seen.snippets)
    return Report(
        tool={"name": "codescan", "version": version()},
        run=settings,
        index=describe_index(index),
        statistics={
            "snippets": seen.snippets,
            "bytes": seen.bytes,
            "skipped": _counted(skip.reason for skip in seen.skipped),
            "findings_by_grade": findings_by_grade(seen.findings),
            "suppressed": _counted(item.reason for item in seen.suppressed),
            "by_license_category": license_statistics(
                seen.findings, lambda finding: finding.snippet_id
            ),
        },
        findings=tuple(sorted(seen.findings, key=lambda finding: finding.grade.value)),
        suppressed=tuple(seen.suppressed) if show_suppressed else (),
        skipped=tuple(seen.skipped),
        completions=seen.texts,
    )


def _match(
    batch: list[Snippet | Skipped], matching: Matching, min_tokens: int, seen: _Tally
) -> None:
    from codescan.app.snippet_inputs import views_of
    from codescan.pipeline import scan as scan_snippets
    from codescan.records import Skipped, Snippet, Suppressed

    snippets = [item for item in batch if isinstance(item, Snippet)]
    seen.skipped += [item for item in batch if isinstance(item, Skipped)]
    seen.snippets += len(snippets)
    seen.bytes += sum(len(snippet.content) for snippet in snippets)
    by_id = {snippet.id: snippet for snippet in snippets}
    parts = itertools.chain.from_iterable(map(views_of, snippets))
    for item in scan_snippets(parts, matching.index, matching.matchers, name_functions=True):
        if isinstance(item, Skipped):
            seen.skipped.append(item)
        elif isinstance(item, Suppressed):
            seen.suppressed.append(item)
        elif item.tokens < min_tokens:
            seen.suppressed.append(
                Suppressed(item.snippet_id, item.region, item.tokens, _BELOW_THRESHOLD)
            )
        else:
            seen.findings.append(item)
            _keep(by_id[item.snippet_id], item, seen)


def _keep(snippet: Snippet, finding: Finding, seen: _Tally) -> None:
    """Keep a text that is nowhere else, or that formats such as SPDX describe by its hash."""
    if snippet.id in seen.texts or not (snippet.path is None or finding.grade.value in _DESCRIBED):
        return
    if snippet.path is not None:
        seen.kept += len(snippet.content)
        if seen.kept > _MAX_KEPT:
            return
    seen.texts[snippet.id] = snippet.content.decode("utf-8", "replace")


def _counted(reasons: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(reasons).items()))
