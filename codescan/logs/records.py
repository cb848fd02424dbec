# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The nouns of a log: what a row holds, before it becomes a prompt with completions.

A *part* is one text of a message. A *message* is what one side of a conversation said. An
*exchange* is what the model was given, with every response that the log holds for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Exchange", "Message", "Part", "PartKind", "Response", "Row", "Unchecked"]


class PartKind(StrEnum):
    """The kind of a text in a message."""

    TEXT = "text"
    REASONING = "reasoning"
    TOOL_CALL = "tool-call"
    """The text that a tool call inserts: a new file, the new side of an edit, a command."""
    REFUSAL = "refusal"
    GIVEN = "given"
    """Text that the model was given: a tool result, a file, the replaced side of an edit."""


@dataclass(frozen=True, slots=True)
class Part:
    """One text of a message."""

    kind: PartKind
    text: str
    language: str = ""
    """A language name or tag, of a tool call whose file is known; "" otherwise."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: str
    """"user", "assistant", "system" or "tool"."""
    parts: tuple[Part, ...]
    finish_reason: str = "stop"
    """"stop", "length", "filter", "refusal" or "error"."""
    model: str = ""

    @property
    def written(self) -> tuple[Part, ...]:
        """The parts that an assistant wrote; () for any other role."""
        if self.role != "assistant":
            return ()
        return tuple(part for part in self.parts if part.kind is not PartKind.GIVEN)

    @property
    def context(self) -> tuple[Part, ...]:
        """The parts that the model was given."""
        if self.role != "assistant":
            return self.parts
        return tuple(part for part in self.parts if part.kind is PartKind.GIVEN)


@dataclass(frozen=True, slots=True)
class Response:
    """One completion: all parts that the model wrote in one choice or turn, as one text."""

    text: str
    finish_reason: str = "stop"


@dataclass(frozen=True, slots=True)
class Exchange:
    """The input and the output of a model."""

    label: str
    """The row's own name, for display."""
    prompt: str
    """Text that the model was given, as far as the log has it."""
    responses: tuple[Response, ...]
    model: str = ""
    language: str = "prose"
    group: str = ""
    """Exchanges of one group are not independent: one task, one conversation. "" is none."""
    expected: str = ""
    """The true continuation, where the log names one."""
    user_text: str = ""
    """The part of the prompt since the model's previous turn; "" if unknown."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a log: a JSON value, or a line of a text format."""

    place: str
    """Its place, for messages: "line 3", "element 2"."""
    value: object
    siblings: dict[str, object] = field(default_factory=dict)
    """Other fields of the object whose array holds the row: shared by all its elements."""


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Something of a log that was not read."""

    place: str
    reason: str
    """A short, stable word: "unknown-shape", "no-completion", "not-json", "service-error", ..."""
    detail: str = ""
    count: int = 1
    """Number of rows or other parts."""
