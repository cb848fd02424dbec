# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Strategy `signature`: the head of a function with its documentation; its body is expected.

The usual prompt of code assistants, and that of CodeIPPrompt and LiCoEval.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.prompts.slicing import at_least, hashed, make_prompt, text_of
from codescan.text.units import Unit, units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.protocols import Tokenizer
    from codescan.records import Document, Prompt

__all__ = ["SignatureStrategy"]

_MAX_PROMPT = 4_000
"""Bytes. A longer head is mostly documentation that gives the body away, or a table."""


class SignatureStrategy:
    """Functions and methods of a document: those with documentation first, else by hash.

    Args:
        tokenizer: not needed; taken so that every strategy is made alike.
        per_document: functions at most.
        min_body_characters: a body with fewer characters, white space not counted, is passed
            over. The default is the least for which a copy can be strong evidence.
        min_body_lines: likewise for lines.
        max_expected_characters: the body is cut to this.
        seed: another seed, other functions.

    Raises:
        UsageError: a number is out of range.
    """

    name = "signature"

    def __init__(
        self,
        *,
        tokenizer: Tokenizer | None = None,
        per_document: int = 1,
        min_body_characters: int = 150,
        min_body_lines: int = 6,
        max_expected_characters: int = 4_000,
        seed: int = 0,
    ) -> None:
        del tokenizer
        self.per_document = at_least(self.name, "per_document", per_document, 1)
        self.min_body_characters = at_least(
            self.name, "min_body_characters", min_body_characters, 1
        )
        self.min_body_lines = at_least(self.name, "min_body_lines", min_body_lines, 1)
        self.max_expected_characters = at_least(
            self.name, "max_expected_characters", max_expected_characters, 1
        )
        self.seed = seed

    def prompts(self, document: Document) -> Iterator[Prompt]:
        """Yield up to `per_document` prompts; none where units of the language are not read."""
        if text_of(document) is None:
            return
        signatures = []
        for number, unit in enumerate(units(document.content, document.language)):
            cut = self._cut(document.content, unit)
            if cut is not None:
                order = unit.docstring is None, hashed(self.seed, document.id, number)
                signatures.append((order, *cut))
        ids: set[str] = set()
        for _, text, expected in sorted(signatures):
            prompt = make_prompt(self.name, document, text, expected)
            if prompt.id not in ids:
                ids.add(prompt.id)
                yield prompt
            if len(ids) >= self.per_document:
                return

    def _cut(self, content: bytes, unit: Unit) -> tuple[str, str] | None:
        """Head and body of a function; None for other units and small ones."""
        if unit.kind == "class":
            return None
        start = unit.span.start
        cut = unit.signature.end
        if unit.docstring is not None and unit.docstring.start >= unit.body.start:
            cut = unit.docstring.end
        else:
            if unit.docstring is not None:
                start = min(start, unit.docstring.start)
            if content.startswith(b"{", unit.body.start):
                cut = unit.body.start + 1
        line = content.rfind(b"\n", 0, start) + 1
        if not content[line:start].strip():
            start = line  # with its indentation, so that the body continues in the same style
        if cut - start > _MAX_PROMPT:
            return None
        body = content[cut : unit.span.end].decode("utf-8")
        if len(body.splitlines()) < self.min_body_lines:
            return None
        if len("".join(body.split())) < self.min_body_characters:
            return None
        return content[start:cut].decode("utf-8"), body[: self.max_expected_characters]
