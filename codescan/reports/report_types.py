# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Types of values in a JSON report, beside those of records: to decode one, and for its schema."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

__all__ = ["LICENSES_SEEN", "STATISTICS", "LicenseSeen", "Rate"]


class LicenseSeen(msgspec.Struct):
    """A license of some of the families that hold a passage."""

    expression: str
    families: int


LICENSES_SEEN = tuple[LicenseSeen, ...]


class Rate(msgspec.Struct):
    """A share of trials with its interval.

    Objects of this shape may stand anywhere inside statistics; readers know them by k, n, low and
    high.
    """

    k: Annotated[int, msgspec.Meta(ge=0, description="Trials that succeeded.")]
    n: Annotated[int, msgspec.Meta(ge=0, description="All trials.")]
    value: Annotated[float, msgspec.Meta(description="The share; 0 where there was no trial.")]
    low: Annotated[float, msgspec.Meta(description="Lower end of the interval.")]
    high: Annotated[float, msgspec.Meta(description="Upper end of the interval.")]
    label: Annotated[str, msgspec.Meta(description="What was counted.")] = ""
    group: Annotated[str, msgspec.Meta(description="The part of the trials.")] = ""
    arm: Annotated[str, msgspec.Meta(description="target, or null for unseen text.")] = ""
    confidence: Annotated[float, msgspec.Meta(description="Level of the interval.")] = 0.95
    method: Annotated[str, msgspec.Meta(description="How the interval was made.")] = ""
    words: Annotated[str, msgspec.Meta(description="The rate as a sentence.")] = ""


STATISTICS = Annotated[
    dict[str, Any],
    msgspec.Meta(
        extra_json_schema={
            "properties": {
                "rates": {
                    "type": "array",
                    "items": {"$ref": "#/$defs/Rate"},
                    "description": "Rates in the order in which they are shown.",
                }
            }
        }
    ),
]
