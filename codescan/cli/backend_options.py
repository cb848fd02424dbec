# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Options of commands that run a model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

__all__ = ["backend_options", "named_backend"]

F = TypeVar("F", bound=Callable[..., Any])


def backend_options(command: F) -> F:
    """`--model`, `--device`, `--dtype`, `--batch-size`, `--base-url` and `--model-option`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def named_backend(parameters: dict[str, Any]) -> dict[str, object]:
    """The options of the model's backend, taken out of a command's parameters; not the model.

    Raises:
        UsageError: an option is not one of the backend.
    """
    from codescan.app.audit_options import AuditOptions

    names = ("device", "dtype", "batch_size", "base_url", "model_options")
    options = {name: parameters.pop(name) for name in names}
    return AuditOptions(model=parameters["model"], **options).backend_options


_OPTIONS = (
    click.option(
        "--model",
        required=True,
        metavar="MODEL",
        help="Model to test: an alias such as smollm2, a hub id, a local folder, a .gguf file, or "
        "openai:MODEL.",
    ),
    click.option("--device", metavar="NAME", help="Device of the model, for example cpu."),
    click.option("--dtype", metavar="NAME", help="Number format of the weights."),
    click.option(
        "--batch-size", type=click.IntRange(min=1), metavar="N", help="Prompts per forward pass."
    ),
    click.option(
        "--base-url", metavar="URL", help="Address of an OpenAI-compatible service, up to /v1."
    ),
    click.option(
        "--model-option",
        "model_options",
        multiple=True,
        metavar="KEY=VALUE",
        help="Option of the model's backend, for example revision=main; repeat for several.",
    ),
)
