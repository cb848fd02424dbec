# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Langfuse's observations, as its API and its exports give them, alone or inside traces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.bodies import choices_in, history_in
from codescan.logs.reader import StatelessReader, label_of, text_field
from codescan.logs.readers.repeated_runs import RepeatedRuns
from codescan.logs.records import Unchecked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["LangfuseReader"]


_INPUT_KINDS = ("TOOL", "RETRIEVER", "EMBEDDING", "EVALUATOR")
"""Types of observations whose outputs no model wrote."""


class LangfuseReader(StatelessReader):
    """Generations; spans and traces count where no generation holds their text."""

    name = "langfuse"
    source = "https://github.com/langfuse/langfuse (fern/apis/server, Observation)"

    def __init__(self, conversations: Conversations) -> None:
        super().__init__(conversations)
        self._others = RepeatedRuns(conversations)

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is an observation or a trace with observations."""
        named = "traceId" in fields or "trace_id" in fields
        return (named and "output" in fields) or isinstance(fields.get("observations"), list)

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield one exchange of a generation, or those of a trace."""
        inside = fields.get("observations")
        if isinstance(inside, list) and any(isinstance(item, Mapping) for item in inside):
            for item in inside:
                if isinstance(item, Mapping):
                    yield from self.read(row, item)
            return
        kind = str(fields.get("type") or "GENERATION").upper()
        if kind in _INPUT_KINDS:
            return
        messages = choices_in(fields.get("output"))
        if kind != "GENERATION":
            yield from self._others.add(row.place, history_in(fields.get("input")), messages)
            return
        if not messages:
            yield Unchecked(
                row.place, "no-completion", str(fields.get("statusMessage") or "")[:200]
            )
            return
        yield from self.conversations.exchanges(
            label_of(fields),
            history_in(fields.get("input")),
            messages,
            model=text_field(fields, "model", "providedModelName"),
        )

    def finish(self) -> Iterator[Item]:
        """Yield the spans whose text no generation holds."""
        return self._others.finish()
