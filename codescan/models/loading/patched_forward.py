# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Modules that compute something in another way for a while."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["replaced"]


@contextlib.contextmanager
def replaced(forwards: Iterable[tuple[Any, Callable[..., Any]]]) -> Iterator[None]:
    """Within, each of these modules has the `forward` beside it.

    What a library has put in its place before, such as a hook that moves tensors between devices,
    is there again afterwards.
    """
    before: list[tuple[Any, Any]] = []
    try:
        for module, forward in forwards:
            before.append((module, vars(module).get("forward")))
            module.forward = forward
        yield
    finally:
        for module, forward in reversed(before):
            if forward is not None:
                module.forward = forward
            elif "forward" in vars(module):
                del module.forward
