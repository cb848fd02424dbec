# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Cache the unpacked form of a small GGUF file, because loading a GGUF file takes most of a minute.

The reader loops over the vocabulary three times in Python. The unpacked folder holds the same
float32 numbers as safetensors, and loads in seconds.
"""

from __future__ import annotations

import importlib.metadata
import shutil
from typing import TYPE_CHECKING

from codescan.models.loading.load import Weights, load, silenced
from codescan.models.loading.pypi_weights import cache_folder
from codescan.tasks.unfinished import scratch_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["LARGEST", "unpacked"]

LARGEST = 512 << 20
"""Maximum bytes of a GGUF file to cache unpacked; larger ones would fill the cache."""

_GROWTH = 8  # float32 over 4-bit weights


def unpacked(gguf: Path, sha256: str, progress: Callable[[str], None] | None = None) -> Path:
    """The folder to load instead of a GGUF file, or the file itself if it is too large to cache.

    Args:
        gguf: an existing GGUF file.
        sha256: its digest. The cache key is the digest with the version of transformers, which
            interprets the file.
        progress: called with a line of text for each slow step.

    Raises:
        ModelError: the file cannot be loaded.
    """
    if gguf.stat().st_size > LARGEST:
        return gguf
    version = ".".join(importlib.metadata.version("transformers").split(".")[:2])
    parent = cache_folder() / "models" / "unpacked"
    target = parent / f"{sha256[:16]}-transformers-{version}"
    if (target / "config.json").is_file():
        return target
    try:
        parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(parent).free < 2 * _GROWTH * gguf.stat().st_size:
            return gguf
        with scratch_folder(parent) as scratch:
            if progress is not None:
                progress(f"unpacking {gguf.name} once, about a minute")
            _convert(gguf, scratch)
            scratch.replace(target)
    # A cache that cannot be written costs time only. Another process may have been faster.
    except OSError:
        return target if (target / "config.json").is_file() else gguf
    return target


def _convert(gguf: Path, folder: Path) -> None:
    """Write the model and tokenizer of a GGUF file to `folder`, in float32."""
    import torch
    import transformers

    with silenced():
        loaded = load(Weights(gguf, gguf.stem), device="cpu", dtype="float32", verbose=True)
        # A model that came out of a GGUF file refuses to be saved as anything else; its numbers,
        # put into a plain model of the same configuration, do not.
        config = loaded.model.config
        config.__dict__.pop("quantization_config", None)
        with torch.device("meta"):  # no memory and no random numbers: every tensor is assigned
            plain = transformers.AutoModelForCausalLM.from_config(config)
        plain.load_state_dict(loaded.model.state_dict(), assign=True)
        plain.save_pretrained(folder)
        loaded.tokenizer.save_pretrained(folder)
