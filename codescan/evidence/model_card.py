# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The model of a bundle and its measured rates, as bills of materials state them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - of a record
from typing import TYPE_CHECKING

from codescan.evidence.measured_rates import MeasuredRate, measured_rates
from codescan.reports.escaping import clip, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.evidence.run_files import RunFiles

__all__ = ["LIMITATION", "ModelCard", "ModelRelease", "RunRate", "model_card", "plain"]

LIMITATION = (
    "The model may reproduce texts of its training data. The rates were measured by codescan and "
    "hold for the prompts, corpus and decoding of their runs."
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class RunRate:
    """A rate and the run that measured it."""

    run: str
    rate: MeasuredRate


@dataclass(frozen=True, slots=True)
class ModelRelease:
    """Facts of a model's release, which no run measures."""

    supplier: str
    """Organization or person that supplies the model."""
    download_location: str
    """URL of the weights."""
    released: datetime
    """Time of the release, in UTC."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """The statements on one model."""

    name: str
    revision: str
    hashes: tuple[tuple[str, str], ...]
    """Name and SHA-256 of each file of weights."""
    rates: tuple[RunRate, ...]
    release: ModelRelease | None = None


def model_card(runs: Sequence[RunFiles]) -> list[ModelCard]:
    """One card for each model of some runs, in the order of the runs."""
    groups: dict[tuple[str, str], list[RunFiles]] = {}
    for run in runs:
        name = plain(run.model.get("name") or "not stated")
        revision = plain(run.model.get("revision") or "")
        groups.setdefault((name, revision), []).append(run)
    return [
        ModelCard(name, revision, _hashes(members), _rates(members))
        for (name, revision), members in groups.items()
    ]


def plain(value: object) -> str:
    """A value of a result as text: hidden characters by name, cut to a sane length."""
    return visible(clip(str(value), _LONGEST))


def _hashes(runs: Sequence[RunFiles]) -> tuple[tuple[str, str], ...]:
    hashes: dict[tuple[str, str], None] = {}
    for run in runs:
        stated = run.model.get("weights_sha256")
        for name, digest in (stated or {}).items() if isinstance(stated, dict) else ():
            if isinstance(digest, str) and _SHA256.fullmatch(digest):
                hashes[plain(name), digest] = None
    return tuple(sorted(hashes))


def _rates(runs: Sequence[RunFiles]) -> tuple[RunRate, ...]:
    texts = {"findings", "suppressed", "skipped", "completions", "prompts"}
    return tuple(
        RunRate(run.name, rate)
        for run in runs
        for rate in measured_rates({k: v for k, v in run.result.items() if k not in texts})
    )
