# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The CycloneDX 1.6 document around the components of a bill of materials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codescan.reports.escaping import json_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

__all__ = ["cyclonedx_document"]


def cyclonedx_document(
    components: Sequence[dict[str, Any]], serial_number: UUID, tool_version: str
) -> str:
    """The document as JSON text; it names no time, so equal components give equal text.

    Args:
        components: CycloneDX components, in the order of the document.
        serial_number: of this bill of materials.
        tool_version: of codescan.
    """
    tool = {"type": "application", "name": "codescan", "version": tool_version}
    return json_text(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "serialNumber": f"urn:uuid:{serial_number}",
            "version": 1,
            "metadata": {"tools": {"components": [tool]}},
            "components": list(components),
        }
    )
