# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Plan an audit: validate and count everything before any building, loading or cost."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.app.audit_prompts import plan_prompts
from codescan.app.indexes import open_index
from codescan.audits.power_statement import Power, power_of
from codescan.errors import UsageError
from codescan.records import Prompt
from codescan.stats.libraries import require_libraries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.app.audit_options import AuditOptions
    from codescan.protocols import Model, Tokenizer
    from codescan.records import Completion, Sampling, Skipped

__all__ = ["AuditPlan", "check_options", "options_for", "plan_audit"]

_BYTES_OF_A_TOKEN = 3
_MILLION = 1_000_000
_EXPECTED = 50
"""Assumed tokens of a true continuation if they are not known yet."""
_SERVED_TOKENS_PER_SECOND = 30.0
_CONCURRENCY = 4.0
"""Default number of parallel calls."""


@dataclass(frozen=True, slots=True)
class AuditPlan:
    """Prompts, calls and costs that an audit would need."""

    model: str
    index: str
    strategies: tuple[str, ...]
    prompts: int
    null_prompts: int
    """Prompts of the null arm among `prompts`."""
    samples: int
    """Completions per prompt."""
    calls: int
    """Requests for completions; 0 for a log."""
    prompt_tokens: int
    """Prompt tokens of all calls, estimated at a third of a token per byte."""
    completion_tokens: int
    """Maximum completion tokens of all calls."""
    cost: float | None
    """Maximum cost, in the currency of the prices; None without prices."""
    seconds: float | None
    """Estimated duration; None if the model's speed is unknown."""
    seconds_from: str
    """Basis of the time estimate; "" for none."""
    power: Power | None
    """Power of the comparison with the null arm; None without a null arm."""


def check_options(options: AuditOptions) -> None:
    """Check the options without opening an index or loading a model.

    Raises:
        UsageError: an option is wrong, or the prompt file cannot be read.
        ModelError: the model or log does not exist, or is of another kind.
        MissingExtraError: the libraries of an audit are not installed.
    """
    from codescan.models.loading.resolve import check_model

    require_libraries()
    _ = options.corpus_name  # raises where options contradict each other
    log = options.replayed_file
    if log is not None and not log.expanduser().is_file():
        raise UsageError(f"cannot read {log}: there is no such file", "check the path")
    check_model(options.model_reference, **options.backend_options)
    if options.samples == 0:
        _check_scoring(options)
    if options.reference_model is not None:
        check_model(options.reference_model, **options_for(options.reference_model, options))
    _ = options.options_by_strategy
    if options.prompt_file is not None and not options.prompt_file.is_file():
        raise UsageError(f"there is no prompt file {options.prompt_file}", "check the path")


def _check_scoring(options: AuditOptions) -> None:
    """Check that the model can score if the audit generates nothing.

    Raises:
        UsageError: the model cannot score.
    """
    from codescan.models.loading.resolve import backend_class

    if not hasattr(backend_class(options.model_reference), "score"):
        raise UsageError(
            f"--samples 0 only scores, and {options.model_reference} cannot",
            "give --samples 1 or more, or a local model",
        )


def options_for(reference: str, options: AuditOptions) -> dict[str, object]:
    """The options of the audited model that also apply to another model.

    For example, a local reference model does not use the address of a service.
    """
    from codescan.models.loading.resolve import options as known_options

    known = known_options(reference)
    return {name: value for name, value in options.backend_options.items() if name in known}


def plan_audit(options: AuditOptions) -> AuditPlan:
    """Draw the prompts of an audit and estimate their cost, without calling a model.

    Args:
        options: as for the audit. The index must exist.

    Raises:
        UsageError: an option is wrong.
        ModelError: the model or log does not exist, or is of another kind.
        IndexMissingError: the index does not exist.
    """
    check_options(options)
    backend = options.backend_options
    with contextlib.closing(
        open_index(options.index_folder, options.corpus_name, options.config)
    ) as index:
        model: Model = _replayed(options) or _Untold(options.model_reference)
        drawn = [
            item for item in plan_prompts(options, model, index).draw() if isinstance(item, Prompt)
        ]
        name = index.manifest.name
    is_log = options.replayed_file is not None
    calls = 0 if is_log else len(drawn) * options.samples
    sent = sum(-(-len(prompt.text.encode()) // _BYTES_OF_A_TOKEN) for prompt in drawn)
    prompt_tokens = 0 if is_log else sent * options.samples
    completion_tokens = calls * options.max_new_tokens
    scored = sum(len(prompt.expected_tokens) or _EXPECTED for prompt in drawn if prompt.expected)
    prices = [_number(backend.get(key)) for key in ("price_in", "price_out")]
    seconds, seconds_from = _time(options, calls, prompt_tokens + scored, completion_tokens)
    return AuditPlan(
        model=options.model_reference,
        index=name,
        strategies=tuple(dict.fromkeys(prompt.strategy for prompt in drawn)),
        prompts=len(drawn),
        null_prompts=sum(prompt.arm.value == "null" for prompt in drawn),
        samples=options.samples,
        calls=calls,
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
        cost=(prompt_tokens * prices[0] + completion_tokens * prices[1]) / _MILLION
        if any(prices)
        else None,
        seconds=seconds,
        seconds_from=seconds_from,
        power=power_of(drawn),
    )


def _time(options: AuditOptions, calls: int, read: int, decoded: int) -> tuple[float | None, str]:
    """Expected seconds, and the basis of the estimate.

    Args:
        options: options of the audit.
        calls: requests for completions.
        read: tokens of prompts and scored continuations.
        decoded: maximum tokens of completions.
    """
    from codescan.models.loading.expected_time import expected_seconds, parameter_count
    from codescan.models.loading.resolve import SCHEMES, backend_class
    from codescan.models.loading.resolve import options as options_of

    if options.replayed_file is not None:
        return None, ""
    backend = options.backend_options
    per_minute = _number(backend.get("requests_per_minute"))
    if per_minute:
        return 60.0 * calls / per_minute, "the limit on requests"
    if "base_url" in options_of(options.model_reference):
        concurrency = _number(backend.get("concurrency")) or _CONCURRENCY
        speed = f"{_SERVED_TOKENS_PER_SECOND:g} tokens a second for each of {concurrency:g} calls"
        return decoded / concurrency / _SERVED_TOKENS_PER_SECOND, f"an assumed {speed} at once"
    if backend_class(options.model_reference).__name__ != "TransformersModel" or options.device:
        return None, ""
    scheme, colon, model_name = options.model_reference.partition(":")
    name = model_name if colon and scheme in SCHEMES else options.model_reference
    parameters = parameter_count(name)
    seconds = expected_seconds(parameters, read, decoded) if parameters else None
    if parameters is None or seconds is None:
        return None, ""
    return seconds, f"{parameters / _MILLION:,.3g} million parameters and this machine's CPU"


class _Untold:
    """Stand-in for a model that is not loaded; its tokenizer is unknown."""

    tokenizer: Tokenizer | None = None

    def __init__(self, name: str) -> None:
        self.name = name

    def generate(
        self, prompts: Sequence[Prompt], sampling: Sampling
    ) -> Iterator[Completion | Skipped]:
        """Yield nothing."""
        del prompts, sampling
        return iter(())

    def describe(self) -> dict[str, object]:
        """The model's name."""
        return {"name": self.name}


def _replayed(options: AuditOptions) -> Model | None:
    """The log, which has its own prompts; None for a model."""
    if options.replayed_file is None:
        return None
    from codescan.models import load_model

    return load_model(options.model_reference)


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0
