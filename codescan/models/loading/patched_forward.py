# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Temporarily replace the `forward` of modules."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["replaced"]


@contextlib.contextmanager
def replaced(forwards: Iterable[tuple[Any, Callable[..., Any]]]) -> Iterator[None]:
    """Within this context, each of these modules uses the given `forward`.

    Afterwards, hooks of libraries, such as those that move tensors between devices, are restored.
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
