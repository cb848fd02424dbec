# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Langfuse's observations, as its API and its exports give them, alone or inside traces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.bodies import choices_in, history_in
from codescan.logs.reader import StatelessReader, label_of, text_field
from codescan.logs.records import Unchecked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["LangfuseReader"]


class LangfuseReader(StatelessReader):
    """Observations of type GENERATION; spans and traces repeat what these hold."""

    name = "langfuse"
    source = "https://github.com/langfuse/langfuse (fern/apis/server, Observation)"

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
        if kind in ("SPAN", "EVENT", "TOOL", "CHAIN", "AGENT", "RETRIEVER", "EMBEDDING"):
            if fields.get("output"):
                yield Unchecked(row.place, "not-a-model-run", f"an observation of type {kind}")
            return
        found = choices_in(fields.get("output"))
        if not found:
            yield Unchecked(row.place, "no-completion", str(fields.get("statusMessage") or "")[:200])
            return
        yield from self.conversations.exchanges(
            label_of(fields),
            history_in(fields.get("input")),
            found,
            model=text_field(fields, "model", "providedModelName"),
        )
