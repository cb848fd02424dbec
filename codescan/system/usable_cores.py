# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The number of processor cores that this process may use, on every operating system."""

from __future__ import annotations

import os


def usable_cores() -> int:
    """The cores that this process may run on, at least 1.

    Linux may confine a process to some cores (`taskset`, a container's cpuset). macOS and Windows
    have no such call in Python; there, it is the number of cores of the machine.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    return (len(affinity(0)) if affinity else os.cpu_count()) or 1
