# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan` and `python -m codescan`."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_COLLECTED = 50_000
"""Containers that are made before Python looks for cycles; its default is 700."""
_QUICK = (["check"], ["hook"])
"""Commands that start and end often; they keep no file open."""
_SERVERS = (["serve"], ["mcp"], ["lsp"])
"""Commands that run for long, whose memory must stay small."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code (see `codescan.cli.entry`).

    Args:
        arguments: without the program's name; None: those of this process.
    """
    if arguments is not None:
        return _run(list(arguments))
    # The objects of the modules stay: to look through them again and again for cycles, and once
    # more at the end, takes a tenth of a cold check.
    if sys.argv[1:2] not in _SERVERS:
        gc.set_threshold(_COLLECTED)
    code = _run(sys.argv[1:])
    if "torch" not in sys.modules:  # its libraries report frozen objects as leaks
        gc.freeze()
    if sys.argv[1:2] in _QUICK:
        _leave(code)
    return code


def _leave(code: int) -> None:
    """End the process at once, which frees no object one by one; nothing where threads run."""
    import atexit
    import os
    import threading

    if threading.active_count() > 1:
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):  # Python says so as it ends
        return
    atexit._run_exitfuncs()  # noqa: SLF001  what the exit of the process would call
    os._exit(code)


def _run(words: list[str]) -> int:
    import os

    if words[:1] == ["hook"]:
        from codescan.hooks.quick_answer import quick_answer

        code = quick_answer(words[1:])
        if code is not None:
            return code
    from codescan.cli.entry import run

    # Processes that this one starts must not import from the current folder, which may be a
    # stranger's: a spawned worker would run its multiprocessing.py.
    os.environ["PYTHONSAFEPATH"] = "1"
    return run(words)


if __name__ == "__main__":
    sys.exit(main())
