# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Output of a command: results on stdout, messages and progress on stderr.

Text from corpora, models and file names is untrusted: what could move the cursor, color the
screen or hide a line is shown by name instead.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from codescan.cli.terminal_text import printable
from codescan.errors import UsageError
from codescan.records.json_form import encode
from codescan.reports.escaping import inert_json

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.app.progress import OnProgress
    from codescan.records import Skipped

__all__ = ["Advance", "Console"]

Advance = Callable[[int], None]
"""Called with the number of finished units."""

_LINE_SECONDS = 60.0


class Console(Struct, frozen=True):
    """The two channels of one command.

    Args:
        quiet: no messages and no progress; errors and results only.
    """

    quiet: bool = False

    def say(self, message: str) -> None:
        """Print one line of messages to stderr."""
        if not self.quiet:
            click.echo(printable(message), err=True)

    def warn(self, message: str) -> None:
        """Print one line to stderr, also when quiet: what a result leaves out."""
        click.echo(printable(message), err=True)

    def name_unread(self, skips: Iterable[Skipped], what: str = "checked") -> None:
        """Print a line to stderr for each input that a result leaves out.

        Args:
            skips: the inputs.
            what: that was not done with them.
        """
        for skip in skips:
            self.warn(f"not {what}: {skip.item}: {skip.reason} {skip.detail}".rstrip())

    def result(self, text: str | bytes, *, out: Path | None = None) -> None:
        """The result: to a file, or to stdout; text with a newline at its end.

        Raises:
            OutputError: the file cannot be written.
            UsageError: bytes would go to a terminal.
        """
        if out is not None:
            from codescan.app.reports import write_output

            write_output(out, text)
            self.say(f"written: {out}")
            return
        if isinstance(text, bytes):
            if sys.stdout.isatty():
                raise UsageError("this format is not text", "write it to a file with --out FILE")
            sys.stdout.buffer.write(text)
            return
        # Text that this terminal's encoding lacks must not end the program.
        reconfigure = getattr(sys.stdout, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
        click.echo(text, nl=not text.endswith("\n"))

    def data(self, content: bytes) -> None:
        """A result whose bytes matter, such as a patch, on stdout as it is."""
        click.echo(content, nl=False)

    def json(self, value: object, *, out: Path | None = None) -> None:
        """A result without a report, as JSON: records or plain values; to stdout or a file."""
        text = inert_json(json.dumps(encode(value), indent=2, ensure_ascii=False, default=str))
        self.result(text, out=out)

    @contextlib.contextmanager
    def progress(self, description: str, total: int | None = None) -> Iterator[Advance]:
        """Progress of one step while the block runs.

        Args:
            description: what is being done.
            total: number of units, None when it is not known.

        Yields:
            A function that takes the number of finished units.
        """
        with self.steps() as watch:
            watch(description, 0, total)
            yield lambda done: watch(description, done, total)

    @contextlib.contextmanager
    def steps(self) -> Iterator[OnProgress]:
        """Progress of several steps: bars on a terminal, else a line now and then.

        Yields:
            A function that takes a step's name, its finished units and its units in all.
        """
        if self.quiet:
            yield lambda _step, _done, _total: None
        elif sys.stderr.isatty():
            from codescan.cli.progress_bars import bars

            with bars() as watch:
                yield watch
        else:
            yield _Lines(self).watch


class _Lines:
    """Progress as lines, for logs: when a step begins, and again after each minute."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._step = ""
        self._due = 0.0

    def watch(self, step: str, done: int, total: int | None) -> None:
        """Print progress."""
        now = time.monotonic()
        if step != self._step:
            self._step, self._due = step, now + _LINE_SECONDS
        elif now < self._due:
            return
        self._due = now + _LINE_SECONDS
        count = f": {done:,} of {total:,}" if total is not None else f": {done:,}" if done else ""
        self._console.say(f"{step}{count} …")
