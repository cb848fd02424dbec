# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""promptfoo's results: a file of an evaluation, or its rows in JSON Lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.bodies import choices_in, history_in
from codescan.logs.reader import StatelessReader, label_of, text_field
from codescan.logs.records import Row, Unchecked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.reader import Item

__all__ = ["PromptfooReader"]


class PromptfooReader(StatelessReader):
    """Evaluations and their rows."""

    name = "promptfoo"
    source = "https://github.com/promptfoo/promptfoo (src/types/index.ts, EvaluateResult)"

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is an evaluation or a result of one."""
        results = fields.get("results")
        if isinstance(results, Mapping):
            return isinstance(results.get("results"), list)
        return "vars" in fields and "provider" in fields and "response" in fields

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield one exchange for each result."""
        results = fields.get("results")
        inside = results.get("results") if isinstance(results, Mapping) else None
        if isinstance(inside, list):
            for number, item in enumerate(inside, start=1):
                if isinstance(item, Mapping):
                    yield from self.read(Row(f"{row.place}, result {number}", item), item)
            return
        response = fields.get("response")
        output = response.get("output") if isinstance(response, Mapping) else response
        messages = choices_in(output)
        if not messages:
            error = response.get("error") if isinstance(response, Mapping) else fields.get("error")
            reason = "service-error" if error else "no-completion"
            yield Unchecked(row.place, reason, str(error or "")[:200])
            return
        prompt = fields.get("prompt")
        raw = prompt.get("raw") if isinstance(prompt, Mapping) else prompt
        provider = fields.get("provider")
        name = text_field(provider, "id") if isinstance(provider, Mapping) else str(provider)
        index = fields.get("testIdx")
        yield from self.conversations.exchanges(
            label_of(fields),
            history_in(raw),
            messages,
            model=name,
            group=f"test {index}" if isinstance(index, int) else "",
        )
