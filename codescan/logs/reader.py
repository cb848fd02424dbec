# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The protocol of a log reader, and what the readers share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping  # noqa: TC003  the protocol is checked at run time
from typing import Protocol, runtime_checkable

from codescan.logs.conversation import Conversations  # noqa: TC001  as above
from codescan.logs.records import Exchange, Row, Unchecked

__all__ = ["NO_LABEL", "Item", "LogReader", "StatelessReader", "label_of", "text_field"]

NO_LABEL = "row"
"""Label of a row that has no name of its own."""
Item = Exchange | Unchecked
"""The items that a reader yields."""


@runtime_checkable
class LogReader(Protocol):
    """Reads the rows of one family of formats. One instance reads one log."""

    name: str
    """The family's name, as the report shows it."""
    source: str
    """The documentation of the format: the owner's repository, package or page; "" if
    unverified."""

    def __init__(self, conversations: Conversations) -> None: ...

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether an object has the shape of this family's rows; cheap, by its keys."""
        ...

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield the exchanges that a row completes; possibly none yet."""
        ...

    def finish(self) -> Iterator[Item]:
        """Yield what is still open at the end of the log."""
        ...


class StatelessReader:
    """A reader whose rows stand for themselves."""

    def __init__(self, conversations: Conversations) -> None:
        self.conversations = conversations

    def finish(self) -> Iterator[Item]:
        """Yield nothing: no row waits for another."""
        return iter(())


def label_of(fields: Mapping[str, object], *names: str) -> str:
    """The row's own name: the first of these fields that holds a text or a number."""
    for name in (*names, "id", "uuid", "request_id", "custom_id"):
        value = fields.get(name)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
            return str(value)
    return NO_LABEL


def text_field(fields: Mapping[str, object], *names: str) -> str:
    """The first of these fields that holds a text; "" where none does."""
    return next((v for name in names if isinstance(v := fields.get(name), str) and v), "")
