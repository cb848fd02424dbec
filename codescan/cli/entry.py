# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The one place where errors become messages and exit codes.

0 checked, nothing at or above --fail-on · 1 findings · 2 usage or configuration · 3 index, model,
corpus or output missing or damaged · 4 unexpected · 5 not everything in scope was checked · 130
interrupted · 141 broken pipe.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TYPE_CHECKING

from codescan.app.outcome import ExitCode
from codescan.cli.plain_hook import plain_hook
from codescan.cli.signals import report_truncated_files, signals_as_interrupt
from codescan.cli.standard_streams import discard_output, occupy_closed_streams
from codescan.cli.terminal_text import printable
from codescan.errors import CodescanError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import click

__all__ = ["run"]

_PROGRAM = "codescan"


def run(arguments: list[str]) -> int:
    """Run the command line; never raises.

    Args:
        arguments: the command line without the program's name.
    """
    occupy_closed_streams()
    with signals_as_interrupt():
        return _guarded(lambda: _invoke(arguments), arguments)


def _invoke(arguments: list[str]) -> int:
    completion = os.environ.get("_CODESCAN_COMPLETE")
    code = plain_hook(arguments) if completion is None else None
    if code is not None:
        return code
    import click

    from codescan.cli.root import cli

    if completion is not None:
        from click.shell_completion import shell_complete

        return shell_complete(cli, {}, _PROGRAM, "_CODESCAN_COMPLETE", completion)
    if not {"-h", "--help"}.intersection(arguments):
        report_truncated_files()
    # Not `cli.main`: it ends with 1 on a broken pipe, which here means findings.
    try:
        with cli.make_context(_PROGRAM, list(arguments), obj=tuple(arguments)) as context:
            result = cli.invoke(context)
    except click.exceptions.Exit as ended:
        result = ended.exit_code
    sys.stdout.flush()
    return result if isinstance(result, int) else ExitCode.NOTHING_FOUND


def _guarded(work: Callable[[], int], arguments: list[str]) -> int:
    try:
        return work()
    except CodescanError as error:
        _tell(error.message, error.hint, notes=getattr(error, "__notes__", ()))
        return error.exit_code
    except KeyboardInterrupt as interrupt:
        return _interrupted(interrupt)
    except BrokenPipeError:  # whoever read stdout has seen enough
        discard_output()
        return ExitCode.BROKEN_PIPE
    except Exception as error:  # noqa: BLE001  the boundary: the system's trouble, or a defect
        return _failed(error, arguments)


def _tell(message: str, hint: str = "", notes: Iterable[str] = ()) -> None:
    """An error, what is kept of the work, and what to do next, on stderr."""
    import click

    with contextlib.suppress(OSError):
        click.echo(f"{click.style('error:', fg='red', bold=True)} {printable(message)}", err=True)
        for note in notes:
            click.echo(printable(note), err=True)
        if hint:
            click.echo(f"{click.style('hint:', fg='cyan')} {printable(hint)}", err=True)


def _tell_usage(error: click.ClickException) -> None:
    """Print click's message on the command line, which it may quote."""
    import click

    message = io.StringIO()
    error.show(message)
    with contextlib.suppress(OSError):
        click.echo(printable(message.getvalue()), err=True, nl=False)


def _interrupted(interrupt: BaseException) -> int:
    """Say what is kept and how to go on: the notes that the interrupted step left."""
    import click

    notes = getattr(interrupt, "__notes__", ())
    with contextlib.suppress(OSError):
        click.echo(f"\n{click.style('interrupted', fg='yellow', bold=True)}", err=True)
        for note in notes or ("nothing was left half done; run the same command again",):
            click.echo(printable(note), err=True)
    return ExitCode.INTERRUPTED


def _failed(error: Exception, arguments: list[str]) -> int:
    """Say what the command line lacks, what the system refused, or that this is a defect."""
    import click

    if isinstance(error, click.ClickException):
        _tell_usage(error)
        return ExitCode.USAGE
    if isinstance(error, click.Abort):
        return _interrupted(error)
    from codescan.cli.system_trouble import trouble_of

    trouble = trouble_of(error)
    if trouble is None:
        return _unexpected(error, arguments)
    discard_output()
    _tell(trouble.message, trouble.hint, notes=getattr(error, "__notes__", ()))
    return trouble.exit_code


def _unexpected(error: Exception, arguments: list[str]) -> int:
    from codescan.cli.crash import write_crash_report

    saved = write_crash_report(error, arguments)
    where = f"the traceback is in {saved}" if saved else "the traceback could not be saved"
    _tell(
        f"unexpected {type(error).__name__}: {error} ({where})",
        "this is a defect of codescan: please report it with that file. It holds the traceback, "
        "the command line and versions, but none of your code. Saved work is kept.",
    )
    return ExitCode.UNEXPECTED
