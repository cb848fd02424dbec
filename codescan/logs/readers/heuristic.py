# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Rows of an unknown shape whose fields have names that say who wrote them.

The last reader: it takes the texts under names such as "assistant_reply" or "llm.output" anywhere
inside a row for the model's, and marks the format as read by heuristic. A row without such a field
stays unchecked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.authors import author_of, role_of
from codescan.logs.bodies import choices_in, decoded
from codescan.logs.content import message_of, messages_of, text_of
from codescan.logs.reader import StatelessReader, label_of, text_field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.reader import Item
    from codescan.logs.records import Message, Row

__all__ = ["HeuristicReader"]

_WRITTEN = re.compile(
    r"(?:^|[_.\-])(?:completion|response|output|answer|repl(?:y|ie)|generat\w*|assistant|ai|bot|llm|"
    r"prediction|suggestion|candidate|choice|solution|model_?text|patch|sampled|result)s?"
    r"(?:$|[_.\-])",
    re.IGNORECASE,
)
_INPUT_FIELD = re.compile(
    r"(?:^|[_.\-])(?:prompt|input|request|question|query|instruction|user|human|system|context|"
    r"expected|target|reference|gold|ground_truth)s?(?:$|[_.\-])",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"(?:prompt|request|question|query|instruction)s?[_.\-](?:completion|response|answer|reply)s?$",
    re.IGNORECASE,
)
"""Names of what was written in answer to something, such as "request_response"."""
_ABOUT_FIELD = re.compile(
    r"(?:^|[_.\-])(?:id|name|model|type|time|date|status|usage|token|count|score|url|hash|error|"
    r"metadata|index|logprob|reason)s?$",
    re.IGNORECASE,
)
"""Names of fields that say something about a text; their last word decides."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DEEPEST = 24
_SHORTEST = 20  # characters: shorter texts are names and labels


class HeuristicReader(StatelessReader):
    """Rows of unknown wrappers."""

    name = "heuristic"
    source = ""

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether a text inside the row seems to be a model's."""
        if author_of(fields) in ("user", "system", "tool"):
            return False
        return any(True for _ in _texts(fields))

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield one exchange with every text that seems to be a model's."""
        prompt = "\n\n".join(_context_texts(fields, 0))
        label = label_of(fields)
        yield from self.conversations.exchanges(
            label if label != "row" else row.place,
            messages_of(prompt),
            _distinct(_texts(fields)),
            model=text_field(fields, "model", "model_name"),
        )


def _distinct(messages: Iterator[Message]) -> tuple[Message, ...]:
    """The messages without those that repeat another: a wrapper often keeps a response twice."""
    distinct: dict[str, Message] = {}
    for message in messages:
        distinct.setdefault("\n".join(part.text.strip() for part in message.written), message)
    return tuple(distinct.values())


def _texts(fields: Mapping[str, object]) -> Iterator[Message]:
    """The row as one message, where it names its author inside; else what is found in it."""
    info = fields.get("info")
    if isinstance(info, Mapping) and _speaks(info):
        message = message_of(fields)
        if message is not None and _is_text(message):
            yield message
            return
    yield from _written(fields, 0)


def _written(
    value: Mapping[str, object], depth: int, *, in_input: bool = False
) -> Iterator[Message]:
    """The messages of a model in a mapping; inside an input those alone that name their author."""
    for name, inner in value.items():
        words = _CAMEL.sub("_", str(name))
        about = _ABOUT_FIELD.search(words) is not None
        is_input = in_input or (_INPUT_FIELD.search(words) is not None and not _PAIR.search(words))
        if _WRITTEN.search(words) and not is_input and not about:
            messages = choices_in(inner)
            texts = [message for message in messages if _is_text(message)]
            if texts:
                yield from texts
                continue
        if about or depth > _DEEPEST:
            continue
        value_inside = decoded(inner)
        for item in value_inside if isinstance(value_inside, list) else [value_inside]:
            if isinstance(item, Mapping):
                spoken = [m for m in choices_in(item) if _is_text(m)] if _speaks(item) else []
                # A list of requests may hold responses; a request holds turns at most, and so does
                # a turn: the replies to it.
                yield from spoken
                inside = bool(spoken) or in_input
                inside = inside or (is_input and not isinstance(value_inside, list))
                yield from _written(item, depth + 1, in_input=inside)


def _speaks(item: Mapping[str, object]) -> bool:
    """Whether a mapping says that a model is its author."""
    return role_of(item.get("role")) == "assistant"


def _context_texts(value: Mapping[str, object], depth: int) -> Iterator[str]:
    for name, inner in value.items():
        if _INPUT_FIELD.search(_CAMEL.sub("_", str(name))):
            text = text_of(inner)
            if len(text) >= _SHORTEST:
                yield text
        elif depth < _DEEPEST:
            for item in inner if isinstance(inner, list) else [inner]:
                if isinstance(item, Mapping):
                    yield from _context_texts(item, depth + 1)


def _is_text(message: Message) -> bool:
    return sum(len(part.text) for part in message.written) >= _SHORTEST
