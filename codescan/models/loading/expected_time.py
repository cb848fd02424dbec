# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Estimate the run time of a local model before loading, from its size and this machine's speed."""

from __future__ import annotations

import json
import re
import time
from importlib.util import find_spec
from pathlib import Path

from codescan.models.loading.aliases import aliases

__all__ = ["expected_seconds", "parameter_count"]

_SIZE = re.compile(r"(?<![a-z0-9.])(\d+(?:\.\d+)?)([mb])(?![a-z0-9])")
_UNITS = {"m": 1e6, "b": 1e9}
_BYTES = {"float32": 4, "float16": 2, "bfloat16": 2, "float64": 8}
_WIDTH = 1024
"""Rows and columns of the matrix that measures the machine's speed."""
_DECODED_ROWS, _READ_ROWS = 16, 512
"""Rows at a time for decoding, and for reading prompts."""
_MEASURED_SECONDS = 0.2
_LARGEST_CONFIG = 1 << 20


def parameter_count(reference: str) -> float | None:
    """Number of parameters of a local model, from its files or its name; None if unknown.

    Args:
        reference: an alias, a folder or a hub repository.
    """
    folder = Path(reference).expanduser()
    if folder.is_dir():
        size = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
        return size / _BYTES.get(_dtype(folder), 4) if size else None
    alias = aliases().get(reference.lower())
    name = alias.hub if alias is not None else reference
    sizes = _SIZE.findall(name.lower())
    return float(sizes[-1][0]) * _UNITS[sizes[-1][1]] if sizes else None


def expected_seconds(parameters: float, read: int, decoded: int) -> float | None:
    """Seconds to read and decode this many tokens on this machine's CPU; None without torch.

    A pass takes two floating-point operations for each parameter and token. Their speed is measured
    now with a matrix product of the same number of rows. Attention and the tokenizer are not
    included.

    Args:
        parameters: number of parameters of the model.
        read: tokens of prompts and scored continuations.
        decoded: tokens of completions.
    """
    if find_spec("torch") is None:
        return None
    operations = 2.0 * parameters
    return operations * (read / _speed(_READ_ROWS) + decoded / _speed(_DECODED_ROWS))


def _speed(rows: int) -> float:
    """Floating-point operations per second of products with this many rows."""
    import torch

    left, right = torch.ones(rows, _WIDTH), torch.ones(_WIDTH, _WIDTH)
    products, begun = 0, time.perf_counter()
    while (seconds := time.perf_counter() - begun) < _MEASURED_SECONDS or not products:
        torch.mm(left, right)
        products += 1
    return 2.0 * rows * _WIDTH * _WIDTH * products / seconds


def _dtype(folder: Path) -> str:
    """Number format of the weights according to the configuration; "" if unknown."""
    try:
        with (folder / "config.json").open("rb") as stream:
            config = json.loads(stream.read(_LARGEST_CONFIG))
    except (OSError, ValueError):
        return ""
    named = config.get("dtype") or config.get("torch_dtype") if isinstance(config, dict) else ""
    return named if isinstance(named, str) else ""
