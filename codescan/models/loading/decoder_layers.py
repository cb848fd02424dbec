# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The repeated layers of a decoder."""

from __future__ import annotations

from typing import Any

__all__ = ["layers_of"]


def layers_of(decoder: Any) -> list[Any]:
    """The layers, first to last: the longest list of modules; empty if the model has no list."""
    import torch

    lists = [m for m in decoder.modules() if isinstance(m, torch.nn.ModuleList)]
    return list(max(lists, key=len, default=()))
