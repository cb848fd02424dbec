# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Load a model from a reference as given on the command line.

replay:FILE            completions that a tool has logged
openai:MODEL           a service with an OpenAI-compatible API (base_url, or OPENAI_BASE_URL)
vllm:ANY               the same as ANY alone, run by vLLM
transformers:ANY       the same as ANY alone
ANY                    an alias, a folder, a .gguf file, or a hub repository "owner/name"
"""

from __future__ import annotations

import inspect
from importlib import import_module
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from codescan.errors import UsageError
from codescan.models.loading.aliases import closest
from codescan.registry import AXES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codescan.protocols import Model

__all__ = ["SCHEMES", "backend_class", "check_model", "load_model", "options"]

_DEFAULT = AXES["models"]["transformers"]

SCHEMES: Mapping[str, str] = MappingProxyType(
    {**AXES["models"], "openai": AXES["models"]["openai-compatible"]}
)
"""Scheme of a reference -> class of the backend."""


def load_model(reference: str, **options: object) -> Model:
    """Load the model that a reference names.

    Args:
        reference: see the module's docstring.
        options: options of the backend, by name; None stands for the default.

    Raises:
        UsageError: the reference is empty, or the backend does not have an option.
        ModelError: the model is not found, unreachable or fails to load.
        MissingExtraError: the backend's libraries are not installed.
    """
    backend, model_name, chosen = _resolved(reference, options)
    model: Model = backend(model_name, **chosen)
    return model


@runtime_checkable
class _Checked(Protocol):
    """A backend with an early check of references."""

    @staticmethod
    def check(reference: str, **options: object) -> None:
        """Raise the errors of loading that are known without loading."""
        ...


def check_model(reference: str, **options: object) -> None:
    """Check a reference and its options before any download, loading or cost.

    Args:
        reference: see the module's docstring.
        options: as for `load_model`.

    Raises:
        UsageError: the reference is empty, or the backend does not have an option.
        ModelError: the model, log or folder does not exist, or is of another kind.
    """
    backend, model_name, chosen = _resolved(reference, options)
    if isinstance(backend, _Checked):
        backend.check(model_name, **chosen)


def _resolved(reference: str, options: Mapping[str, object]) -> tuple[type, str, dict[str, object]]:
    """The backend, the reference without its scheme, and the given options.

    Raises:
        UsageError: the reference is empty, or the backend does not have an option.
    """
    target, model_name = _backend(reference.strip())
    backend = _class(target)
    chosen = {name: value for name, value in options.items() if value is not None}
    known = _options(backend)
    if "progress" not in known:
        chosen.pop("progress", None)  # offered to whoever can use it
    for name in chosen:
        if name not in known:
            near = closest(name, known)
            raise UsageError(
                f"the model {reference} has no option {name!r}",
                f"did you mean {near[0]}?" if near else f"its options: {', '.join(known)}",
            )
    return backend, model_name, chosen


def options(reference: str) -> tuple[str, ...]:
    """Names of the options of a reference's backend, without loading the model."""
    return _options(_class(_backend(reference.strip())[0]))


def backend_class(reference: str) -> type:
    """The backend of a reference, without loading the model.

    Raises:
        UsageError: the reference is empty or does not name a model.
        MissingExtraError: the backend's libraries are not installed.
    """
    return _class(_backend(reference.strip())[0])


def _backend(reference: str) -> tuple[str, str]:
    """("module:Class", the reference without its scheme)."""
    if not reference:
        raise UsageError("no model is given", "for example --model gemma-3-270m")
    scheme, colon, model_name = reference.partition(":")
    if not colon:
        return _DEFAULT, reference
    target = SCHEMES.get(scheme)
    if target is None:
        for entry in entry_points(group="codescan.models", name=scheme):
            target = entry.value
    if target is None:
        return _DEFAULT, reference  # a path may hold a colon
    if not model_name:
        raise UsageError(f"{reference} names no model", f"write {scheme}:NAME")
    return target, model_name


def _class(target: str) -> type:
    module, _, name = target.partition(":")
    backend = getattr(import_module(module), name)
    if not isinstance(backend, type):
        raise UsageError(f"{target} is not a class", "a plug-in is named as 'module:Class'")
    return backend


def _options(backend: type) -> tuple[str, ...]:
    parameters = inspect.signature(backend).parameters.values()
    return tuple(p.name for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY)
