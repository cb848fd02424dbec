# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What an audit is made of: the model, the prompts and the matching, handed in from outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from codescan.audits.elicitation import Elicit, Scan, SnippetsOf
    from codescan.audits.multi_turn import Iterative
    from codescan.audits.planted_passages import Planted
    from codescan.audits.shuffling import ShuffledIndex
    from codescan.protocols import Model
    from codescan.records import Prompt, Sampling, Skipped

__all__ = ["AuditParts"]


@dataclass(frozen=True, slots=True)
class AuditParts:
    """What an audit is made of."""

    model: Model
    sampling: Sampling
    draw: Callable[[], Iterable[Prompt | Skipped]]
    """Draws the prompts; deterministic, called when the run has not stored them all."""
    elicit: Elicit
    snippets_of: SnippetsOf
    scan: Scan
    notes: Callable[[], Mapping[str, object]] = dict
    """What the statistics must know of the drawing; called when it is done."""
    reference: Callable[[], Model] | None = None
    """Loads a model that should not have memorized the corpus; None does without."""
    prior_prompts: int = 0
    """Unrelated prompts after which easily elicited continuations are scored too."""
    near_verbatim: int = 0
    """Edit distance in model tokens up to which a copy is near-verbatim; 0 does without."""
    shuffled_index: Callable[[Path], AbstractContextManager[ShuffledIndex | None]] | None = None
    """Makes, in a folder, an index that no completion can come from; None does without."""
    iterative: Mapping[str, Iterative] = field(default_factory=dict)
    """By name, strategies that prompt again, depending on the completion."""
    planted: Callable[[], Iterable[Planted]] | None = None
    """Texts of the matcher's self-test; None does without the test."""
