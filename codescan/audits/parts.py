# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Parts of an audit: the model, the prompts, the index and the settings of the measures."""

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
    """A model that is loaded on first use."""

    name: str
    """Model reference as for `codescan.models.load_model`."""
    options: Mapping[str, object] = field(default_factory=dict)
    """Options of its backend."""

    def load(self) -> Model:
        """Load the model.

        Raises:
            CodescanError: the model is not found, unreachable or fails to load.
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
    """A model that should not have memorized the corpus; None for no reference model."""
    prior_prompts: int = 0
    """Number of unrelated prompts after which easily elicited continuations are also scored."""
    near_verbatim: int = 0
    """Maximum edit distance of a near-verbatim copy, in model tokens; 0 turns the measure off."""
    shuffled_index: bool = False
    """Whether the completions are also matched with a shuffled index."""
    unrelated_index: Path | None = None
    """Folder of an index that the model cannot have seen, instead of a shuffled one."""
    self_test: int = 0
    """Number of passages that the matcher's self-test plants; 0 turns the test off."""
