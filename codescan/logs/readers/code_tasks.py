# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Solutions of code benchmarks: HumanEval, EvalPlus, BigCode's harness, SWE-bench.

Shapes: `{"task_id", "completion"}` (openai/human-eval), `{"task_id", "solution"}` (EvalPlus),
`{"instance_id", "model_patch"}` (SWE-bench). Rows of one task are samples of one prompt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.logs.content import messages_of
from codescan.logs.patches import from_patch
from codescan.logs.reader import StatelessReader, label_of, text_field
from codescan.logs.readers.request_response import language_of
from codescan.logs.records import Message, Part, PartKind, Unchecked
from codescan.text.languages import detect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["CodeTasksReader"]

_TASKS = ("task_id", "instance_id", "question_id", "problem_id")
_PATCHES = ("model_patch", "prediction_patch")
_SOLUTIONS = (
    "completion", "solution", "raw_solution", "raw_generation", "generation", "generations",
    "completions", "output", "code_list", "output_list", "samples", "model_output",
)  # fmt: skip


class CodeTasksReader(StatelessReader):
    """Rows with a task and what a model wrote for it."""

    name = "code-tasks"
    source = (
        "https://github.com/openai/human-eval (README); https://github.com/evalplus/evalplus "
        "(evalplus/codegen.py); https://github.com/SWE-bench/SWE-bench (harness/constants)"
    )

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row has a task and a solution."""
        return any(name in fields for name in _TASKS) and any(
            name in fields for name in (*_SOLUTIONS, *_PATCHES)
        )

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield one exchange with every solution of the row."""
        task = label_of({"task": next(fields[name] for name in _TASKS if name in fields)}, "task")
        messages: list[Message] = []
        for name in (*_SOLUTIONS, *_PATCHES):
            value = fields.get(name)
            values = value if isinstance(value, list) else [value]
            texts = [item for item in values if isinstance(item, str) and item]
            messages += [Message("assistant", _parts(text)) for text in texts]
            if texts:
                break
        if not messages:
            yield Unchecked(row.place, "no-completion", "the solution is empty")
            return
        yield from self.conversations.exchanges(
            task,
            messages_of(text_field(fields, "prompt", "problem_statement", "question")),
            messages,
            model=text_field(fields, "model_name_or_path", "model"),
            group=task,
            expected=text_field(fields, "canonical_solution", "expected"),
            language=language_of(fields),
        )


def _parts(text: str) -> tuple[Part, ...]:
    """A solution; of a patch, only the lines that it inserts."""
    patch = from_patch(text)
    if patch is None:
        return (Part(PartKind.TEXT, text),)
    language = detect(patch.path) or ""
    return (
        Part(PartKind.TOOL_CALL, patch.text, language),
        Part(PartKind.GIVEN, patch.context),
    )
