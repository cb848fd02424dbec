# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Standard streams that are closed, full or gone."""

from __future__ import annotations

import contextlib
import os
import sys

__all__ = ["discard_output", "occupy_closed_streams"]


def occupy_closed_streams() -> None:
    """Keep a file that is opened later from taking the place of a closed standard stream.

    What uses such a stream gets an OSError (bad file descriptor), as it should.
    """
    # In this order: the system gives out the lowest free descriptor.
    for descriptor, mode in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, mode)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - a descriptor
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def discard_output() -> None:
    """Send what is left in the buffer of stdout nowhere: at exit, Python would fail on it again."""
    with contextlib.suppress(OSError, ValueError):
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, sys.stdout.fileno())
        os.close(descriptor)
