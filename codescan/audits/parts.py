# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The parts of an audit: the model, the prompts, the index and the settings of the measures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from codescan.audits.prompt_plan import PromptPlan
    from codescan.matchers.matching import Matching
    from codescan.protocols import Model
    from codescan.records import Sampling

__all__ = ["AuditParts", "ModelReference"]


@dataclass(frozen=True, slots=True)
class ModelReference:
    """A model that is loaded when it is needed."""

    name: str
    """As `codescan.models.load_model` takes it."""
    options: Mapping[str, object] = field(default_factory=dict)
    """Options of its backend."""

    def load(self) -> Model:
        """Load the model.

        Raises:
            CodescanError: it cannot be found, reached or loaded.
        """
        from codescan import models

        return models.load_model(self.name, **self.options)


@dataclass(frozen=True, slots=True)
class AuditParts:
    """The parts of an audit."""

    model: Model
    sampling: Sampling
    prompts: PromptPlan
    matching: Matching
    seed: int = 0
    reference: ModelReference | None = None
    """A model that should not have memorized the corpus; None does without."""
    prior_prompts: int = 0
    """Unrelated prompts after which easily elicited continuations are scored too."""
    near_verbatim: int = 0
    """Edit distance in model tokens up to which a copy is near-verbatim; 0 does without."""
    shuffled_index: bool = False
    """Whether the completions are also matched with the shuffled lines of the index."""
    unrelated_index: Path | None = None
    """Folder of an index that the model cannot have seen, instead of a shuffled one."""
    self_test: int = 0
    """Passages that the matcher's self-test plants; 0 does without the test."""
