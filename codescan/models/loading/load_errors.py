# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Turn loading errors of transformers into messages with a next step."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["load_failure"]

_SERVE = "serve it with the software it needs, and audit it as openai:MODEL"
_CAUSES = (
    (
        re.compile(r"trust_remote_code"),
        "needs Python code of its own to run",
        f"codescan never runs code of a model; use one that transformers knows, or {_SERVE}",
    ),
    (
        re.compile(r"Unrecognized configuration class"),
        "is not a causal language model: transformers has no causal head for its type",
        "give a causal language model, such as StarCoder2, Qwen, Llama or Gemma",
    ),
    (
        re.compile(r"does not recognize this architecture"),
        "is of a type that the installed transformers does not know",
        f"`pip install -U transformers` may help; or {_SERVE}",
    ),
    (
        re.compile(r"ignore_mismatched_sizes"),
        "has weights of other shapes than its configuration says",
        "fetch the model again; weights and config.json belong together",
    ),
    (
        re.compile(r"(?i)only supported on (a )?(gpu|cuda)|requires? a (gpu|cuda)|no gpu"),
        "needs a GPU",
        "run it where there is one, or use weights that are not quantized",
    ),
)


def load_failure(name: str, path: Path, error: Exception) -> ModelError:
    """The ModelError for an exception of transformers.

    Args:
        name: name of the model.
        path: path of its weights.
        error: exception of transformers.
    """
    text = " ".join(str(error).split())
    shown = text[:300]
    for pattern, cause, hint in _CAUSES:
        if pattern.search(text):
            return ModelError(f"{name} {cause} ({shown})", hint)
    message = f"{name} cannot be loaded from {path}: {type(error).__name__}: {shown}"
    if isinstance(error, ImportError):
        return ModelError(
            message, "install the package that is named, or use weights that are not quantized"
        )
    return ModelError(message, "check that the folder is complete; `pip install -U transformers`")
