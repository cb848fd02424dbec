# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Amazon Bedrock's log of model invocations, and bare Converse responses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs import bodies
from codescan.logs.reader import StatelessReader, label_of, text_field
from codescan.logs.records import Unchecked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["BedrockReader"]


class BedrockReader(StatelessReader):
    """Rows of the invocation log, and bare Converse responses."""

    name = "bedrock"
    source = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html"

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is a logged invocation or a response."""
        output = fields.get("output")
        return fields.get("schemaType") == "ModelInvocationLog" or (
            isinstance(output, Mapping)
            and ("outputBodyJson" in output or ("message" in output and "stopReason" in fields))
        )

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield one exchange."""
        output, input_field = fields.get("output"), fields.get("input")
        body = output.get("outputBodyJson") if isinstance(output, Mapping) else None
        request = input_field.get("inputBodyJson") if isinstance(input_field, Mapping) else None
        messages = bodies.choices_in(body if body is not None else fields)
        if not messages and isinstance(output, Mapping) and "outputBodyS3Path" in output:
            yield Unchecked(row.place, "stored-elsewhere", str(output["outputBodyS3Path"])[:200])
            return
        yield from self.conversations.exchanges(
            label_of(fields, "requestId") if "requestId" in fields else row.place,
            bodies.history_in(request),
            messages,
            model=text_field(fields, "modelId"),
        )
