# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The registry of hostile mechanisms, and how most of them are checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from _torture.gate_case import Case, Plan

MECHANISMS: dict[str, Callable[[Case], Plan]] = {}


def mechanism(act: Callable[[Case], Plan]) -> Callable[[Case], Plan]:
    """Register a mechanism under its function's name."""
    MECHANISMS[act.__name__.removeprefix("_")] = act
    return act


def either(case: Case) -> Plan:
    """Check what is staged, or commit it and check the range."""
    return case.staged() if case.rng.choice((True, False)) else case.diff()
