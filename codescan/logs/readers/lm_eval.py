# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Samples of lm-evaluation-harness: every sample of every request, before any filter.

Written by `lm_eval.evaluator` with `--log_samples`. `filtered_resps` repeats `resps`, shortened.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.content import messages_of
from codescan.logs.reader import StatelessReader, label_of, text_field
from codescan.logs.records import Message, Part, PartKind, Unchecked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["LmEvalReader"]

_DEEPEST = 4


class LmEvalReader(StatelessReader):
    """Rows of a samples file."""

    name = "lm-eval"
    source = "https://github.com/EleutherAI/lm-evaluation-harness (lm_eval/evaluator.py)"

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is a sample."""
        return "resps" in fields and ("doc_id" in fields or "doc" in fields)

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield one exchange with every sample; log-likelihoods are not text."""
        texts = list(_texts(fields.get("resps"), 0))
        if not texts:
            texts = list(_texts(fields.get("filtered_resps"), 0))
        if not texts:
            yield Unchecked(row.place, "no-completion", "its responses hold no text")
            return
        doc = fields.get("doc")
        doc = doc if isinstance(doc, Mapping) else {}
        arguments = fields.get("arguments")
        prompt = _prompt(arguments) or text_field(doc, "prompt")
        task = text_field(doc, "task_id") or str(fields.get("doc_id", ""))
        yield from self.conversations.exchanges(
            label_of(doc, "task_id") if doc.get("task_id") else f"doc_{fields.get('doc_id')}",
            messages_of(prompt),
            [Message("assistant", (Part(PartKind.TEXT, text),)) for text in texts],
            group=task,
            expected=text_field(doc, "canonical_solution"),
        )


def _texts(value: object, depth: int) -> Iterator[str]:
    """The texts in lists of lists; a log-likelihood is a pair with a number and is none."""
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and not any(isinstance(item, (int, float)) for item in value):
        for item in value:
            yield from _texts(item, depth + 1)


def _prompt(arguments: object) -> str:
    """The first argument of the first request."""
    if isinstance(arguments, Mapping):
        first = next(iter(arguments.values()), None)
        value = first.get("arg_0") if isinstance(first, Mapping) else None
    else:
        first = arguments[0] if isinstance(arguments, list) and arguments else None
        value = first[0] if isinstance(first, list) and first else first
    return value if isinstance(value, str) else ""
