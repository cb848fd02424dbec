# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan hook` with the options that installed settings have.

An agent waits for it after each edit: the library for command lines, which takes as long to load
as the check itself, is left out.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.hooks.quick_answer import plain_options

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["plain_hook", "reply"]


def plain_hook(arguments: Sequence[str]) -> int | None:
    """The exit code of a command line; None where the library must read it.

    Args:
        arguments: without the program's name.
    """
    if arguments[:1] != ["hook"]:
        return None
    options = plain_options(arguments[1:])
    if options is None:
        return None
    from codescan.cli.signals import report_truncated_files
    from codescan.hooks.adapters import ADAPTERS

    agent = options.get("agent", "generic")
    index, config = options.get("index"), options.get("config")
    if agent not in ADAPTERS or (config is not None and Path(config).is_dir()):
        return None
    report_truncated_files()
    return reply(
        agent,
        Path(index) if index is not None else None,
        options.get("corpus"),
        Path(config) if config is not None else None,
    )


def reply(
    agent: str, index_folder: Path | None, corpus: str | None, config_file: Path | None
) -> int:
    """Answer the event on stdin; see `HookRequest`."""
    from codescan.hooks.run import MAX_BYTES, HookRequest, reply_to

    answer = reply_to(
        HookRequest(
            agent=agent,
            data=sys.stdin.buffer.read(MAX_BYTES + 1),
            folder=Path.cwd(),
            index_folder=index_folder,
            corpus=corpus,
            config_file=config_file,
        )
    )
    sys.stdout.write(answer.stdout)
    sys.stdout.flush()
    sys.stderr.write(answer.stderr)
    return int(answer.exit_code)
