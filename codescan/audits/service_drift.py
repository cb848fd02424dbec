# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The description that a service gives with its answers, stored in the run folder beside them.

A run may be taken up by another process, days later: that the service changed its model in between
shows only if what it said before is not forgotten. What was spent counts for the run, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from codescan.runs import RunStore

__all__ = ["Observing", "drift", "keep", "recall"]

_NOTE = "observed"
_NAMED = 5
"""Names kept at most."""


@runtime_checkable
class Observing(Protocol):
    """A model that learns something of itself from its answers."""

    def observed(self) -> Mapping[str, object]:
        """The descriptions seen so far and those given to `recall`, as JSON values; {} for none."""
        ...

    def recall(self, observed: Mapping[str, object]) -> None:
        """Take what an earlier process of the same run has observed."""
        ...


def recall(model: object, store: RunStore) -> None:
    """Tell a model what was observed in this run before; call it before anything is asked."""
    if isinstance(model, Observing):
        observed = store.note(_NOTE)
        if isinstance(observed, Mapping):
            model.recall(observed)


def keep(model: object, store: RunStore) -> None:
    """Keep what a model has observed so far."""
    if isinstance(model, Observing):
        observed = model.observed()
        if observed:
            store.keep_note(_NOTE, observed)


def drift(model: object) -> dict[str, object]:
    """The models or versions that a service named during the run; empty where it named one."""
    if not isinstance(model, Observing):
        return {}
    observed = model.observed()
    for kind in ("models", "fingerprints"):
        names = observed.get(kind)
        if isinstance(names, list) and len(names) > 1:
            return {"kind": kind, "count": len(names), "names": names[:_NAMED]}
    return {}
