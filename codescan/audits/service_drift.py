# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Record what a service reports about itself during a run, in the run folder.

Another process may resume a run days later. A change of the service's model in between is visible
only if the earlier reports are stored. The cost is stored too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from codescan.runs import RunStore

__all__ = ["Observing", "drift", "keep", "recall"]

_NOTE = "observed"
_NAMED = 5
"""Maximum number of names."""


@runtime_checkable
class Observing(Protocol):
    """A model that records facts about itself from its responses."""

    def observed(self) -> Mapping[str, object]:
        """The records, including those from `recall`, as a JSON object; {} for none."""
        ...

    def recall(self, observed: Mapping[str, object]) -> None:
        """Restore the records of an earlier process of the same run."""
        ...


def recall(model: object, store: RunStore) -> None:
    """Restore a model's earlier records of this run; call it before any request."""
    if isinstance(model, Observing):
        observed = store.note(_NOTE)
        if isinstance(observed, Mapping):
            model.recall(observed)


def keep(model: object, store: RunStore) -> None:
    """Store a model's records so far."""
    if isinstance(model, Observing):
        observed = model.observed()
        if observed:
            store.keep_note(_NOTE, observed)


def drift(model: object) -> dict[str, object]:
    """The models or versions that a service named during the run; empty if it named only one."""
    if not isinstance(model, Observing):
        return {}
    observed = model.observed()
    for kind in ("models", "fingerprints"):
        names = observed.get(kind)
        if isinstance(names, list) and len(names) > 1:
            return {"kind": kind, "count": len(names), "names": names[:_NAMED]}
    return {}
